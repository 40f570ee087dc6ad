"""Characters that nobody sees are named; those with a job are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.marks import Piece, has_marks, reveal


class TestReveal:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("a\u202eb", "right-to-left override"),
            ("a\u200bb", "zero-width space"),
            ("a\u200db", "zero-width joiner"),
            ("a\u200eb", "left-to-right mark"),
            ("a\u00adb", "soft hyphen"),
            ("a\ufeffb", "zero-width no-break space"),
            ("a\u3164b", "hangul filler"),
            ("a\U000e0041b", "hidden character"),
            ("a\u0085b", "character 0085"),
        ],
    )
    def test_it_names_what_cannot_be_seen(self, text: str, name: str) -> None:
        assert [piece.mark for piece in reveal(text)] == ["", name, ""]

    def test_runs_of_one_kind_are_one_piece(self) -> None:
        hidden = "".join(chr(0xE0000 + ord(c)) for c in "secret")
        assert reveal(f"x{hidden}\u200b\u200b") == (
            Piece("x"),
            Piece(hidden, "6 hidden characters"),
            Piece("\u200b\u200b", "2 x zero-width space"),
        )

    @pytest.mark.parametrize(
        "text",
        [
            "👩\u200d👩\u200d👧 and ❤\ufe0f\u200d🔥",
            "👩🏽\u200d⚕\ufe0f",
            "می\u200cخواهم",  # noqa: RUF001 - Persian on purpose
            "क्\u200dष",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "שלום\u200f (abc)",
            "line\nbreak\tand tab",
            "",
        ],
    )
    def test_it_leaves_ordinary_joiners_and_marks_alone(self, text: str) -> None:
        assert not has_marks(text)

    @given(st.text())
    def test_the_pieces_are_the_text(self, text: str) -> None:
        assert "".join(piece.text for piece in reveal(text)) == text
