"""The last good answer of the public help pages: how long it is good for, and where it is kept."""

from __future__ import annotations

import json
import logging
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from services.errors import Unavailable
from services.gateway.server import Server
from services.library.last_known import (
    FRESH_SECONDS,
    PAUSE_SECONDS,
    REWRITE_AFTER,
    LastKnown,
)
from services.library.models import Contact, Entry

HOME = "7f0c3b52-3a0b-4c59-9a5e-0f5a50d1a001"
START = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
TODAY = START.date()
Make = Callable[..., LastKnown]


def make_row(*names: str, until: str = "2026-12-01") -> dict[str, Any]:
    entries = [
        Entry("helpline", name, "GB", ("crisis",), contacts=(Contact("call", "01632 960 001"),))
        for name in names
    ]
    return {
        "workspace": {"id": HOME, "name": "Harbour"},
        "lines": [
            entry.to_json()
            | {
                "until": until,
                "checked_at": "2026-11-01T10:00:00+00:00",
                "checked_how": "own_page",
                "pair_id": entry.name,
                "in_pair": 1,
            }
            for entry in entries
        ],
    }


class Database:
    """Stands in for the server: says what it is told to, and counts how often it is asked."""

    def __init__(self) -> None:
        self.row: dict[str, Any] | None = make_row("Harbour Line")
        self.is_away = False
        self.asked = 0
        self.hold = threading.Event()
        self.hold.set()

    def read_public_help(self, *, workspace_id: str | None) -> dict[str, Any] | None:
        self.asked += 1
        self.hold.wait(10)
        if self.is_away:
            raise Unavailable(detail="unreachable")
        return self.row if workspace_id in (HOME, None) else None


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def ticks(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1000)


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(database: Database, clock: Clock, tmp_path: Path) -> Iterator[Make]:
    """`make()`: one process's memory, with the same folder as every other's."""
    made: list[LastKnown] = []

    def new(folder: Path | None = tmp_path / "help") -> LastKnown:
        server = cast(Server, database)
        made.append(LastKnown(server=server, folder=folder, ticks=clock.ticks, now=clock.now))
        return made[-1]

    yield new
    database.hold.set()
    for one in made:
        one.close()


def names(book: LastKnown, workspace_id: str = HOME, *, today: date = TODAY) -> list[str]:
    known = book.read(workspace_id)
    assert known.help is not None
    found = known.help.list_in("GB", today)
    return [line.entry.name for together in found for line in together.lines]


class TestFreshness:
    def test_the_database_hears_of_it_rarely(
        self, make: Make, database: Database, clock: Clock
    ) -> None:
        book = make()
        assert book.glance(HOME) is None
        for _ in range(20):
            book.read(HOME)
        assert database.asked == 1

        clock.seconds += FRESH_SECONDS
        database.row = make_row("Quay")

        assert names(book) == ["Quay"]
        assert database.asked == 2

    def test_versions_tell_answers_apart(
        self, make: Make, database: Database, clock: Clock
    ) -> None:
        book = make()
        first = book.read(HOME).version
        clock.seconds += FRESH_SECONDS
        assert book.read(HOME).version == first
        clock.seconds += FRESH_SECONDS
        database.row = make_row("Quay")
        assert book.read(HOME).version != first


class TestWithoutTheDatabase:
    def test_the_last_answer_goes_on(self, make: Make, database: Database, clock: Clock) -> None:
        book = make()
        book.read(HOME)
        clock.seconds += 60
        database.is_away = True

        known = book.read(HOME)

        assert known.is_old
        assert known.at == START
        assert names(book) == ["Harbour Line"]

    def test_it_is_asked_again_only_after_a_pause(
        self, make: Make, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        book = make()
        book.read(HOME)
        clock.seconds += 60
        database.is_away = True
        with caplog.at_level(logging.WARNING):
            for _ in range(20):
                book.read(HOME)
        assert database.asked == 2
        assert len(caplog.records) == 1

        clock.seconds += PAUSE_SECONDS
        database.is_away = False

        assert not book.read(HOME).is_old

    def test_nobody_waits_long_for_one_that_hangs(
        self, make: Make, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.library.last_known.PATIENCE_SECONDS", 0.01)
        book = make()
        book.read(HOME)
        clock.seconds += 60
        database.hold.clear()

        assert book.read(HOME).is_old
        assert book.glance(HOME) is not None

    def test_another_process_goes_on_from_the_file(
        self, make: Make, database: Database, clock: Clock
    ) -> None:
        make().read(HOME)
        make().read("")
        database.is_away = True
        clock.seconds += 60

        assert names(make()) == ["Harbour Line"]
        known = make().read("")
        assert known.is_old
        assert known.at == START

    def test_nothing_known_is_said_so(self, make: Make, database: Database) -> None:
        database.is_away = True
        book = make()
        with pytest.raises(Unavailable):
            book.read(HOME)
        with pytest.raises(Unavailable):
            book.read(HOME)
        assert database.asked == 1

    def test_what_lapses_meanwhile_is_left_out(
        self, make: Make, database: Database, clock: Clock
    ) -> None:
        database.row = make_row("Harbour Line", until="2026-11-28")
        book = make()
        book.read(HOME)
        database.is_away = True
        clock.seconds += 86_400

        assert names(book, today=clock.now().date()) == []


class TestFile:
    def test_is_for_its_owner_alone(self, make: Make, tmp_path: Path) -> None:
        make().read(HOME)
        (file,) = (tmp_path / "help").iterdir()
        assert file.name == f"{HOME}.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    def test_is_written_when_something_changed_or_once_in_a_while(
        self, make: Make, database: Database, clock: Clock, tmp_path: Path
    ) -> None:
        book = make()
        book.read(HOME)
        file = tmp_path / "help" / f"{HOME}.json"
        first = file.read_text()

        clock.seconds += FRESH_SECONDS
        book.read(HOME)
        assert file.read_text() == first
        clock.seconds += FRESH_SECONDS
        database.row = make_row("Quay")
        book.read(HOME)
        second = file.read_text()
        assert second != first
        clock.seconds += REWRITE_AFTER.total_seconds()
        book.read(HOME)
        assert json.loads(file.read_text())["at"] != json.loads(second)["at"]

    def test_goes_with_its_workspace(
        self, make: Make, database: Database, clock: Clock, tmp_path: Path
    ) -> None:
        book = make()
        book.read(HOME)
        database.row = None
        clock.seconds += FRESH_SECONDS
        assert book.read(HOME).help is None
        assert list((tmp_path / "help").iterdir()) == []

    @pytest.mark.parametrize("damage", ["", "{", '{"at": "x"}', '{"at": 1, "help": {}}'])
    def test_that_is_damaged_is_none(
        self,
        make: Make,
        database: Database,
        tmp_path: Path,
        damage: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        make().read(HOME)
        (tmp_path / "help" / f"{HOME}.json").write_text(damage)
        database.is_away = True
        with pytest.raises(Unavailable):
            make().read(HOME)
        assert "kept help cannot be read" in caplog.text

    def test_that_cannot_be_written_is_told_to_the_operator(
        self, make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        book = make(tmp_path / "file")
        assert names(book) == ["Harbour Line"]
        assert "help not kept on disk" in caplog.text

    def test_needs_no_folder(self, make: Make) -> None:
        assert names(make(None)) == ["Harbour Line"]
