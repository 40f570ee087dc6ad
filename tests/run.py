"""Runs everything that proves Tandem works: `make test` is this.

The checks that only read the code run beside the first tests, on the second core. Nothing here
touches var/ or a configured project: the tests bring their own server, data folder and settings.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.support.chromium import VARIABLE, NoBrowserError, find_or_install
from tests.support.node import SetUpError, node_modules

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
# The exit code that shells expect of an interrupted program.
INTERRUPTED = 130
# Quick answers first; a folder that is not named here comes after these.
ORDER = ("unit", "test_docs.py", "routes", "pages", "database")
# Browsers are slow and break when anything below them does: theirs is the second stage.
BROWSER = "browser"
# Run by other commands, or nothing to run.
APART = {BROWSER, "lint", "load", "support"}
# A developer's settings must not lead the tests to a real project.
FOREIGN = ("SUPABASE_", "TANDEM_", "STREAMLIT_")
KEPT = (VARIABLE, "TANDEM_SCREENSHOTS")


def list_stages() -> dict[str, list[Path]]:
    """What pytest is told to run, stage by stage; no folder with tests in it is left out."""
    found = {path.name: path for path in TESTS.glob("test_*.py")}
    for folder in TESTS.iterdir():
        if folder.name not in APART and any(folder.rglob("test_*.py")):
            found[folder.name] = folder
    ranks = {name: rank for rank, name in enumerate(ORDER)}
    names = sorted(found, key=lambda name: (ranks.get(name, len(ranks)), name))
    return {", ".join(names): [found[name] for name in names], BROWSER: [TESTS / BROWSER]}


def build_environment(data: Path, browser: Path) -> dict[str, str]:
    """The environment of all tests: this one, less every setting of the app."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or not name.startswith(FOREIGN)
    }
    for name in ("HOST", "PORT"):
        own.pop(name, None)
    return own | {
        "TANDEM_DATA_DIR": str(data),
        VARIABLE: str(browser),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run_pytest(paths: list[Path], environment: dict[str, str]) -> tuple[int, str]:
    """Run pytest, showing its output as it comes; its exit code and its last line."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        *colour,
        "-p",
        "no:cacheprovider",
        *map(str, paths),
    ]
    tail = b""
    with started(command, environment) as process:
        assert process.stdout is not None
        while chunk := os.read(process.stdout.fileno(), 65536):
            show(chunk)
            tail = (tail + chunk)[-4096:]
    lines = tail.decode(errors="replace").strip().splitlines()
    return process.returncode, lines[-1] if lines else ""


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is told to stop, and waited for, when this one is."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield process
        process.wait()
    except BaseException:
        # pytest takes down what its fixtures started.
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    finally:
        assert process.stdout is not None
        process.stdout.close()


def show(output: bytes) -> None:
    """Pass a program's output on."""
    sys.stdout.buffer.write(output)
    sys.stdout.flush()


def run_all(environment: dict[str, str]) -> int:
    """Run the checks and every stage; 0 when all passed. The last lines are pytest's own."""
    began = time.monotonic()
    failed: list[str] = []
    summaries: list[str] = []
    with started([sys.executable, "-m", "tests.lint"], environment) as checks:
        for name, paths in list_stages().items():
            print(f"\n== {name}", flush=True)
            code, summary = run_pytest(paths, environment)
            summaries.append(summary)
            if code != 0:
                failed.append(name)
            if checks.returncode is None:
                told, _ = checks.communicate()
                show(told)
                if checks.returncode != 0:
                    failed.append("checks")
    print(f"\n{time.monotonic() - began:.0f} s in all.", end=" ")
    print(f"Failed: {', '.join(failed)}." if failed else "Everything passed.")
    print("\n".join(summaries), flush=True)
    return 1 if failed else 0


def main() -> int:
    """Install what the tests need, then run them with a data folder that is removed afterwards."""
    # A terminated run stops its children on the way out, as an interrupted one does.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        browser = find_or_install()
        node_modules()
    except (NoBrowserError, SetUpError) as error:
        print(error)
        return 1
    with tempfile.TemporaryDirectory(prefix="tandem-test-") as data:
        try:
            return run_all(build_environment(Path(data), browser))
        except KeyboardInterrupt:
            print("\nStopped.")
            return INTERRUPTED


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Turn SIGTERM into the exception that Ctrl-C raises."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
