"""The processes a benchmark runs: an embedded server with a year in it, the app, an empty page.

Everything listens on free ports of 127.0.0.1 and keeps its data in a folder of the benchmark.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from services.embedded.application import Address, streamlit_command
from services.embedded.library import load_library
from services.embedded.places import ROOT
from services.embedded.ports import LOOPBACK, find_free_port
from services.embedded.process import Command, start_process, stop_process, wait_until
from services.embedded.runner import embedded_environment
from services.embedded.stack import Stack
from tests.load import seed

EMPTY_FOLDER = Path(__file__).parent / "empty"
START_SECONDS = 120.0


@dataclass(frozen=True)
class Served:
    """A running Streamlit server."""

    url: str
    process: psutil.Process

    @property
    def cpu_seconds(self) -> float:
        """Processor time it has used so far."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    @property
    def memory_bytes(self) -> int:
        """Memory it holds now."""
        return int(self.process.memory_info().rss)


@contextmanager
def filled_stack(folder: Path, *, scale: float, say: seed.Say) -> Iterator[Stack]:
    """An embedded server of its own with `scale` years in it, gone afterwards."""
    # Throw-away data: nothing here measures how long the disk takes.
    stack = Stack(data=folder, durable=False)
    try:
        stack.start()
        started = time.monotonic()
        rows = seed.fill(stack.dsn, seed.Plan(scale=scale, as_of=datetime.now(UTC)))
        say(
            f"Wrote {rows['drafts']:,} drafts, {rows['draft_versions']:,} versions and "
            f"{rows['comments']:,} comments in {time.monotonic() - started:.0f} s."
        )
        load_library(url=stack.url, key=stack.secret_key, say=say)
        yield stack
    finally:
        stack.destroy()


@contextmanager
def running_app(stack: Stack, *, log: Path, supabase_url: str = "") -> Iterator[Served]:
    """The real app, started as `make run` starts it; `supabase_url` for a way round by a relay."""
    address = Address(host=LOOPBACK, port=find_free_port())
    environment = embedded_environment(address, stack) | {"TANDEM_DEMO": "0"}
    environment.pop("TANDEM_DEMO_FILE", None)
    if supabase_url:
        environment["SUPABASE_URL"] = supabase_url
    with _serving(streamlit_command(address), environment, address, log) as served:
        yield served


@contextmanager
def running_empty(*, log: Path, direct: bool = False) -> Iterator[Served]:
    """The empty page under the same settings, without anything of ours around it.

    `direct`: with the one thing of ours that lets each message leave at once.
    """
    address = Address(host=LOOPBACK, port=find_free_port())
    command = streamlit_command(address)
    program = EMPTY_FOLDER / ("direct.py" if direct else "app.py")
    command[command.index(str(ROOT / "app.py"))] = str(program)
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    with _serving(command, environment, address, log) as served:
        yield served


@contextmanager
def _serving(
    command: list[str], environment: dict[str, str], address: Address, log: Path
) -> Iterator[Served]:
    process = start_process(
        Command(name=log.stem, arguments=command, folder=ROOT, environment=environment, log=log)
    )
    url = f"http://{LOOPBACK}:{address.port}"
    try:
        wait_until(
            lambda: answers(f"{url}/_stcore/health"),
            what=f"{log.stem} (its log is {log})",
            seconds=START_SECONDS,
            process=process,
        )
        yield Served(url=url, process=psutil.Process(process.pid))
    finally:
        stop_process(process, first=signal.SIGTERM, patience=5)


def answers(url: str) -> bool:
    """Whether this address says 200."""
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def second_start(folder: Path, *, log: Path) -> Iterator[str]:
    """`make run` again on data that is there; yields the address as soon as a port is chosen."""
    address = Address(host=LOOPBACK, port=find_free_port())
    environment = dict(os.environ) | {
        "HOST": address.host,
        "PORT": str(address.port),
        "TANDEM_DATA_DIR": str(folder),
        "TANDEM_DEMO": "0",
    }
    process = start_process(
        Command(
            name="make run",
            arguments=[sys.executable, "-m", "services.embedded", "run"],
            folder=ROOT,
            environment=environment,
            # So that it stops what it started, also when the benchmark is killed.
            dies_with=signal.SIGTERM,
            log=log,
        )
    )
    try:
        yield f"http://{LOOPBACK}:{address.port}"
    finally:
        stop_process(process, first=signal.SIGTERM, patience=20)


_REQUEST = re.compile(rb"(?:^|\r\n)(?:GET|POST|PUT|PATCH|DELETE|HEAD) (/[^ ?]*)[^ ]* HTTP/1\.1\r\n")

# What the app asks at its start and every hour belongs to no page.
_BY_THE_CLOCK = {"server_remind_of_checks"}


class Relay:
    """Passes connections on to the Data API and counts the requests in them, by address."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.url = ""

    @asynccontextmanager
    async def running(self, target: str) -> AsyncIterator[Relay]:
        """Listens until left; `target` is the server's address."""
        self._target = urlsplit(target)
        server = await asyncio.start_server(self._pass_on, LOOPBACK, 0)
        self.url = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(
            self._target.hostname, self._target.port
        )
        await asyncio.gather(
            self._pump(reader, there_writer, counted=True),
            self._pump(there_reader, writer, counted=False),
        )

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool
    ) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(65536):
                if counted:
                    # A body of ours is JSON, which has no bare line ends: no request hides in it.
                    names = [one.decode().rpartition("/")[2] for one in _REQUEST.findall(chunk)]
                    self.counts.update(name for name in names if name not in _BY_THE_CLOCK)
                writer.write(chunk)
                await writer.drain()
        writer.close()
