"""What the peers are made of, pinned in their `packages` files, and how it gets onto the machine:
`python3 -m driver.packages install`, and `… lock` after a line was added or changed.

A line of a `packages` file is a kind, a name and a version: `debian NAME PATTERN`, `pypi NAME VERSION`,
`npm NAME VERSION`, or `override NAME VERSION` for what npm shall take in place of what a package asks for.
Debian's patterns pin the upstream version and leave the security revision open; what PyPI's and npm's packages need in
turn is pinned in `constraints.txt` and `package-lock.json`. Everything that is not Debian's goes to `.interop/` at the
top of the repository. Standard library only: this runs before anything is installed.
"""

import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent
INSTALLED = HERE.parent.parent / ".interop"
PYTHON = INSTALLED / "venv/bin/python"
NPM = INSTALLED / "npm/node_modules"
CONSTRAINTS, NPM_LOCK = HERE / "constraints.txt", HERE / "package-lock.json"
NPM_QUIETLY = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")


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
        self.pypi = dict(_installed_by_pip()) if PYTHON.exists() else {}

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


def _installed_by_pip():
    """Names and versions, out of the names of the folders in which pip keeps what it knows."""
    for known in PYTHON.parent.parent.glob("lib/python*/site-packages/*.dist-info"):
        name, _, version = known.stem.rpartition("-")
        yield name.lower().replace("_", "-"), version


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
    _make_venv()
    pip = [PYTHON, "-m", "pip", "install", "-q", "-c", CONSTRAINTS]
    subprocess.run([*pip, *(f"{name}=={version}" for name, version in wanted)], check=True)


def _make_venv():
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", PYTHON.parent.parent], check=True)


def _npm(_wanted):
    folder = _npm_folder(NPM.parent)
    shutil.copy(NPM_LOCK, folder / NPM_LOCK.name)
    # It wants exactly what the lock says, and refuses one that doesn't fit the `packages` files.
    subprocess.run(["npm", "ci", *NPM_QUIETLY], cwd=folder, check=True)


def _npm_folder(folder):
    pinned = [(kind, name, version) for kind, name, version in everything() if kind in ("npm", "override")]
    manifest = {
        "name": "interop",
        "private": True,
        "dependencies": {name: version for kind, name, version in pinned if kind == "npm"},
        "overrides": {name: version for kind, name, version in pinned if kind == "override"},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps(manifest, indent=2))
    return folder


def lock():
    """Pins anew what the packages need in turn, at its newest."""
    wanted = [f"{name}=={version}" for kind, name, version in everything() if kind == "pypi"]
    _make_venv()
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", "--upgrade-strategy", "eager", "-U", *wanted], check=True)
    frozen = subprocess.run([PYTHON, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    CONSTRAINTS.write_text(frozen)
    with tempfile.TemporaryDirectory() as folder:
        _npm_folder(Path(folder))
        # Without the addresses of the registry that happens to be asked here.
        npm = ["npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved", *NPM_QUIETLY]
        subprocess.run(npm, cwd=folder, check=True)
        shutil.copy(Path(folder) / NPM_LOCK.name, NPM_LOCK)


if __name__ == "__main__":
    {"install": install, "lock": lock}[sys.argv[1]]()
