"""Our own two servers, as peers like the others: one program, told each case over its control port.

Its clock is turned with libfaketime, so that no product code knows of a test: a file in its folder says by how much.
"""

import glob
import os
from dataclasses import asdict

import requests

from driver import message
from driver.packages import HERE
from driver.peer import PASSWORD_PROTECTED_TRANSPORT, IdentityProvider, ServiceProvider
from driver.process import PATIENCE

PROGRAM = os.path.join(os.environ.get("CARGO_TARGET_DIR", HERE.parent.parent / "target"), "debug/interop-ours")
ANSWERED_BY = ("sign", "unsolicited", "encrypt", "encrypt_name_id")  # the settings that concern our answer alone
FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), "")


class Ours:
    product = "this toolkit"
    ours = True
    metadata_path = "/saml/metadata"
    told = None  # the case that is in force
    log_begins = 0  # where in the log the visit at hand begins

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.control_port = self.run.port()

    @property
    def entity_id(self):
        return self.base + self.metadata_path

    def prepare(self, case, partner):
        if self.role == "sp":
            partner = message.metadata_offering(partner, case.binding)
        clock = {
            "LD_PRELOAD": FAKETIME,
            "FAKETIME_TIMESTAMP_FILE": str(self.turn_clock(0)),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        command = [PROGRAM, self.role, self.port, self.control_port, self.keys]
        if self.serve({}, (command, self.control_port), environment=clock):
            self.told = None
        told = {**asdict(case), "partner": partner.decode(), "relaxations": self.relaxations}
        if self.role == "idp":
            told.update(
                {name: value for name, value in asdict(type(case)()).items() if name not in ANSWERED_BY}
            )
        if told != self.told:
            answer = requests.post(f"http://127.0.0.1:{self.control_port}/prepare", json=told, timeout=PATIENCE)
            if not answer.ok:
                raise RuntimeError(f"our {self.role} does not take the case: {answer.text}")
            self.told = told

    def wait_until_ready(self):
        """It listens when its control port does, and has nothing to answer with before a case is in force."""

    def turn_clock(self, seconds):
        return self.write("clock", f"{seconds:+}")

    def forget_refusals(self):
        self.log_begins = self.processes[-1].log.stat().st_size

    def refusal(self):
        """The last line of the visit's log about a refusal: its code, and every rule that was broken."""
        said = self.processes[-1].log.read_bytes()[self.log_begins :].decode()
        lines = [line for line in said.splitlines() if "-refused event=" in line]
        return lines[-1] if lines else ""


class Sp(Ours, ServiceProvider):
    cookies = "ours-sp-*"


class Idp(Ours, IdentityProvider):
    cookies = "ours-idp-*"
    authn_context = PASSWORD_PROTECTED_TRANSPORT

    def initiate_url(self, sp):
        return f"{self.base}/saml/start?sp={sp.entity_id}&RelayState=/after"
