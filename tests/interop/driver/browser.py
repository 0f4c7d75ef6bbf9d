"""The user agent: follows redirects, submits what submits itself, logs in where it is asked to."""

import urllib.parse

import lxml.html
import requests

from .message import Message
from .process import PATIENCE

PASSED_ON = {"SAMLRequest", "SAMLResponse", "confirm"}  # forms that need no more than a click
LIMIT = 25  # requests until one page is reached; a login takes about eight
LOGIN_FIELDS = {"username", "user", "userName", "user_name"}  # what products call the field for the login name


class Browser:
    """One person at one browser, or a thief who knows no password (`None`).

    It keeps its cookies, the SAML messages that passed, and the number of times that it logged in.
    """

    def __init__(self, person, on_login=lambda: None):
        self.person = person
        self.on_login = on_login
        self.on_message = lambda message: message
        self.http = requests.Session()
        self.http.trust_env = False
        self.messages = []
        self.logins = 0

    def open(self, url):
        """The page that `url` leads to in the end."""
        return self.submit("GET", url)

    def submit(self, method, url, form=None):
        logins_before = self.logins
        for _ in range(LIMIT):
            method, url, form = self._pass_on(method, url, form)
            page = self.http.request(method, url, data=form, allow_redirects=False, timeout=PATIENCE)
            step = self._after(page, method, form, may_log_in=self.logins == logins_before)
            if step is None:
                return page
            method, url, form = step
        raise RuntimeError(f"more than {LIMIT} requests, the last to {url[:80]}")

    def _pass_on(self, method, url, form):
        message = Message.seen(method, url, form)
        if message is None:
            return method, url, form
        passed = self.on_message(message)
        self.messages.append(passed)
        return (method, url, form) if passed is message else passed.request()

    def _after(self, page, method, form, may_log_in):
        """What a browser does next by itself, or the person by hand: an HTTP request, or None on the last page."""
        if page.is_redirect:
            target = urllib.parse.urljoin(page.url, page.headers["Location"])
            return (method, target, form) if page.status_code in (307, 308) else ("GET", target, None)
        if "html" not in page.headers.get("Content-Type", "") or not page.content.strip():
            return None
        document = lxml.html.fromstring(page.content)
        for html_form in document.forms:
            fields = {name: value or "" for name, value in html_form.form_values()}
            target = urllib.parse.urljoin(page.url, html_form.get("action") or page.url)
            if fields.keys() & PASSED_ON or self._submits_itself(document):
                return self._submission(html_form, target, fields)
            if self.person and may_log_in and (user := LOGIN_FIELDS & set(html_form.inputs.keys())):
                self.logins += 1
                self.on_login()
                return "POST", target, {**fields, user.pop(): self.person.login, "password": self.person.password}
        return self._refresh(page, document)

    @staticmethod
    def _submits_itself(document):
        return any("submit" in script for script in document.xpath("//body/@onload"))

    @staticmethod
    def _submission(html_form, target, fields):
        if (html_form.get("method") or "get").lower() == "get":
            return "GET", target + ("&" if "?" in target else "?") + urllib.parse.urlencode(fields), None
        return "POST", target, fields

    @staticmethod
    def _refresh(page, document):
        for content in document.xpath('//meta[translate(@http-equiv,"REFSH","refsh")="refresh"]/@content'):
            _, equals, target = content.partition("=")
            if equals:
                return "GET", urllib.parse.urljoin(page.url, target.strip("'\" ")), None
        return None

    def last(self, kind):
        """The last message of that kind (`AuthnRequest`, `Response`, …) that passed, or None."""
        return next((message for message in reversed(self.messages) if message.kind == kind), None)
