"""Shibboleth SP, the service provider of the research federations: shibd and mod_shib in an Apache of their own.

Plain http on loopback needs `handlerSSL="false"` and cookies of its own (`cookieProps`). Its RelayState is opaque and
must come back untouched; its metadata writes `AuthnRequestsSigned="1"`, lists four assertion consumer services, and
carries `init:` and `alg:` extensions, a KeyName beside each certificate and a comment before the root.
"""

import urllib.parse

from driver import message
from driver.peer import EMAIL, PERSISTENT, POST, REDIRECT, TRANSIENT, Quirk, ServiceProvider, Session
from driver.process import PATIENCE

# The attribute under which each NameID format is shown, see attribute-map.xml.
NAME_IDS = {"persistent-id": PERSISTENT, "transient-id": TRANSIENT, "email-id": EMAIL}


class Sp(ServiceProvider):
    product = "Shibboleth SP 3.4.1"
    metadata_path = "/Shibboleth.sso/Metadata"
    cookies = "_shib*"
    # It signs POST requests so for an IdP whose metadata doesn't list what it can verify.
    quirk = Quirk("signature.algorithm_refused", ("sha1",), "post")

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.shibd_port = self.run.port()
        self.write("www/index.html", "logged in")

    def prepare(self, case, partner):
        if case.out_of_the_box:
            partner = message.metadata_without_extensions(partner)
        configuration = self.template(
            "shibboleth2.xml",
            SHIBD_PORT=self.shibd_port,
            PARTNER=message.values(partner, "/*/@entityID")[0],
            SIGNING=str(case.sign_request).lower(),
            BINDING=POST if case.binding == "post" else REDIRECT,
            SIGNED_ASSERTIONS=str(case.sign != "response").lower(),
        )
        files = {
            "shibboleth2.xml": configuration,
            "attribute-map.xml": self.template("attribute-map.xml"),
            "shibd.logger": self.template("log4shib.conf", LOG="shibd"),
            "native.logger": self.template("log4shib.conf", LOG="native"),
            "apache.conf": self.template("apache.conf"),
            "partner.xml": partner.decode(),
        }
        shibd = ["shibd", "-f", "-F", "-c", self.state / "shibboleth2.xml", "-p", self.state / "shibd.pid"]
        apache = ["apache2", "-f", self.state / "apache.conf", "-DFOREGROUND"]
        self.serve(files, (shibd, self.shibd_port), (apache, self.port))

    def login_url(self, case):
        options = {
            "target": self.base + "/after",
            "NameIDFormat": case.name_id,
            "isPassive": "true" if case.passive else None,
            "forceAuthn": "true" if case.force else None,
            "authnContextClassRef": case.authn_context,
            "authnContextComparison": "exact" if case.authn_context else None,
        }
        given = {name: value for name, value in options.items() if value}
        return f"{self.base}/Shibboleth.sso/Login?{urllib.parse.urlencode(given)}"

    def session(self, browser):
        answer = browser.http.get(self.base + "/Shibboleth.sso/Session", timeout=PATIENCE)
        if "json" not in answer.headers["Content-Type"] or not (shown := answer.json()).get("attributes"):
            return None
        attributes = {one["name"]: one["values"] for one in shown["attributes"]}
        (name_id,) = NAME_IDS.keys() & attributes.keys()
        return Session(attributes.pop(name_id)[0], NAME_IDS[name_id], attributes, shown["authncontext_class"])
