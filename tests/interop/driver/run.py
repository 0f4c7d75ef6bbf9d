"""One run of the suite: its folder, its ports, its keys, and the proof that nothing of it stays behind."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .packages import NPM, PYTHON

MARK = "SAML_INTEROP_RUN"  # in the environment of every process that a run starts


class Run:
    def __init__(self):
        # Apache's workers leave root behind, so the folder is not under the repository, which may be private.
        self.directory = Path(tempfile.mkdtemp(prefix="saml-interop-"))
        self.directory.chmod(0o755)
        for name in ("log", "pid", "keys"):
            (self.directory / name).mkdir()
        self.python, self.npm = PYTHON, NPM
        self.environment = {MARK: str(self.directory), "NODE_OPTIONS": "--no-deprecation"}
        self._ports = _free_ports(random.randrange(20000, 28000))

    def port(self):
        return next(self._ports)

    def keys_of(self, party):
        """The folder with the keys of one party and of nobody else, made when it is first asked for: `sp` and `idp` to
        sign with in that role, `enc` to open what is encrypted to it."""
        folder = self.directory / "keys" / party
        if not folder.exists():
            folder.mkdir()
            for name in ("sp", "idp", "enc"):
                self._make_key(folder, name, party)
        return folder

    def _make_key(self, folder, name, party):
        key, certificate = folder / f"{name}.key", folder / f"{name}.crt"
        subject = ["-subj", f"/CN={name} of {party} in an interop run", "-days", "30"]
        openssl = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            *subject,
            "-keyout",
            key,
            "-out",
            certificate,
        ]
        subprocess.run(openssl, check=True, capture_output=True)
        key.chmod(0o644)

    def certificate(self, party, name):
        """A certificate as metadata holds it."""
        return "".join((self.keys_of(party) / f"{name}.crt").read_text().splitlines()[1:-1])

    def end_left_behind(self):
        """Ends the processes of this run that still live although all were stopped, and names them."""
        end = time.monotonic() + 5  # for those that are about to go
        while (left := self._living()) and time.monotonic() < end:
            time.sleep(0.05)
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return [f"{process} {name}" for process, name in left.items()]

    def _living(self):
        """Process id and name of each process that this run started, directly or not."""
        mark = f"{MARK}={self.directory}".encode()
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found[int(process.name)] = (process / "comm").read_text().strip()
            except OSError:  # it has just ended, or is not ours
                continue
        return found

    def remove(self):
        shutil.rmtree(self.directory)


def _free_ports(start):
    """Ports below those that the kernel gives to outgoing connections, each free when it is given out."""
    for port in range(start, 32768):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                yield port
