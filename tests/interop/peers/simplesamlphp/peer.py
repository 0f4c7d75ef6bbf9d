"""SimpleSAMLphp, under PHP's own web server: both roles.

Quirks: it takes `AuthnRequestsSigned` in a service provider's metadata as an order to refuse unsigned requests, lets
`WantAssertionsSigned` there override its own setting, and as a service provider sends a POST request only to an IdP that
offers nothing else.
"""

import json
import urllib.parse
from dataclasses import asdict

from driver import message
from driver.peer import IdentityProvider, ServiceProvider


class SimpleSamlPhp:
    product = "SimpleSAMLphp 1.19.7"
    router = ()

    def prepare(self, case, partner):
        self.write("case.json", json.dumps(asdict(case)))
        self.write("partner.xml", message.metadata_offering(partner, case.binding))
        self.write("config/config.php", self.template("config.php", ROLE=self.role))
        self.write("config/authsources.php", self.template("authsources.php", ROLE=self.role))
        self.write("metadata/saml20-idp-hosted.php", self.template("idp-hosted.php"))
        for name in ("data", "tmp", "sessions"):
            (self.state / name).mkdir(exist_ok=True)
        # With the opcode cache, a changed setting would be seen two seconds late.
        quiet = ["-d", "error_reporting=22519", "-d", "display_errors=0", "-d", "opcache.enable=0"]
        php = ["php", *quiet, "-S", f"127.0.0.1:{self.port}", "-t", "/usr/share/simplesamlphp/www", *self.router]
        self.serve(
            {},
            (php, self.port),
            environment={"SIMPLESAMLPHP_CONFIG_DIR": str(self.state / "config"), "PHP_CLI_SERVER_WORKERS": "3"},
        )


class Sp(SimpleSamlPhp, ServiceProvider):
    metadata_path = "/module.php/saml/sp/metadata.php/sp"
    cookies = "*sp"

    @property
    def router(self):
        return (self.folder / "router.php",)


class Idp(SimpleSamlPhp, IdentityProvider):
    metadata_path = "/saml2/idp/metadata.php"
    needs = ("aes-cbc",)

    def initiate_url(self, sp):
        query = urllib.parse.urlencode({"spentityid": sp.entity_id, "RelayState": sp.base + "/after"})
        return f"{self.base}/saml2/idp/SSOService.php?{query}"
