"""Dates, counts and foreign text, in words for people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import format as fmt

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


class TestTimes:
    def test_a_moment_is_told_in_the_persons_zone(self) -> None:
        at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        assert fmt.moment(at, BERLIN) == "24 November 2026, 00:30"
        assert fmt.moment(at, "America/New_York") == "23 November 2026, 18:30"

    def test_an_unknown_zone_is_utc(self) -> None:
        assert fmt.clock(NOW, "Mars/Olympus") == "12:00"
        assert fmt.clock(NOW, "../etc/passwd") == "12:00"

    @pytest.mark.parametrize(
        ("before", "words"),
        [
            (timedelta(seconds=-30), "just now"),
            (timedelta(seconds=59), "just now"),
            (timedelta(minutes=1), "1 minute ago"),
            (timedelta(minutes=59), "59 minutes ago"),
            (timedelta(hours=3), "today, 10:00"),
            (timedelta(hours=14), "yesterday, 23:00"),
            (timedelta(days=3), "3 days ago"),
            (timedelta(days=6), "6 days ago"),
            (timedelta(days=7), "16 November 2026"),
            (timedelta(hours=-2), "today, 15:00"),
            (timedelta(days=-2), "25 November 2026"),
        ],
    )
    def test_how_long_ago(self, before: timedelta, words: str) -> None:
        assert fmt.ago(NOW - before, NOW, BERLIN) == words

    def test_yesterday_is_the_persons_yesterday(self) -> None:
        at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
        assert fmt.ago(at, NOW, BERLIN) == "today, 00:30"
        assert fmt.ago(at, NOW, "UTC") == "yesterday, 23:30"

    @pytest.mark.parametrize(
        ("on", "words"),
        [
            (date(2026, 11, 23), "today"),
            (date(2026, 11, 24), "tomorrow"),
            (date(2026, 11, 28), "in 5 days"),
            (date(2026, 12, 31), "31 December 2026"),
            (date(2026, 11, 22), "1 day late"),
            (date(2026, 11, 13), "10 days late"),
            (date(2026, 1, 2), "since 2 January 2026"),
        ],
    )
    def test_when_something_is_due(self, on: date, words: str) -> None:
        assert fmt.due(on, date(2026, 11, 23)) == words

    def test_lengths_take_their_largest_unit(self) -> None:
        assert fmt.lasting(timedelta(days=3, hours=5)) == "3 days"
        assert fmt.lasting(timedelta(minutes=61)) == "1 hour"
        assert fmt.lasting(timedelta(seconds=-5)) == "less than a minute"


class TestWords:
    def test_counts_agree_with_their_noun(self) -> None:
        assert fmt.count(1, "draft") == "1 draft"
        assert fmt.count(0, "draft") == "0 drafts"
        assert fmt.count(1204, "person", "people") == "1,204 people"

    def test_listings_end_in_and(self) -> None:
        assert fmt.listing([]) == ""
        assert fmt.listing(["a"]) == "a"
        assert fmt.listing(["a", "b", "c"]) == "a, b and c"

    def test_unknown_words_are_still_words(self) -> None:
        assert fmt.state_label("in_review") == "In review"
        assert fmt.state_label("something_new") == "Something new"
        assert fmt.reason_label(None) == ""


class TestPlain:
    @pytest.mark.parametrize(
        "magic",
        [
            ":material/home:",
            ":smile:",
            "https://example.org",
            "www.example.org",
            "me@example.org",
            "a -> b",
            "a <-> b",
            "a -- b",
            "a >= b",
            ":red[x]",
            "<b>x</b>",
            "[x](javascript:alert(1))",
            "$x$",
            "# x",
        ],
    )
    def test_nothing_that_streamlit_would_replace_survives(self, magic: str) -> None:
        shown = fmt.plain(magic)
        unescaped = shown.replace("\\", "")
        for pattern in (":material/home:", ":smile:", "://", "www.", "->", "--", ">=", ":red["):
            assert pattern not in unescaped
        assert "<b>" not in shown
        assert "](" not in shown

    def test_ordinary_words_are_left_alone(self) -> None:
        assert fmt.plain("Rest: a short guide") == "Rest\\: a short guide"
        assert fmt.plain("Ruhe für alle") == "Ruhe für alle"

    def test_lines_become_one_and_reordering_marks_go(self) -> None:
        assert fmt.plain("one\n\n  two\u202e three") == "one two three"

    def test_right_to_left_text_is_isolated(self) -> None:
        assert fmt.plain("راحة") == "\u2068راحة\u2069"  # noqa: RUF001 - Arabic on purpose

    @given(st.text())
    def test_the_reader_sees_what_was_typed(self, text: str) -> None:
        shown = fmt.plain(text)
        kept = "".join(c for c in shown if c not in "\\\u2060\u2066\u2067\u2068\u2069")
        typed = " ".join(text.split())
        typed = "".join(
            c
            for c in typed
            if c not in "\\\u2060"
            and not "\u202a" <= c <= "\u202e"
            and not "\u2066" <= c <= "\u2069"
        )
        assert kept == typed
