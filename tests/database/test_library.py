"""The help library: who may add, correct and check, what a check is worth, what comes together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest

from services import errors
from services.library import store
from services.library.models import Contact, Entry
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
from tests.support.membership import suspend
from tests.support.people import Person, World
from tests.support.refusals import assert_refused

CHECKERS = ("dana", "paul", "sam", "kim")


def entry_text(entry: Entry = LINE, **changes: Any) -> str:
    return json.dumps(entry.to_json() | changes)


def actions(world: World) -> list[str]:
    return [
        str(row[0])
        for row in world.run_sql(
            "select action from public.audit_events where workspace_id = %s"
            " and (action like 'resource_%%' or action like 'library_%%') order by seq",
            world.home,
        )
    ]


class TestWriting:
    @pytest.mark.parametrize("name", CHECKERS)
    def test_is_for_professionals_and_coordinators(self, world: World, name: str) -> None:
        person: Person = getattr(world, name)

        added = add(person, world)
        corrected = correct(person, world, added, audience="Anybody")
        store.set_withdrawn(
            person.gateway(),
            workspace_id=world.home,
            resource_id=corrected.id,
            revision=corrected.revision,
            withdrawn=True,
        )

        assert look(world.ines, world, added.id).state == "withdrawn"
        assert actions(world) == ["resource_added", "resource_corrected", "resource_withdrawn"]

    def test_is_not_for_others(self, world: World) -> None:
        added = add(world.sam, world)
        of_it = {"workspace": world.home, "resource": added.id, "revision": 1}
        for word, people in {
            "role_missing": (world.ines, world.marco),
            "not_found": (world.otto, world.wes, world.nobody),
        }.items():
            for person in people:
                deny(word, person, "add_resource", workspace=world.home, entry=entry_text(CARD))
                deny(word, person, "correct_resource", **of_it, entry=entry_text(CARD))
                deny(word, person, "set_resource_withdrawn", **of_it, withdrawn=True)
                deny(word, person, "doubt_resource", **of_it, reason="Nobody answers")
                deny(
                    word,
                    person,
                    "check_resource",
                    **of_it,
                    method="own_page",
                    source="https://harbour.example.org/",
                    next_due=tomorrow().isoformat(),
                )

        assert look(world.ines, world, added.id) == added

    def test_of_another_workspaces_entry_finds_nothing(self, world: World) -> None:
        added = add(world.sam, world)

        deny(
            "not_found",
            world.otto,
            "check_resource",
            workspace=world.other,
            resource=added.id,
            revision=1,
            method="own_page",
            source="https://harbour.example.org/",
            next_due=tomorrow().isoformat(),
        )

    def test_ends_with_a_suspension(self, world: World) -> None:
        suspend(world, world.dana)

        deny("not_found", world.dana, "add_resource", workspace=world.home, entry=entry_text())
        assert_refused(
            errors.NotFound,
            "",
            store.list_library,
            world.dana.gateway(),
            workspace_id=world.home,
        )

    @pytest.mark.parametrize(
        "number",
        [
            "988",
            "116 123",
            "741741",
            "0800 1111",
            "+441632960000",
            "08001110111",
            "*0767",
            "1-800-555-0100",
        ],
    )
    def test_keeps_a_number_to_the_letter(self, world: World, number: str) -> None:
        line = replace(LINE, contacts=(Contact("call", number), Contact("text", number)))

        kept = add(world.sam, world, line).entry

        assert kept == line
        assert [one.address for one in kept.contacts] == [number, number]

    @pytest.mark.parametrize(
        ("word", "changes"),
        [
            ("text_missing", {"name": " \u200b"}),
            ("text_too_long", {"name": "x" * 121}),
            ("text_too_long", {"audience": "x" * 401}),
            ("text_too_long", {"words": "x" * 2001}),
            ("topics_invalid", {"topics": []}),
            ("topics_invalid", {"topics": ["ghosts"]}),
            ("entry_invalid", {"country": "gb"}),
            ("entry_invalid", {"kind": "advert"}),
            ("entry_invalid", {"languages": ["English"]}),
            ("entry_invalid", {"checked_by": "me"}),
            ("entry_invalid", {"seen": "2026-13"}),
            ("sources_invalid", {"sources": ["https://user@evil.example.org"]}),
            ("entry_invalid", {"sources": ["javascript:alert(1)"]}),
            ("contacts_missing", {"contacts": []}),
            ("address_invalid", {"contacts": [{"method": "call", "address": "call us"}]}),
            ("address_invalid", {"contacts": [{"method": "call", "address": " 988"}]}),
            ("address_invalid", {"contacts": [{"method": "chat", "address": "javascript:1"}]}),
            ("address_invalid", {"contacts": [{"method": "mail", "address": "a b@example.org"}]}),
            ("address_invalid", {"contacts": [{"method": "pigeon", "address": "988"}]}),
            ("contacts_invalid", {"contacts": [{"method": "call", "address": "988"}] * 2}),
            (
                "time_zone_unknown",
                {"contacts": [{"method": "call", "address": "988", "time_zone": "EST"}]},
            ),
            (
                "time_zone_unknown",
                {"contacts": [{"method": "call", "address": "988", "time_zone": "Mars/Base"}]},
            ),
        ],
    )
    def test_refuses_what_cannot_be_taken(
        self, world: World, word: str, changes: dict[str, Any]
    ) -> None:
        text = entry_text(**changes)

        deny(word, world.sam, "add_resource", workspace=world.home, entry=text)
        deny("entry_invalid", world.sam, "add_resource", workspace=world.home, entry="{")

        assert names(world.sam, world) == []

    def test_takes_a_name_once_a_country(self, world: World) -> None:
        share(world.stack, YOUTH)
        add(world.sam, world)
        add(world.sam, world, replace(LINE, country="IE"))

        for again in (LINE, YOUTH):
            assert_refused(errors.Conflict, "name_taken", add, world.dana, world, again)

    def test_of_something_changed_meanwhile_is_refused(self, world: World) -> None:
        added = add(world.sam, world)
        correct(world.dana, world, added, audience="Anybody")

        assert_refused(errors.Conflict, "stale_resource", check, world.sam, world, added)
        assert_refused(
            errors.Conflict, "stale_resource", correct, world.sam, world, added, name="X"
        )

    def test_of_what_it_says_already_changes_nothing(self, world: World) -> None:
        added = add(world.sam, world)

        assert correct(world.dana, world, added) == added

    def test_withdrawn_ones_come_back_with_their_checks(self, world: World) -> None:
        added = check(world.dana, world, add(world.sam, world))
        of_it = {"workspace_id": world.home, "resource_id": added.id}
        store.set_withdrawn(world.sam.gateway(), **of_it, revision=1, withdrawn=True)
        assert names(world.ines, world) == []
        assert names(world.ines, world, state="withdrawn") == [LINE.name]

        store.set_withdrawn(world.sam.gateway(), **of_it, revision=2, withdrawn=False)

        assert look(world.ines, world, added.id).state == "current"


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


class TestLooking:
    def test_finds_by_everything_asked_for(self, world: World) -> None:
        for entry in (LINE, YOUTH, CARD, replace(LINE, country="US", name="Pier")):
            add(world.sam, world, entry)

        def found(**asked: Any) -> list[str]:
            return names(world.ines, world, **asked)

        assert found() == [LINE.name, YOUTH.name, "Pier", CARD.name]
        assert found(country="GB") == [LINE.name, YOUTH.name, CARD.name]
        assert found(topic="youth") == [YOUTH.name]
        assert found(language="cy", country="US") == ["Pier"]
        assert found(kind="evidence_card") == [CARD.name]
        assert found(search="harbour line") == [LINE.name]
        assert found(search="brings relief") == [CARD.name]
        assert found(search="960003") == [YOUTH.name]
        assert found(search="01632 960 003") == [YOUTH.name]
        assert found(search="100%") == []

    def test_begins_with_what_may_be_given(self, world: World) -> None:
        add(world.sam, world)
        check(world.dana, world, add(world.sam, world, replace(YOUTH, country="US")))

        assert names(world.ines, world) == [YOUTH.name, LINE.name]

    def test_shows_what_comes_together_together(self, world: World) -> None:
        add(world.sam, world, replace(LINE, pair="coast"))
        add(world.sam, world, replace(YOUTH, pair="Coast"))
        add(world.sam, world, replace(LINE, name="Lighthouse"))

        assert names(world.ines, world, topic="youth") == [LINE.name, YOUTH.name]
        first = store.list_library(world.ines.gateway(), workspace_id=world.home, limit=1)
        assert [one.group for one in first.resources] == [1, 1]
        assert (first.total, first.groups) == (3, 2)
        rest_of_it = store.list_library(
            world.ines.gateway(), workspace_id=world.home, offset=1, limit=1
        )
        assert [one.entry.name for one in rest_of_it.resources] == ["Lighthouse"]

    def test_lists_each_contact_with_its_state(self, world: World) -> None:
        checked = check(world.dana, world, add(world.sam, world))
        contacts = (*LINE.contacts, Contact("mail", "talk@harbour.example.org"))
        correct(world.sam, world, checked, contacts=contacts)

        rows = world.ines.gateway().read("list_contact_states", {"p_workspace": world.home})

        assert sorted(row["state"] for row in rows) == ["current"] * 3 + ["unchecked"]
