"""What the browser sends is read with care, and texts are known by their fingerprints."""

from __future__ import annotations

import pytest

from components.messages import Message, fingerprint, read_message


class TestReadMessage:
    def test_it_reads_what_the_browser_sends(self) -> None:
        state = {"page": "p", "seq": 3, "text": "Hi", "known": ["2-abc", 7]}
        assert read_message(state) == Message("p", 3, "Hi", frozenset({"2-abc"}))

    @pytest.mark.parametrize(
        "state",
        [
            None,
            "text",
            {},
            {"page": "p", "seq": "1", "text": "x"},
            {"page": "p", "seq": True, "text": "x"},
            {"page": "p", "seq": 1, "text": None},
            {"page": "p", "seq": -1, "text": "x"},
            {"page": "p", "seq": float("nan"), "text": "x"},
            {"page": "p", "seq": float("inf"), "text": "x"},
        ],
    )
    def test_anything_else_is_no_message(self, state: object) -> None:
        assert read_message(state) is None

    def test_it_mends_what_no_database_can_keep(self) -> None:
        state = {"page": "p", "seq": 1, "text": "a\ud83db\0c"}
        message = read_message(state)
        assert message is not None
        assert message.text == "a\ufffdbc"


class TestFingerprint:
    # The browser computes the same; see editor_words.js.
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("", "0-0"), ("a", "1-3d3f4819"), ("Grüße", "5-"), ("👩\u200d👧", "5-")],
    )
    def test_it_counts_utf16_units(self, text: str, expected: str) -> None:
        assert fingerprint(text).startswith(expected)
