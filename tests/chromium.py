"""Finds a Chromium for the tests, or installs one.

Existence proves nothing (Ubuntu's chromium-browser is a stub that does not start for root), so each
candidate is really launched.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
PLAYWRIGHT_OWN = ""  # the browser that `playwright install` keeps in its cache


class NoBrowserError(RuntimeError):
    """No browser could be launched; says what was tried."""


def launch(playwright: Playwright, path: str) -> Browser:
    """Launch the browser at `path`. Raises Playwright's Error when it does not start."""
    arguments = ["--disable-dev-shm-usage", "--disable-gpu"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=path or None, args=arguments)


def launch_any(playwright: Playwright) -> Browser:
    """Launch the first browser that starts. Raises NoBrowserError."""
    return launch(playwright, find(playwright))


def find(playwright: Playwright) -> str:
    """Path of the first browser that starts. Raises NoBrowserError."""
    faults: list[str] = []
    for path in candidates():
        try:
            launch(playwright, path).close()
        except PlaywrightError as error:
            faults.append(f"{path or 'Playwright’s own'}: {str(error).strip().splitlines()[0]}")
        else:
            return path
    raise NoBrowserError(
        "The tests need a Chromium and none could be launched. Install one (Debian: apt-get "
        "install chromium; elsewhere: .venv/bin/playwright install --with-deps chromium), or set "
        "TEST_BROWSER to the path of one.\nTried:\n  " + "\n  ".join(faults)
    )


def candidates() -> Iterator[str]:
    """Paths worth a try, the best first. TEST_BROWSER leaves no choice."""
    if "TEST_BROWSER" in os.environ:
        yield os.environ["TEST_BROWSER"]
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield PLAYWRIGHT_OWN
    yield from (path for path in MACOS if Path(path).exists())


def find_or_install() -> str:
    """Path of a browser that starts, installed if need be. Raises NoBrowserError."""
    with sync_playwright() as playwright:
        for install in installers():
            try:
                return find(playwright)
            except NoBrowserError as error:
                print(f"{error}\nInstalling: {' '.join(install[-1])} ...", flush=True)
                for command in install:
                    subprocess.run(command, capture_output=True, check=False)
        return find(playwright)


def installers() -> Iterator[list[list[str]]]:
    """Ways to install a browser, each a list of commands."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        packages = ["chromium", "fonts-liberation"]
        yield [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        ]
    with_libraries = ["--with-deps"] if os.geteuid() == 0 else []
    yield [[sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"]]
