"""pysaml2 as an identity provider."""

from saml2.authn_context import PASSWORD, AuthnBroker, authn_context_class_ref
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NAMEID_FORMAT_TRANSIENT, NameID
from saml2.samlp import STATUS_NO_AUTHN_CONTEXT, STATUS_NO_PASSIVE
from saml2.server import Server

import web
from settings import FORMATS, POST, REDIRECT, PerCase, sent, settings

BROKER = AuthnBroker()
BROKER.add(authn_context_class_ref(PASSWORD), "/login", 10, web.BASE)
ATTRIBUTES = {
    "mail": web.PERSON["mail"],
    "cn": web.PERSON["cn"],
    "eduPersonAffiliation": web.PERSON["affiliation"],
}
TRUE = ("true", "1")
waiting = {}


def build(case, before):
    server = Server(
        config=IdPConfig().load(
            settings(
                "idp",
                {
                    "domain": "example.org",
                    "want_authn_requests_signed": case["sign_request"],
                    "policy": {
                        "default": {
                            "lifetime": {"minutes": 5},
                            "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
                            "nameid_format": NAMEID_FORMAT_TRANSIENT,
                        }
                    },
                    "name_id_format": FORMATS,
                    "endpoints": {
                        "single_sign_on_service": [
                            (f"{web.BASE}/sso/redirect", REDIRECT),
                            (f"{web.BASE}/sso/post", POST),
                        ]
                    },
                },
            )
        )
    )
    if before:
        server.ident = before.ident  # persistent identifiers outlive a change of settings
    return server


server = PerCase(build)


def answered(where, relay_state):
    """The Response to where `response_args` says; `where` holds the destination and the request's identity."""
    case = web.case()
    policy = where.get("name_id_policy")
    name_id = None
    if policy is not None and policy.format == NAMEID_FORMAT_EMAILADDRESS:
        name_id = NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=web.PERSON["mail"])
    response = server().create_authn_response(
        ATTRIBUTES,
        userid=web.PERSON["login"],
        name_id=name_id,
        authn={"class_ref": PASSWORD, "authn_auth": web.BASE},
        sign_response=case["sign"] != "assertion",
        sign_assertion=case["sign"] != "response",
        encrypt_assertion=case["encrypt"],
        encrypt_assertion_self_contained=True,
        encrypted_advice_attributes=False,
        **where,
    )
    return posted(response, where["destination"], relay_state)


def posted(response, destination, relay_state):
    return sent(POST, server().apply_binding(POST, str(response), destination, relay_state or "", response=True))


def refusal(request, where, relay_state, status):
    response = server().create_error_response(request.id, where["destination"], info=(status, "refused"), sign=True)
    return posted(response, where["destination"], relay_state)


def sign_on(binding):
    def answer(visit):
        detached = {"redirect": {"relay_state": "RelayState", "sigalg": "SigAlg", "signature": "Signature"}}.get(
            binding, {}
        )
        request = (
            server()
            .parse_authn_request(
                visit.fields["SAMLRequest"],
                REDIRECT if binding == "redirect" else POST,
                **{name: visit.fields[field] for name, field in detached.items() if field in visit.fields},
            )
            .message
        )
        where = server().response_args(request)
        where.pop("binding", None)
        relay_state = visit.fields.get("RelayState")
        if request.requested_authn_context and not BROKER.pick(request.requested_authn_context):
            return refusal(request, where, relay_state, STATUS_NO_AUTHN_CONTEXT)
        if visit.session.get("person") and request.force_authn not in TRUE:
            return answered(where, relay_state)
        if request.is_passive in TRUE:
            return refusal(request, where, relay_state, STATUS_NO_PASSIVE)
        waiting[request.id] = (where, relay_state)
        return web.login_form(request=request.id)

    return answer


def login(visit):
    web.logged_in(visit)
    return answered(*waiting.pop(visit.post["request"]))


def initiate(visit):
    if not visit.session.get("person"):
        where = server().metadata.assertion_consumer_service(visit.get["sp"], POST)[0]["location"]
        unsolicited = {
            "in_response_to": None,
            "sp_entity_id": visit.get["sp"],
            "destination": where,
            "name_id_policy": None,
        }
        waiting["unsolicited"] = (unsolicited, "/after")
    return web.login_form(request="unsolicited")


web.serve(
    {
        "/metadata": lambda visit: web.metadata(str(entity_descriptor(server().config))),
        "/sso/redirect": sign_on("redirect"),
        "/sso/post": sign_on("post"),
        "/login": login,
        "/init": initiate,
    }
)
