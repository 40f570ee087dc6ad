"""The database is told which rules count: at the start of an embedded server, or by a command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from services.embedded.problems import StartupProblem
from services.embedded.project import HostedProject
from services.embedded.rules import state_rules, state_rules_where
from services.safety import hash_rules, load_rules
from tests.support.people import World
from web import check


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


class TestCheckAtStart:
    """`make check`, and each start, on a project that is not ours to bring up to date."""

    @pytest.fixture
    def said(
        self, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> Callable[[], str]:
        """`said()`: what the check says of the project, which it does not refuse."""
        stack = world.stack
        for name in [name for name in os.environ if name.startswith(("SUPABASE_", "TANDEM_"))]:
            monkeypatch.delenv(name)
        for name, value in {
            "SUPABASE_URL": stack.url,
            "SUPABASE_PUBLISHABLE_KEY": stack.publishable_key,
            "SUPABASE_SECRET_KEY": stack.secret_key,
            "TANDEM_SESSION_KEYS": Fernet.generate_key().decode(),
        }.items():
            monkeypatch.setenv(name, value)

        def run() -> str:
            assert check.main() == 0
            return capsys.readouterr().err

        return run

    def test_says_nothing_when_the_rules_are_those_installed(
        self, world: World, said: Callable[[], str]
    ) -> None:
        world.server().state_rule_set(rule_set_hash=hash_rules())
        assert said() == ""

    def test_says_what_to_do_when_they_are_others(
        self, world: World, said: Callable[[], str]
    ) -> None:
        world.server().state_rule_set(rule_set_hash="e" * 64)
        told = said()
        assert "Nothing can be approved" in told
        assert "other safe-messaging rules than those installed here. Run `make rules`" in told

    def test_says_what_to_do_when_it_was_never_told(
        self, world: World, said: Callable[[], str]
    ) -> None:
        world.run_sql("alter table public.safety_rule_sets disable trigger all")
        world.run_sql("delete from public.safety_rule_sets")
        try:
            assert "was never told which rules" in said()
        finally:
            world.run_sql("alter table public.safety_rule_sets enable trigger all")
        state_rules(url=world.stack.url, key=world.stack.secret_key, say=print)
        assert said() == ""


def test_the_hash_is_that_of_the_rules_with_everything_on() -> None:
    assert hash_rules() == load_rules().fingerprint
