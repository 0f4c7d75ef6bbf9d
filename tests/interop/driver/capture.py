"""Makes fixtures of what passes between our servers and the peers.

`responses.json` is a manifest of the test kit: each response that our service provider accepted, or refused for a
quirk, with the instant, the pinned certificate, the relaxations, and the name or the code that came out.
`requests.json` holds each request that our identity provider answered, or refused for a quirk, as it came, with the
service provider's metadata.
"""

import datetime
import json
import re
import shutil
from pathlib import Path

RESPONSES = (
    "assertion signed",
    "response signed",
    "both signed",
    "e-mail NameID",
    "IdP-initiated",
    "encrypted assertion",
    "encrypted NameID",
    "out of the box",
)
REQUESTS = (
    "Redirect request, signed",
    "POST request, signed",
    "RequestedAuthnContext met",
    "IsPassive without a session",
    "ForceAuthn with a session",
    "encrypted NameID",
    "out of the box",
)


class Capture:
    """A folder of fixtures. Of each cell the last login that ended as it should is kept; what is there of peers that
    take no part stays as it is."""

    def __init__(self, folder, run):
        self.folder, self.run = Path(folder), run
        self.folder.mkdir(parents=True, exist_ok=True)
        self.responses, self.requests = self._manifest("responses.json"), self._manifest("requests.json")
        self.begun = set()

    def _manifest(self, name):
        path = self.folder / name
        cases = json.loads(path.read_text())["cases"] if path.exists() else []
        return {case["id"]: case for case in cases}

    def _begin(self, peer):
        """What there is of a peer from an earlier run goes as soon as it is captured anew."""
        if peer.name in self.begun:
            return
        self.begun.add(peer.name)
        shutil.rmtree(self.folder / peer.name, ignore_errors=True)
        for cases in (self.responses, self.requests):
            for known in [case for case in cases.values() if case["file"].startswith(f"{peer.name}/")]:
                del cases[known["id"]]

    def keep(self, pair, visit, code=None):
        """Keeps what passed; `code` is the verdict's, if it was refused for a quirk."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if pair.sp.ours and not pair.idp.ours and pair.cell in RESPONSES and (visit.session or code):
            self._keep_response(pair, visit, now, code)
        answered = visit.browser.last("AuthnRequest") and visit.browser.last("Response")
        if pair.idp.ours and not pair.sp.ours and pair.cell in REQUESTS and (answered or code):
            self._keep_request(pair, visit, now, code)

    def _write(self, peer, name, octets):
        self._begin(peer)
        path = self.folder / peer.name / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(octets)
        return f"{peer.name}/{name}"

    def _key(self, peer, owner, name):
        """A key of this run, kept beside the messages of the peer."""
        return self._write(peer, name, (owner.keys / name).read_bytes())

    def _keep_response(self, pair, visit, now, code):
        name = re.sub(r"\W+", "-", pair.cell.lower())
        encrypted = bool(visit.response.values("//xenc:EncryptedData/@Type"))
        case = {
            "id": f"{pair.idp.name}-{name}",
            "product": pair.idp.product,
            "file": self._write(pair.idp, f"response-{name}.xml", visit.response.xml),
            "encoding": "xml",
            "now": now,
            "idp": {"entity_id": pair.idp.entity_id, "certificates": [self._key(pair.idp, pair.idp, "idp.crt")]},
            "sp": {
                "entity_id": pair.sp.entity_id,
                "acs_url": visit.response.destination,
                "decryption_keys": [self._key(pair.idp, pair.sp, "enc.key")] if encrypted else [],
            },
            "in_response_to": next(iter(visit.response.values("/*/@InResponseTo")), None),
            "allow": [*pair.sp.relaxations, *(["unsolicited"] if pair.cell == "IdP-initiated" else [])],
        }
        outcome = {"expect": "reject", "code": code} if code else {"expect": "accept", "name_id": visit.session.name_id}
        self.responses[case["id"]] = {**case, **outcome}
        self._write_manifest("responses.json", self.responses)

    def _keep_request(self, pair, visit, now, code):
        name = re.sub(r"\W+", "-", pair.cell.lower())
        request = visit.request
        redirect = request.binding == "redirect"
        message = request.query.encode() if redirect else request.fields["SAMLRequest"].encode()
        case = {
            "id": f"{pair.sp.name}-{name}",
            "product": pair.sp.product,
            "binding": request.binding,
            "file": self._write(pair.sp, f"request-{name}.{'query' if redirect else 'base64'}", message),
            "metadata": self._write(pair.sp, f"metadata-{name}.xml", pair.idp.partner),
            "sso_url": request.destination,
            "now": now,
            "allow": list(pair.idp.relaxations),
            "code": code,
            "is_passive": pair.cell.startswith("IsPassive"),
            "force_authn": pair.cell.startswith("ForceAuthn"),
        }
        self.requests[case["id"]] = case
        self._write_manifest("requests.json", self.requests)

    def _write_manifest(self, name, cases):
        ordered = [cases[name] for name in sorted(cases)]
        content = json.dumps({"cases": ordered}, indent=1, ensure_ascii=False)
        (self.folder / name).write_text(content + "\n")
