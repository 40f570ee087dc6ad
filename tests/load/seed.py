"""Writes a year of an agency's data into the embedded server: `python -m tests.load.seed`.

Five workspaces, 200 people, 20,000 drafts with 60,000 versions and 120,000 comments in threads,
with their decisions, requests, buffers, news and audit events; `--scale 10` has ten times the
people and ten times the history. Open work grows with the people (about 60 drafts in review for 40
people), so what one person has before them stays the same; it is what lies behind them that grows.

Every row is a function of its number, so that two runs write the same. Dates count back from the
day of the run, because approvals expire and reviews become overdue. A second run replaces what
the first one wrote and touches nothing else.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from services.embedded.keys import load_keys
from services.embedded.places import data_dir
from services.embedded.postgres import make_dsn
from services.embedded.problems import AlreadyRunning, StartupProblem
from services.embedded.project import find_hosted_project
from services.embedded.stack import Stack
from services.safety_record import rule_set_hash

SQL = Path(__file__).parent / "sql"
# Files of SQL in order, and what they write.
PARTS = {
    "pause_indexes.sql": "",
    "people.sql": "people",
    "campaigns.sql": "campaigns",
    "texts.sql": "",
    "drafts.sql": "versions and decisions",
    "discussion.sql": "comments, notes and requests",
    "endings.sql": "drafts",
    "checks.sql": "what the checker read",
    "audit.sql": "the audit record",
    "news.sql": "news, looks and rounds",
    "resume_indexes.sql": "indexes",
}
WORKSPACES = 5
PEOPLE_A_WORKSPACE = 40
DRAFTS_A_WORKSPACE = 4000
OPEN_DRAFTS_A_WORKSPACE = 200
COUNTED = (
    "workspaces",
    "profiles",
    "drafts",
    "draft_versions",
    "comments",
    "decisions",
    "review_requests",
    "notifications",
    "draft_looks",
    "review_rounds",
    "audit_events",
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How much is written. `blocks` of forty people and `drafts` are counted a workspace."""

    scale: float
    as_of: datetime

    @property
    def blocks(self) -> int:
        """Forty people each; a scale below one has one."""
        return max(1, round(self.scale))

    @property
    def drafts(self) -> int:
        """A multiple of five, since drafts have one to five versions in turn."""
        return 5 * max(4, round(self.scale * DRAFTS_A_WORKSPACE / 5))

    @property
    def open_drafts(self) -> int:
        """Those that somebody still works on."""
        return min(self.drafts // 2, self.blocks * OPEN_DRAFTS_A_WORKSPACE)

    def as_row(self) -> dict[str, Any]:
        """The row of load_plan, which the SQL files read."""
        return {
            "workspaces": WORKSPACES,
            "blocks": self.blocks,
            "people": WORKSPACES * PEOPLE_A_WORKSPACE * self.blocks,
            "drafts": self.drafts,
            "open_drafts": self.open_drafts,
            "as_of": self.as_of,
        }


def fill(dsn: str, plan: Plan, *, say: Say = lambda _sentence: None) -> dict[str, int]:
    """Write everything in one transaction; returns how many rows each table then has.

    Args:
        dsn: a superuser's connection string: triggers of foreign keys are off meanwhile.
        plan: how much.
        say: told each step, as a sentence.
    """
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "set local session_replication_role = replica; set local synchronous_commit = off; "
            "set local work_mem = '64MB'; set local maintenance_work_mem = '256MB'; "
            "set local statement_timeout = 0"
        )
        _run_file(connection, "remove.sql")
        connection.execute(
            "create temp table load_plan (workspaces integer, blocks integer, people integer, "
            "drafts integer, open_drafts integer, as_of timestamptz)"
        )
        connection.execute(
            "insert into load_plan values (%(workspaces)s, %(blocks)s, %(people)s, %(drafts)s, "
            "%(open_drafts)s, %(as_of)s)",
            plan.as_row(),
        )
        connection.execute("select public.server_state_rule_set(%s)", [rule_set_hash()])
        for name, what in PARTS.items():
            started = time.monotonic()
            _run_file(connection, name)
            if what:
                say(f"Wrote {what} ({time.monotonic() - started:.1f} s).")
    return _settle(dsn, say)


def find_strangers(dsn: str) -> list[str]:
    """Names of the workspaces that no load test wrote."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "select name from public.workspaces where not id = any (array("
            "select md5('tandem-load/workspace/' || w)::uuid from generate_series(0, 99) w)) "
            "order by name"
        ).fetchall()
    return [str(row[0]) for row in rows]


def _run_file(connection: psycopg.Connection, name: str) -> None:
    connection.execute((SQL / name).read_bytes())


def _settle(dsn: str, say: Say) -> dict[str, int]:
    """What autovacuum would do in the next minutes, done now: measurements need a steady state."""
    started = time.monotonic()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")
        say(f"Vacuumed and analysed ({time.monotonic() - started:.1f} s).")
        return {table: _count(connection, table) for table in COUNTED}


def _count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(
        sql.SQL("select count(*) from public.{}").format(sql.Identifier(table))
    ).fetchone()
    return 0 if row is None else int(row[0])


@contextmanager
def open_database(say: Say) -> Iterator[str]:
    """The embedded database of TANDEM_DATA_DIR, started for this if it does not run."""
    folder = data_dir()
    stack = Stack(data=folder, say=say)
    try:
        stack.start()
    except AlreadyRunning:
        state = json.loads(stack.places.state_file.read_text(encoding="utf-8"))
        yield make_dsn(load_keys(folder).database_password, int(state["ports"]["postgres"]))
        return
    try:
        yield stack.dsn
    finally:
        stack.stop()


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.seed", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1 is a year; 10 ten times that")
    parser.add_argument("--yes", action="store_true", help="do not ask when there is other data")
    wanted = parser.parse_args(arguments)
    if find_hosted_project() is not None:
        print("A hosted project is configured. Load data goes into an embedded database only.")
        return 2
    try:
        with open_database(say) as dsn:
            return _fill_if_agreed(dsn, scale=wanted.scale, agreed=wanted.yes)
    except StartupProblem as problem:
        print(problem)
        return 1


def _fill_if_agreed(dsn: str, *, scale: float, agreed: bool) -> int:
    strangers = find_strangers(dsn)
    if strangers and not agreed:
        print(f"The database in {data_dir()} holds other data: {', '.join(strangers[:5])}.")
        print("It stays as it is, and the load test's workspaces come beside it.")
        if not sys.stdin.isatty():
            print("Nothing was written. Pass --yes to go on without being asked.")
            return 1
        if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
            print("Nothing was written.")
            return 1
    for table, rows in fill(dsn, Plan(scale=scale, as_of=datetime.now(UTC)), say=say).items():
        print(f"  {table:<18}{rows:>10,}")
    print("People are load-00000@example.org and so on; they sign in with a code by mail.")
    return 0


def say(sentence: str) -> None:
    """Tell the person at the terminal at once."""
    print(sentence, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
