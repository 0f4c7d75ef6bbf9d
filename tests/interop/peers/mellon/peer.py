"""mod_auth_mellon, the Apache module on lasso: a service provider in an Apache of its own.

It sends a POST request only to an IdP that offers nothing else, takes the NameID format from its own metadata, and
compares the answer's authentication context with the one that it asked for. NoPassive gives a 401. It hands attribute
values to the application as the XML has them, `&lt;` for `<`.
"""

import html
import re

from driver import message
from driver.peer import ServiceProvider, Session
from driver.process import PATIENCE


class Sp(ServiceProvider):
    product = "mod_auth_mellon 0.18.1"
    metadata_path = "/mellon/metadata"
    cookies = "mellon*"
    limits = {"ForceAuthn*": "mod_auth_mellon has no setting for ForceAuthn"}

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.write("www/session/index.shtml", "<!--#printenv -->")

    def prepare(self, case, partner):
        files = {
            "apache.conf": self.template(
                "apache.conf",
                CONTEXT=f'MellonAuthnContextClassRef "{case.authn_context}"' if case.authn_context else "",
            ),
            "own.xml": self.template(
                "metadata.xml",
                SIGNED_ASSERTIONS=str(case.sign != "response").lower(),
                SIGNED=str(case.sign_request).lower(),
                FORMAT=f"<md:NameIDFormat>{case.name_id}</md:NameIDFormat>" if case.name_id else "",
                SIGNING=self.run.certificate(self.name, "sp"),
                ENCRYPTION=self.run.certificate(self.name, "sp"),
            ),
            "partner.xml": message.metadata_offering(partner, case.binding).decode(),
        }
        self.serve(files, (["apache2", "-f", self.state / "apache.conf", "-DFOREGROUND"], self.port))

    def login_url(self, case):
        return f"{self.base}/mellon/login?ReturnTo={self.base}/after" + ("&IsPassive=true" if case.passive else "")

    def session(self, browser):
        shown = browser.http.get(self.base + "/session/", timeout=PATIENCE)
        variables = dict(re.findall(r"^MELLON_(\w+)=(.*)$", html.unescape(shown.content.decode()), re.MULTILINE))
        variables = {name: html.unescape(value) for name, value in variables.items()}  # the module's own escaping
        if "NAME_ID" not in variables:
            return None
        attributes = {name: variables[name].split("|") for name in ("mail", "cn", "affiliation") if name in variables}
        return Session(variables["NAME_ID"], None, attributes)
