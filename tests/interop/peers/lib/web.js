// The small site around a Node library: routes, a cookie, the login form. `node SCRIPT PORT FOLDER KEYS`.
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const http = require("http");

const [port, folder, keys] = process.argv.slice(2);
const base = `http://127.0.0.1:${port}`;
const read = (path) => fs.readFileSync(path, "utf8");

const person = {
  login: "juergen",
  mail: "juergen@example.org",
  cn: 'Jürgen "Ünïcode" <&> O\'Neill',
  affiliation: ["member", "staff"],
};

// The settings of the login at hand, and the partner's metadata.
const thisCase = () => JSON.parse(read(`${folder}/case.json`));
const partner = () => read(`${folder}/partner.xml`);
const key = (name) => read(`${keys}/${name}`);

const escaped = (text) => String(text).replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
const hidden = (fields) =>
  Object.entries(fields)
    .filter(([, value]) => value)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`)
    .join("");

const page = (content, status = 200, headers = {}) => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8", ...headers },
  content,
});
const redirect = (location) => page("", 302, { location });
const json = (value) => page(JSON.stringify(value ?? null), 200, { "content-type": "application/json" });
const metadata = (xml) => page(xml, 200, { "content-type": "application/samlmetadata+xml" });
const posted = (url, fields) =>
  page(
    `<body onload="document.forms[0].submit()"><form method="post" action="${escaped(url)}">${hidden(fields)}</form></body>`,
  );
const loginForm = (fields) =>
  page(
    `<form method="post" action="/login">${hidden(fields)}<input name="username">` +
      '<input type="password" name="password"><input type="submit"></form>',
  );

const sessions = new Map();

function visit(request, body) {
  const url = new URL(request.url, base);
  const cookie =
    new RegExp(`site${port}=(\\w+)`).exec(request.headers.cookie ?? "")?.[1] ?? crypto.randomBytes(16).toString("hex");
  if (!sessions.has(cookie)) sessions.set(cookie, {});
  const get = Object.fromEntries(url.searchParams);
  const post = Object.fromEntries(new URLSearchParams(body));
  return {
    path: url.pathname,
    query: url.search.slice(1),
    get,
    post,
    fields: { ...get, ...post },
    cookie,
    session: sessions.get(cookie),
  };
}

function loggedIn({ post, session }) {
  if (post.username !== person.login || post.password !== person.login) throw new Error("wrong login");
  session.person = person.login;
}

// Answers requests with `routes[path](visit)`; what a library throws is its way of saying no.
function serve(routes) {
  http
    .createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const here = visit(request, Buffer.concat(chunks).toString());
      let answer;
      try {
        answer = routes[here.path] ? await routes[here.path](here) : page("no such page", 404);
      } catch (error) {
        console.error(error);
        answer = page(`refused: ${escaped(error.message ?? error)}`, 403);
      }
      response.writeHead(answer.status, { ...answer.headers, "set-cookie": `site${port}=${here.cookie}; Path=/` });
      response.end(answer.content);
    })
    .listen(Number(port), "127.0.0.1");
}

module.exports = {
  base,
  person,
  thisCase,
  partner,
  key,
  escaped,
  page,
  redirect,
  json,
  metadata,
  posted,
  loginForm,
  loggedIn,
  serve,
};
