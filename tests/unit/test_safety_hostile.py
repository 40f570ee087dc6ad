"""Any text at all: no crash, no wrong span, and no more steps than the text is long."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.safety import Context, check, load_rules
from services.safety.matching import Look
from services.safety.structure import match_structure
from tests.support.labelled import read_cases

KNOWN = Context(platform="instagram", audience_countries=("US", "GB"), script="", hashtags=())
PIECES = sorted({word for case in read_cases() for word in case.text.split(" ")})
ODD = [
    "\u200b",
    "\u0301",
    "💔",
    "🏳️‍🌈",
    "\n\n",
    "#",
    "@",
    "“",
    "”",
    "'",
    "*",
    "1",
    "!",
    ".",
    "ｓ",
    "с",
    "\ud83d",
    "\x00",
]
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.one_of(st.sampled_from(PIECES), st.sampled_from(ODD), st.text(max_size=3)), max_size=40
    ).map(" ".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(ODD)), max_size=40).map("".join),
)


class TestAnyText:
    @settings(max_examples=400)
    @given(TEXTS)
    @example("")
    @example("\n")
    @example("#")
    @example("İ committed suicide ẞ")
    @example("\ud83d committed suicide")
    def test_has_true_spans_in_a_fixed_order(self, text: str) -> None:
        found = check(text, KNOWN)

        assert all(text[one.start : one.end] == one.quote for one in found)
        keys = [(one.rule != "author-at-risk", one.start, one.end, one.rule) for one in found]
        assert keys == sorted(keys)
        assert found == check(text, KNOWN)

    @settings(max_examples=60)
    @given(st.sampled_from(PIECES), st.text(max_size=30))
    def test_leaves_nothing_behind(self, word: str, noise: str) -> None:
        before = check("He committed suicide.")
        check(noise + word)

        assert check("He committed suicide.") == before


def count_steps(text: str) -> int:
    """How many words all searches together look at, and how many searches there are."""
    book = load_rules()
    look = Look(book, book.reader.read(text), KNOWN)
    list(look.match_cases())
    list(match_structure(look))
    return look.steps + look.runs


HOSTILE = [
    "committed ",
    "commit not suicide ",
    "suicide pills bridge because bullying peace selfish ",
    '"committed suicide" ',
    "a",
    "a.",
    "s.u.",
    "1 ",
    "#suicide",
    "#a",
    "@a ",
    "* ",
    "su1c1de ",
    "(((",
    "\u0301",
    "i want to ",
    "not never no ",
    "❌ junkie ",
    "https://",
    "a@a.",
    "0800 ",
    "\n- ",
    "😂",
    "𝐚",
]


class TestSteps:
    @pytest.mark.parametrize("piece", HOSTILE)
    def test_grow_no_faster_than_the_text(self, piece: str) -> None:
        short = count_steps(piece * (4_000 // len(piece)))
        long = count_steps(piece * (16_000 // len(piece)))

        assert long <= 4.5 * short + 2_000

    def test_are_fewer_than_running_every_phrase(self) -> None:
        book = load_rules()
        text = " ".join(case.text for case in read_cases() if case.kind == "clean")[:2_200]

        assert count_steps(text) < len(book.net.owners) * len(book.reader.read(text).code) / 20


class TestCandidates:
    @pytest.mark.parametrize("part", range(4))
    def test_are_all_phrases_that_stand_in_a_text(self, part: int) -> None:
        book = load_rules()
        for case in read_cases()[part::24]:
            look = Look(book, book.reader.read(case.text), Context())
            kept = {phrase for phrases in look.candidates.values() for phrase, _ in phrases}
            there = {one for one in book.net.owners if one.expression.search(look.reading.code)}
            assert there <= kept, case.id
