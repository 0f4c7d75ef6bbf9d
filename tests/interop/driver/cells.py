"""The columns of the matrix: each cell is one named function over a pair, and says what must come of its logins."""

import fnmatch
import time
from dataclasses import dataclass
from typing import Callable

from . import chromium, message
from .browser import Browser
from .pair import Absent, Failed, Skipped, expect
from .peer import EMAIL, PERSISTENT, TLS_CLIENT, TRANSIENT, Case

A_LITTLE = 420  # seconds: more than any product's tolerance, less than a request waits for its answer
THROUGH_CHROMIUM = [("shibboleth", "ours"), ("ours", "simplesamlphp"), ("shibboleth", "simplesamlphp")]


@dataclass(frozen=True)
class Column:
    title: str
    cell: Callable | None  # None: nothing to run yet


COLUMNS = []


def column(title):
    def add(cell):
        COLUMNS.append(Column(title, cell))
        return cell

    return add


def _request_cell(binding, signed):
    def cell(pair):
        visit = pair.login(Case(binding=binding, sign_request=signed))
        visit.logged_in()
        expect(visit.request.binding == binding, f"the request went by {visit.request.binding}")
        expect(visit.request.signed == signed, f"the request was {'signed' if visit.request.signed else 'not signed'}")

    return cell


for _binding, _name in (("redirect", "Redirect"), ("post", "POST")):
    column(f"{_name} request, signed")(_request_cell(_binding, True))
    column(f"{_name} request, not signed")(_request_cell(_binding, False))


def _signature_cell(sign):
    def cell(pair):
        visit = pair.login(Case(sign=sign))
        visit.logged_in()
        expect(visit.response.assertion_signed == (sign != "response"), "the assertion's signature is not as asked for")
        expect(visit.response.signed == (sign != "assertion"), "the response's signature is not as asked for")

    return cell


column("assertion signed")(_signature_cell("assertion"))
column("response signed")(_signature_cell("response"))
column("both signed")(_signature_cell("both"))


def _name_id(pair, name_id):
    visit = pair.login(Case(name_id=name_id))
    visit.logged_in()
    expect(visit.response.values("//saml:Subject/saml:NameID/@Format") == [name_id], "the NameID has another format")
    return visit.response.values("//saml:Subject/saml:NameID/text()")[0]


@column("persistent NameID")
def persistent(pair):
    expect(_name_id(pair, PERSISTENT) == _name_id(pair, PERSISTENT), "the second login got another NameID")


@column("transient NameID")
def transient(pair):
    again = _name_id(pair, TRANSIENT) == _name_id(pair, TRANSIENT)
    expect(
        not (again and pair.idp.ours), "the second login got the same NameID"
    )  # some products remember it; ours doesn't


@column("e-mail NameID")
def email(pair):
    found = _name_id(pair, EMAIL)
    expect(found == pair.idp.person.mail, f"the NameID is {found}")


@column("IsPassive without a session")
def passive(pair):
    visit = pair.login(Case(passive=True))
    visit.refused("NoPassive", because="NoPassive")
    expect(visit.browser.logins == 0, "a login form was shown")


@column("ForceAuthn with a session")
def force(pair):
    browser = Browser(pair.idp.person)
    pair.login(browser=browser).logged_in()
    _forget(browser, pair.sp)
    pair.login(browser=browser).logged_in()
    expect(browser.logins == 1, "the identity provider had forgotten the browser without ForceAuthn")
    _forget(browser, pair.sp)
    time.sleep(pair.idp.seconds_before_force)
    pair.login(Case(force=True), browser).logged_in()
    expect(browser.logins == 2, "no login form was shown")


def _forget(browser, sp):
    """Takes the service provider's cookies away, and leaves the identity provider's."""
    for cookie in list(browser.http.cookies):
        if sp.owns_cookie(cookie.name):
            browser.http.cookies.clear(cookie.domain, cookie.path, cookie.name)


@column("RequestedAuthnContext met")
def context_met(pair):
    wanted = pair.idp.authn_context
    session = pair.login(Case(authn_context=wanted)).logged_in()
    expect(session.authn_context in (None, wanted), f"the session shows {session.authn_context}")


