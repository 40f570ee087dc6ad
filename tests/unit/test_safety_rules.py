"""Rule files: what stands in them, and that a broken one says file, line and field."""

import re
import shutil
from pathlib import Path

import pytest

from services.safety import BadRules, Configuration, OwnWord, check, load_rules
from services.safety.book import Rule
from services.safety.config import BadOwnWord
from services.safety.rulebook import FOLDER
from tests.support.labelled import read_catalogue

RULES = load_rules().rules


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "rules")
    return tmp_path / "rules"


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Replace words of a rule file once and return their line."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


class TestRuleFiles:
    def test_hold_the_rules_of_the_catalogue_and_no_other(self) -> None:
        catalogue = {
            name: (rule.category, rule.severity) for name, rule in read_catalogue().items()
        }

        assert {one.id: (one.category, one.severity) for one in RULES.values()} == catalogue

    @pytest.mark.parametrize("rule", RULES.values(), ids=lambda one: one.id)
    def test_say_why_in_one_sentence(self, rule: Rule) -> None:
        assert rule.reason[0].isupper() or rule.reason[0] in "\"'"
        assert rule.reason.endswith(".")
        assert "!" not in rule.reason + rule.instead

    @pytest.mark.parametrize("rule", RULES.values(), ids=lambda one: one.id)
    def test_offer_wording_that_passes_the_rules_itself(self, rule: Rule) -> None:
        for offered in rule.instead.split(";"):
            graver = [one.rule for one in check(offered.strip()) if one.severity != "suggestion"]
            assert graver == []

    @pytest.mark.parametrize("rule", RULES.values(), ids=lambda one: one.id)
    def test_give_reasons_that_pass_the_rules_themselves(self, rule: Rule) -> None:
        spoken = {one.rule for one in check(rule.reason)}

        assert spoken - {rule.id} == set()


class TestBrokenRules:
    def fail(self, folder: Path, name: str, line: int, field: str) -> str:
        with pytest.raises(BadRules) as caught:
            load_rules(folder=folder)
        message = str(caught.value)
        assert message.startswith(f"{folder / name}:{line}: "), message
        assert field in message
        return message

    def test_names_a_missing_field(self, folder: Path) -> None:
        line = change(folder, "disclosure.yaml", "    guideline: FTC101\n", "")
        self.fail(folder, "disclosure.yaml", line - 4, "'guideline' is a required property")

    def test_names_a_wrong_severity(self, folder: Path) -> None:
        line = change(folder, "privacy.yaml", "severity: blocker", "severity: grave")
        self.fail(folder, "privacy.yaml", line, "severity: 'grave' is not one of")

    def test_names_a_field_nobody_knows(self, folder: Path) -> None:
        line = change(folder, "privacy.yaml", "severity: blocker", "severty: blocker")
        self.fail(folder, "privacy.yaml", line - 1, "severty")

    def test_names_a_phrase_that_cannot_be_read(self, folder: Path) -> None:
        old = "suicide (completion|completions|completer|completers)"
        line = change(folder, "suicide-and-self-harm.yaml", old, "suicide (completion")
        self.fail(folder, "suicide-and-self-harm.yaml", line, "')' is missing")

    def test_names_a_list_that_is_not_there(self, folder: Path) -> None:
        line = change(folder, "substance-use.yaml", "problem drinker|drinkers", "<nobody> drinker")
        self.fail(folder, "substance-use.yaml", line, "no list is called 'nobody'")

    def test_names_a_guideline_that_is_not_there(self, folder: Path) -> None:
        line = change(folder, "privacy.yaml", "guideline: APA-ETH", "guideline: NOBODY")
        self.fail(folder, "privacy.yaml", line, "no guideline 'NOBODY'")

    def test_names_a_topic_that_is_not_there(self, folder: Path) -> None:
        line = change(folder, "substance-use.yaml", "- topic: substance", "- topic: weather")
        self.fail(folder, "substance-use.yaml", line, "no topic 'weather'")

    def test_names_a_context_test_that_is_not_there(self, folder: Path) -> None:
        change(folder, "privacy.yaml", "silenced_by: [mention, title]", "silenced_by: [mood]")
        with pytest.raises(
            BadRules, match=r"privacy\.yaml:\d+: .*silenced_by: no context test 'mood'"
        ):
            load_rules(folder=folder)

    def test_names_a_second_rule_of_the_same_name(self, folder: Path) -> None:
        line = change(folder, "disclosure.yaml", "id: vague-disclosure", "id: buried-disclosure")
        message = self.fail(folder, "disclosure.yaml", line + 9, "buried-disclosure")
        assert "second rule" in message

    def test_names_where_yaml_ends(self, folder: Path) -> None:
        line = change(folder, "privacy.yaml", "rules:\n", "rules: [\n")
        with pytest.raises(BadRules, match=r"privacy\.yaml:\d+: the file:"):
            load_rules(folder=folder)
        assert line > 1

    def test_names_a_list_that_is_part_of_itself(self, folder: Path) -> None:
        change(folder, "lists.yaml", '  i-subj: ["i|we"]', '  i-subj: ["<i-subj> we"]')
        with pytest.raises(BadRules, match=r"lists\.yaml:\d+: lists\.i-subj: .*part of itself"):
            load_rules(folder=folder)

    def test_says_that_a_folder_is_empty(self, tmp_path: Path) -> None:
        with pytest.raises(BadRules, match="no rule files"):
            load_rules(folder=tmp_path)


class TestConfiguration:
    TEXT = "This week was crazy. He committed suicide."

    def test_switches_off_a_rule(self) -> None:
        config = Configuration(disabled_rules=frozenset({"commit-suicide"}))

        assert [one.rule for one in check(self.TEXT, config=config)] == ["crazy-casual"]

    def test_switches_off_a_pack(self) -> None:
        config = Configuration(disabled_packs=frozenset({"everyday-words"}))

        assert [one.rule for one in check(self.TEXT, config=config)] == ["commit-suicide"]

    def test_never_switches_off_an_author_at_risk(self) -> None:
        config = Configuration(
            disabled_rules=frozenset({"author-at-risk"}),
            disabled_packs=frozenset({"suicide-prevention"}),
        )

        assert [one.rule for one in check("I want to die tonight.", config=config)] == [
            "author-at-risk"
        ]

    def test_adds_words_of_a_workspace(self) -> None:
        own = OwnWord(words="High-functioning", instead="describe what helps", severity="warning")
        found = check("She is HIGH functioning.", config=Configuration(own_words=(own,)))

        assert [(one.quote, one.severity, one.suggestion) for one in found] == [
            ("HIGH functioning", "warning", "describe what helps")
        ]

    @pytest.mark.parametrize("words", ["", "  ", "...", "x" * 81])
    def test_refuses_words_that_cannot_be_looked_for(self, words: str) -> None:
        with pytest.raises(BadOwnWord):
            OwnWord(words=words, instead="x")

    @pytest.mark.parametrize("words", ["(a|b", "a & b *9", "<list>", "don't ]", "É.t", "ﬁ nd"])
    def test_takes_any_signs_in_own_words_as_they_are(self, words: str) -> None:
        load_rules(Configuration(own_words=(OwnWord(words=words, instead="x"),)))

    def test_changes_the_fingerprint_with_every_choice(self) -> None:
        off = Configuration(disabled_rules=frozenset({"crazy-casual"}))

        assert load_rules().fingerprint != load_rules(off).fingerprint
        assert re.fullmatch("[0-9a-f]{64}", load_rules().fingerprint)
