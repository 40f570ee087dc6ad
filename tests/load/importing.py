"""How long a large export takes to come in, beside COPY of the same rows.

`python -m tests.load.importing` measures this alone.

The file is read, sent in parts and applied as the page does it, by the same services over the Data
API. The floor is COPY into a table with the columns and indexes of post_snapshots, in the same run.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import psutil
import psycopg
from psycopg import sql

from services.embedded.stack import Stack
from services.gateway.client import Gateway
from services.gateway.http import make_client
from services.measures import accounts, importing
from services.measures.accounts import AccountPlan
from tests.load.figures import Figure, print_table
from tests.load.seed import say
from tests.load.servers import filled_stack
from tests.support.exports import X, write_csv
from tests.support.server import sign_token

ROWS = 100_000
COPIES = 3
LIMIT = 10.0
MEMORY_LIMIT_MB = 300
_SAMPLE_SECONDS = 0.3
_FIRST_ID = 1_700_000_000_000_000_000
_WORDS = ("rest", "talk", "ask", "early", "night", "help", "breathe", "walk", "friend", "listen")


def make_export(rows: int) -> bytes:
    """X's export of its posts, the same one every time."""
    random = Random(5)
    day = date(2025, 1, 1)
    return write_csv(
        X,
        *(
            [
                _FIRST_ID + number * 4_194_304_000,
                (day + timedelta(days=number % 365)).strftime("%a, %b %d, %Y"),
                " ".join(random.choices(_WORDS, k=24)),
                f"https://x.com/calm/status/{_FIRST_ID + number * 4_194_304_000}",
                *(random.randrange(10**power) for power in (5, 4, 4, 3, 3, 2, 3, 3, 3, 3)),
            ]
            for number in range(rows)
        ),
    )


class Memory:
    """The most that some processes held at once, in bytes, beyond what they held before."""

    def __init__(self, *found: psutil.Process) -> None:
        self._found = found
        self._before = self._now()
        self.grown = 0

    def _now(self) -> int:
        held = 0
        for parent in self._found:
            for process in (parent, *parent.children(recursive=True)):
                try:
                    # What is a process's own: all of PostgreSQL's share one cache.
                    held += process.memory_full_info().uss
                except psutil.NoSuchProcess:
                    continue
        return held

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Looks again and again until left."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(_SAMPLE_SECONDS):
                self.grown = max(self.grown, self._now() - self._before)

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def measure(stack: Stack, *, rows: int = ROWS) -> list[Figure]:
    """An import of so many rows, its floor, what it takes to hold, and taking it back.

    Reading comes before somebody has looked at the file; the rest is what they wait for then.
    """
    raw = make_export(rows)
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        workspace, owner = _find_owner(connection)
    lite, postgres = (
        psutil.Process(one.process.pid) for one in (stack.lite, stack.postgres) if one.process
    )
    app, server = Memory(psutil.Process()), Memory(lite, postgres)
    with _connect(stack, owner) as gateway:
        account = accounts.add_account(
            gateway,
            workspace_id=workspace,
            plan=AccountPlan("x", f"load {time.time_ns()}", owner),
        )
        started = time.perf_counter()
        with app.watched(), server.watched():
            reading = importing.read_file(raw, name="load.csv")
            read = time.perf_counter() - started
            done = importing.import_file(
                gateway,
                workspace_id=workspace,
                account_id=account,
                reading=reading,
                captured_on=datetime.now(UTC).date(),
                period_start=date(2010, 1, 1),
            )
        taken = time.perf_counter() - started
        floor = _copy(stack, done.id)
        started = time.perf_counter()
        importing.undo_import(gateway, workspace_id=workspace, import_id=done.id)
        undone = time.perf_counter() - started
    ratio, sent = taken / floor, taken - read
    numbers = {"rows": rows, "read_seconds": round(read, 3), "undo_seconds": round(undone, 3)}
    figures = [
        Figure(
            what=f"Import of {rows:,} rows",
            measured=f"{taken:.2f} s (reading it {read:.2f} s)",
            floor=f"COPY {floor:.2f} s",
            ratio=ratio,
            limit=f"<= {LIMIT:g} x",
            passed=ratio <= LIMIT,
            numbers=numbers | {"seconds": round(taken, 3), "copy_seconds": round(floor, 3)},
        ),
        Figure(
            what=f"Import of {rows:,} rows, once it was looked at",
            measured=f"{sent:.2f} s (taking it back {undone:.2f} s)",
            floor=f"COPY {floor:.2f} s",
            ratio=sent / floor,
            numbers={"seconds": round(sent, 3)},
        ),
    ]
    for what, memory in (("app", app), ("server", server)):
        grown = memory.grown / 2**20
        figures.append(
            Figure(
                what=f"Import of {rows:,} rows, memory of the {what}",
                measured=f"+{grown:.0f} MB",
                limit=f"<= {MEMORY_LIMIT_MB} MB",
                passed=grown <= MEMORY_LIMIT_MB,
                numbers={"grown_mb": round(grown, 1)},
            )
        )
    return figures


def _find_owner(connection: psycopg.Connection[tuple[object, ...]]) -> tuple[str, str]:
    row = connection.execute(
        "select workspace_id::text, profile_id::text from public.memberships"
        " where 'influencer' = any (roles) order by 1, 2 limit 1"
    ).fetchone()
    if row is None:
        raise LookupError("nobody in the load test has an account")
    return str(row[0]), str(row[1])


@contextmanager
def _connect(stack: Stack, profile_id: str) -> Iterator[Gateway]:
    http: httpx.Client = make_client()
    try:
        yield Gateway(
            url=stack.url,
            publishable_key=stack.publishable_key,
            access_token=lambda: sign_token(stack.jwt_secret, profile_id),
            http=http,
        )
    finally:
        http.close()


def _copy(stack: Stack, import_id: str) -> float:
    """Seconds that COPY takes for the rows of the import: the median of several."""
    times = []
    with psycopg.connect(stack.dsn, autocommit=True) as connection:
        rows = sql.SQL(
            "copy (select * from public.post_snapshots where import_id = {}) to stdout"
        ).format(import_id)
        with connection.cursor().copy(rows) as copy:
            data = b"".join(bytes(part) for part in copy)
        for _ in range(COPIES):
            connection.execute(
                "create table public.copied (like public.post_snapshots including all)"
            )
            started = time.perf_counter()
            with connection.cursor().copy("copy public.copied from stdin") as copy:
                copy.write(data)
            times.append(time.perf_counter() - started)
            connection.execute("drop table public.copied")
    return statistics.median(times)


def main() -> None:
    """On a server of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="tandem-import-") as folder,
        filled_stack(Path(folder) / "data", scale=0.02, say=say) as stack,
    ):
        print_table(measure(stack))


if __name__ == "__main__":
    main()
