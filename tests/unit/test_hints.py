"""What the editor is given to mark and list, and where somebody in danger is shown help."""

from __future__ import annotations

import pytest

from components.editor import heard_answer, key_of
from components.hint_rates import make_rows, say_share
from components.hints import Hints, field_hints
from services.checking import check_post, find_strengths
from services.hints import Rate, mark_of
from services.library.near import country_of, find_emergency
from services.posts import Content, ContextCard, Image

DRAFT = "3f0f6b6e-1d3c-4f0a-9a63-8f0b5f5f6a11"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def make_hints(caption: str, **parts: object) -> Hints:
    content = Content("instagram", "general", caption, **parts)  # type: ignore[arg-type]
    return Hints(DRAFT, content, check_post(content), frozenset())


def test_spans_count_what_the_browser_counts() -> None:
    text = f"{FAMILY} e\u0301 My cousin is an addict."
    ((hint,),) = field_hints(make_hints(text)).values()
    units = text.encode("utf-16-le")
    assert units[2 * hint["start"] : 2 * hint["end"]].decode("utf-16-le") == "addict"
    assert hint["start"] != text.index("addict")


def test_words_inside_a_hashtag_are_not_swapped() -> None:
    hints = field_hints(make_hints("Hello #CommittedSuicide. Call 988 in the US."))
    (hint,) = (one for one in hints["caption"] if one["rule"] == "commit-suicide")
    assert hint["swaps"] == []


def test_a_note_put_aside_stays_but_a_blocker_cannot_be() -> None:
    hints = make_hints("A crazy week. He hanged himself. Call 988 in the US.")
    marks = frozenset(mark_of(DRAFT, one.finding) for one in hints.findings)
    aside = Hints(DRAFT, hints.content, hints.findings, marks)
    told = {one["rule"]: (one["aside"], one["mayDismiss"]) for one in field_hints(aside)["caption"]}
    assert told == {"crazy-casual": (True, True), "suicide-method-detail": (False, False)}


def test_marks_tell_drafts_apart_and_no_words() -> None:
    (one,) = check_post(make_hints("My cousin is an addict.").content)
    rule, told = mark_of(DRAFT, one.finding)
    assert rule == "addict-label"
    assert len(told) == 64
    assert mark_of("another", one.finding)[1] != told


@pytest.mark.parametrize(
    "state", [None, "x", {}, {"answer": 3}, {"answer": {"rule": 1, "quote": "x"}}]
)
def test_what_the_browser_sends_is_not_trusted(
    state: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.session_state", {key_of(DRAFT, "post"): state})
    assert heard_answer(DRAFT, "post") is None


def test_strengths_are_what_is_there() -> None:
    content = Content(
        "instagram", "general", "Call 988 in the US.", media=(Image("one", "0", "A lake"),)
    )
    card = ContextCard(goal="Rest", audience="Students")
    assert find_strengths(content, card) == {
        "help": True,
        "aim": True,
        "action": False,
        "described": True,
    }
    assert not find_strengths(Content("instagram", "general", "Rest"), card)["help"]


def test_a_clock_tells_a_country() -> None:
    assert (country_of("Europe/Lisbon"), country_of("UTC"), country_of("")) == ("PT", "", "")
    assert (find_emergency("GB"), find_emergency("BR")) == ("999", "")


def test_few_answers_make_no_share() -> None:
    assert say_share(Rate("crazy-casual", 9, 9)) == "too few to tell"
    assert say_share(Rate("crazy-casual", 12, 4)) == "33%"
    (row,) = make_rows([Rate("crazy-casual", 12, 4)])
    assert (row["Answers"], row["Not what they meant"]) == (12, 4)
    own, gone = make_rows([Rate("own-word-0a1b2c3d", 1, 0), Rate("a-rule-of-old", 1, 0)])
    assert (own["What it says"], gone["What it says"]) == ("Words of your own", "")
