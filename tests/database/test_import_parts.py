"""An import on its way in: nobody's figure yet, whole or not at all, its owner's alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services import errors
from tests.support.acts import act, deny, get_rows
from tests.support.measures import add_account, figures_of
from tests.support.people import Person, World

ONE = "17895695668004551"


@pytest.fixture
def account(world: World) -> str:
    """On Instagram, ines's own."""
    return add_account(world.ines, world)


def part(row: dict[str, Any]) -> str:
    """A part of one row as the database takes it."""
    return json.dumps({name: f'{{"{value}"}}' for name, value in row.items()})


class TestStaging:
    """What is on its way in is nobody's figure yet."""

    def _begin(self, person: Person, world: World, account: str, rows: int = 1) -> str:
        file = {
            "name": "a.csv",
            "hash": "a" * 64,
            "basis": "lifetime",
            "captured_on": "2026-11-20",
            "rows": rows,
            "rejected_count": 0,
        }
        return str(
            act(
                person,
                "begin_import",
                workspace=world.home,
                account=account,
                file=json.dumps(file),
            )
        )

    def test_a_file_that_did_not_arrive_whole_is_refused(self, world: World, account: str) -> None:
        begun = self._begin(world.ines, world, account, rows=2)
        row = part({"line": 2, "external_id": ONE, "views": 1})
        act(world.ines, "stage_rows", **{"import": begun}, chunk=1, rows=row)
        deny("import_incomplete", world.ines, "apply_import", **{"import": begun})
        assert figures_of(world.ines, world) == {}

    def test_a_part_that_is_sent_again_counts_once(self, world: World, account: str) -> None:
        begun = self._begin(world.ines, world, account)
        row = part({"line": 2, "external_id": ONE, "views": 1})
        for _ in range(2):
            act(world.ines, "stage_rows", **{"import": begun}, chunk=1, rows=row)
        assert act(world.ines, "apply_import", **{"import": begun})["posts"] == 1
        deny("not_found", world.ines, "apply_import", **{"import": begun})

    @pytest.mark.parametrize(
        "row",
        [
            {"line": 2},
            {"line": 0, "external_id": "1"},
            {"line": 2, "external_id": ""},
            {"line": 2, "external_id": "x" * 121},
            {"line": 2, "external_id": "1", "views": "many"},
            {"line": 2, "external_id": "1", "views": 10**30},
            {"line": 2, "external_id": "1", "published_local": "yesterday-ish"},
            {"line": 2, "external_id": "1", "caption": "x" * 20_001},
            {"line": 2, "external_id": "1", "watch_time_seconds": "NaN"},
        ],
    )
    def test_rows_that_cannot_be_kept_are_refused(
        self, world: World, account: str, row: dict[str, Any]
    ) -> None:
        begun = self._begin(world.ines, world, account)
        rows = part(row)
        deny("rows_invalid", world.ines, "stage_rows", **{"import": begun}, chunk=1, rows=rows)

    @pytest.mark.parametrize(
        "rows",
        [
            "{x",
            "[1]",
            '"x"',
            '{"line": 2, "external_id": "{1}"}',
            '{"line": "{2,3}", "external_id": "{1}"}',
            '{"line": "{{2}}", "external_id": "{1}", "raw": "{[]"}',
            '{"line": "{2}", "external_id": "{\\"1}"}',
        ],
    )
    def test_a_part_that_is_no_table_is_refused(
        self, world: World, account: str, rows: str
    ) -> None:
        begun = self._begin(world.ines, world, account)
        deny("rows_invalid", world.ines, "stage_rows", **{"import": begun}, chunk=1, rows=rows)

    def test_nobody_else_goes_on_with_it(self, world: World, account: str) -> None:
        begun = self._begin(world.ines, world, account)
        for person in (world.marco, world.sam, world.otto):
            deny("not_found", person, "stage_rows", **{"import": begun}, chunk=1, rows="{}")
            deny("not_found", person, "apply_import", **{"import": begun})

    def test_twenty_unfinished_ones_are_enough(self, world: World, account: str) -> None:
        for _ in range(20):
            self._begin(world.ines, world, account)
        with pytest.raises(errors.TooMany):
            self._begin(world.ines, world, account)
        world.run_sql("update public.imports set imported_at = now() - interval '25 hours'")
        self._begin(world.ines, world, account)
        assert len(get_rows(world.ines, "/imports")) == 1

    def test_more_rows_than_the_file_has_are_refused(self, world: World, account: str) -> None:
        begun = self._begin(world.ines, world, account)
        rows = json.dumps({"line": "{2,3}", "external_id": "{1,2}"})
        deny("rows_invalid", world.ines, "stage_rows", **{"import": begun}, chunk=1, rows=rows)

    def test_applied_twice_at_once_it_counts_once(self, world: World, account: str) -> None:
        begun = self._begin(world.ines, world, account)
        row = part({"line": 2, "external_id": ONE, "views": 1})
        act(world.ines, "stage_rows", **{"import": begun}, chunk=1, rows=row)
        with ThreadPoolExecutor(2) as callers:
            answers = list(callers.map(lambda _: self._apply(world.ines, begun), range(2)))
        assert sorted(answers) == ["1", "not_found"]

    def _apply(self, person: Person, begun: str) -> str:
        try:
            return str(act(person, "apply_import", **{"import": begun})["posts"])
        except errors.TandemError as error:
            return error.detail
