"""The look-out for news in the review rooms that are open in this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio.to_thread

from services.errors import TandemError
from services.news import News

log = logging.getLogger("tandem.web")

# With the pause of a room between two looks, less than the five seconds that news may take.
LOOK_SECONDS = 0.8


@asynccontextmanager
async def watching_rooms(news: News) -> AsyncIterator[None]:
    """Asks for all open rooms at once while the app runs; nothing while none is open."""
    task = asyncio.create_task(_watch(news), name="tandem-rooms")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(news: News) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if not news.is_wanted:
            continue
        try:
            await anyio.to_thread.run_sync(news.ask)
        except TandemError as problem:
            # The rooms say that they are reconnecting; the next look tells.
            log.warning("rooms not checked", extra={"why": problem.detail})
