"""The open websockets of this process, and ending them when their session does."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread

from services.errors import TandemError
from services.sessions import Sessions

log = logging.getLogger("tandem.web")

# With the two seconds a process remembers a session, the most an ended one can live on elsewhere.
LOOK_SECONDS = 1.0


class Sockets:
    """Who is connected. Everything but `end` runs on the event loop."""

    def __init__(self, *, sessions: Sessions) -> None:
        self._sessions = sessions
        self._open: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        sessions.on_close(self.end)

    @asynccontextmanager
    async def connected(self, id_hash: str) -> AsyncIterator[asyncio.Event]:
        """Registers one socket while it is open; the event is set when its session has ended."""
        self._loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        self._open[id_hash].add(ended)
        try:
            yield ended
        finally:
            self._open[id_hash].discard(ended)
            if not self._open[id_hash]:
                del self._open[id_hash]

    def stands(self, id_hash: str) -> bool:
        """Whether a tab of this session is connected, and was not ended when last looked at."""
        return any(not ended.is_set() for ended in self._open.get(id_hash, ()))

    def end(self, id_hash: str) -> None:
        """Ends the session's sockets; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set, id_hash)

    def _set(self, id_hash: str) -> None:
        for ended in self._open.get(id_hash, ()):
            ended.set()

    async def watch(self) -> None:
        """Asks the database once a second which sessions other processes have ended."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._open:
                continue
            try:
                await anyio.to_thread.run_sync(self._sessions.find_ended, frozenset(self._open))
            except TandemError as problem:
                # Nobody is signed out because the database is away; the next look tells.
                log.warning("sessions not checked", extra={"why": problem.detail})

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watches while the app runs."""
        task = asyncio.create_task(self.watch(), name="tandem-sessions")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
