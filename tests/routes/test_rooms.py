"""/rooms/{ticket}: who is told that something happened in a review room, and of what."""

from __future__ import annotations

import logging
from typing import cast

import httpx
import pytest

from services import discussion
from services.news import Ticket
from services.sessions import hash_cookie
from tests.routes.conftest import Seated
from tests.support.people import MadeDraft, World, draft_in_state
from tests.support.visitor import Visitor
from web.parts import Parts

QUIET = {"news": False, "away": False}


@pytest.fixture
def room(members: World) -> MadeDraft:
    """In review, version 1, by ines."""
    return draft_in_state(members, "in_review")


def write_ticket(parts: Parts, visitor: Visitor, room: MadeDraft, *, notes: bool) -> str:
    """As the page of whoever this browser belongs to writes it."""
    session = hash_cookie(visitor.cookie())
    return Ticket(room.id, reads_notes=notes).write(session=session, sealer=parts.sealer)


def look(visitor: Visitor, ticket: str, query: str) -> httpx.Response:
    return cast(httpx.Response, visitor.client.get(f"/rooms/{ticket}?{query}"))


class TestNews:
    def test_it_is_told_once_something_happened(
        self, seated: Seated, members: World, parts: Parts, room: MadeDraft
    ) -> None:
        dana = seated(members.dana)
        ticket = write_ticket(parts, dana, room, notes=True)
        # The process learns of a room after somebody looked.
        assert look(dana, ticket, "changes=0&notes=0").json() == QUIET
        parts.news.ask()
        numbers = parts.news.look(room.id)
        assert numbers is not None
        seen = f"changes={numbers.changes}&notes={numbers.notes}"
        assert look(dana, ticket, seen).json() == QUIET

        discussion.add_comment(
            members.marco.gateway(), draft_id=room.id, version=1, body="Which source?"
        )
        parts.news.ask()
        answer = look(dana, ticket, seen)
        assert answer.json() == {"news": True, "away": False}
        assert answer.headers["cache-control"] == "no-store"

    def test_an_author_is_not_told_of_notes(
        self, seated: Seated, members: World, parts: Parts, room: MadeDraft
    ) -> None:
        ines = seated(members.ines)
        ticket = write_ticket(parts, ines, room, notes=False)
        parts.news.look(room.id)
        parts.news.ask()
        before = parts.news.look(room.id)
        assert before is not None
        discussion.add_note(members.dana.gateway(), draft_id=room.id, version=1, body="Between us")
        parts.news.ask()
        seen = f"changes={before.changes}&notes=0"
        assert look(ines, ticket, seen).json() == QUIET
        # Saying that one may read them does not help.
        assert look(ines, ticket.replace("changes", "all"), seen).status_code == 404

    @pytest.mark.parametrize("query", ["", "changes=x&notes=-1", f"changes={'9' * 5000}"])
    def test_numbers_that_are_none_bring_no_news(
        self, seated: Seated, members: World, parts: Parts, room: MadeDraft, query: str
    ) -> None:
        dana = seated(members.dana)
        ticket = write_ticket(parts, dana, room, notes=True)
        parts.news.look(room.id)
        parts.news.ask()
        assert look(dana, ticket, query).json() == QUIET


class TestWho:
    def test_without_a_session_nobody(
        self, seated: Seated, visitor: Visitor, members: World, parts: Parts, room: MadeDraft
    ) -> None:
        ticket = write_ticket(parts, seated(members.dana), room, notes=True)
        assert look(visitor, ticket, "changes=0").status_code == 401

    def test_nobody_with_a_ticket_of_somebody_else(
        self, seated: Seated, members: World, parts: Parts, room: MadeDraft
    ) -> None:
        ticket = write_ticket(parts, seated(members.dana), room, notes=True)
        kim = seated(members.kim)
        for text in (ticket, room.id, f"{room.id}.all.", "x" * 9000):
            assert look(kim, text, "changes=0").status_code == 404
        assert not parts.news.is_wanted

    def test_nobody_who_signed_out(
        self, seated: Seated, members: World, parts: Parts, room: MadeDraft
    ) -> None:
        dana = seated(members.dana)
        ticket, cookie = write_ticket(parts, dana, room, notes=True), dana.cookie()
        dana.post("/auth/sign-out")
        dana.client.cookies.set("tandem_session", cookie)
        assert look(dana, ticket, "changes=0").status_code == 401


def test_looking_is_no_use_of_a_session_and_not_worth_a_line(
    seated: Seated,
    members: World,
    parts: Parts,
    room: MadeDraft,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="tandem.web")
    dana = seated(members.dana)
    used: list[str] = []
    monkeypatch.setattr(parts.sessions, "note_use", used.append)
    caplog.clear()
    assert look(dana, write_ticket(parts, dana, room, notes=True), "changes=0").json() == QUIET
    assert used == []
    assert [record.getMessage() for record in caplog.records if "tandem" in record.name] == []
    dana.get("/review")
    assert used == [hash_cookie(dana.cookie())]
