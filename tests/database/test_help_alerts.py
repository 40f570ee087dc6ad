"""Live posts that rely on a service: listed in the library, and their people told of changes."""

from __future__ import annotations

from typing import Any

import pytest

from services.library import store
from services.library.models import Contact, Resource
from tests.support.acts import get_rows
from tests.support.gate import GRAVE
from tests.support.helped import add_line, check_line
from tests.support.library import correct, expire, look, remind
from tests.support.people import MadeDraft, World, draft_in_state

KINDS = "kind=in.(help_changed,help_ended)"


@pytest.fixture
def live(world: World) -> tuple[MadeDraft, Resource]:
    """A published post of ines on suicide, and the service that goes with it."""
    draft = draft_in_state(world, "published", content=GRAVE)
    ((line,),) = world.run_sql("select resource_id::text from public.draft_resources")
    return draft, look(world.kim, world, line)


def told(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Who was told what, and how often."""
    found = {
        person.name: [
            (row["kind"], row["times"]) for row in get_rows(person, f"/notifications?{KINDS}")
        ]
        for person in world.people
    }
    return {name: rows for name, rows in found.items() if rows}


def everybody(kind: str, times: int = 1) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [(kind, times)] for name in ("ines", "sam", "kim")}


def hide(world: World, draft: MadeDraft) -> None:
    """For professionals only; by hand, as it is closed already."""
    world.run_sql("update public.drafts set professionals_only = true where id = %s", draft.id)


class TestAlerts:
    def test_tell_of_a_lapse_once(self, world: World, live: tuple[MadeDraft, Resource]) -> None:
        _, line = live
        remind(world.stack)
        assert told(world) == {}
        expire(world, line, days=-1)
        for _ in range(2):
            remind(world.stack)
            assert told(world) == everybody("help_ended")

        check_line(world, line)
        expire(world, line, days=-1)
        remind(world.stack)
        assert told(world) == everybody("help_ended", 2)

    def test_tell_at_once_of_a_doubt(self, world: World, live: tuple[MadeDraft, Resource]) -> None:
        _, line = live
        store.doubt_resource(
            world.dana.gateway(),
            workspace_id=world.home,
            resource_id=line.id,
            revision=line.revision,
            reason="Nobody answers",
        )

        assert told(world) == everybody("help_ended")

    def test_tell_at_once_of_another_number(
        self, world: World, live: tuple[MadeDraft, Resource]
    ) -> None:
        _, line = live
        other = correct(world.dana, world, line, contacts=(Contact("call", "01632 960 556"),))
        assert told(world) == everybody("help_changed")
        check_line(world, other)
        remind(world.stack)
        assert told(world) == everybody("help_changed")

        correct(world.dana, world, other, contacts=line.entry.contacts)
        assert told(world) == everybody("help_changed")

    def test_tell_of_no_other_facts(self, world: World, live: tuple[MadeDraft, Resource]) -> None:
        _, line = live
        correct(world.dana, world, line, topics=("crisis", "suicide", "youth"))

        assert told(world) == {}

    def test_tell_of_a_withdrawal(self, world: World, live: tuple[MadeDraft, Resource]) -> None:
        _, line = live
        store.set_withdrawn(
            world.dana.gateway(),
            workspace_id=world.home,
            resource_id=line.id,
            revision=line.revision,
            withdrawn=True,
        )

        assert told(world) == everybody("help_changed")

    def test_are_not_for_posts_that_are_not_out(self, world: World) -> None:
        draft_in_state(world, "expired", content=GRAVE)
        ((line,),) = world.run_sql("select resource_id::text from public.draft_resources")
        expire(world, look(world.kim, world, line), days=-1)
        remind(world.stack)

        assert told(world) == {}

    def test_of_a_hidden_post_are_for_those_who_may_read_it(
        self, world: World, live: tuple[MadeDraft, Resource]
    ) -> None:
        draft, line = live
        hide(world, draft)
        expire(world, line, days=-1)
        remind(world.stack)

        assert set(told(world)) == {"ines", "kim"}


class TestUses:
    def test_are_counted_and_listed_for_those_who_may_read(
        self, world: World, live: tuple[MadeDraft, Resource]
    ) -> None:
        draft, line = live
        for hidden in (False, True):
            for name in ("marco", "dana", "sam"):
                person = getattr(world, name)
                sees = not hidden or name == "dana"
                found = store.list_library(
                    person.gateway(), workspace_id=world.home, asked=store.Asked(country="DE")
                )
                assert [one.posts for one in found.resources] == [int(sees)]
                posts = store.list_posts_with(
                    person.gateway(), workspace_id=world.home, resource_id=line.id
                )
                assert [one.draft_id for one in posts] == [draft.id] * sees
            hide(world, draft)

    def test_leave_out_what_is_not_live(self, world: World) -> None:
        add_line(world)
        draft_in_state(world, "in_review", content=GRAVE)

        found = store.list_library(
            world.sam.gateway(), workspace_id=world.home, asked=store.Asked(country="DE")
        )
        assert [one.posts for one in found.resources] == [0]