@column("RequestedAuthnContext not met")
def context_not_met(pair):
    visit = pair.login(Case(authn_context=TLS_CLIENT))
    expect(
        visit.request.values("//samlp:RequestedAuthnContext/saml:AuthnContextClassRef/text()") == [TLS_CLIENT],
        "not asked for",
    )
    ignored = visit.response.status == "Success"
    visit.refused("NoAuthnContext" if pair.idp.ours else None, because="authn_context.mismatch" if ignored else None)


@column("IdP-initiated")
def unsolicited(pair):
    pair.prepare(Case())
    visit = pair.visit(pair.idp.initiate_url(pair.sp))
    expect(not (pair.sp.ours or pair.idp.ours) or visit.session is None, "it was accepted by default")
    if pair.idp.ours:
        expect("code=sp.idp_initiated_refused " in pair.idp.refusal(), "our side did not refuse it by default")
    elif pair.sp.ours:
        visit.refused("Success", because="response.unsolicited_refused")
    pair.prepare(Case(unsolicited=True))
    visit = pair.visit(pair.idp.initiate_url(pair.sp))
    visit.logged_in()
    expect(visit.browser.last("AuthnRequest") is None, "the service provider asked after all")
    expect(not visit.response.values("/*/@InResponseTo"), "the response answers a request")


@column("metadata as published")
def metadata(pair):
    pair.login().logged_in()


@column("refuses a wrong certificate")
def wrong_certificate(pair):
    attacker = pair.sp.run.certificate("attacker", "idp")
    pair.login(idp_metadata=lambda metadata: message.metadata_with_certificate(metadata, attacker)).refused(
        "Success", because="signature.invalid"
    )


@column("refuses a wrong audience")
def wrong_audience(pair):
    """The request is changed on its way to come from another service provider with the same endpoint."""
    other = "http://other.example/sp"
    visit = pair.login(
        Case(sign_request=False),
        sp_metadata=lambda metadata: message.metadata_of(metadata, other),
        on_message=_changing("AuthnRequest", lambda seen: message.issued_by(seen, other)),
    )
    expect(visit.response.values("//saml:Audience/text()") == [other], "the response is not for another audience")
    visit.refused("Success", because="audience.mismatch")


@column("refuses an expired assertion")
def expired(pair):
    """While the person types the password, our own server's clock moves: a late answer, or one from the past."""
    if pair.sp.ours:
        ours, seconds = pair.sp, pair.idp.assertion_seconds + A_LITTLE
    elif pair.idp.ours:
        ours, seconds = pair.idp, -pair.idp.assertion_seconds - A_LITTLE
    else:
        raise Absent("neither side's clock can be turned")
    try:
        visit = pair.login(browser=Browser(pair.idp.person, on_login=lambda: ours.turn_clock(seconds)))
        visit.refused("Success", because="expired")
    finally:
        ours.turn_clock(0)


@column("refuses a replay")
def replayed(pair):
    visit = pair.login()
    visit.logged_in()
    thief = Browser(None)
    pair.result(thief, thief.submit(*visit.response.request())).refused("Success", because="replay.request_answered")


@column("refuses a tampered response")
def tampered_response(pair):
    visit = pair.login(on_message=_changing("Response", message.with_other_name_id))
    visit.refused("Success", because="signature.digest_mismatch")


def _tampered_request_cell(binding):
    def cell(pair):
        visit = pair.login(Case(binding=binding), on_message=_changing("AuthnRequest", message.with_other_id))
        expect(visit.request.binding == binding, f"the request went by {visit.request.binding}")
        answer = visit.browser.last("Response")
        expect(not (answer and answer.status == "Success"), "the identity provider answered")
        expect(visit.session is None, "there is a session")

    return cell


for _binding, _name in (("redirect", "Redirect"), ("post", "POST")):
    column(f"refuses a tampered {_name} request")(_tampered_request_cell(_binding))


def _changing(kind, change):
    return lambda seen: change(seen) if seen.kind == kind else seen


