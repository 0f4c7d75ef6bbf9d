"""Makes fixtures of what passes between our servers and the peers.

`responses.json` is a manifest of the test kit: each response that our service provider accepted, with the instant, the
pinned certificate and the name that came out. `requests.json` holds each request that our identity provider answered,
as it came, with the service provider's metadata.
"""

import datetime
import json
import re
import shutil
from pathlib import Path

RESPONSES = ("assertion signed", "response signed", "both signed", "e-mail NameID", "IdP-initiated")
REQUESTS = ("Redirect request, signed", "POST request, signed", "RequestedAuthnContext met")


class Capture:
    """A folder of fixtures. Only logins that ended in a session are kept, and each kind of message once."""

    def __init__(self, folder, run):
        self.folder, self.run = Path(folder), run
        (self.folder / "keys").mkdir(parents=True)
        shutil.copy(run.keys / "idp.crt", self.folder / "keys")
        self.responses, self.requests = [], []

    def keep(self, pair, visit):
        if not visit.session:
            return
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if pair.sp.ours and not pair.idp.ours and pair.cell in RESPONSES:
            self._keep_response(pair, visit, now)
        if pair.idp.ours and not pair.sp.ours and pair.cell in REQUESTS:
            self._keep_request(pair, visit, now)

    def _write(self, peer, name, octets):
        path = self.folder / peer.name / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(octets)
        return f"{peer.name}/{name}"

    def _keep_response(self, pair, visit, now):
        name = re.sub(r"\W+", "-", pair.cell.lower())
        case = {
            "id": f"{pair.idp.name}-{name}",
            "product": pair.idp.product,
            "file": self._write(pair.idp, f"response-{name}.xml", visit.response.xml),
            "encoding": "xml",
            "now": now,
            "idp": {"entity_id": pair.idp.entity_id, "certificates": ["keys/idp.crt"]},
            "sp": {"entity_id": pair.sp.entity_id, "acs_url": visit.response.destination},
            "in_response_to": next(iter(visit.response.values("/*/@InResponseTo")), None),
            "allow": [*pair.sp.relaxations, *(["unsolicited"] if pair.cell == "IdP-initiated" else [])],
            "expect": "accept",
            "name_id": visit.session.name_id,
        }
        self.responses.append(case)
        (self.folder / "responses.json").write_text(
            json.dumps({"cases": self.responses}, indent=1, ensure_ascii=False) + "\n"
        )

    def _keep_request(self, pair, visit, now):
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
        }
        self.requests.append(case)
        (self.folder / "requests.json").write_text(json.dumps({"cases": self.requests}, indent=1) + "\n")
