"""pysaml2 as a service provider."""

from saml2.client import Saml2Client
from saml2.config import SPConfig
from saml2.metadata import entity_descriptor

import web
from settings import FORMATS, POST, REDIRECT, PerCase, sent, settings


def build(case, _before):
    return Saml2Client(
        SPConfig().load(
            settings(
                "sp",
                {
                    "allow_unsolicited": case["unsolicited"],
                    "authn_requests_signed": case["sign_request"],
                    "want_assertions_signed": case["sign"] != "response",
                    "want_response_signed": case["sign"] != "assertion",
                    "name_id_format": FORMATS,
                    "name_id_format_allow_create": True,
                    "endpoints": {"assertion_consumer_service": [(f"{web.BASE}/acs", POST)]},
                },
            )
        )
    )


client = PerCase(build)
outstanding = {}


def login(_visit):
    case = web.case()
    options = {
        "force_authn": "true" if case["force"] else None,
        "is_passive": "true" if case["passive"] else None,
        "nameid_format": case["name_id"],
        "requested_authn_context": (
            {"authn_context_class_ref": [case["authn_context"]], "comparison": "exact"}
            if case["authn_context"]
            else None
        ),
    }
    (identity_provider,) = client().metadata.identity_providers()
    request_id, binding, message = client().prepare_for_negotiated_authenticate(
        entityid=identity_provider,
        relay_state="/after",
        binding=POST if case["binding"] == "post" else REDIRECT,
        **{name: value for name, value in options.items() if value},
    )
    outstanding[request_id] = "/after"
    return sent(binding, message)


def consume(visit):
    response = client().parse_authn_request_response(visit.post["SAMLResponse"], POST, outstanding=outstanding)
    if response is None:
        raise web.Refused("the library returned nothing")
    outstanding.pop(
        response.in_response_to, None
    )  # the library leaves it to the application that an answer counts once
    visit.session["saml"] = {
        "name_id": response.name_id.text,
        "format": response.name_id.format,
        "attributes": response.ava,
        "authn_context": response.authn_info()[0][0],
    }
    return web.redirect("/session")


web.serve(
    {
        "/metadata": lambda visit: web.metadata(str(entity_descriptor(client().config))),
        "/login": login,
        "/acs": consume,
        "/session": lambda visit: web.as_json(visit.session.get("saml")),
    }
)
