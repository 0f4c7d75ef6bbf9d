"""lasso as an identity provider."""

import secrets
import time
from pathlib import Path

import lasso

import web

CERTIFICATE = "".join((web.KEYS / "idp.crt").read_text().splitlines()[1:-1])
METADATA = (
    (Path(__file__).parent / "metadata.xml")
    .read_text()
    .replace("@BASE@", web.BASE)
    .replace("@CERTIFICATE@", CERTIFICATE)
)
(web.FOLDER / "own.xml").write_text(METADATA)

ATTRIBUTES = {
    "urn:oid:0.9.2342.19200300.100.1.3": [web.PERSON["mail"]],
    "urn:oid:2.5.4.3": [web.PERSON["cn"]],
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": web.PERSON["affiliation"],
}
identities = {}  # lasso's federations of the person, by service provider: what makes a persistent identifier persist
waiting = {}


def server():
    made = lasso.Server(str(web.FOLDER / "own.xml"), str(web.KEYS / "idp.key"), None, str(web.KEYS / "idp.crt"))
    made.signatureMethod = lasso.SIGNATURE_METHOD_RSA_SHA256
    made.role = lasso.PROVIDER_ROLE_IDP
    made.addProviderFromBuffer(lasso.PROVIDER_ROLE_SP, web.partner())
    for provider in made.providers.values():
        provider.setEncryptionMode(encryption_mode(web.case()))
    return made


def encryption_mode(case):
    assertion = lasso.ENCRYPTION_MODE_ASSERTION if case["encrypt"] else lasso.ENCRYPTION_MODE_NONE
    return assertion | (lasso.ENCRYPTION_MODE_NAMEID if case["encrypt_name_id"] else lasso.ENCRYPTION_MODE_NONE)


def instant(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def attribute(name, values):
    made = lasso.Saml2Attribute()
    made.name, made.nameFormat = name, lasso.SAML2_ATTRIBUTE_NAME_FORMAT_URI
    made.attributeValue = tuple(attribute_value(value) for value in values)
    return made


def attribute_value(value):
    text = lasso.MiscTextNode.newWithString(value)
    text.textChild = True
    made = lasso.Saml2AttributeValue()
    made.any = (text,)
    return made


def describe(assertion):
    statement = lasso.Saml2AttributeStatement()
    statement.attribute = tuple(attribute(name, values) for name, values in ATTRIBUTES.items())
    assertion.attributeStatement = (statement,)
    name_id = assertion.subject.nameId  # none, if it was encrypted
    if name_id and name_id.format == lasso.SAML2_NAME_IDENTIFIER_FORMAT_EMAIL:
        name_id.content = web.PERSON["mail"]


def context_is_met(request):
    wanted = request.requestedAuthnContext
    return not wanted or lasso.SAML2_AUTHN_CONTEXT_PASSWORD in wanted.authnContextClassRef


def answered(login, person):
    """The Response, sent: an assertion about the person, or the reason why there is none."""
    if person and login.remoteProviderId in identities:
        login.setIdentityFromDump(identities[login.remoteProviderId])
    try:
        login.validateRequestMsg(bool(person) and context_is_met(login.request), True)
    except lasso.LoginRequestDeniedError:
        reason = lasso.SAML2_STATUS_CODE_NO_AUTHN_CONTEXT if person else lasso.SAML2_STATUS_CODE_NO_PASSIVE
        login.response.status.statusCode.value = lasso.SAML2_STATUS_CODE_RESPONDER
        login.response.status.statusCode.statusCode = lasso.Samlp2StatusCode()
        login.response.status.statusCode.statusCode.value = reason
    else:
        login.buildAssertion(lasso.SAML2_AUTHN_CONTEXT_PASSWORD, instant(0), instant(3600), instant(-60), instant(300))
        describe(login.assertion)
        if web.case()["sign"] == "assertion":
            login.setSignatureHint(lasso.PROFILE_SIGNATURE_HINT_FORBID)
        if login.identity:
            identities[login.remoteProviderId] = login.identity.dump()
    login.buildAuthnResponseMsg()
    return web.posted(login.msgUrl, {"SAMLResponse": login.msgBody, "RelayState": login.msgRelayState})


def received(message, relay_state):
    login = lasso.Login(server())
    login.processAuthnRequestMsg(message)
    login.msgRelayState = relay_state
    return login


def sign_on(visit):
    message = visit.query if visit.path.endswith("redirect") else visit.post["SAMLRequest"]
    login = received(message, visit.fields.get("RelayState"))
    if login.request.isPassive or (visit.session.get("person") and not login.request.forceAuthn):
        return answered(login, visit.session.get("person"))
    ticket = secrets.token_hex(8)
    waiting[ticket] = (message, visit.fields.get("RelayState"))
    return web.login_form(ticket=ticket)


def unsolicited(service_provider):
    login = lasso.Login(server())
    login.initIdpInitiatedAuthnRequest(service_provider)
    login.request.nameIDPolicy.format = lasso.SAML2_NAME_IDENTIFIER_FORMAT_TRANSIENT
    login.request.nameIDPolicy.allowCreate = True
    login.request.protocolBinding = lasso.SAML2_METADATA_BINDING_POST
    login.processAuthnRequestMsg(None)
    login.msgRelayState = "/after"
    return login


def log_in(visit):
    web.logged_in(visit)
    if service_provider := visit.post.get("unsolicited"):
        return answered(unsolicited(service_provider), visit.session["person"])
    return answered(received(*waiting.pop(visit.post["ticket"])), visit.session["person"])


web.serve(
    {
        "/metadata": lambda visit: web.metadata(METADATA),
        "/sso/redirect": sign_on,
        "/sso/post": sign_on,
        "/login": log_in,
        "/init": lambda visit: web.login_form(unsolicited=visit.get["sp"]),
    }
)
