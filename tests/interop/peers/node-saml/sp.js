// node-saml as a service provider.
"use strict";

const { SAML } = require("@node-saml/node-saml");
const web = require("../lib/web.js");

// Requests that wait for their answer: the library takes each out when it is answered.
const pending = new Map();
const cacheProvider = {
  saveAsync: async (id, value) => (pending.set(id, value), { value, createdAt: Date.now() }),
  getAsync: async (id) => pending.get(id) ?? null,
  removeAsync: async (id) => (pending.delete(id) ? id : null),
};

// What one copies out of the metadata by hand.
function identityProvider(binding) {
  const xml = web.partner();
  const service = [...xml.matchAll(/<(?:\w+:)?SingleSignOnService\b[^>]*>/g)]
    .map(([tag]) => tag)
    .find((tag) => tag.includes(binding));
  const [, certificate] = /<(?:\w+:)?IDPSSODescriptor[\s\S]*?<(?:\w+:)?X509Certificate[^>]*>([^<]*)/.exec(xml);
  return {
    entryPoint: /Location="([^"]*)"/.exec(service)[1].replaceAll("&amp;", "&"),
    idpCert: certificate.replace(/\s/g, ""),
  };
}

function saml() {
  const wanted = web.thisCase();
  const post = wanted.binding === "post";
  return new SAML({
    ...identityProvider(post ? "HTTP-POST" : "HTTP-Redirect"),
    issuer: `${web.base}/sp`,
    audience: `${web.base}/sp`,
    callbackUrl: `${web.base}/acs`,
    authnRequestBinding: post ? "HTTP-POST" : undefined,
    skipRequestCompression: post && !wanted.out_of_the_box,
    identifierFormat: wanted.name_id,
    passive: wanted.passive,
    forceAuthn: wanted.force,
    disableRequestedAuthnContext: !wanted.authn_context,
    authnContext: [wanted.authn_context],
    racComparison: "exact",
    wantAssertionsSigned: wanted.sign !== "response",
    wantAuthnResponseSigned: wanted.sign !== "assertion",
    validateInResponseTo: "ifPresent",
    cacheProvider,
    signatureAlgorithm: "sha256",
    digestAlgorithm: "sha256",
    decryptionPvk: web.key("enc.key"),
    ...(wanted.sign_request ? { privateKey: web.key("sp.key"), publicCert: web.key("sp.crt") } : {}),
  });
}

async function login() {
  const library = saml();
  if (library.options.authnRequestBinding === "HTTP-POST")
    return web.page(await library.getAuthorizeFormAsync("/after"));
  return web.redirect(await library.getAuthorizeUrlAsync("/after", undefined, {}));
}

async function consume({ post, session }) {
  const { profile } = await saml().validatePostResponseAsync(post);
  if (!profile) throw new Error("no profile");
  const context = /AuthnContextClassRef[^>]*>\s*([^<\s]+)/.exec(profile.getAssertionXml())?.[1];
  session.saml = {
    name_id: profile.nameID,
    format: profile.nameIDFormat,
    attributes: profile.attributes ?? {},
    authn_context: context,
  };
  return web.redirect("/session");
}

web.serve({
  "/metadata": () => web.metadata(saml().generateServiceProviderMetadata(web.key("enc.crt"), web.key("sp.crt"))),
  "/login": login,
  "/acs": consume,
  "/session": ({ session }) => web.json(session.saml),
});
