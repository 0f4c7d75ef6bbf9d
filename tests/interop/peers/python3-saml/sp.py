"""python3-saml as a service provider."""

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings

import web


def settings():
    case = web.case()
    identity_provider = OneLogin_Saml2_IdPMetadataParser.parse(web.partner())["idp"]
    return {
        "strict": True,
        "idp": identity_provider,
        "sp": {
            "entityId": f"{web.BASE}/sp",
            "assertionConsumerService": {"url": f"{web.BASE}/acs"},
            "NameIDFormat": case["name_id"] or "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
            "x509cert": (web.KEYS / "sp.crt").read_text(),
            "privateKey": (web.KEYS / "sp.key").read_text(),
        },
        "security": {
            "authnRequestsSigned": case["sign_request"],
            "wantMessagesSigned": case["sign"] != "assertion",
            "wantAssertionsSigned": case["sign"] != "response",
            "wantAssertionsEncrypted": case["encrypt"],
            "wantNameIdEncrypted": case["encrypt_name_id"],
            "requestedAuthnContext": [case["authn_context"]] if case["authn_context"] else False,
            "failOnAuthnContextMismatch": True,
            "signatureAlgorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "digestAlgorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
            "rejectDeprecatedAlgorithm": True,
        },
    }


def toolkit(visit):
    return OneLogin_Saml2_Auth(
        {
            "https": "off",
            "http_host": web.BASE.removeprefix("http://"),
            "script_name": visit.path,
            "get_data": visit.get,
            "post_data": visit.post,
            "query_string": visit.query,
        },
        settings(),
    )


def login(visit):
    auth = toolkit(visit)
    case = web.case()
    url = auth.login(return_to="/after", force_authn=case["force"], is_passive=case["passive"])
    visit.session["request"] = auth.get_last_request_id()
    return web.redirect(url)


def consume(visit):
    auth = toolkit(visit)
    # `None` would accept an answer to any request: the library leaves it to the application to know what it asked.
    expected = None if web.case()["unsolicited"] else visit.session.pop("request", "none")
    auth.process_response(request_id=expected)
    if auth.get_errors():
        raise web.Refused(f"{auth.get_errors()} {auth.get_last_error_reason()}")
    visit.session["saml"] = {
        "name_id": auth.get_nameid(),
        "format": auth.get_nameid_format(),
        "attributes": auth.get_attributes(),
        "authn_context": auth.get_last_authn_contexts()[0],
    }
    return web.redirect("/session")


web.serve(
    {
        "/metadata": lambda visit: web.metadata(OneLogin_Saml2_Settings(settings()).get_sp_metadata()),
        "/login": login,
        "/acs": consume,
        "/session": lambda visit: web.as_json(visit.session.get("saml")),
    }
)
