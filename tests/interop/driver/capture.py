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
    """A folder of fixtures. Of each cell the last login that ended as it should is kept."""

    def __init__(self, folder, run):
        self.folder, self.run = Path(folder), run
        (self.folder / "keys").mkdir(parents=True)
        for name in ("idp.crt", "enc.key"):
            shutil.copy(run.keys / name, self.folder / "keys")
        self.responses, self.requests = {}, {}

    def keep(self, pair, visit, code=None):
        """Keeps what passed; `code` is the verdict's, if it was refused for a quirk."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if pair.sp.ours and not pair.idp.ours and pair.cell in RESPONSES and (visit.session or code):
            self._keep_response(pair, visit, now, code)
        answered = visit.browser.last("AuthnRequest") and visit.browser.last("Response")
        if pair.idp.ours and not pair.sp.ours and pair.cell in REQUESTS and (answered or code):
            self._keep_request(pair, visit, now, code)

    def _write(self, peer, name, octets):
        path = self.folder / peer.name / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(octets)
        return f"{peer.name}/{name}"

    def _keep_response(self, pair, visit, now, code):
        name = re.sub(r"\W+", "-", pair.cell.lower())
        encrypted = bool(visit.response.values("//xenc:EncryptedData/@Type"))
        case = {
            "id": f"{pair.idp.name}-{name}",
            "product": pair.idp.product,
            "file": self._write(pair.idp, f"response-{name}.xml", visit.response.xml),
            "encoding": "xml",
            "now": now,
            "idp": {"entity_id": pair.idp.entity_id, "certificates": ["keys/idp.crt"]},
            "sp": {
                "entity_id": pair.sp.entity_id,
                "acs_url": visit.response.destination,
                "decryption_keys": ["keys/enc.key"] if encrypted else [],
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
        content = json.dumps({"cases": list(cases.values())}, indent=1, ensure_ascii=False)
        (self.folder / name).write_text(content + "\n")
