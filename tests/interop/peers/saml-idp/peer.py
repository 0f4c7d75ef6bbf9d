"""saml-idp, the little test IdP of npm: an identity provider for one service provider, configured on its command line.

It depends on forks that no registry serves, hence the overrides in `packages`. It has no session of its own: each
request shows its form, in which one writes who one is.
"""

import subprocess
import textwrap

from driver import message
from driver.peer import PASSWORD_PROTECTED_TRANSPORT, IdentityProvider, Person


class Idp(IdentityProvider):
    product = "saml-idp 1.2.1"
    assertion_seconds = 3600
    authn_context = PASSWORD_PROTECTED_TRANSPORT
    person = Person(login=Person.mail)  # its form takes the NameID for a login name
    needs = ("aes-cbc",)
    limits = {
        "response signed": "saml-idp always signs the assertion",
        "persistent NameID": "saml-idp takes the NameID's format from its configuration",
        "transient NameID": "saml-idp takes the NameID's format from its configuration",
        "IsPassive*": "saml-idp ignores IsPassive",
        "ForceAuthn*": "saml-idp keeps no session",
        "encrypted NameID": "saml-idp does not encrypt a NameID",
        "refuses a tampered * request": "saml-idp does not look at the signature of a request",
    }

    def prepare(self, case, partner):
        (entity_id,) = message.values(partner, "/*/@entityID")
        consumers = message.values(partner, "//md:AssertionConsumerService[contains(@Binding, 'HTTP-POST')]/@Location")
        certificate, public_key = self.recipient(partner)
        options = {
            "host": "127.0.0.1",
            "port": self.port,
            "issuer": self.entity_id,
            "key": self.keys / "idp.key",
            "cert": self.keys / "idp.crt",
            "audience": entity_id,
            "serviceProviderId": entity_id,
            "acsUrl": consumers[0],
            "configFile": self.folder / "config.js",
            "signResponse": str(case.sign != "assertion").lower(),
            "encryptAssertion": str(case.encrypt).lower(),
            "encryptionCert": certificate,
            "encryptionPublicKey": public_key,
        }
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self.serve({}, (["node", self.run.npm / "saml-idp/bin/run.js", *words], self.port))

    def recipient(self, partner):
        """The partner's certificate for encryption and the key in it, in two files, as it wants them. A partner without
        one is not encrypted to, but the files must be there."""
        path = "//md:KeyDescriptor[not(@use) or @use='encryption']//ds:X509Certificate/text()"
        found = message.values(partner, path) or [self.run.certificate(self.name, "enc")]
        lines = textwrap.wrap("".join(found[0].split()), 64)
        pem = "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])
        certificate = self.write("partner.crt", pem)
        command = ["openssl", "x509", "-in", certificate, "-pubkey", "-noout"]
        key = subprocess.run(command, check=True, capture_output=True).stdout
        return certificate, self.write("partner.pub", key)

    def initiate_url(self, sp):
        return self.base + "/"
