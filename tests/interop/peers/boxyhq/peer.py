"""@boxyhq/saml20, the library inside BoxyHQ's mock IdP and SAML Jackson: an identity provider.

It makes one kind of response: assertion and message signed, NameID e-mail, in plain.
"""

from driver.peer import PASSWORD_PROTECTED_TRANSPORT, IdentityProvider, LibraryPeer


class Idp(LibraryPeer, IdentityProvider):
    product = "@boxyhq/saml20 1.15.2"
    authn_context = PASSWORD_PROTECTED_TRANSPORT
    limits = {
        "assertion signed": "@boxyhq/saml20 always signs assertion and message",
        "response signed": "@boxyhq/saml20 always signs assertion and message",
        "POST request, not signed": "@boxyhq/saml20 wants every POST request signed",
        "persistent NameID": "@boxyhq/saml20 knows the e-mail NameID only",
        "transient NameID": "@boxyhq/saml20 knows the e-mail NameID only",
        "IsPassive*": "@boxyhq/saml20 makes no response but success",
        "encrypted*": "@boxyhq/saml20 does not encrypt",
        "refuses a tampered Redirect request": "@boxyhq/saml20 does not look at the signature of a Redirect request",
    }

    def command(self):
        return self.node("idp.js")
