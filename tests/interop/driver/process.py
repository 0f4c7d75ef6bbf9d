"""A process of a run: started in a session of its own, ended by its recorded process id together with its group."""

import ctypes
import os
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1
# Seconds that anything may take on a machine that is busy with other things. No test's result depends on it: whatever
# takes longer hangs.
PATIENCE = 120


class Process:
    """A running program. What it says goes to `<run>/log/<name>`, its process id to `<run>/pid/<name>`."""

    def __init__(self, run, name, command, environment, output=None):
        self.name = name
        self.record = run.directory / "pid" / name
        self.log = run.directory / "log" / name
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=log,
                env={**os.environ, **run.environment, **environment},
                start_new_session=True,
                preexec_fn=_die_with_the_driver,
            )
        self.record.write_text(f"{self.process.pid}\n")

    def wait_for(self, port):
        """Returns once the server listens."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.03)
        raise RuntimeError(f"{self.name} does not listen on port {port}; its log ends:\n{self.tail()}")

    def wait(self):
        """Returns what the process exits with."""
        return self.process.wait(PATIENCE)

    def tail(self):
        return self.log.read_text(errors="replace")[-2000:]

    def stop(self):
        """Ends the process and the rest of its group; returns when all are gone."""
        for number, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
            if not _signal_group(self.process.pid, number):
                break
            end = time.monotonic() + patience
            while time.monotonic() < end and (self.process.poll() is None or _signal_group(self.process.pid, 0)):
                time.sleep(0.02)
        self.record.unlink(missing_ok=True)


def _signal_group(group, number):
    try:
        os.killpg(group, number)
        return True
    except ProcessLookupError:
        return False


def _die_with_the_driver():
    """A driver that is killed takes its servers along."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
