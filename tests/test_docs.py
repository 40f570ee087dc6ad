"""What the README promises exists, and what exists is in the README."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from web.providers import FIELDS as PROVIDER_FIELDS
from web.providers import read_providers
from web.settings import _IN_FILE

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
EXAMPLE = ROOT / ".streamlit" / "secrets.toml.example"
CODE = ("app.py", "components", "pages", "services", "web", "tests/support")

# Told by the runner to the processes it starts; nobody else sets them.
INTERNAL = re.compile(r"TANDEM_(EMBEDDED|JWT_SECRET|DEMO_FILE|MAIL_DIR|LITE_[A-Z_]+)")
SETTING = re.compile(r"(TANDEM|SUPABASE)_[A-Z][A-Z_]*")
# Read under these names only through the environment, where no pattern tells them from other words.
PLAIN = {"HOST", "PORT"}


def list_sources() -> list[Path]:
    """Every file of the product, and what all tests share."""
    paths = [ROOT / name for name in CODE]
    return sorted(
        file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py"))
    )


def read_settings_in_code() -> set[str]:
    """The names of all settings that the code mentions outside its comments and docstrings."""
    words = {
        node.value
        for file in list_sources()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {word for word in words if SETTING.fullmatch(word) or word in PLAIN}


def read_targets() -> set[str]:
    """The Makefile's targets that its help shows."""
    return set(re.findall(r"^([a-z][a-z-]*):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))


class TestReadme:
    @pytest.fixture
    def readme(self) -> str:
        return README.read_text()

    def test_it_tells_of_every_setting(self, readme: str) -> None:
        settings = {name for name in read_settings_in_code() if not INTERNAL.fullmatch(name)}
        assert settings, "no setting was found in the code: this test looks in the wrong place"
        assert sorted(name for name in settings if not re.search(rf"\b{name}\b", readme)) == []

    def test_it_tells_of_no_setting_that_is_gone(self, readme: str) -> None:
        told = {match.group() for match in SETTING.finditer(readme)}
        assert sorted(told - read_settings_in_code()) == []

    def test_it_tells_of_every_make_target(self, readme: str) -> None:
        assert sorted(name for name in read_targets() if f"make {name}" not in readme) == []

    def test_it_tells_of_no_target_that_is_gone(self, readme: str) -> None:
        told = set(re.findall(r"\bmake ([a-z][a-z-]*)\b", "\n".join(_code_in(readme))))
        assert sorted(told - read_targets()) == []

    def test_its_links_lead_somewhere(self, readme: str) -> None:
        links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", readme)
        assert [link for link in links if not (ROOT / link).exists()] == []


class TestSecretsExample:
    def test_it_shows_every_key(self) -> None:
        text = EXAMPLE.read_text()
        for section, key in _IN_FILE.values():
            assert re.search(rf"^#? ?\[{section}\]", text, re.MULTILINE)
            assert re.search(rf"^#? ?{key} *=", text, re.MULTILINE), f"[{section}] {key}"

    def test_it_shows_all_of_a_provider(self) -> None:
        shown = EXAMPLE.read_text().partition("# [oidc.google]")[2]
        for key in PROVIDER_FIELDS:
            assert re.search(rf"^# {key} = ", shown, re.MULTILINE), key

    def test_what_it_leaves_out_is_read_as_well(self) -> None:
        """Without the marks in front of them, the lines are still TOML that the app takes."""
        lines = EXAMPLE.read_text().splitlines()
        bare = "\n".join(re.sub(r"^# (?=\[oidc|[a-z_]+ = )", "", line) for line in lines)
        problems: list[str] = []
        [provider] = read_providers({}, tomllib.loads(bare), problems)
        assert (provider.name, problems) == ("google", [])

    def test_it_is_read_as_it_is(self) -> None:
        assert tomllib.loads(EXAMPLE.read_text())


def _code_in(markdown: str) -> list[str]:
    """What stands in code: fenced blocks and between backticks."""
    return re.findall(r"```.*?```|`[^`\n]+`", markdown, re.DOTALL)
