"""The small site around a Python library: routes, a cookie, the login form. `python SCRIPT PORT FOLDER KEYS`.

Python's standard library only: lasso's binding runs in Debian's own Python, without our packages.
"""

import html
import http.cookies
import http.server
import json
import secrets
import sys
import traceback
import urllib.parse
from pathlib import Path

PORT = int(sys.argv[1])
FOLDER = Path(sys.argv[2])
KEYS = Path(sys.argv[3])
BASE = f"http://127.0.0.1:{PORT}"

PERSON = {
    "login": "juergen",
    "mail": "juergen@example.org",
    "cn": 'Jürgen "Ünïcode" <&> O\'Neill',
    "affiliation": ["member", "staff"],
}


def case():
    """The settings of the login at hand."""
    return json.loads((FOLDER / "case.json").read_text())


def partner():
    """The partner's metadata."""
    return (FOLDER / "partner.xml").read_text()


class Refused(Exception):
    """The library would not have the message."""


class Visit:
    """One HTTP request, and what the site remembers about its browser."""

    sessions = {}

    def __init__(self, handler, body):
        address = urllib.parse.urlsplit(handler.path)
        self.path, self.query, self.body = address.path, address.query, body
        self.get = dict(urllib.parse.parse_qsl(self.query, keep_blank_values=True))
        self.post = dict(urllib.parse.parse_qsl(body or "", keep_blank_values=True))
        self.fields = {**self.get, **self.post}
        self.cookie_name = f"site{PORT}"
        cookie = http.cookies.SimpleCookie(handler.headers.get("Cookie")).get(self.cookie_name)
        self.cookie = cookie.value if cookie else secrets.token_hex(16)
        self.session = self.sessions.setdefault(self.cookie, {})


def page(content, status=200, kind="text/html; charset=utf-8", **headers):
    return status, {"Content-Type": kind, **headers}, content.encode() if isinstance(content, str) else content


def redirect(url):
    return page("", 302, Location=url)


def metadata(xml):
    return page(xml, kind="application/samlmetadata+xml")


def as_json(value):
    return page(json.dumps(value), kind="application/json")


def posted(url, fields):
    """A form that submits itself."""
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items() if value
    )
    return page(
        f'<body onload="document.forms[0].submit()"><form method="post" action="{html.escape(url)}">{inputs}</form></body>'
    )


def login_form(**hidden):
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in hidden.items()
    )
    return page(
        f'<form method="post" action="/login">{inputs}<input name="username">'
        '<input type="password" name="password"><input type="submit"></form>'
    )


def logged_in(visit):
    """Checks the login form's fields, and remembers the person."""
    if visit.post.get("username") != PERSON["login"] or visit.post.get("password") != PERSON["login"]:
        raise Refused("wrong login")
    visit.session["person"] = PERSON["login"]


def serve(routes):
    """Answers requests with `routes[path](visit)` until it is stopped."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, body=None):
            visit = Visit(self, body)
            try:
                route = routes.get(visit.path)
                status, headers, content = route(visit) if route else page("no such page", 404)
            except Refused as reason:
                status, headers, content = page(f"refused: {html.escape(str(reason))}", 403)
            except Exception as error:  # a library's way of saying no
                traceback.print_exc()
                status, headers, content = page(f"refused: {html.escape(repr(error))}", 403)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Set-Cookie", f"{visit.cookie_name}={visit.cookie}; Path=/")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self):
            self.answer()

        def do_POST(self):
            self.answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

        def log_message(self, *arguments):
            pass

    http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
