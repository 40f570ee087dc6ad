"""The labelled set holds together: what it must contain, and that every label can be met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.labelled import (
    FOLDER,
    BadLabel,
    Label,
    Rule,
    count_tables,
    find_quote,
    read_case,
    read_cases,
    read_catalogue,
)

CATALOGUE = read_catalogue()
CASES = read_cases()

# Findings about the whole post may have no place in the text.
WITHOUT_PLACE = {
    "ai-content-unlabelled",
    "content-note-missing",
    "crisis-resource-missing",
    "ed-before-after",
    "ed-resource-missing",
    "emoji-overuse",
    "image-without-alt-text",
    "sponsored-without-disclosure",
    "video-without-captions",
}
# What the catalogue lets depend on the case.
OTHER_SEVERITY = {
    "crisis-resource-missing": "suggestion",
    "helpline-outdated": "warning",
    "medication-dose": "blocker",
}
CONTEXT: dict[str, type] = {
    "ai_generated": bool,
    "ai_label_on": bool,
    "audience_countries": list,
    "hashtags": list,
    "media": list,
    "on_screen_text": str,
    "paid_label_on": bool,
    "platform": str,
    "script": str,
    "sponsored": bool,
    "voice": str,
}
MEDIA: dict[str, type] = {"type": str, "alt": str, "captions": bool, "transcript": str}


def fits(raw: Mapping[str, Any], fields: Mapping[str, type]) -> bool:
    return all(name in fields and isinstance(value, fields[name]) for name, value in raw.items())


def changes_severity(label: Label) -> bool:
    return label.severity != label.rule.severity


def test_the_catalogue_has_its_ninety_rules() -> None:
    assert len(CATALOGUE) == 90
    severities = Counter(rule.severity for rule in CATALOGUE.values())
    assert severities == {"blocker": 25, "warning": 48, "suggestion": 17}
    assert len({rule.category for rule in CATALOGUE.values()}) == 9


def test_there_is_enough_of_every_kind() -> None:
    kinds = Counter(case.kind for case in CASES)
    assert len(CASES) >= 480
    assert kinds["clean"] >= 150
    assert kinds["tricky"] >= 120
    assert sum(case.file == "hostile-writing" for case in CASES) >= 40


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=CATALOGUE)
def test_every_rule_has_texts_that_break_it_and_near_misses(rule: Rule) -> None:
    broken = [case.id for case in CASES if rule.id in case.rules() and case.kind == "problem"]
    missed = [case.id for case in CASES if rule in case.silent]
    assert len(broken) >= (5 if rule.severity == "blocker" else 3), broken
    assert len(missed) >= 2, missed


def test_ids_and_texts_are_unique() -> None:
    assert max(Counter(case.id for case in CASES).values()) == 1
    texts = Counter((case.text, str(case.context)) for case in CASES)
    assert max(texts.values()) == 1


def test_clean_texts_expect_nothing() -> None:
    assert [case.id for case in CASES if case.kind == "clean" and case.expected] == []


def test_problems_expect_something() -> None:
    assert [case.id for case in CASES if case.kind == "problem" and not case.expected] == []


def test_no_rule_is_both_expected_and_silent() -> None:
    both = [case.id for case in CASES if case.rules() & {rule.id for rule in case.silent}]
    assert both == []


def test_quotes_stand_where_their_spans_say() -> None:
    for case in CASES:
        for label in case.expected:
            start, end = label.span or (0, 0)
            assert case.text[start:end] == label.quote, case.id


def test_only_findings_about_the_whole_post_have_no_place() -> None:
    labels = [label for case in CASES for label in case.expected]
    assert {label.rule.id for label in labels if label.span is None} <= WITHOUT_PLACE


def test_only_the_catalogues_exceptions_change_a_severity() -> None:
    labels = [label for case in CASES for label in case.expected]
    changed = {label.rule.id: label.severity for label in labels if changes_severity(label)}
    assert changed == OTHER_SEVERITY


def test_no_finding_is_expected_twice() -> None:
    for case in CASES:
        places = [(label.rule.id, label.span) for label in case.expected]
        assert len(places) == len(set(places)), case.id


def test_contexts_follow_the_draft_model() -> None:
    voices = {None, "lived experience", "professional", "organisation"}
    for case in CASES:
        assert fits(case.context, CONTEXT), case.id
        assert case.context.get("voice") in voices, case.id
        for item in case.context.get("media", []):
            assert fits(item, MEDIA), case.id
            assert item["type"] in {"image", "carousel", "gif", "video", "audio"}, case.id


def test_the_readme_shows_the_counts_of_today() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert count_tables(CASES) in readme, "run python -m tests.support.labelled"


def test_a_quote_that_occurs_twice_says_which_is_meant() -> None:
    assert find_quote("a b a", "a", 2) == (4, 5)
    for quote, occurrence in [("a", None), ("a", 3), ("b", 1), ("c", None)]:
        with pytest.raises(BadLabel):
            find_quote("a b a", quote, occurrence)


@pytest.mark.parametrize(
    "raw",
    [
        {"text": "no id"},
        {"id": "x", "text": "t", "kind": "odd"},
        {"id": "x", "text": "t", "silent": ["no-such-rule"]},
        {"id": "x", "text": "t", "expected": [{"rule": "no-such-rule", "quote": "t"}]},
        {"id": "x", "text": "t", "expected": [{"rule": "kms-joke", "quote": "not there"}]},
        {"id": "x", "text": "t", "expect": []},
    ],
)
def test_a_case_that_does_not_hold_together_is_refused(raw: Mapping[str, Any]) -> None:
    with pytest.raises(BadLabel):
        read_case(raw, "problem", "file", CATALOGUE)
