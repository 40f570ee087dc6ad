"""What the database is told now and then while the app runs: to remind people of checks of the
library that end, and which directory of services the operator names.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread

from services.errors import TandemError
from services.gateway.server import Server

log = logging.getLogger("tandem.web")

# Checks end with a day in UTC; an hour later is soon enough.
LOOK_SECONDS = 3600.0
AGAIN_SECONDS = 60.0


@asynccontextmanager
async def reminding(server: Server, *, directory: str) -> AsyncIterator[None]:
    """Asks at the start and every hour; the database tells of each check once, whoever asks.

    Args:
        directory: The operator's: approvals may rest on it.
    """
    task = asyncio.create_task(_remind(server, directory), name="tandem-reminders")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _remind(server: Server, directory: str) -> None:
    def tell() -> None:
        # An address that the database does not take must not keep anybody from being reminded.
        server.remind_of_checks()
        server.state_directory(address=directory)

    while True:
        try:
            await anyio.to_thread.run_sync(tell)
        except TandemError as problem:
            log.warning("nobody reminded of checks", extra={"why": problem.detail})
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            await asyncio.sleep(LOOK_SECONDS)
