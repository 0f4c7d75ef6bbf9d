"""Keeps the messages that pass, with their provenance: the raw material of fixtures."""

import datetime
import json
import re
import shutil
from pathlib import Path


class Capture:
    """A folder of messages: `<sp>-<idp>/<cell>-<number>-<kind>.xml`, each with a `.json` that says where it comes from."""

    def __init__(self, folder, run):
        self.folder, self.run = Path(folder), run
        (self.folder / "keys").mkdir(parents=True)
        for key in [*run.keys.glob("*.crt"), run.keys / "enc.key"]:
            shutil.copy(key, self.folder / "keys")

    def keep(self, pair, cell, messages):
        folder = self.folder / f"{pair.sp.name}-{pair.idp.name}"
        folder.mkdir(exist_ok=True)
        for number, message in enumerate(messages, 1):
            name = "-".join([re.sub(r"\W+", "-", cell.lower()).strip("-"), str(number), message.kind.lower()])
            sender = pair.sp if message.kind == "AuthnRequest" else pair.idp
            provenance = {
                "product": sender.product,
                "entity": sender.entity_id,
                "partner": (pair.idp if sender is pair.sp else pair.sp).product,
                "captured": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "binding": message.binding,
                "destination": message.destination,
                "certificate": f"keys/{sender.role}.crt",
                "fields": {field: value for field, value in message.fields.items() if field != message.parameter},
            }
            if message.binding == "redirect":
                provenance["query"] = message.query
            (folder / f"{name}.xml").write_bytes(message.xml)
            (folder / f"{name}.json").write_text(json.dumps(provenance, indent=2) + "\n")
