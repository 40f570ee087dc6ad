"""Review rooms under load: one with a long history, and a hundred that only wait for news."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import psutil
import psycopg

from services.embedded.stack import Stack
from tests.load.figures import Figure, Spread
from tests.load.people import find_people, sign_in
from tests.load.protocol import RunFailed, Site, Tab
from tests.load.servers import Served

SQL = Path(__file__).parent / "sql" / "busy_rooms.sql"
# As in components/talk_watch.js.
LOOK_SECONDS = 3.3
# Of one core, for the app and the embedded server behind it.
POLLING_LIMIT = 0.15


def write_busy_rooms(dsn: str) -> None:
    """Write a draft with 50 versions and 500 comments into each workspace of the load test."""
    with psycopg.connect(dsn) as connection:
        connection.execute(SQL.read_bytes())
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("analyze")


async def polling(
    stack: Stack, served: Served, *, tabs: int, settle_seconds: float, seconds: float
) -> list[Figure]:
    """What open rooms cost while nothing happens in them, each as often as a browser looks.

    Args:
        tabs: Rooms that are open, each with somebody of their own.
        settle_seconds: Before it counts, so that looks at the text have been noted.
        seconds: How long it counts.
    """
    people = find_people(stack.dsn, many=tabs)
    cookies = await asyncio.to_thread(sign_in, stack, people)
    opened = [
        await Tab.open(Site(served.url, cookie), page="review", query=f"draft={one.review_draft}")
        for one, cookie in zip(people, cookies, strict=True)
    ]
    looks = [
        httpx.Request("GET", served.url + tab.find_watch(), headers={"cookie": cookie})
        for tab, cookie in zip(opened, cookies, strict=True)
    ]
    times: list[float] = []
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=tabs)) as browsers:
        await _look_together(browsers, looks, settle_seconds, times)
        times.clear()
        started, app, server = time.perf_counter(), served.cpu_seconds, _server_seconds(stack)
        await _look_together(browsers, looks, seconds, times)
        elapsed = time.perf_counter() - started
        app, server = served.cpu_seconds - app, _server_seconds(stack) - server
    for tab in opened:
        tab.close()
    share = (app + server) / elapsed
    return [
        Figure(
            what=f"{len(people)} open rooms polling, CPU of one core",
            measured=f"{share:.1%} (app {app / elapsed:.1%}, server {server / elapsed:.1%})",
            limit=f"<= {POLLING_LIMIT:.0%}",
            passed=share <= POLLING_LIMIT,
            numbers={
                "share": round(share, 4),
                "app_share": round(app / elapsed, 4),
                "server_share": round(server / elapsed, 4),
                "looks": len(times),
                "look": Spread(times).as_dict(),
                "look_seconds": LOOK_SECONDS,
            },
        )
    ]


async def _look_together(
    browsers: httpx.AsyncClient, looks: list[httpx.Request], seconds: float, times: list[float]
) -> None:
    """Every room looks every LOOK_SECONDS, one after the other, at least once."""
    deadline = time.perf_counter() + seconds

    async def look(request: httpx.Request, start: float) -> None:
        await asyncio.sleep(start)
        while True:
            began = time.perf_counter()
            answer = await browsers.send(request)
            if answer.json() != {"news": False, "away": False}:
                raise RunFailed(f"a quiet room answered {answer.status_code}")
            times.append((time.perf_counter() - began) * 1000)
            if time.perf_counter() + LOOK_SECONDS > deadline:
                return
            await asyncio.sleep(max(0.0, began + LOOK_SECONDS - time.perf_counter()))

    await asyncio.gather(
        *(look(one, LOOK_SECONDS * place / len(looks)) for place, one in enumerate(looks))
    )


def _server_seconds(stack: Stack) -> float:
    """Processor time of PostgreSQL and the Data API so far, with all their processes."""
    seconds = 0.0
    for started in (stack.postgres.process, stack.lite.process):
        if started is None:
            continue
        parent = psutil.Process(started.pid)
        for process in (parent, *parent.children(recursive=True)):
            try:
                used = process.cpu_times()
            except psutil.NoSuchProcess:
                continue  # A backend that ended since it was listed.
            seconds += used.user + used.system
    return seconds
