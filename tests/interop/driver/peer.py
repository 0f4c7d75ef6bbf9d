"""The peers as the driver sees them: a product in one role, started, set up for a case, asked for its session.

A peer's folder holds `peer.py` with a subclass for each role that it plays; products that come with a server of their
own override `prepare`, libraries get by with a small site that reads `case.json` and `partner.xml` (`LibraryPeer`).
"""

import fnmatch
import json
import re
import time
import urllib.parse
from dataclasses import asdict, dataclass, field
from pathlib import Path

import requests

from .process import PATIENCE, Process

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
PASSWORD_PROTECTED_TRANSPORT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
TLS_CLIENT = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient"

# What a peer is told of its partner before there is one: some products do not start without.
PLACEHOLDER = (Path(__file__).parent / "placeholder.xml").read_bytes()

# An attribute under every name by which a product may show it.
ATTRIBUTE_NAMES = {
    "mail": ("mail", "urn:oid:0.9.2342.19200300.100.1.3", "email"),
    "cn": ("cn", "urn:oid:2.5.4.3", "displayName"),
    "affiliation": ("affiliation", "urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "eduPersonAffiliation"),
}


@dataclass(frozen=True)
class Person:
    """Who logs in, everywhere: a name that no escaping survives by luck, and an attribute with two values."""

    login: str = "juergen"
    password: str = "juergen"  # LemonLDAP's demonstration accounts take the login name as password
    mail: str = "juergen@example.org"
    cn: str = 'Jürgen "Ünïcode" <&> O\'Neill'
    affiliation: tuple = ("member", "staff")


@dataclass(frozen=True)
class Case:
    """The settings of one login: what the service provider asks, and how the identity provider answers."""

    binding: str = "redirect"  # of the request: "redirect" or "post"
    sign_request: bool = True
    name_id: str | None = None
    passive: bool = False
    force: bool = False
    authn_context: str | None = None
    unsolicited: bool = False
    sign: str = "both"  # "assertion", "response" or "both"
    encrypt: bool = False  # the assertion
    encrypt_name_id: bool = False
    out_of_the_box: bool = False  # without the setting that hides the product's quirk


@dataclass(frozen=True)
class Session:
    """What a service provider knows about who logged in. `None`: it has none, or does not show it."""

    name_id: str | None = None
    format: str | None = None
    attributes: dict = field(default_factory=dict)
    authn_context: str | None = None

    def attribute(self, name):
        found = (self.attributes[known] for known in ATTRIBUTE_NAMES[name] if known in self.attributes)
        values = next(found, [])
        return tuple(values) if isinstance(values, list) else (values,)


@dataclass(frozen=True)
class Quirk:
    """What a product does unless a setting of its own, which all other cells use, prevents it."""

    code: str  # the verdict that it gets here by default
    relaxations: tuple = ()  # with which it is taken, by the toolkit's names; none: the setting has to be made
    binding: str = "redirect"  # by which its request has to go for the quirk to show


class Peer:
    """One product in one role, on one loopback port, with one folder for its state."""

    role: str
    product: str
    absent: dict = {}  # column pattern -> why there is nothing in the product that the cell could run
    limits: dict = {}  # column pattern -> why the product fails here; the cell runs, and must fail
    quirk: Quirk | None = None
    metadata_path = "/metadata"
    cookies = "site@PORT@"  # the names of its cookies, as a pattern
    relaxations: tuple = ()  # what our side relaxes for the partner at hand, by the toolkit's names
    needs: tuple = ()  # what our side has to relax to open what this product encrypts
    ours = False

    def __init__(self, run, name, folder):
        self.run, self.name, self.folder = run, name, folder
        self.port = run.port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.state = run.directory / f"{name}-{self.role}"
        (self.state / "log").mkdir(parents=True)
        self.partner = PLACEHOLDER
        self.processes = []
        self.running = None

    @property
    def keys(self):
        """The folder with its keys, which no other party has."""
        return self.run.keys_of(self.name)

    @property
    def entity_id(self):
        return f"{self.base}/{self.role}"

    @property
    def metadata(self):
        """The metadata as it is published now."""
        answer = requests.get(self.base + self.metadata_path, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.content

    def prepare(self, case, partner):
        """Sets the product up for the case, with the partner's metadata; starts it if it doesn't run."""
        raise NotImplementedError

    def forget_refusals(self):
        """A new visit begins: only what is refused from now on counts."""

    def owns_cookie(self, name):
        return fnmatch.fnmatchcase(name, self.cookies.replace("@PORT@", str(self.port)))

    def write(self, name, content):
        """Puts a file into the peer's folder, only if it isn't there as it is."""
        path = self.state / name
        content = content if isinstance(content, bytes) else content.encode()
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return path

    def template(self, name, **values):
        """A file of the peer's folder with `@NAME@` filled in."""
        known = {
            "PORT": self.port,
            "BASE": self.base,
            "STATE": self.state,
            "KEYS": self.keys,
            "ENTITY": self.entity_id,
            **values,
        }
        return re.sub(r"@([A-Z_]+)@", lambda found: str(known[found[1]]), (self.folder / name).read_text())

    def serve(self, files, *servers, environment=None):
        """Runs the servers, each a command and its port, over these files; restarts them when anything changed.
        Says whether it did."""
        wanted = json.dumps([files, servers, environment], default=str)
        if wanted == self.running:
            return False
        self.stop()
        for name, content in files.items():
            self.write(name, content)
        for index, (command, port) in enumerate(servers):
            process = Process(self.run, f"{self.name}-{self.role}-{index}", command, environment or {})
            self.processes.append(process)
            process.wait_for(port)
        self.wait_until_ready()
        self.running = wanted
        return True

    def wait_until_ready(self):
        """Returns once the product answers: some listen before they can, and build themselves at the first request."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.metadata
            except requests.RequestException:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def stop(self):
        while self.processes:
            self.processes.pop().stop()
        self.running = None


class ServiceProvider(Peer):
    role = "sp"

    def login_url(self, case):
        return self.base + "/login"

    def refusal(self):
        """Why the last response was refused, in the product's own words, or None where they are nowhere to be had."""
        return None

    def session(self, browser):
        """The session of this browser, or None."""
        return session_from_json(browser.http.get(self.base + "/session", timeout=PATIENCE))


class IdentityProvider(Peer):
    role = "idp"
    assertion_seconds = 300  # how long its assertions count
    seconds_before_force = 0  # how old a session has to be before ForceAuthn is heeded
    authn_context = PASSWORD  # what a login by password is called here
    person = Person()

    def initiate_url(self, sp):
        """Where a login starts at the identity provider; the answer carries the RelayState `/after`."""
        return f"{self.base}/init?" + urllib.parse.urlencode({"sp": sp.entity_id})


def session_from_json(answer):
    value = answer.json() if answer.ok and answer.content.strip() else None
    return Session(**value) if value else None


class LibraryPeer:
    """A library inside a small site of this suite, which reads `case.json` and `partner.xml` at each request."""

    def prepare(self, case, partner):
        self.write("case.json", json.dumps(asdict(case)))
        self.write("partner.xml", partner)
        command = [*self.command(), self.port, self.state, self.keys]
        where = {"PYTHONPATH": str(self.folder.parent / "lib"), "NODE_PATH": str(self.run.npm)}
        self.serve({}, (command, self.port), environment=where)

    def node(self, script):
        return ["node", str(self.folder / script)]
