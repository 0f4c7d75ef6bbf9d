"""The same login in headless Chromium; its cookies go to our own browser, which then looks at the session."""

import json
import shutil
from pathlib import Path

from .process import Process

PROGRAM = "chromium"


def is_here():
    return shutil.which(PROGRAM) is not None


def log_in(pair, url, browser):
    run = pair.sp.run
    person = browser.person
    script = Path(__file__).parent / "chromium.js"
    command = ["node", script, shutil.which(PROGRAM), url, person.login, person.password, pair.sp.base]
    with (run.directory / "cookies.json").open("w+b") as cookies:
        process = Process(run, "chromium", command, {"NODE_PATH": str(run.npm)}, output=cookies)
        try:
            status = process.wait()
        finally:
            process.stop()
        if status:
            raise RuntimeError(f"Chromium: {process.tail()[-400:]}")
        cookies.seek(0)
        for cookie in json.load(cookies):
            browser.http.cookies.set(cookie["name"], cookie["value"], domain=cookie["domain"], path=cookie["path"])
