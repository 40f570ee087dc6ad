"""What a workspace chooses for the checker, as its page reads and writes it, over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services import errors, rules
from services.safety import OwnWord
from services.safety.config import EVERYTHING, Configuration
from tests.support.people import Person, World

BRAND = OwnWord(words="Loud Week", instead="Quiet Week", reason="The campaign was renamed.")


def read(world: World, person: Person) -> rules.Settings:
    return rules.get_settings(person.gateway(), workspace_id=world.home)


def choose(world: World, chosen: Configuration, person: Person | None = None) -> None:
    sam = person or world.sam
    seen = read(world, world.sam).seen
    rules.save_choice(sam.gateway(), workspace_id=world.home, chosen=chosen, seen=seen)


def off(*names: str) -> Configuration:
    return Configuration(disabled_rules=frozenset(names))


def who(world: World) -> dict[Any, str]:
    return {name: one.by_name for name, one in read(world, world.ines).switches.items()}


def test_everything_is_on_until_somebody_chooses(world: World) -> None:
    found = read(world, world.ines)
    assert (found.chosen, found.changed, found.switches, found.rates) == (EVERYTHING, None, {}, {})


def test_a_choice_comes_back_as_it_was_made(world: World) -> None:
    chosen = Configuration(
        disabled_packs=frozenset({"everyday-words"}),
        disabled_rules=frozenset({"commit-suicide", "kms-joke"}),
        own_words=(BRAND, OwnWord(words="n’importe", instead="a b", severity="blocker")),
    )
    choose(world, chosen)
    found = read(world, world.marco)
    assert found.chosen == chosen
    assert found.changed is not None
    assert found.changed.by_name == "Sam"


def test_each_switch_has_its_own_name_and_none_when_it_is_on(world: World) -> None:
    choose(world, off("kms-joke"))
    choose(world, off("kms-joke", "crazy-casual"), world.kim)
    assert who(world) == {("rule", "kms-joke"): "Sam", ("rule", "crazy-casual"): "Kim"}

    choose(world, off("crazy-casual"))
    assert who(world) == {("rule", "crazy-casual"): "Kim"}

    choose(world, off("kms-joke", "crazy-casual"), world.kim)
    assert who(world) == {("rule", "kms-joke"): "Kim", ("rule", "crazy-casual"): "Kim"}


def test_nobody_is_named_for_what_was_off_before_names_were_kept(world: World) -> None:
    choose(world, off("kms-joke"))
    world.run_sql("delete from public.safety_switches")
    choose(world, off("kms-joke", "crazy-casual"), world.kim)
    assert who(world) == {("rule", "crazy-casual"): "Kim"}


def test_coordinators_choose_for_their_own_workspace(world: World) -> None:
    for person in (world.ines, world.dana, world.paul):
        with pytest.raises(errors.Forbidden):
            choose(world, off("kms-joke"), person)
    with pytest.raises(errors.NotFound):
        choose(world, off("kms-joke"), world.otto)
    with pytest.raises(errors.NotFound):
        read(world, world.otto)


def test_the_second_of_two_is_told(world: World) -> None:
    seen = read(world, world.sam).seen
    choose(world, off("kms-joke"), world.kim)
    with pytest.raises(errors.Conflict) as stale:
        rules.save_choice(
            world.sam.gateway(), workspace_id=world.home, chosen=EVERYTHING, seen=seen
        )
    assert stale.value.detail == "stale_settings"
    assert read(world, world.sam).chosen == off("kms-joke")


def test_words_the_checker_cannot_look_for_stop_nobody(world: World) -> None:
    """The database takes more for letters than the checker: a mark alone, for one."""
    mark = {"words": "\u0363", "instead": "a", "reason": "b", "severity": "blocker"}
    settings = {"packs_off": [], "rules_off": [], "own_words": [mark]}
    world.sam.gateway().write(
        "set_safety_settings",
        {
            "p_workspace": world.home,
            "p_settings": json.dumps(settings),
            "p_expected": read(world, world.sam).seen,
        },
    )
    assert read(world, world.ines).chosen == EVERYTHING
