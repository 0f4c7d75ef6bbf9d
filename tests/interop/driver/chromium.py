"""The same login in headless Chromium; its cookies go to our own browser, which then looks at the session."""

import json
import os
import subprocess
from pathlib import Path


def log_in(pair, url, browser):
    run = pair.sp.run
    words = [
        "node",
        Path(__file__).parent / "chromium.js",
        url,
        browser.person.login,
        browser.person.password,
        pair.sp.base,
    ]
    environment = {**os.environ, **run.environment, "NODE_PATH": str(run.npm)}
    done = subprocess.run([str(word) for word in words], env=environment, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"Chromium: {done.stderr[-400:]}")
    for cookie in json.loads(done.stdout):
        browser.http.cookies.set(cookie["name"], cookie["value"], domain=cookie["domain"], path=cookie["path"])
