"""Whom a list of people holds: what is looked for, which part, and what a reader may find by."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from components.credentials import LAPSING_DAYS
from services.people import Asked, People, Show, get_people
from tests.support.people import Person, World, add_person, find_today

EVERYONE = ["Dana", "Ines", "Kim", "Marco", "Paul", "Sam"]


def ask(world: World, reader: Person, **asked: object) -> People:
    found = Asked(**asked)  # type: ignore[arg-type]
    return get_people(reader.gateway(), workspace_id=world.home, asked=found)


def names(found: People) -> list[str]:
    return [member.name for member in found.members]


def change_credential(world: World, person: Person, setting: str, *values: object) -> None:
    world.run_sql(
        f"update public.credentials set {setting} where profile_id = %s",  # noqa: S608
        *values,
        person.id,
    )


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("everybody", EVERYONE),
        ("influencer", ["Ines"]),
        ("professional", ["Dana", "Kim", "Paul"]),
        ("coordinator", ["Kim", "Sam"]),
        ("unchecked", ["Dana"]),
        ("lapsing", ["Kim"]),
        ("suspended", ["Marco"]),
    ],
)
def test_shows_whom_it_says(world: World, show: Show, expected: list[str]) -> None:
    today = find_today()
    change_credential(world, world.dana, "checked_at = null, checked_by = null, expires_on = null")
    change_credential(world, world.kim, "expires_on = %s", today + timedelta(days=LAPSING_DAYS))
    world.run_sql(
        "update public.memberships set suspended_at = now() where profile_id = %s", world.marco.id
    )
    found = ask(world, world.sam, show=show, today=today)
    assert (names(found), found.total) == (expected, len(expected))


def test_every_show_is_tested() -> None:
    (mark,) = (one for one in test_shows_whom_it_says.pytestmark if one.name == "parametrize")  # type: ignore[attr-defined]
    assert {show for show, _ in mark.args[1]} == set(get_args(Show))


def test_a_credential_ends_soon_on_the_day_of_the_reader(world: World) -> None:
    today = find_today()
    later = today + timedelta(days=LAPSING_DAYS + 1)
    change_credential(world, world.kim, "expires_on = %s", later)
    assert names(ask(world, world.sam, show="lapsing", today=today)) == []
    tomorrow = today + timedelta(days=1)
    assert names(ask(world, world.sam, show="lapsing", today=tomorrow)) == ["Kim"]
    change_credential(world, world.kim, "revoked_at = now()")
    assert names(ask(world, world.sam, show="lapsing", today=tomorrow)) == []


class TestSearch:
    def test_finds_all_words_in_any_order_and_case(self, world: World) -> None:
        add_person(world, "mara", roles=("influencer",))
        assert names(ask(world, world.sam, search="MA")) == ["Mara", "Marco"]
        assert names(ask(world, world.sam, search="psychologist KIM de")) == ["Kim"]
        assert names(ask(world, world.sam, search="kim marco")) == []

    def test_takes_signs_as_they_are(self, world: World) -> None:
        for text in ("%", "_", "\\", "'", ".*", "m%rco"):
            assert names(ask(world, world.sam, search=text)) == [], text

    def test_finds_by_address_only_who_may_read_it(self, world: World) -> None:
        assert names(ask(world, world.sam, search="marco@example.org")) == ["Marco"]
        assert names(ask(world, world.ines, search="marco@example.org")) == []

    def test_stays_within_the_workspace(self, world: World) -> None:
        assert names(ask(world, world.sam, search="otto")) == []

    def test_a_very_long_one_is_cut(self, world: World) -> None:
        assert names(ask(world, world.sam, search="q " * 50_000)) == []
        assert names(ask(world, world.sam, search="m" + " " * 250 + "nobody at all")) != []


class TestParts:
    def test_are_in_order_and_know_how_many_fit(self, world: World) -> None:
        first = ask(world, world.sam, limit=4)
        second = ask(world, world.sam, limit=4, offset=4)
        assert names(first) + names(second) == EVERYONE
        assert (first.total, second.total) == (6, 6)

    def test_beyond_the_end_there_is_nobody(self, world: World) -> None:
        found = ask(world, world.sam, limit=4, offset=100)
        assert (names(found), found.total) == ([], 6)

    def test_of_one_alone(self, world: World) -> None:
        found = ask(world, world.ines, profile_id=world.dana.id)
        assert (names(found), found.total) == (["Dana"], 1)
        assert names(ask(world, world.ines, profile_id=world.otto.id)) == []
