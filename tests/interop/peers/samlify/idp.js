// samlify as an identity provider.
"use strict";

const saml = require("samlify");
const web = require("../lib/web.js");

saml.setSchemaValidator({ validate: async () => "skipped" });
const { binding, format, statusCode } = saml.Constants.namespace;
const PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
const waiting = new Map();

function attributeStatement() {
  const values = { mail: [web.person.mail], cn: [web.person.cn], affiliation: web.person.affiliation };
  const attribute = ([name, all]) =>
    `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">` +
    all.map((value) => `<saml:AttributeValue>${web.escaped(value)}</saml:AttributeValue>`).join("") +
    "</saml:Attribute>";
  return `<saml:AttributeStatement>${Object.entries(values).map(attribute).join("")}</saml:AttributeStatement>`;
}

const authnStatement =
  '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{AssertionID}"><saml:AuthnContext>' +
  `<saml:AuthnContextClassRef>${PASSWORD}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`;

function identityProvider() {
  return saml.IdentityProvider({
    entityID: `${web.base}/idp`,
    wantAuthnRequestsSigned: web.thisCase().sign_request,
    requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    privateKey: web.key("idp.key"),
    signingCert: web.key("idp.crt"),
    isAssertionEncrypted: web.thisCase().encrypt,
    dataEncryptionAlgorithm: "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    messageSigningOrder: "encrypt-then-sign",
    nameIDFormat: [format.emailAddress],
    singleSignOnService: [
      { Binding: binding.redirect, Location: `${web.base}/sso/redirect` },
      { Binding: binding.post, Location: `${web.base}/sso/post` },
    ],
  });
}

function serviceProvider() {
  const { sign } = web.thisCase();
  const metadata = web
    .partner()
    .replace(/\sWantAssertionsSigned=["']\w+["']/, "")
    .replace(/SPSSODescriptor(?=\s)/, `SPSSODescriptor WantAssertionsSigned="${sign !== "response"}"`);
  return saml.ServiceProvider({ metadata, wantMessageSigned: sign !== "assertion" });
}

function response(template, id, idp, sp, request) {
  const now = Date.now();
  const instant = (seconds) => new Date(now + seconds * 1000).toISOString();
  const consumer = sp.entityMeta.getAssertionConsumerService("post");
  const tags = {
    ID: id,
    AssertionID: `_assertion${id}`,
    Issuer: idp.entityMeta.getEntityID(),
    IssueInstant: instant(0),
    Destination: consumer,
    SubjectRecipient: consumer,
    Audience: sp.entityMeta.getEntityID(),
    InResponseTo: request,
    StatusCode: statusCode.success,
    NameIDFormat: format.emailAddress,
    NameID: web.person.mail,
    ConditionsNotBefore: instant(-60),
    ConditionsNotOnOrAfter: instant(300),
    SubjectConfirmationDataNotOnOrAfter: instant(300),
  };
  const context = template
    .replace("{AuthnStatement}", web.thisCase().out_of_the_box ? "" : authnStatement)
    .replace("{AttributeStatement}", attributeStatement());
  return { id, context: saml.SamlLib.replaceTagsByValue(context, tags) };
}

async function answered(info, relayState) {
  const [idp, sp] = [identityProvider(), serviceProvider()];
  const id = idp.entitySetting.generateID();
  const message = await idp.createLoginResponse(
    sp,
    info ?? {},
    "post",
    { email: web.person.mail },
    {
      relayState,
      encryptThenSign: web.thisCase().encrypt,
      customTagReplacement: (template) => response(template, id, idp, sp, info?.extract.request.id),
    },
  );
  return web.posted(message.entityEndpoint, { SAMLResponse: message.context, RelayState: relayState });
}

const signOn = (name) => async (visit) => {
  const octetString = visit.query
    .split("&")
    .filter((field) => !field.startsWith("Signature="))
    .join("&");
  const info = await identityProvider().parseLoginRequest(serviceProvider(), name, {
    query: visit.get,
    body: visit.post,
    octetString,
  });
  const forced = /\bForceAuthn="(true|1)"/.test(info.samlContent); // the library leaves the flags to the application
  if (visit.session.person && !forced) return answered(info, visit.fields.RelayState);
  waiting.set(info.extract.request.id, [info, visit.fields.RelayState]);
  return web.loginForm({ request: info.extract.request.id });
};

function logIn(visit) {
  web.loggedIn(visit);
  return visit.post.request ? answered(...waiting.get(visit.post.request)) : answered(null, "/after");
}

web.serve({
  "/metadata": () => web.metadata(identityProvider().getMetadata()),
  "/sso/redirect": signOn("redirect"),
  "/sso/post": signOn("post"),
  "/login": logIn,
  "/init": () => web.loginForm({}),
});
