"""What changed between two texts: exact, readable, and never slow."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.diff import Segment, count_changes, word_diff

# A comparison takes some 40 ms; the test only has to catch minutes.
LONGEST_SECONDS = 3.0

words = st.lists(
    st.sampled_from(["rest", "is", "a ", "skill", ".", " ", "\n", "راحة", "休", "👩‍👧"])
)
texts = words.map(" ".join) | st.text(max_size=200)


def old_of(segments: tuple[Segment, ...]) -> str:
    return "".join(s.text for s in segments if s.kind != "added")


def new_of(segments: tuple[Segment, ...]) -> str:
    return "".join(s.text for s in segments if s.kind != "removed")


class TestWordDiff:
    def test_it_shows_the_words_that_changed(self) -> None:
        assert word_diff("I feel sad. Call us.", "I feel sad today. Phone us.") == (
            Segment("same", "I feel sad"),
            Segment("added", " today"),
            Segment("same", ". "),
            Segment("removed", "Call"),
            Segment("added", "Phone"),
            Segment("same", " us."),
        )

    def test_equal_texts_have_one_segment_and_empty_ones_none(self) -> None:
        assert word_diff("same", "same") == (Segment("same", "same"),)
        assert word_diff("", "") == ()
        assert word_diff("", "new") == (Segment("added", "new"),)
        assert word_diff("old", "") == (Segment("removed", "old"),)

    def test_a_changed_line_break_is_a_change(self) -> None:
        segments = word_diff("one two", "one\ntwo")
        assert Segment("removed", " ") in segments
        assert Segment("added", "\n") in segments

    def test_it_never_cuts_through_an_emoji(self) -> None:
        segments = word_diff("for 👩‍👩‍👧 here", "for 👩‍👧 here")
        assert [s.text.strip() for s in segments if s.kind != "same"] == ["👩‍👩‍👧", "👩‍👧"]

    def test_it_finds_single_characters_where_words_have_no_spaces(self) -> None:
        changed = [s.text for s in word_diff("休息是技能", "休息是一技能") if s.kind != "same"]
        assert changed == ["一"]

    @given(texts, texts)
    def test_both_texts_can_be_read_back(self, old: str, new: str) -> None:
        segments = word_diff(old, new)
        assert old_of(segments) == old
        assert new_of(segments) == new
        assert all(s.text for s in segments)
        assert all(one.kind != other.kind for one, other in pairwise(segments))

    def test_it_counts_words_that_came_and_went(self) -> None:
        assert count_changes(word_diff("a b c", "a x y c")) == (2, 1)


def random_words(seed: int, vocabulary: int, number: int) -> str:
    chooser = random.Random(seed)  # noqa: S311 - only for variety
    return " ".join(f"w{chooser.randrange(vocabulary)}" for _ in range(number))


class TestSpeed:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("a " * 10_000, "a b " * 5_000),
            ("a" * 20_000, "b" * 20_000),
            ("a\n" * 10_000, "\n" * 20_000),
            ("." * 20_000, "!." * 10_000),
            ("休。" * 10_000, "。息" * 10_000),
            (random_words(1, 400, 4_500), random_words(2, 400, 4_500)),
            (random_words(3, 90, 6_000), random_words(4, 90, 6_000)),
            (random_words(5, 3, 9_000), random_words(6, 3, 9_000)),
        ],
    )
    def test_texts_built_to_be_hard_take_no_longer_than_a_breath(self, old: str, new: str) -> None:
        started = time.perf_counter()
        segments = word_diff(old, new)
        assert time.perf_counter() - started < LONGEST_SECONDS
        assert old_of(segments) == old
        assert new_of(segments) == new
