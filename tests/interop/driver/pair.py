"""A service provider and an identity provider that trust each other, and what comes of a login between them."""

from dataclasses import dataclass, replace

import requests

from .browser import Browser
from .message import Message
from .peer import Case, Person, Session


class Failed(Exception):
    """The cell's expectation does not hold."""


class Absent(Exception):
    """The cell asks for what one side does not have."""


class Skipped(Exception):
    """This machine lacks what the cell needs beside the two sides."""


def expect(condition, complaint):
    if not condition:
        raise Failed(complaint)


@dataclass
class Visit:
    """A login as it went."""

    browser: Browser
    page: requests.Response
    session: Session | None
    person: Person
    refusal: str | None  # the service provider's own words, where they can be had

    @property
    def request(self) -> Message:
        return self._message("AuthnRequest")

    @property
    def response(self) -> Message:
        return self._message("Response")

    def _message(self, kind):
        found = self.browser.last(kind)
        expect(found, f"no {kind} passed the browser; it stopped at {self.where()}")
        return found

    def where(self):
        text = " ".join(self.page.text.split())
        return f"{self.page.status_code} {self.page.url.partition('?')[0]}: {text[-160:]}"

    def logged_in(self):
        """The session exists and holds what the identity provider knows: returns it."""
        expect(self.session, f"no session; the browser stopped at {self.where()}")
        for name in ("mail", "cn", "affiliation"):
            wanted = getattr(self.person, name)
            wanted = wanted if isinstance(wanted, tuple) else (wanted,)
            found = self.session.attribute(name)
            expect(set(found) == set(wanted), f"{name} arrived as {found}")
        sent = self.response.values("//saml:Subject/saml:NameID/text()")
        shown = self.session.name_id
        expect(not sent or [shown] == sent, f"the NameID was sent as {sent} and shown as {shown}")
        sent = self.response.values("//saml:Subject/saml:NameID/@Format")
        shown = self.session.format
        expect(not sent or shown in (None, *sent), f"the NameID's format was sent as {sent} and shown as {shown}")
        return self.session

    def refused(self, status=None, because=None):
        """The response came through and made no session; where the product says why, for the right reason."""
        if status:
            expect(self.response.status == status, f"the response's status is {self.response.status}, not {status}")
        expect(self.session is None, "the message was accepted")
        expect(
            self.refusal is None or not because or because in self.refusal,
            f"refused for another reason: {self.refusal}",
        )


class Pair:
    def __init__(self, sp, idp, capture=None):
        self.sp, self.idp, self.capture = sp, idp, capture
        self.cell = ""  # the title of the cell that runs
        self.limit = None  # why it is known to fail

    def prepare(self, case, idp_metadata=lambda metadata: metadata, sp_metadata=lambda metadata: metadata):
        """Sets both sides up for the case, each with the other's metadata, changed on the way if a cell wants it so."""
        # What is said here before the partner's metadata for this case is known must not ask for a key in it.
        self.idp.prepare(replace(case, encrypt=False, encrypt_name_id=False) if self.idp.ours else case, self.idp.partner)
        self.sp.prepare(case, idp_metadata(self.idp.metadata))
        self.idp.partner = sp_metadata(self.sp.metadata)
        self.idp.prepare(case, self.idp.partner)

    def login(self, case=Case(), browser=None, on_message=None, **metadata):
        """A login that begins at the service provider."""
        self.prepare(case, **metadata)
        return self.visit(self.sp.login_url(case), browser, on_message)

    def visit(self, url, browser=None, on_message=None):
        for side in (self.sp, self.idp):
            side.forget_refusals()
        browser = browser or Browser(self.idp.person)
        browser.on_message = on_message or (lambda message: message)
        visit = self.result(browser, browser.open(url))
        self.keep(visit)
        return visit

    def keep(self, visit, code=None):
        """Makes a fixture of the visit if this run makes any; `code` says for which quirk it was refused."""
        if self.capture and not self.limit:
            self.capture.keep(self, visit, code)

    def result(self, browser, page):
        return Visit(browser, page, self.sp.session(browser), self.idp.person, self.sp.refusal())
