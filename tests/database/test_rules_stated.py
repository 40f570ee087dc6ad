"""The database is told which rules count: at the start of an embedded server, or by a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.embedded.problems import StartupProblem
from services.embedded.project import HostedProject
from services.embedded.rules import state_rules, state_rules_where
from services.safety import hash_rules, load_rules
from tests.support.people import World


def stated(world: World) -> list[str]:
    """All sets that were ever current, the last one last."""
    return [
        str(row[0])
        for row in world.run_sql("select hash from public.safety_rule_sets order by seq")
    ]


def test_says_only_what_is_new(world: World) -> None:
    said: list[str] = []
    world.server().state_rule_set(rule_set_hash="e" * 64)

    for _ in range(2):
        state_rules(url=world.stack.url, key=world.stack.secret_key, say=said.append)

    assert said == ["The checker reads with new rules."]
    assert stated(world) == [hash_rules(), "e" * 64, hash_rules()]


def test_a_command_tells_a_hosted_project(world: World, tmp_path: Path) -> None:
    said: list[str] = []
    project = HostedProject(url=world.stack.url, secret_key=world.stack.secret_key)

    state_rules_where(hosted=project, data=tmp_path, say=said.append)

    assert said == ["The database knows the checker's rules."]
    assert stated(world) == [hash_rules()]


def test_says_when_it_cannot_be_told(world: World) -> None:
    with pytest.raises(StartupProblem, match="could not be told which rules"):
        state_rules(url=world.stack.url, key="sb_secret_wrong", say=print)


def test_the_hash_is_that_of_the_rules_with_everything_on() -> None:
    assert hash_rules() == load_rules().fingerprint
