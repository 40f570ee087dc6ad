"""The help library: who may add, correct and check, what a check is worth, what comes together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

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
