"""The Chromium of the browser tests: an installed one, else Playwright's, else the system's.

`python -m tests.support.chromium` finds or installs it and prints its path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "TANDEM_CHROMIUM"
# The shell without windows opens a page in a quarter of the time: it draws no browser around it.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ARGUMENTS = (
    # Without these it looks up its maker's servers at every start, which a closed network refuses.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Containers give little /dev/shm; Chromium would crash on a large page.
    "--disable-dev-shm-usage",
    # A test's page lives for seconds: making its script fast takes longer than running it as it is.
    "--js-flags=--no-opt --no-maglev",
)
START_SECONDS = 60
INSTALL_SECONDS = 900


class NoBrowserError(RuntimeError):
    """There is no Chromium and none could be installed; the message says what was tried."""


def arguments() -> list[str]:
    """The switches every start takes. Chromium's sandbox refuses to work for root."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def find() -> Path | None:
    """A Chromium on this machine that starts, or None."""
    return next((path for path in _candidates() if _starts(path)), None)


def find_or_install() -> Path:
    """A Chromium that starts, installed first when there is none.

    Raises NoBrowserError when there is no way to have one.
    """
    if found := find():
        return found
    tried = [_try([sys.executable, "-m", "playwright", "install", "chromium"])]
    if found := find():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        tried.append(_try(["apt-get", "update", "-q"]))
        install = ["apt-get", "install", "-qy", "--no-install-recommends", "fonts-liberation"]
        for package in ("chromium-headless-shell", "chromium"):
            tried.append(_try([*install, package]))
            if found := find():
                return found
    told = "\n".join(tried)
    message = (
        "The browser tests need Chromium. None of"
        f" {', '.join(NAMES)} is installed, and installing one failed.\n{told}\n"
        f"Install Chromium, or name one in {VARIABLE}."
    )
    raise NoBrowserError(message)


def _candidates() -> Iterator[Path]:
    """Where a Chromium may be, the likeliest first."""
    if named := os.environ.get(VARIABLE):
        yield Path(named)
    yield from (Path(path) for name in NAMES if (path := shutil.which(name)))
    yield from (Path(path) for path in APPLICATIONS)
    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _starts(path: Path) -> bool:
    """Whether a program is a Chromium that can draw a page here (some are only a signpost)."""
    if not path.is_file():
        return False
    switches = [*arguments(), "--headless", "--dump-dom", "data:text/html,<p>ready"]
    try:
        done = subprocess.run(
            [path, *switches], capture_output=True, text=True, timeout=START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "ready" in done.stdout


def _try(command: list[str]) -> str:
    """Run an installation and tell how it ended; a browser that starts is what counts."""
    print(f"Installing Chromium: {' '.join(command)}", flush=True)
    try:
        done = subprocess.run(
            command,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}"
    last = (done.stderr or done.stdout).strip().splitlines()[-1:]
    return f"{' '.join(command)}: exit code {done.returncode} {' '.join(last)}"


if __name__ == "__main__":
    try:
        print(find_or_install())
    except NoBrowserError as error:
        sys.exit(str(error))
