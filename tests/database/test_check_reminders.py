"""Reminders of checks of the library: who hears of which, in time, and of each once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from services import notifications
from services.embedded.stack import Stack
from services.gateway.http import make_client
from services.gateway.server import Server
from services.library import store
from services.library.models import Resource
from tests.support.library import LINE, YOUTH, add, check, correct, expire, look, tomorrow
from tests.support.membership import suspend
from tests.support.people import Person, World

CHECKERS = ("dana", "paul", "sam", "kim")


@pytest.fixture
def server(clean_stack: Stack) -> Iterator[Server]:
    with make_client() as http:
        yield Server(url=clean_stack.url, secret_key=clean_stack.secret_key, http=http)


def line_ending(world: World, days: int, *, name: str = "Pier") -> Resource:
    """A service whose check ends so many days from today."""
    line = check(world.dana, world, add(world.sam, world, replace(LINE, name=name)))
    expire(world, line, days=days)
    return look(world.dana, world, line.id)


def told(person: Person, world: World) -> list[tuple[str, Any]]:
    """Unread reminders, latest first: kind, and of how many entries."""
    found = notifications.list_notifications(
        person.gateway(), workspace_id=world.home, unread_only=True
    )
    return [(one.kind, one.detail["entries"]) for one in found.notifications]


class TestWhen:
    @pytest.mark.parametrize("days", [14, 1, 0])
    def test_two_weeks_before_a_check_ends(self, world: World, server: Server, days: int) -> None:
        line_ending(world, days)
        assert server.remind_of_checks() == 1
        assert told(world.dana, world) == [("checks_ending", 1)]

    @pytest.mark.parametrize("days", [-1, -200])
    def test_when_it_has_ended(self, world: World, server: Server, days: int) -> None:
        line_ending(world, days)
        assert server.remind_of_checks() == 1
        assert told(world.dana, world) == [("checks_ended", 1)]

    def test_not_while_there_is_time(self, world: World, server: Server) -> None:
        line_ending(world, 15)
        add(world.sam, world, YOUTH)
        assert server.remind_of_checks() == 0
        assert told(world.dana, world) == []

    def test_once_each(self, world: World, server: Server) -> None:
        line = line_ending(world, 5)
        assert [server.remind_of_checks() for _ in range(3)] == [1, 0, 0]
        expire(world, line, days=-1)
        assert [server.remind_of_checks() for _ in range(3)] == [1, 0, 0]
        assert told(world.dana, world) == [("checks_ended", 1), ("checks_ending", 1)]

    def test_again_after_the_next_check(self, world: World, server: Server) -> None:
        line = line_ending(world, 5)
        server.remind_of_checks()
        notifications.mark_read(world.dana.gateway(), workspace_id=world.home)
        check(world.dana, world, line, next_due=tomorrow(60))
        assert server.remind_of_checks() == 0

        expire(world, line, days=10)

        assert server.remind_of_checks() == 1
        assert told(world.dana, world) == [("checks_ending", 1)]

    def test_not_of_what_is_unchecked_for_another_reason(
        self, world: World, server: Server
    ) -> None:
        line, other = line_ending(world, 5), line_ending(world, 5, name="Quay")
        correct(world.sam, world, line, audience="Somebody else")
        store.doubt_resource(
            world.sam.gateway(),
            workspace_id=world.home,
            resource_id=other.id,
            revision=other.revision,
            reason="Nobody answers",
        )
        assert server.remind_of_checks() == 0

    def test_several_at_once_are_one_piece_of_news(self, world: World, server: Server) -> None:
        for number in range(3):
            line_ending(world, 5, name=f"Pier {number}")
        assert server.remind_of_checks() == 3
        line_ending(world, 6, name="One more")
        assert server.remind_of_checks() == 1
        assert told(world.dana, world) == [("checks_ending", 4)]

    def test_processes_that_ask_together_tell_once(self, world: World, server: Server) -> None:
        line_ending(world, 5)
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda _n: server.remind_of_checks(), range(8)))
        assert sum(done) == 1
        assert told(world.dana, world) == [("checks_ending", 1)]


class TestWho:
    def test_those_who_may_check(self, world: World, server: Server) -> None:
        line_ending(world, 5)
        server.remind_of_checks()
        for person in world.people:
            if person.name in CHECKERS:
                assert told(person, world) == [("checks_ending", 1)]
            elif person.name in ("ines", "marco"):
                assert told(person, world) == []

    def test_nobody_in_another_workspace_or_suspended(self, world: World, server: Server) -> None:
        line_ending(world, 5)
        suspend(world, world.paul)
        server.remind_of_checks()
        rows = world.run_sql(
            "select count(*) from public.notifications where kind = 'checks_ending'"
            " and profile_id = any (%s::uuid[])",
            [world.paul.id, world.otto.id],
        )
        assert rows == [(0,)]


class TestReading:
    def test_is_counted_listed_and_read(self, world: World, server: Server) -> None:
        line_ending(world, 5)
        server.remind_of_checks()
        (one,) = notifications.list_notifications(
            world.sam.gateway(), workspace_id=world.home
        ).notifications
        assert (one.draft_id, one.title, one.actor_name) == ("", "", None)
        ((in_menu,),) = world.run_sql(
            "select m ->> 'unread' from jsonb_array_elements(private.describe_session("
            "jsonb_populate_record(null::public.web_sessions, jsonb_build_object('profile_id', "
            "%s::text))) -> 'memberships') m where m ->> 'workspace_id' = %s",
            world.sam.id,
            world.home,
        )
        assert in_menu == "1"
        assert (
            notifications.mark_read(world.sam.gateway(), workspace_id=world.home, ids=[one.id]) == 1
        )
        assert told(world.sam, world) == []
        assert told(world.kim, world) != []
