"""What the peers are made of, pinned in their `packages` files, and how it gets onto the machine.

A line of a `packages` file is a kind, a name and a version: `debian NAME PATTERN`, `pypi NAME VERSION`,
`npm NAME VERSION`, or `override NAME VERSION` for what npm shall take in place of what a package asks for.
Debian's patterns pin the upstream version and leave the security revision open. Everything that is not Debian's goes
to `.interop/` at the top of the repository. Standard library only: this runs before anything is installed.
"""

import fnmatch
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
INSTALLED = HERE.parent.parent / ".interop"
PYTHON = INSTALLED / "venv/bin/python"
NPM = INSTALLED / "npm/node_modules"
NPM_BEFORE = "2026-11-20"  # npm's dependencies of dependencies, as they stood that day


def declared(folder):
    """The lines of a folder's `packages` file, as (kind, name, version)."""
    lines = (folder / "packages").read_text().splitlines()
    return [tuple((line.split() + [""])[:3]) for line in lines if line.strip()]


def peers():
    """The folders of all peers."""
    return sorted(path.parent for path in (HERE / "peers").glob("*/packages"))


def everything():
    return sorted({package for folder in [HERE, HERE / "ours", *peers()] for package in declared(folder)})


class Machine:
    """What is installed here, read once."""

    def __init__(self):
        self.debian = _installed_by_debian() if shutil.which("dpkg-query") else {}
        self.pypi = {}
        if PYTHON.exists():
            frozen = subprocess.run([PYTHON, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
            self.pypi = dict(line.split("==") for line in frozen.splitlines() if "==" in line)

    def has(self, kind, name, version):
        if kind == "debian":
            return name in self.debian and fnmatch.fnmatch(self.debian[name], version or "*")
        if kind == "pypi":
            return self.pypi.get(name) == version
        if kind == "npm":
            manifest = NPM / name / "package.json"
            return manifest.exists() and json.loads(manifest.read_text())["version"] == version
        return True

    def missing(self, folder):
        """What a peer lacks here, for people to read."""
        return [
            f"{kind} {name} {version}".strip()
            for kind, name, version in declared(folder)
            if not self.has(kind, name, version)
        ]


def _installed_by_debian():
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\n"]
    rows = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()
    return {row.split()[1]: row.split()[2] for row in rows if row.startswith("installed ")}


def install():
    """Installs what is missing, kind by kind. What cannot be installed is reported, and its peers will be skipped."""
    machine = Machine()
    missing = [package for package in everything() if not machine.has(*package)]
    for kind, installer in (("debian", _debian), ("pypi", _pypi), ("npm", _npm)):
        wanted = [(name, version) for one, name, version in missing if one == kind]
        if wanted:
            print(f"interop: installing from {kind}:", " ".join(name for name, _ in wanted), flush=True)
            try:
                installer(wanted)
            except (subprocess.CalledProcessError, OSError) as error:
                print(f"interop: could not install from {kind}: {error}", file=sys.stderr, flush=True)


def _debian(wanted):
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600"]
    subprocess.run([*apt, "update"], check=True, stdout=subprocess.DEVNULL)
    names = [f"{name}={version}" if version else name for name, version in wanted]
    install = [*apt, "install", "-y", "--no-install-recommends"]
    if subprocess.run([*install, *names], check=False, stdout=subprocess.DEVNULL).returncode:
        for name in names:  # one that cannot be had shall not keep the others away
            subprocess.run([*install, name], check=False, stdout=subprocess.DEVNULL)


def _pypi(wanted):
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", PYTHON.parent.parent], check=True)
    pip = [PYTHON, "-m", "pip", "install", "-q", "-c", HERE / "constraints.txt"]
    subprocess.run([*pip, *(f"{name}=={version}" for name, version in wanted)], check=True)


def _npm(_wanted):
    pinned = [(kind, name, version) for kind, name, version in everything() if kind in ("npm", "override")]
    manifest = {
        "private": True,
        "dependencies": {name: version for kind, name, version in pinned if kind == "npm"},
        "overrides": {name: version for kind, name, version in pinned if kind == "override"},
    }
    NPM.parent.mkdir(parents=True, exist_ok=True)
    (NPM.parent / "package.json").write_text(json.dumps(manifest, indent=2))
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", f"--before={NPM_BEFORE}"]
    subprocess.run(npm, cwd=NPM.parent, check=True)
