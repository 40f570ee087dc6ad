"""What people read of each rule: words for all, and examples that the rule really finds."""

from __future__ import annotations

import pytest

from services.rules import gravest_of, put_word
from services.safety import Configuration, OwnWord, check, load_rules
from services.safety.about import list_abouts

RULES = load_rules().rules
ABOUTS = list_abouts()


def test_every_rule_is_told_of_and_no_other() -> None:
    assert ABOUTS.keys() == RULES.keys()


@pytest.mark.parametrize("rule", ABOUTS)
def test_words_fit_into_a_heading(rule: str) -> None:
    words = ABOUTS[rule].looks_for
    assert words[0].isupper() or words[0] == "“"
    assert len(words) <= 70
    assert not words.endswith(".")
    # They stand in Markdown as they are.
    assert not set("*_[]<>`$:!") & set(words)


@pytest.mark.parametrize("rule", [name for name, about in ABOUTS.items() if about.example])
def test_an_example_is_found_by_its_rule_and_no_other(rule: str) -> None:
    assert {one.rule for one in check(ABOUTS[rule].example)} == {rule}


def test_only_rules_about_a_whole_post_have_none() -> None:
    without = {name for name, about in ABOUTS.items() if not about.example}
    assert all(RULES[name].structure for name in without)


def test_the_gravest_counts_where_the_words_around_decide() -> None:
    assert gravest_of(RULES["medication-dose"]) == "blocker"
    assert gravest_of(RULES["commit-suicide"]) == "warning"


def test_own_words_keep_their_rule_whatever_else_is_added() -> None:
    brand = OwnWord(words="Loud Week", instead="Quiet Week")
    other = OwnWord(words="shouting", instead="talking")
    first = put_word(Configuration(), brand)
    second = put_word(Configuration(own_words=(other,)), brand)
    found = [check("Our LOUD week", config=one)[0].rule for one in (first, second)]
    assert found == [brand.rule, brand.rule]
