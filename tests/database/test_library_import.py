"""Files of the library: read all or nothing, say first what would happen, and can be taken back."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from services import errors
from services.embedded.library import load_library, load_library_where
from services.embedded.problems import StartupProblem
from services.embedded.project import HostedProject
from services.library import seed, sheets, store
from services.library.models import Contact, Entry
from tests.support.acts import deny
from tests.support.library import CARD, LINE, YOUTH, add, check, correct, look, names, share
from tests.support.people import Person, World
from tests.support.refusals import assert_refused


def read(
    person: Person, world: World, *, preview: bool, entries: Sequence[Entry]
) -> store.Imported:
    return store.import_entries(
        person.gateway(), workspace_id=world.home, entries=entries, file=b"x", preview=preview
    )


def undo(person: Person, world: World, done: store.Imported) -> None:
    assert done.id is not None
    store.undo_import(person.gateway(), workspace_id=world.home, import_id=done.id)


def everything(world: World) -> list[Entry]:
    found = store.list_library(
        world.ines.gateway(), workspace_id=world.home, limit=store.MOST_AT_ONCE
    )
    return [one.entry for one in found.resources]


class TestImport:
    def test_says_first_what_would_happen(self, world: World) -> None:
        add(world.sam, world)
        share(world.stack, YOUTH)
        file = [LINE, replace(YOUTH, audience="Up to 30"), CARD]

        seen = read(world.dana, world, preview=True, entries=file)

        assert seen == store.Imported(None, ("unchanged", "corrected", "added"))
        assert everything(world) == [LINE, YOUTH]
        done = read(world.dana, world, preview=False, entries=file)
        assert done.outcomes == seen.outcomes
        assert everything(world) == file

    def test_can_be_taken_back_with_the_checks_there_were(self, world: World) -> None:
        share(world.stack, YOUTH)
        checked = check(world.dana, world, add(world.sam, world))
        moved = replace(LINE, contacts=(Contact("call", "01632 960 055"),))
        done = read(
            world.sam, world, preview=False, entries=[moved, replace(YOUTH, pair="a"), CARD]
        )
        assert look(world.ines, world, checked.id).state == "unchecked"

        undo(world.kim, world, done)

        assert everything(world) == [LINE, YOUTH]
        assert look(world.ines, world, checked.id).state == "current"
        assert_refused(errors.Conflict, "already_undone", undo, world.kim, world, done)
        events = world.run_sql("select action from public.audit_events order by seq desc limit 2")
        assert events == [("library_import_undone",), ("library_imported",)]

    def test_is_not_taken_back_over_later_changes(self, world: World) -> None:
        added = add(world.sam, world)
        done = read(world.sam, world, preview=False, entries=[replace(LINE, audience="Anybody")])
        correct(world.dana, world, look(world.dana, world, added.id), audience="Everybody")

        assert_refused(errors.Conflict, "changed_since", undo, world.sam, world, done)

        assert [one.audience for one in everything(world)] == ["Everybody"]

    def test_is_all_or_nothing(self, world: World) -> None:
        bad = replace(YOUTH, contacts=(Contact("call", "ask for it"),))

        for word, file in {
            "address_invalid": [LINE, bad],
            "entries_twice": [LINE, LINE],
            "entries_invalid": [],
        }.items():
            assert_refused(
                errors.Invalid, word, read, world.sam, world, preview=False, entries=file
            )

        assert everything(world) == []
        assert world.run_sql("select from public.library_imports") == []

    def test_leaves_a_shared_entry_corrected_under_another_name_alone(self, world: World) -> None:
        share(world.stack, LINE)
        (shared,) = store.list_library(world.dana.gateway(), workspace_id=world.home).resources
        correct(world.dana, world, shared, name="Harbour")

        read(world.sam, world, preview=False, entries=[LINE])

        assert names(world.ines, world) == ["Harbour", LINE.name]

    def test_of_what_is_there_already_leaves_no_trace(self, world: World) -> None:
        add(world.sam, world)

        assert read(world.sam, world, preview=False, entries=[LINE]).id is None

    def test_is_for_professionals_and_coordinators(self, world: World) -> None:
        done = read(world.sam, world, preview=False, entries=[LINE])
        file = {
            "workspace": world.home,
            "entries": json.dumps([CARD.to_json()]),
            "file_hash": sha256(b"x").hexdigest(),
        }
        for word, people in {
            "role_missing": (world.ines, world.marco),
            "not_found": (world.otto, world.nobody),
        }.items():
            for person in people:
                for preview in (True, False):
                    deny(word, person, "import_library", **file, preview=preview)
                undoing = {"workspace": world.home, "import": done.id}
                deny(word, person, "undo_library_import", **undoing)
        deny(
            "not_found",
            world.otto,
            "undo_library_import",
            workspace=world.other,
            **{"import": done.id},
        )

        assert everything(world) == [LINE]


class TestSeed:
    @pytest.fixture
    def seeded(self, world: World) -> World:
        said: list[str] = []
        for _ in range(2):
            load_library(url=world.stack.url, key=world.stack.secret_key, say=said.append)
        assert said == ["Help library: 174 added, 0 corrected, 0 withdrawn."]
        return world

    def test_comes_back_unchanged(self, seeded: World) -> None:
        key = {(one.country, one.name): one for one in everything(seeded)}

        assert key == {(one.country, one.name): one for one in seed.load_seed()}

    def test_keeps_every_number_byte_for_byte(self, seeded: World) -> None:
        here = {(one.country, one.name): one for one in everything(seeded)}
        with seed.FILE.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found = here.pop((row["country_code"], row["name"]))
                for column, method in (
                    ("phone", "call"),
                    ("sms", "text"),
                    ("chat_url", "chat"),
                    ("website", "web"),
                ):
                    addresses = [c.address for c in found.contacts if c.method == method]
                    assert ";".join(addresses) == row[column], row
                assert ";".join(found.sources) == row["source_url"]
                assert ";".join(found.languages) == row["languages"]
        assert here == {}

    def test_round_trips_through_a_file(self, seeded: World) -> None:
        """Export, import, export: the same bytes, and nothing to change."""
        before = everything(seeded)
        raw = sheets.write_sheet(before)
        sheet = sheets.read_sheet(raw)

        assert sheet.problems == ()
        done = read(seeded.sam, seeded, preview=False, entries=sheet.entries)

        assert done.id is None
        assert set(done.outcomes) == {"unchanged"}
        assert sheets.write_sheet(everything(seeded)) == raw

    def test_round_trips_into_an_empty_library(self, seeded: World) -> None:
        raw = sheets.write_sheet(everything(seeded))
        share(seeded.stack, CARD)

        done = read(seeded.sam, seeded, preview=False, entries=sheets.read_sheet(raw).entries)

        assert set(done.outcomes) == {"added"}
        own = [one for one in everything(seeded) if one != CARD]
        assert sheets.write_sheet(own) == raw

    def test_has_nothing_checked(self, seeded: World) -> None:
        found = store.list_library(seeded.ines.gateway(), workspace_id=seeded.home)

        assert found.counts == {"unchecked": 174}

    def test_is_brought_to_a_hosted_project_by_a_command(
        self, world: World, tmp_path: Path
    ) -> None:
        said: list[str] = []
        project = HostedProject(url=world.stack.url, secret_key=world.stack.secret_key)

        load_library_where(hosted=project, data=tmp_path, say=said.append)

        assert said[-1] == "The help library is up to date."
        assert len(everything(world)) == len(seed.load_seed())

    def test_says_when_it_cannot_be(self, world: World) -> None:
        with pytest.raises(StartupProblem, match="The help library could not be brought up to"):
            load_library(url=world.stack.url, key="sb_secret_wrong", say=print)
