"""Servers that are killed while people write, and what is found at the next start."""

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from services.embedded.ports import LOOPBACK
from services.embedded.problems import AlreadyRunning, StartupProblem
from services.embedded.stack import Part, Stack
from tests.support.waiting import wait_until
from tests.support.writers import Writers

# Seconds; a busy machine takes its time to start a server.
PATIENCE = 120.0

MIGRATION = """
create table public.notes (id bigint primary key, body text not null);
alter table public.notes enable row level security;
grant select, insert on public.notes to service_role;
"""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A server with one table, durable as in real use."""
    folder = tmp_path_factory.mktemp("faults")
    migrations = folder / "migrations"
    migrations.mkdir()
    (migrations / "20260101000000_notes.sql").write_text(MIGRATION)
    stack = Stack(data=folder / "var", migrations=migrations)
    try:
        stack.start()
        yield stack
    finally:
        stack.destroy()


@pytest.fixture
def client(notes: Stack) -> Iterator[httpx.Client]:
    headers = {"apikey": notes.secret_key, "Prefer": "return=minimal"}
    with httpx.Client(headers=headers, timeout=10, trust_env=False) as client:
        yield client


class TestKilledServer:
    @pytest.mark.parametrize("part", ["postgres", "lite"])
    def test_loses_no_acknowledged_row(
        self, part: Part, notes: Stack, client: httpx.Client
    ) -> None:
        """It comes back at the same address, so the app goes on with the settings it has.

        Lite may fall over with PostgreSQL; the runner's watch, played here, picks up both.
        """
        url = notes.url
        base = 1_000_000 if part == "lite" else 0

        def write(number: int) -> bool:
            row = {"id": base + number, "body": "x" * 200}
            try:
                return client.post(f"{url}/rest/v1/notes", json=row).status_code == 201
            except httpx.HTTPError:
                return False

        with Writers(write) as writers:
            for _ in range(2):
                wait_until(
                    watched(notes, writers.has_written(20)),
                    what="rows before the crash",
                    seconds=PATIENCE,
                )
                notes.kill(part)
                assert part in notes.revive()
                wait_until(
                    watched(notes, writers.has_written(20)),
                    what="rows after the crash",
                    seconds=PATIENCE,
                )

        assert notes.url == url
        assert len(writers.acknowledged) < writers.attempts
        assert {base + number for number in writers.acknowledged} <= read_ids(notes)

    def test_leaves_nothing_that_hinders_the_next_start(self, notes: Stack) -> None:
        """A pid file whose number is another program's by now, as after a power cut."""
        before = read_ids(notes)
        notes.kill("postgres")
        notes.stop()
        pid_file = notes.places.cluster / "postmaster.pid"
        pid_file.write_text(f"{os.getpid()}\n{notes.places.cluster}\n")

        notes.start()

        assert read_ids(notes) == before

    def test_is_ended_first_when_it_still_runs(self, notes: Stack) -> None:
        """Its runner was killed on a system that does not end the children."""
        before = read_ids(notes)
        left_over = notes.postgres.process
        assert left_over is not None
        notes.postgres.process = None
        notes.stop()
        assert left_over.poll() is None

        notes.start()

        assert left_over.wait(10) == 0
        assert read_ids(notes) == before


class TestBusyPort:
    def test_makes_the_inner_servers_move(self, notes: Stack) -> None:
        notes.stop()
        ports = json.loads((notes.places.data / "ports.json").read_text())
        with (
            socket.create_server((LOOPBACK, ports["postgres"])),
            socket.create_server((LOOPBACK, ports["lite"])),
        ):
            notes.start()

            assert notes.postgres.port != ports["postgres"]
            assert notes.lite.port != ports["lite"]
            assert notes.lite.answers()


class TestDataFolder:
    def test_serves_one_runner(self, notes: Stack) -> None:
        with pytest.raises(AlreadyRunning, match="TANDEM_DATA_DIR"):
            Stack(data=notes.places.data).start()

    def test_that_was_deleted_by_hand_begins_anew(self, tmp_path: Path, notes: Stack) -> None:
        """The database of the old one may live elsewhere; without its keys nobody opens it."""
        said: list[str] = []
        stack = Stack(
            data=tmp_path / "var", migrations=notes.migrations, durable=False, say=said.append
        )
        try:
            stack.start()
            stack.stop()
            (stack.places.data / "keys.json").unlink()

            stack.start()

            assert read_ids(stack) == set()
            assert any("belongs to a data folder that is gone" in sentence for sentence in said)
        finally:
            stack.destroy()
        assert not stack.places.cluster.parent.exists() or not stack.places.data.exists()


class TestFirstStart:
    def test_that_failed_is_done_again(self, tmp_path: Path, notes: Stack) -> None:
        """Half of the demo data is worse than none; nobody has entered anything yet."""
        calls: list[int] = []

        def seed(stack: Stack) -> None:
            calls.append(1)
            with psycopg.connect(stack.dsn) as connection:
                connection.execute("insert into public.notes values (%s, 'seed')", [len(calls)])
            if len(calls) == 1:
                raise StartupProblem("interrupted")

        stack = Stack(
            data=tmp_path / "var", migrations=notes.migrations, durable=False, on_new=seed
        )
        try:
            with pytest.raises(StartupProblem, match="interrupted"):
                stack.start()
            stack.start()
            stack.stop()
            stack.start()

            assert read_ids(stack) == {2}
        finally:
            stack.destroy()

    def test_names_the_migration_that_fails(self, tmp_path: Path) -> None:
        migrations = tmp_path / "migrations"
        migrations.mkdir()
        (migrations / "20260101000000_wrong.sql").write_text("create tabel x ();")
        stack = Stack(data=tmp_path / "var", migrations=migrations, durable=False)
        try:
            with pytest.raises(StartupProblem, match=r"20260101000000 .*tabel"):
                stack.start()
        finally:
            stack.destroy()


class TestKilledRunnersChildren:
    def test_lite_ends_when_asked(self, notes: Stack) -> None:
        process = notes.lite.process
        assert process is not None

        notes.restart_lite()

        assert process.returncode in (0, -signal.SIGTERM)
        assert notes.lite.answers()


def watched(stack: Stack, condition: Callable[[], bool]) -> Callable[[], bool]:
    """The condition, asked while the servers are watched as the runner watches them."""

    def check() -> bool:
        stack.revive()
        return condition()

    return check


def read_ids(stack: Stack) -> set[int]:
    with psycopg.connect(stack.dsn) as connection:
        return {row[0] for row in connection.execute("select id from public.notes")}
