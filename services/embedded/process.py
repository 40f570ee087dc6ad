"""A server process: started through launch.py, stopped politely, then firmly."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.embedded.problems import StartupProblem

LAUNCHER = Path(__file__).with_name("launch.py")

# Linux sends the death signal when the thread that forked ends, so one thread that lives as long
# as this process forks every child.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fork-servers")


@dataclass(kw_only=True)
class Command:
    """How to start a program.

    `dies_with` is what it gets when this process is gone. What it prints is added to the file
    `log`, or comes through a pipe (`piped`), or goes where ours goes.
    """

    name: str
    arguments: Sequence[str | Path]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    dies_with: signal.Signals = signal.SIGKILL
    log: Path | None = None
    piped: bool = False


def start_process(command: Command) -> subprocess.Popen[bytes]:
    """Start it in a process group of its own: Ctrl-C in the terminal must not reach it directly."""
    arguments = [
        sys.executable,
        "-I",
        "-S",
        str(LAUNCHER),
        str(os.getpid()),
        str(int(command.dies_with)),
        command.user or "-",
        "--",
        *map(str, command.arguments),
    ]
    with _output(command) as output:
        return _forker.submit(
            subprocess.Popen,
            arguments,
            cwd=command.folder,
            env=command.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        ).result()


@contextmanager
def _output(command: Command) -> Iterator[int | None]:
    if command.log is None:
        yield subprocess.PIPE if command.piped else None
        return
    handle = os.open(command.log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def stop_process(
    process: subprocess.Popen[bytes], *, first: signal.Signals, patience: float
) -> None:
    """Ask with `first`, wait `patience` seconds, then kill. Returns when it has ended."""
    if process.poll() is not None:
        return
    process.send_signal(first)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(
    ready: Callable[[], bool],
    *,
    what: str,
    seconds: float,
    process: subprocess.Popen[bytes] | None = None,
) -> None:
    """Wait for a condition of a starting server.

    Raises: StartupProblem when the process ends first or the time is over.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if process is not None and process.poll() is not None:
            raise StartupProblem(f"{what} stopped while starting (exit code {process.returncode}).")
        if time.monotonic() > deadline:
            raise StartupProblem(f"{what} was not ready after {seconds:.0f} seconds.")
        time.sleep(0.02)
