"""`python -m driver`: starts the peers and our two servers, runs the matrix, stops everything, tells what came of it."""

import argparse
import fnmatch
import importlib.util
import os
import signal
import sys
import time

from . import matrix, packages
from .capture import Capture
from .cells import COLUMNS
from .pair import Pair
from .run import Run

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/interop/run", description="Our servers against other people's products."
    )
    parser.add_argument(
        "--pair",
        action="append",
        metavar="SP:IDP",
        help="only these pairs; patterns, and peers among each other, are allowed",
    )
    parser.add_argument(
        "--cell", action="append", metavar="TITLE", help="only the cells whose title matches; patterns are allowed"
    )
    parser.add_argument("--capture", metavar="FOLDER", help="keep what passes as fixtures in this folder, in place of the same peers'")
    parser.add_argument("--keep", action="store_true", help="leave the run's folder, with its logs, where it is")
    return parser.parse_args()


def discover(run, machine):
    """Every peer of every folder, by role and name; and why those that are missing are."""
    found, missing = {"sp": {}, "idp": {}}, {}
    for folder in [*packages.peers(), packages.HERE / "ours"]:
        if lacking := machine.missing(folder):
            missing[folder.name] = "this machine lacks " + ", ".join(lacking)
        spec = importlib.util.spec_from_file_location(folder.name.replace("-", "_"), folder / "peer.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for kind in (getattr(module, name, None) for name in ("Sp", "Idp")):
            if kind:
                found[kind.role][folder.name] = kind(run, folder.name, folder)
    return found, missing


def chosen(found, patterns, capture):
    """The pairs to run: by default our IdP with every SP, and our SP with every IdP."""
    for sp in found["sp"].values():
        for idp in found["idp"].values():
            if any(fnmatch.fnmatchcase(f"{sp.name}:{idp.name}", pattern) for pattern in patterns):
                yield Pair(sp, idp, capture)


def main():
    wanted = arguments()
    for number in ENDINGS:
        signal.signal(number, lambda *_: sys.exit("interop: stopped"))
    columns = [
        column for column in COLUMNS if any(fnmatch.fnmatchcase(column.title, one) for one in wanted.cell or ["*"])
    ]
    run, began = Run(), time.monotonic()
    found, missing = discover(run, packages.Machine())
    rows, skips = [], 0
    try:
        capture = Capture(wanted.capture, run) if wanted.capture else None
        for pair in chosen(found, wanted.pair or ["*:ours", "ours:*"], capture):
            lacking = missing.get(pair.sp.name) or missing.get(pair.idp.name)
            if lacking:
                skips += len([column for column in columns if column.cell])
                print(f"skip {pair.sp.name} × {pair.idp.name}: {lacking}", flush=True)
                continue
            rows.append(matrix.run(pair, columns))
            for side in (pair.sp, pair.idp):
                if not side.ours:
                    side.stop()
    finally:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)  # whoever is in a hurry waits until everything is stopped
        for peer in [*found["sp"].values(), *found["idp"].values()]:
            peer.stop()
        left = run.end_left_behind()
        if not wanted.keep:
            run.remove()
        for process in left:
            print(f"left behind: {process}", flush=True)
    return report(rows, skips, left, time.monotonic() - began)


def report(rows, skips, left, seconds):
    ours_as_idp = [row for row in rows if row.pair.idp.ours]
    ours_as_sp = [row for row in rows if row.pair.sp.ours and row not in ours_as_idp]
    others = [row for row in rows if row not in ours_as_idp + ours_as_sp]
    for some, heading, label in (
        (ours_as_idp, "our IdP with", lambda row: row.pair.sp.name),
        (ours_as_sp, "our SP with", lambda row: row.pair.idp.name),
        (others, "among themselves", lambda row: row.title),
    ):
        if some:
            print("\n" + matrix.table(some, heading, label))
    for word, title in (("limit", "What the peers do not do:"), ("FAIL", "What failed:")):
        if told := matrix.reasons(rows, word):
            print(f"\n{title}\n{told}")
    count = matrix.count(rows)
    skips += count["skip"]
    print(
        f"\n{len(rows)} pairs in {seconds:.0f} s; {count['limit']} cells are a peer's limit, {count['open']} are open"
    )
    print(f"{count['ok']} passed, {count['FAIL'] + len(left)} failed, {skips} skipped")
    return 1 if count["FAIL"] or left or (skips and os.environ.get("CI") == "true") else 0


if __name__ == "__main__":
    sys.exit(main())
