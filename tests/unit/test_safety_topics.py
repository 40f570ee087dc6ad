"""Which sensitive topics a text touches: the examples, and every part of a draft."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.safety import Context, find_topics, has_hope
from tests.support.labelled import FOLDER

CASES: list[dict[str, Any]] = tomllib.loads((FOLDER / "topics.toml").read_text(encoding="utf-8"))[
    "case"
]
NAMES = {"suicide", "self_harm", "eating_disorders", "abuse", "substance_use", "crisis"}


class TestExamples:
    def test_hold_ten_of_each_topic_and_sixty_of_none(self) -> None:
        held = Counter(name for case in CASES for name in case["topics"])

        assert set(held) == NAMES
        assert min(held.values()) >= 10
        assert sum(not case["topics"] for case in CASES) >= 60

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
    def test_are_read_as_they_are_labelled(self, case: dict[str, Any]) -> None:
        assert sorted(find_topics(case["text"])) == case["topics"]


class TestFindTopics:
    @pytest.mark.parametrize(
        "known",
        [
            {"caption": "Naloxone saves lives."},
            {"script": "Naloxone saves lives."},
            {"on_screen_text": "Naloxone saves lives."},
            {"hashtags": ["#OverdoseAwareness"]},
        ],
    )
    def test_reads_every_part_of_a_draft(self, known: dict[str, Any]) -> None:
        assert find_topics("Thursday at six.", Context.read(known)) == {"substance_use"}

    def test_keeps_parts_apart(self) -> None:
        assert find_topics("Abuse", Context(script="of power")) == frozenset()

    @given(st.text())
    def test_takes_any_text(self, text: str) -> None:
        assert find_topics(text) <= NAMES


HOPE: dict[str, list[str]] = tomllib.loads((FOLDER / "hope.toml").read_text(encoding="utf-8"))


class TestHasHope:
    @pytest.mark.parametrize("text", HOPE["with_hope"])
    def test_hears_what_helped_and_that_things_change(self, text: str) -> None:
        assert has_hope(text)

    @pytest.mark.parametrize("text", HOPE["without_hope"])
    def test_hears_none_where_there_is_none(self, text: str) -> None:
        assert not has_hope(text)

    def test_reads_every_part_of_a_draft(self) -> None:
        assert has_hope("Thursday at six.", Context(script="People recover every day."))
