"""Runs everything that proves Tandem works: `make test` is this.

The browser tests in two halves, the slower tests without a browser, and what mostly waits run
beside the others: much of the time of each goes by in waiting. More at a time would keep two cores
no busier and every test waiting longer. Nothing here touches var/ or a configured project: the
tests bring their own servers, data folder and settings.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Self

from tests.support.chromium import VARIABLE, NoBrowserError, find_or_install
from tests.support.node import SetUpError, node_modules

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
# The exit code that shells expect of an interrupted program.
INTERRUPTED = 130
# Quick answers first; a folder that is not named here comes after these.
ORDER = ("unit", "test_docs.py", "pages")
# Slow: in lanes of their own, shown after the others.
DATABASE, ROUTES, BROWSER = "database", "routes", "browser"
LANES = 2
# Minutes of typing, servers that come back after a while: next to no work, and long to wait for.
PATIENT = ("test_app_restarted.py", "test_database_gone.py", "test_two_minutes.py")
# Not in the first lane: run beside it, or by other commands, or nothing to run.
APART = {DATABASE, ROUTES, BROWSER, "lint", "load", "support"}
# A developer's settings must not lead the tests to a real project.
FOREIGN = ("SUPABASE_", "TANDEM_", "STREAMLIT_")
KEPT = (VARIABLE, "TANDEM_SCREENSHOTS")


def list_first_lane() -> list[Path]:
    """What pytest is told to run while people watch; no folder with tests in it is left out."""
    found = {path.name: path for path in TESTS.glob("test_*.py")}
    for folder in TESTS.iterdir():
        if folder.name not in APART and any(folder.rglob("test_*.py")):
            found[folder.name] = folder
    ranks = {name: rank for rank, name in enumerate(ORDER)}
    names = sorted(found, key=lambda name: (ranks.get(name, len(ranks)), name))
    return [found[name] for name in names]


def split_evenly(files: Iterable[Path], lanes: int) -> list[list[Path]]:
    """The files in so many lanes, each with about as many tests as the others."""
    counted = {file: file.read_text(encoding="utf-8").count("def test_") for file in files}
    parts: list[list[Path]] = [[] for _ in range(lanes)]
    for file in sorted(counted, key=lambda file: (-counted[file], file)):
        min(parts, key=lambda part: sum(counted[one] for one in part)).append(file)
    return [sorted(part) for part in parts if part]


def list_lanes() -> list[dict[str, list[str]]]:
    """What runs beside the first lane: programs by name, one after the other in each lane."""
    patient = [TESTS / BROWSER / name for name in PATIENT]
    files = set((TESTS / BROWSER).glob("test_*.py")).difference(patient)
    halves = split_evenly(files, LANES)
    return [
        {
            "checks": [sys.executable, "-m", "tests.lint"],
            **{name: pytest_command([TESTS / name]) for name in (DATABASE, ROUTES)},
        },
        *({f"{BROWSER} {n}": pytest_command(half)} for n, half in enumerate(halves, start=1)),
        {f"{BROWSER}, waiting": pytest_command(patient)},
    ]


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
    }


def pytest_command(paths: list[Path]) -> list[str]:
    """How pytest is called for these."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    options = ["-q", *colour, "-p", "no:cacheprovider"]
    return [sys.executable, "-m", "pytest", *options, *map(str, paths)]


def run_shown(command: list[str], environment: dict[str, str]) -> tuple[int, bytes]:
    """Run a program, showing its output as it comes; its exit code and the end of its output."""
    tail = b""
    with started(command, environment) as process:
        assert process.stdout is not None
        while chunk := os.read(process.stdout.fileno(), 65536):
            show(chunk)
            tail = (tail + chunk)[-4096:]
    return process.returncode, tail


def last_line(output: bytes) -> str:
    """The line with which pytest sums up; empty without output."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


class Beside:
    """Programs run one after the other beside this one; output is kept until it is asked for.

    Leaving the block before they are done stops the one that runs and starts no other.
    """

    def __init__(self, commands: dict[str, list[str]], environment: dict[str, str]) -> None:
        self._commands = commands
        self._environment = environment
        self._results: queue.Queue[tuple[str, int, bytes]] = queue.Queue()
        self._running: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="beside")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with self._turn:
            self._is_over = True
            if self._running is not None and self._running.poll() is None:
                self._running.send_signal(signal.SIGINT)
        self._thread.join()

    def results(self) -> Iterator[tuple[str, int, bytes]]:
        """Name, exit code and output of each, as it ends."""
        for _ in self._commands:
            yield self._results.get()

    def _run(self) -> None:
        for name, command in self._commands.items():
            with tempfile.TemporaryFile() as output:
                with self._turn:
                    if self._is_over:
                        return
                    self._running = subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=self._environment,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                    )
                code = self._running.wait()
                output.seek(0)
                self._results.put((name, code, output.read()))


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
    with ExitStack() as stack:
        lanes = [stack.enter_context(Beside(lane, environment)) for lane in list_lanes()]
        paths = list_first_lane()
        name = ", ".join(path.name for path in paths)
        print(f"\n== {name}", flush=True)
        code, tail = run_shown(pytest_command(paths), environment)
        summaries.append(last_line(tail))
        if code != 0:
            failed.append(name)
        for lane in lanes:
            for beside, code, output in lane.results():
                if beside != "checks":
                    print(f"\n== {beside}", flush=True)
                    summaries.append(last_line(output))
                show(output)
                if code != 0:
                    failed.append(beside)
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
