"""What both roles' configurations share."""

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NAMEID_FORMAT_PERSISTENT, NAMEID_FORMAT_TRANSIENT

import web

REDIRECT, POST = BINDING_HTTP_REDIRECT, BINDING_HTTP_POST
FORMATS = [NAMEID_FORMAT_TRANSIENT, NAMEID_FORMAT_PERSISTENT, NAMEID_FORMAT_EMAILADDRESS]
# Heeded only inside the service's own section; elsewhere the library falls back to SHA-1.
ALGORITHMS = {
    "signing_algorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "digest_algorithm": "http://www.w3.org/2001/04/xmlenc#sha256",
}


def settings(role, service):
    return {
        "entityid": f"{web.BASE}/{role}",
        "service": {role: service if web.case()["out_of_the_box"] else {**service, **ALGORITHMS}},
        **ALGORITHMS,
        "xmlsec_binary": "/usr/bin/xmlsec1",
        "metadata": {"inline": [web.partner()]},
        "key_file": str(web.KEYS / f"{role}.key"),
        "cert_file": str(web.KEYS / f"{role}.crt"),
        "encryption_keypairs": [{"key_file": str(web.KEYS / "enc.key"), "cert_file": str(web.KEYS / "enc.crt")}],
        "allow_unknown_attributes": True,
    }


class PerCase:
    """Builds the library's object anew when the case or the partner's metadata changed."""

    def __init__(self, build):
        self.build, self.made_for, self.made = build, None, None

    def __call__(self):
        wanted = (web.case(), web.partner())
        if self.made_for != wanted:
            self.made, self.made_for = self.build(wanted[0], self.made), wanted
        return self.made


def sent(binding, message):
    """The browser's next step, out of what `apply_binding` made."""
    if binding == REDIRECT:
        return web.redirect(dict(message["headers"])["Location"])
    return web.page(message["data"])
