"""Grants, policies and function rights are exactly those of tests/database/expected."""

from __future__ import annotations

import pytest

from services.embedded.stack import Stack
from tests.support.people import World
from tests.support.rights import EXPECTED, QUERIES, describe_rights


@pytest.fixture(scope="module")
def rights(stack: Stack) -> dict[str, str]:
    return describe_rights(stack.dsn)


class TestRights:
    @pytest.mark.parametrize("name", QUERIES)
    def test_are_the_expected_ones(self, rights: dict[str, str], name: str) -> None:
        """If the change is meant: python -m tests.support.rights, and read the difference."""
        expected = (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")

        assert rights[name].splitlines() == expected.splitlines()

    def test_have_no_file_without_a_query(self) -> None:
        assert {path.stem for path in EXPECTED.glob("*.txt")} == set(QUERIES)

    def test_every_definer_has_an_empty_search_path(self, rights: dict[str, str]) -> None:
        definers = [line for line in rights["functions"].splitlines() if " DEFINER, " in line]

        assert len(definers) > 30
        assert [line for line in definers if 'search_path=""' not in line] == []

    def test_every_table_has_row_security(self, rights: dict[str, str]) -> None:
        assert "OFF" not in rights["tables"]

    def test_the_api_login_owns_nothing_of_ours(self, world: World) -> None:
        owned = world.run_sql(
            """
            select c.oid::regclass::text from pg_class c
            where c.relowner = 'tandem_api'::regrole
              and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
            union all
            select p.oid::regprocedure::text from pg_proc p
            where p.proowner = 'tandem_api'::regrole
              and p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
            """
        )

        assert owned == []
