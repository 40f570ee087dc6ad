"""What a check of the help library is worth and to whom, and the part that workspaces share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest

from services import errors
from services.library import store
from services.library.models import Contact
from tests.support.acts import deny
from tests.support.library import (
    CARD,
    LINE,
    YOUTH,
    add,
    check,
    correct,
    expire,
    look,
    names,
    share,
    tomorrow,
)
from tests.support.people import World
from tests.support.refusals import assert_refused


class TestChecks:
    def test_say_who_when_how_and_until(self, world: World) -> None:
        added = add(world.sam, world)
        assert (added.state, added.check) == ("unchecked", None)

        checked = check(world.dana, world, added)

        assert checked.state == "current"
        assert checked.check is not None
        assert (checked.check.name, checked.check.method) == ("Dana", "own_page")
        assert checked.next_due == checked.check.next_due == tomorrow(90)

    @pytest.mark.parametrize(
        ("days", "state"), [(-1, "overdue"), (0, "due"), (14, "due"), (15, "current")]
    )
    def test_end(self, world: World, days: int, state: str) -> None:
        checked = check(world.dana, world, add(world.sam, world))

        expire(world, checked, days=days)

        assert look(world.ines, world, checked.id).state == state
        found = store.list_library(world.ines.gateway(), workspace_id=world.home)
        assert found.counts == {state: 1}
        assert names(world.ines, world, state="to_check") == ([LINE.name] if days < 15 else [])
        assert names(world.ines, world, state="usable") == ([] if days < 0 else [LINE.name])

    def test_count_in_their_workspace_only(self, world: World) -> None:
        share(world.stack, LINE)
        (shared,) = store.list_library(world.dana.gateway(), workspace_id=world.home).resources

        check(world.dana, world, shared)

        (there,) = store.list_library(world.otto.gateway(), workspace_id=world.other).resources
        assert (there.state, there.check) == ("unchecked", None)

    def test_end_when_a_contact_or_the_words_change(self, world: World) -> None:
        checked = check(world.dana, world, add(world.sam, world))
        contacts = (replace(LINE.contacts[0], address="01632 960 009"), *LINE.contacts[1:])

        assert correct(world.sam, world, checked, contacts=contacts).state == "unchecked"
        # The old number is back, and its check with it.
        back = correct(world.sam, world, look(world.sam, world, checked.id), contacts=LINE.contacts)
        assert back.state == "current"
        assert correct(world.sam, world, back, audience="Men").state == "unchecked"

    def test_stay_when_only_tags_change(self, world: World) -> None:
        checked = check(world.dana, world, add(world.sam, world))

        assert correct(world.sam, world, checked, topics=("general",), pair="uk").state == "current"

    def test_can_be_doubted(self, world: World) -> None:
        checked = check(world.dana, world, add(world.sam, world))

        store.doubt_resource(
            world.sam.gateway(),
            workspace_id=world.home,
            resource_id=checked.id,
            revision=checked.revision,
            reason="The page says it closed in June",
        )

        doubted = look(world.ines, world, checked.id)
        assert doubted.state == "unchecked"
        assert doubted.check is not None
        assert doubted.check.source == "The page says it closed in June"
        assert check(world.dana, world, doubted).state == "current"

    def test_cover_words_where_there_is_no_contact(self, world: World) -> None:
        card = check(world.dana, world, add(world.sam, world, CARD))

        assert card.state == "current"
        assert correct(world.sam, world, card, words="Otherwise.").state == "unchecked"

    @pytest.mark.parametrize(
        ("word", "changes"),
        [
            ("method_missing", {"method": "dialled"}),
            ("method_missing", {"method": "doubt"}),
            ("source_invalid", {"source": "somewhere"}),
            ("text_missing", {"source": " "}),
            ("due_invalid", {"next_due": tomorrow(0)}),
            ("due_invalid", {"next_due": tomorrow(367)}),
        ],
    )
    def test_need_a_method_a_source_and_an_end(
        self, world: World, word: str, changes: dict[str, Any]
    ) -> None:
        added = add(world.sam, world)

        assert_refused(errors.Invalid, word, check, world.dana, world, added, **changes)

    def test_are_never_changed(self, world: World) -> None:
        check(world.dana, world, add(world.sam, world))

        for statement in (
            "update public.resource_checks set source = 'x'",
            "delete from public.resource_checks",
            "truncate public.resource_checks",
        ):
            with pytest.raises(psycopg.Error, match="never changed"):
                world.run_sql(statement)


class TestSharedPart:
    def test_is_corrected_by_an_entry_in_its_place(self, world: World) -> None:
        share(world.stack, LINE)
        (shared,) = store.list_library(world.dana.gateway(), workspace_id=world.home).resources
        assert shared.shared

        own = correct(world.dana, world, shared, audience="Anybody")

        assert own.id != shared.id
        assert (own.shared, own.replaces) == (False, True)
        assert names(world.ines, world) == [LINE.name]
        assert_refused(errors.NotFound, "not_found", check, world.dana, world, shared)
        (there,) = store.list_library(world.otto.gateway(), workspace_id=world.other).resources
        assert there.entry == LINE

        store.set_withdrawn(
            world.dana.gateway(),
            workspace_id=world.home,
            resource_id=own.id,
            revision=own.revision,
            withdrawn=True,
        )
        assert look(world.ines, world, shared.id).entry == LINE

    def test_is_not_withdrawn_by_a_workspace(self, world: World) -> None:
        share(world.stack, LINE)
        (shared,) = store.list_library(world.dana.gateway(), workspace_id=world.home).resources

        deny(
            "shared",
            world.sam,
            "set_resource_withdrawn",
            workspace=world.home,
            resource=shared.id,
            revision=1,
            withdrawn=True,
        )

    def test_is_written_again_without_a_change(self, world: World) -> None:
        assert share(world.stack, LINE, YOUTH) == {"added": 2, "corrected": 0, "withdrawn": 0}
        before = store.list_library(world.ines.gateway(), workspace_id=world.home)

        assert share(world.stack, LINE, YOUTH) == {"added": 0, "corrected": 0, "withdrawn": 0}

        assert store.list_library(world.ines.gateway(), workspace_id=world.home) == before

    def test_follows_its_file(self, world: World) -> None:
        share(world.stack, LINE, YOUTH)
        line, _ = store.list_library(world.dana.gateway(), workspace_id=world.home).resources
        check(world.dana, world, line)
        moved = replace(LINE, contacts=(Contact("call", "01632 960 077"),))

        assert share(world.stack, moved) == {"added": 0, "corrected": 1, "withdrawn": 1}

        corrected = look(world.ines, world, line.id)
        assert (corrected.entry, corrected.state) == (moved, "unchecked")
        assert names(world.ines, world, state="withdrawn") == [YOUTH.name]
        # Back again: the same row, so that what refers to it holds.
        assert share(world.stack, LINE, YOUTH) == {"added": 0, "corrected": 2, "withdrawn": 0}
        assert look(world.ines, world, line.id).state == "current"

    def test_is_never_emptied(self, world: World) -> None:
        share(world.stack, LINE)

        assert_refused(errors.Invalid, "entries_invalid", share, world.stack)

        assert names(world.ines, world) == [LINE.name]

    def test_is_seen_by_members_only(self, world: World, rest: Any) -> None:
        share(world.stack, LINE)
        clients: list[httpx.Client] = [world.nobody.rest(), rest()]
        for client in clients:
            with client:
                for path in ("resources?select=id", "resource_contacts?select=id"):
                    answer = client.get(f"/{path}")
                    assert answer.status_code in (401, 403) or answer.json() == []
