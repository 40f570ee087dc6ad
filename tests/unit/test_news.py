"""One question for all open rooms of a process, and none while there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest
from cryptography.fernet import Fernet

from services.errors import Unavailable
from services.gateway.server import Server
from services.news import FORGET_SECONDS, MOST_ROOMS, News, Numbers, Ticket
from services.sealing import Sealer
from tests.support.waiting import wait_until
from web import lookout


@dataclass
class FakeServer:
    """Numbers by draft, and what was asked."""

    numbers: dict[str, tuple[int, int]] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    away: bool = False

    def list_change_numbers(self, *, draft_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        self.asked.append(list(draft_ids))
        if self.away:
            raise Unavailable(detail="unreachable")
        return {one: self.numbers[one] for one in draft_ids if one in self.numbers}


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> FakeServer:
    return FakeServer({"a": (3, 1), "b": (7, 0)})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def news(server: FakeServer, clock: Clock) -> News:
    return News(server=cast(Server, server), ticks=clock)


class TestNews:
    def test_all_open_rooms_are_asked_for_at_once(self, news: News, server: FakeServer) -> None:
        assert news.look("a") is None
        news.look("b")
        news.look("a")
        news.ask()
        assert [sorted(asked) for asked in server.asked] == [["a", "b"]]
        assert news.look("a") == Numbers(changes=3, notes=1)
        assert news.look("b") == Numbers(changes=7, notes=0)

    def test_nobody_is_asked_while_no_room_is_open(
        self, news: News, server: FakeServer, clock: Clock
    ) -> None:
        assert not news.is_wanted
        news.ask()
        news.look("a")
        clock.now += FORGET_SECONDS + 1
        news.ask()
        assert server.asked == []
        assert not news.is_wanted

    def test_a_room_is_forgotten_with_its_number(self, news: News, clock: Clock) -> None:
        news.look("a")
        news.ask()
        clock.now += FORGET_SECONDS + 1
        news.ask()
        assert news.look("a") is None

    def test_a_draft_that_is_gone_has_no_number(self, news: News) -> None:
        news.look("unknown")
        news.ask()
        assert news.look("unknown") is None

    def test_it_says_when_the_database_is_away(self, news: News, server: FakeServer) -> None:
        news.look("a")
        server.away = True
        with pytest.raises(Unavailable):
            news.ask()
        assert news.is_away
        server.away = False
        news.ask()
        assert not news.is_away

    def test_one_question_has_an_end(self, news: News, server: FakeServer) -> None:
        for number in range(MOST_ROOMS + 1):
            news.look(str(number))
        news.ask()
        assert len(server.asked[0]) == MOST_ROOMS


def test_the_app_looks_while_it_runs_and_outlives_a_failure(
    news: News, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "LOOK_SECONDS", 0.01)
    news.look("a")
    server.away = True

    async def run() -> None:
        async with lookout.watching_rooms(news):
            await asyncio.to_thread(wait_until, lambda: server.asked, what="a first question")
            server.away = False
            await asyncio.to_thread(wait_until, lambda: news.look("a"), what="an answer")
        assert "tandem-rooms" not in {task.get_name() for task in asyncio.all_tasks()}

    asyncio.run(run())


class TestTicket:
    @pytest.fixture
    def sealer(self) -> Sealer:
        return Sealer(keys=[Fernet.generate_key().decode()])

    @pytest.mark.parametrize("reads_notes", [True, False])
    def test_is_read_by_the_session_it_was_made_for(
        self, sealer: Sealer, reads_notes: bool
    ) -> None:
        ticket = Ticket("a", reads_notes=reads_notes)
        text = ticket.write(session="mine", sealer=sealer)
        assert Ticket.read(text, session="mine", sealer=sealer) == ticket
        assert Ticket.read(text, session="another", sealer=sealer) is None

    def test_cannot_be_changed(self, sealer: Sealer) -> None:
        text = Ticket("a", reads_notes=False).write(session="mine", sealer=sealer)
        for changed in (
            "b" + text[1:],
            text.replace("changes", "all"),
            text[:-1],
            "",
            "a",
            "a.all.",
        ):
            assert Ticket.read(changed, session="mine", sealer=sealer) is None

    def test_tells_of_notes_only_who_reads_them(self) -> None:
        seen = Numbers(changes=3, notes=1)
        for known, author, professional in (
            (Numbers(3, 1), False, False),
            (Numbers(4, 1), True, True),
            (Numbers(3, 2), False, True),
        ):
            assert Ticket("a", reads_notes=False).is_behind(seen, known) is author
            assert Ticket("a", reads_notes=True).is_behind(seen, known) is professional
