"""samlify, a Node library for both roles.

Quirks: as a service provider it insists that its own `AuthnRequestsSigned` and the IdP's `WantAuthnRequestsSigned`
agree, and as an identity provider it signs the assertion only for a service provider with `WantAssertionsSigned`, so
the two programs rewrite that one attribute of the partner's metadata to the case. It cannot read a certificate that
begins with white space, as LemonLDAP::NG's does. Its stock response has no AuthnStatement.
"""

from driver.peer import IdentityProvider, LibraryPeer, Quirk, ServiceProvider


class Sp(LibraryPeer, ServiceProvider):
    product = "samlify 2.13.1"
    limits = {"encrypted NameID": "samlify does not look into an EncryptedID"}

    def command(self):
        return self.node("sp.js")


class Idp(LibraryPeer, IdentityProvider):
    product = "samlify 2.13.1"
    quirk = Quirk("authn_statement.missing")
    limits = {
        "persistent NameID": "samlify takes the NameID's format from its configuration",
        "transient NameID": "samlify takes the NameID's format from its configuration",
        "IsPassive*": "samlify makes no response but success",
        "encrypted NameID": "samlify does not encrypt a NameID",
    }

    def command(self):
        return self.node("idp.js")