@column("headless Chromium")
def in_chromium(pair):
    if (pair.sp.name, pair.idp.name) not in THROUGH_CHROMIUM:
        raise Absent("one pair each way goes through Chromium")
    if not chromium.is_here():
        raise Skipped("this machine has no Chromium")
    case = Case()
    pair.prepare(case)
    browser = Browser(pair.idp.person)
    chromium.log_in(pair, pair.sp.login_url(case), browser)
    expect(pair.sp.session(browser), "no session")


@column("encrypted assertion")
def encrypted(pair):
    visit = _encrypted_login(pair, Case(name_id=EMAIL, encrypt=True), pair.idp.person.mail)
    expect(visit.response.values("/*/saml:EncryptedAssertion/xenc:EncryptedData/@Type"), "no assertion is encrypted")
    expect(not visit.response.values("//saml:Assertion/@ID"), "an assertion is in clear")


@column("encrypted NameID")
def encrypted_name_id(pair):
    """Persistent, so that a login in clear tells beforehand what the name has to be."""
    name = _name_id(pair, PERSISTENT)
    visit = _encrypted_login(pair, Case(name_id=PERSISTENT, encrypt_name_id=True), name)
    expect(visit.response.values("//saml:Subject/saml:EncryptedID/xenc:EncryptedData/@Type"), "no NameID is encrypted")
    expect(not visit.response.values("//saml:Subject/saml:NameID/text()"), "a NameID is in clear")


def _encrypted_login(pair, case, name):
    """A login under that name, with what the peer needs of us, each of which is proven to be needed."""
    needs = pair.idp.needs if pair.sp.ours else ()
    try:
        for left_out in needs:
            pair.sp.relaxations = tuple(one for one in needs if one != left_out)
            pair.login(case).refused("Success", because="encryption.algorithm_refused")
        pair.sp.relaxations = needs
        visit = pair.login(case)
        shown = visit.logged_in().name_id
        expect(shown == name, f"the NameID is shown as {shown}, not {name}")
        return visit
    finally:
        pair.sp.relaxations = ()


@column("out of the box")
def out_of_the_box(pair):
    """A quirk of the peer that a setting of its own hides elsewhere: refused by name, or taken by a named relaxation."""
    ours, peer = (pair.sp, pair.idp) if pair.sp.ours else (pair.idp, pair.sp)
    if not peer.quirk or not ours.ours:
        raise Absent("no setting of the peer hides a quirk")
    case = Case(binding=peer.quirk.binding, out_of_the_box=True)
    visit = pair.login(case)
    expect(visit.session is None, "it was accepted by default")
    expect(ours.refusal(), f"it was not refused by our side; the browser stopped at {visit.where()}")
    expect(f"code={peer.quirk.code} " in ours.refusal(), f"refused for another reason: {ours.refusal()}")
    if not peer.quirk.relaxations:
        return pair.keep(visit, peer.quirk.code)
    try:
        ours.relaxations = peer.quirk.relaxations
        pair.login(case).logged_in()
    finally:
        ours.relaxations = ()


for _title in (
    "logout by the SP",
    "logout by the IdP",
    "back-channel logout",
    "artifact",
    "ECP",
):
    COLUMNS.append(Column(_title, None))


@dataclass(frozen=True)
class Outcome:
    word: str  # ok, FAIL, limit, open, skip, –
    why: str = ""


def outcome(pair, column):
    """Runs one cell. A limit is a failure that is known: a cell that passes in spite of it fails the run, and so does
    one that cannot be run."""
    if column.cell is None:
        return Outcome("open")
    absent = _stated(pair, "absent", column.title)
    if absent:
        return Outcome("limit", absent)
    limit = pair.limit = _stated(pair, "limits", column.title)
    try:
        column.cell(pair)
    except Absent as reason:
        return Outcome("–", str(reason))
    except Skipped as reason:
        return Outcome("skip", str(reason))
    except Failed as failure:
        return Outcome("limit", limit) if limit else Outcome("FAIL", str(failure))
    except Exception as error:
        return Outcome("FAIL", f"{type(error).__name__}: {error}")
    return Outcome("FAIL", f"passes, against the stated limit: {limit}") if limit else Outcome("ok")


def _stated(pair, kind, title):
    for side in (pair.sp, pair.idp):
        for pattern, reason in getattr(side, kind).items():
            if fnmatch.fnmatchcase(title, pattern):
                return reason
    return None
