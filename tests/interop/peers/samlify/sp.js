// samlify as a service provider.
"use strict";

const saml = require("samlify");
const web = require("../lib/web.js");

saml.setSchemaValidator({ validate: async () => "skipped" }); // its validators are separate packages that need Java
const { post, redirect } = saml.Constants.namespace.binding;
const pending = new Set();

function serviceProvider() {
  const wanted = web.thisCase();
  return saml.ServiceProvider({
    entityID: `${web.base}/sp`,
    authnRequestsSigned: wanted.sign_request,
    wantAssertionsSigned: wanted.sign !== "response",
    wantMessageSigned: wanted.sign !== "assertion",
    // Its own choice, once messages are wanted signed, is a place that only a response has.
    signatureConfig: { prefix: "ds", location: { reference: "/*/*[local-name(.)='Issuer']", action: "after" } },
    requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    privateKey: web.key("sp.key"),
    signingCert: web.key("sp.crt"),
    encPrivateKey: web.key("enc.key"),
    encryptCert: web.key("enc.crt"),
    assertionConsumerService: [{ Binding: post, Location: `${web.base}/acs`, isDefault: true }],
  });
}

function identityProvider() {
  const wanted = web.thisCase();
  const metadata = web
    .partner()
    .replace(/\sWantAuthnRequestsSigned=["']\w+["']/, "")
    .replace(/IDPSSODescriptor(?=\s)/, `IDPSSODescriptor WantAuthnRequestsSigned="${wanted.sign_request}"`);
  return saml.IdentityProvider({
    metadata,
    isAssertionEncrypted: wanted.encrypt,
    messageSigningOrder: "encrypt-then-sign",
  });
}

// samlify's own way to say more than its template does: replace the template's tags oneself.
function request(template) {
  const wanted = web.thisCase();
  const sp = serviceProvider();
  const id = sp.entitySetting.generateID();
  pending.add(id);
  const flags = (wanted.passive ? ' IsPassive="true"' : "") + (wanted.force ? ' ForceAuthn="true"' : "");
  const policy = wanted.name_id
    ? '<samlp:NameIDPolicy Format="{NameIDFormat}" AllowCreate="true"/>'
    : '<samlp:NameIDPolicy AllowCreate="true"/>';
  const context = wanted.authn_context
    ? '<samlp:RequestedAuthnContext Comparison="exact">' +
      "<saml:AuthnContextClassRef>{Context}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>"
    : "";
  const changed = template
    .replace(' ForceAuthn="{ForceAuthn}"', flags)
    .replace(' AssertionConsumerServiceIndex="{AssertionConsumerServiceIndex}"', "")
    .replace(/<samlp:NameIDPolicy[^>]*>/, policy + context);
  const tags = {
    ID: id,
    IssueInstant: new Date().toISOString(),
    Destination: identityProvider().entityMeta.getSingleSignOnService(wanted.binding),
    ProtocolBinding: post,
    AssertionConsumerServiceURL: `${web.base}/acs`,
    Issuer: `${web.base}/sp`,
    NameIDFormat: wanted.name_id,
    Context: wanted.authn_context,
  };
  return { id, context: saml.SamlLib.replaceTagsByValue(changed, tags) };
}

function login() {
  const { binding } = web.thisCase();
  const message = serviceProvider().createLoginRequest(identityProvider(), binding, {
    relayState: "/after",
    customTagReplacement: request,
  });
  if (binding === "redirect") return web.redirect(message.context);
  return web.posted(message.entityEndpoint, { SAMLRequest: message.context, RelayState: message.relayState });
}

async function consume({ post: body, session }) {
  const { extract } = await serviceProvider().parseLoginResponse(identityProvider(), "post", { body });
  const answered = extract.response.inResponseTo;
  // The library compares neither InResponseTo nor Audience: it hands them over for the application to do so.
  if (answered ? !pending.delete(answered) : !web.thisCase().unsolicited)
    throw new Error("not an answer to a pending request");
  if (extract.audience !== `${web.base}/sp`) throw new Error("for another audience");
  session.saml = {
    name_id: extract.nameID,
    format: null,
    attributes: extract.attributes ?? {},
    authn_context: extract.authnContextClassRef ?? null,
  };
  return web.redirect("/session");
}

web.serve({
  "/metadata": () => web.metadata(serviceProvider().getMetadata()),
  "/login": login,
  "/acs": consume,
  "/session": ({ session }) => web.json(session.saml),
});
