// @boxyhq/saml20 as an identity provider.
"use strict";

const saml = require("@boxyhq/saml20").default;
const web = require("../lib/web.js");

const waiting = new Map();

async function answered({ id, acsUrl, audience }, relayState) {
  const response = await saml.createSAMLResponse({
    issuer: `${web.base}/idp`,
    audience,
    acsUrl,
    requestId: id,
    claims: {
      email: web.person.mail,
      raw: { mail: web.person.mail, cn: web.person.cn, affiliation: web.person.affiliation },
    },
    privateKey: web.key("idp.key"),
    publicKey: web.key("idp.crt"),
    ttlInMinutes: 5,
  });
  return web.posted(acsUrl, { SAMLResponse: Buffer.from(response).toString("base64"), RelayState: relayState });
}

// The certificate that the partner signs with, as its metadata has it.
function signingCertificate() {
  const [, certificate] = /<(?:\w+:)?X509Certificate[^>]*>([^<]*)/.exec(web.partner());
  return certificate.replace(/\s/g, "");
}

async function signOn(visit) {
  const post = "SAMLRequest" in visit.post;
  const request = await saml.decodeBase64(visit.fields.SAMLRequest, !post);
  const info = await saml.parseSAMLRequest(request, post);
  // The library leaves this to the application too, and has a check for the signature inside a message only.
  if (post && !saml.validateSignature(request, signingCertificate(), null)) throw new Error("the signature does not hold");
  const forced = /\bForceAuthn="(true|1)"/.test(request); // the library leaves the flags to the application
  if (visit.session.person && !forced) return answered(info, visit.fields.RelayState);
  waiting.set(info.id, [info, visit.fields.RelayState]);
  return web.loginForm({ request: info.id });
}

function logIn(visit) {
  web.loggedIn(visit);
  return answered(...waiting.get(visit.post.request));
}

// Unsolicited: the library has no notion of it, so the destination comes from the partner's metadata.
function initiate() {
  const xml = web.partner();
  const consumers = [...xml.matchAll(/<(?:\w+:)?AssertionConsumerService\b[^>]*HTTP-POST"[^>]*>/g)];
  const info = { acsUrl: /Location="([^"]*)"/.exec(consumers[0][0])[1], audience: /entityID="([^"]*)"/.exec(xml)[1] };
  waiting.set("unsolicited", [info, "/after"]);
  return web.loginForm({ request: "unsolicited" });
}

web.serve({
  "/metadata": () =>
    web.metadata(
      saml.createIdPMetadataXML({
        ssoUrl: `${web.base}/sso`,
        entityId: `${web.base}/idp`,
        x509cert: saml.stripCertHeaderAndFooter(web.key("idp.crt")),
        wantAuthnRequestsSigned: web.thisCase().sign_request,
      }),
    ),
  "/sso": signOn,
  "/login": logIn,
  "/init": initiate,
});
