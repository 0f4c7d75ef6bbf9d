"""LemonLDAP::NG, the French administration's portal: both roles, each a plain PSGI program under plackup.

Quirks: its metadata always holds three roles, and certificates that begin with white space; its request names neither
an assertion consumer service nor a binding, so the default of its metadata counts; as an identity provider it ignores
IsPassive and RequestedAuthnContext. Its portal takes white-listed accounts only, hence the entry in `portal.psgi`.
"""

import hashlib
import json
import urllib.parse

from driver.peer import (
    EMAIL,
    PASSWORD,
    PASSWORD_PROTECTED_TRANSPORT,
    PERSISTENT,
    TLS_CLIENT,
    TRANSIENT,
    IdentityProvider,
    ServiceProvider,
    Session,
)
from driver.process import PATIENCE

FORMATS = {None: "", EMAIL: "email", PERSISTENT: "persistent", TRANSIENT: "transient"}
CONTEXTS = {
    None: "",
    PASSWORD: "password",
    PASSWORD_PROTECTED_TRANSPORT: "password-protected-transport",
    TLS_CLIENT: "tls-client",
}
URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
OIDS = {
    "mail": "urn:oid:0.9.2342.19200300.100.1.3",
    "cn": "urn:oid:2.5.4.3",
    "affiliation": "urn:oid:1.3.6.1.4.1.5923.1.1.1.1",
}


class LemonLdap:
    product = "LemonLDAP::NG 2.16.1"
    metadata_path = "/saml/metadata"
    cookies = "lemonldap@PORT@*"

    @property
    def entity_id(self):
        return self.base + "/saml/metadata"

    def prepare(self, case, partner):
        configuration = {
            **json.loads(open("/var/lib/lemonldap-ng/conf/lmConf-1.json").read()),
            **json.loads(self.template("shared.json")),
            **{
                "samlServicePrivateKeySig": (self.keys / f"{self.role}.key").read_text(),
                "samlServicePublicKeySig": (self.keys / f"{self.role}.crt").read_text(),
                "samlServicePrivateKeyEnc": (self.keys / "enc.key").read_text(),
                "samlServicePublicKeyEnc": (self.keys / "enc.crt").read_text(),
            },
            **self.settings(case, partner.decode()),
        }
        content = json.dumps(configuration, indent=1)
        # A portal that starts within the cache's life reads the configuration of the one before: one cache for each.
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        files = {
            "conf/lmConf-1.json": content,
            "lemonldap-ng.ini": self.template("lemonldap-ng.ini", CONFIGURATION=digest),
            "portal.psgi": self.template("portal.psgi"),
        }
        for kind in ("sessions", "persistent", "saml"):
            (self.state / kind / "lock").mkdir(parents=True, exist_ok=True)
        plackup = [
            "plackup",
            "-s",
            "HTTP::Server::PSGI",
            "-E",
            "deployment",
            "--host",
            "127.0.0.1",
            "--port",
            self.port,
        ]
        self.serve(
            files,
            ([*plackup, self.state / "portal.psgi"], self.port),
            environment={"LLNG_DEFAULTCONFFILE": str(self.state / "lemonldap-ng.ini")},
        )


class Sp(LemonLdap, ServiceProvider):
    def settings(self, case, partner):
        options = {
            "SignSSOMessage": int(case.sign_request),
            "CheckSSOMessageSignature": 1,
            "CheckTime": 1,
            "CheckAudience": 1,
            "ForceUTF8": 1,
            "NameIDFormat": FORMATS[case.name_id],
            "SSOBinding": "http-" + case.binding,
            "IsPassive": int(case.passive),
            "ForceAuthn": int(case.force),
            "AllowLoginFromIDP": 1,
            "RequestedAuthnContext": CONTEXTS[case.authn_context],
        }
        return {
            "authentication": "SAML",
            "samlSPSSODescriptorAuthnRequestsSigned": int(case.sign_request),
            "samlSPSSODescriptorWantAssertionsSigned": int(case.sign != "response"),
            "userDB": "Same",
            "samlIDPMetaDataXML": {"partner": {"samlIDPMetaDataXML": partner}},
            "samlIDPMetaDataOptions": {
                "partner": {"samlIDPMetaDataOptions" + name: value for name, value in options.items()}
            },
            "samlIDPMetaDataExportedAttributes": {"partner": {name: f"0;{oid};;" for name, oid in OIDS.items()}},
        }

    def login_url(self, case):
        return self.base + "/"

    def session(self, browser):
        answer = browser.http.get(self.base + "/session/my/global", timeout=PATIENCE)
        if not answer.ok or "json" not in answer.headers["Content-Type"]:
            return None
        shown = answer.json()
        attributes = {name: (shown[name] or "").split("; ") for name in OIDS}
        return Session(shown["_user"], None, attributes)


class Idp(LemonLdap, IdentityProvider):
    seconds_before_force = 2.1  # ForceAuthn counts for nothing in a session younger than its interval
    # What its demonstration accounts are worth.
    authn_context = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
    needs = ("aes-cbc",)
    limits = {
        "IsPassive*": "LemonLDAP::NG shows its login form in spite of IsPassive",
        "response signed": "lasso always signs the assertion",
        "encrypted NameID": "LemonLDAP::NG sends the NameID in clear, whatever its EncryptionMode",
    }

    def settings(self, case, partner):
        options = {
            "SignSSOMessage": int(case.sign != "assertion"),
            "CheckSSOMessageSignature": int(case.sign_request),
            "EncryptionMode": "assertion" if case.encrypt else "nameid" if case.encrypt_name_id else "none",
            "EnableIDPInitiatedURL": 1,
            "NameIDFormat": "",
            "ForceUTF8": 1,
            "NotOnOrAfterTimeout": 300,
            "SessionNotOnOrAfterTimeout": 3600,
        }
        return {
            "authentication": "Demo",
            "userDB": "Same",
            "issuerDBSAMLActivation": 1,
            "portalForceAuthnInterval": 1,
            "samlIDPSSODescriptorWantAuthnRequestsSigned": int(case.sign_request),
            "samlSPMetaDataXML": {"partner": {"samlSPMetaDataXML": partner}},
            "samlSPMetaDataOptions": {
                "partner": {"samlSPMetaDataOptions" + name: value for name, value in options.items()}
            },
            "samlSPMetaDataExportedAttributes": {
                "partner": {name: f"1;{oid};{URI};{name}" for name, oid in OIDS.items()}
            },
        }

    def initiate_url(self, sp):
        query = urllib.parse.urlencode({"IDPInitiated": 1, "spConfKey": "partner", "RelayState": sp.base + "/after"})
        return f"{self.base}/saml/singleSignOn?{query}"
