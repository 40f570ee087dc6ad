"""What the checker says of a post made of parts: which part, which characters, said once."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checking import (
    ALT,
    AT_RISK,
    PartFinding,
    check_post,
    list_sensitive,
    list_shown,
    part_texts,
)
from services.posts import Content, Image
from services.safety import Configuration

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
PIECES = [
    "He committed suicide.",
    "She suffers from schizophrenia.",
    "I want to die and I have the pills here.",
    "Use my code CALM20 for 20% off",
    "#ad",
    "Content note: suicide.",
    "Call 988.",
    FAMILY,
    "e\u0301",
    "\U0001f494",
    "\ud83d",
    "\n\n",
    ",",
]
TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=8).map(" ".join)


def write(caption: str = "", **parts: object) -> Content:
    return Content(**{"platform": "instagram", "topic": "general", "caption": caption, **parts})  # type: ignore[arg-type]


def rules_in(found: tuple[PartFinding, ...], part: str) -> list[str]:
    return [one.finding.rule for one in found if one.part == part]


def test_each_part_has_its_own_spans_whatever_stands_before() -> None:
    post = write(
        f"{FAMILY} e\u0301 \U0001f494 He committed suicide.",
        script=f"\U0001f494\U0001f494 e\u0301 He committed suicide too. {FAMILY}",
    )
    found = {one.part: one.finding for one in check_post(post) if one.part}
    for part, text in part_texts(post).items():
        start = text.index("committed suicide")
        assert (found[part].start, found[part].quote) == (start, "committed suicide")


@given(TEXT, TEXT, TEXT, st.lists(st.sampled_from(["ad", "grief", "endthestigma"]), max_size=3))
def test_every_quote_stands_where_the_span_says(
    caption: str, script: str, alt: str, tags: list[str]
) -> None:
    post = write(
        caption,
        script=script,
        hashtags=tuple(tags),
        media=(Image("one", "0", alt),),
        on_screen_text=alt[::-1],
    )
    texts = part_texts(post)
    for one in check_post(post):
        finding = one.finding
        if one.part:
            assert texts[one.part][finding.start : finding.end] == finding.quote != ""
        else:
            assert (finding.start, finding.end, finding.quote) == (0, 0, "")


def test_descriptions_of_images_are_parts_by_their_id() -> None:
    post = write("Hello", media=(Image("one", "0", "A calm lake"), Image("two", "1", "A junkie")))
    assert rules_in(check_post(post), f"{ALT}two") == ["substance-slur"]


def test_what_is_missing_is_said_once_of_the_whole_post() -> None:
    found = check_post(write("He died by suicide.", script="He died by suicide.", transcript="Hi"))
    assert rules_in(found, "").count("crisis-resource-missing") == 1


def test_help_in_any_part_is_help() -> None:
    for parts in (
        {"script": "Call 988 if you are in the US."},
        {"transcript": "Call 988 if you are in the US."},
        {"link": "https://findahelpline.com"},
        {"media": (Image("one", "0", "Call 988 if you are in the US"),)},
    ):
        found = check_post(write("He died by suicide.", **parts))
        assert "crisis-resource-missing" not in rules_in(found, "")


def test_tags_tell_what_a_caption_is_about() -> None:
    found = check_post(write("What I eat in a day", hashtags=("anorexia", "edrecovery")))
    assert "ed-resource-missing" in rules_in(found, "")


def test_a_disclosure_counts_for_all_parts() -> None:
    code = "Use my code CALM20 for 20% off"
    assert rules_in(check_post(write("Hello", script=code)), "script") == [
        "sponsored-without-disclosure"
    ]
    for caption, script in (("#ad\nHello", code), ("Hello", f"Paid partnership with Calm. {code}")):
        assert check_post(write(caption, script=script)) == ()


def test_a_disclosure_is_buried_in_the_caption_only() -> None:
    line = "This is a quiet evening with tea and a book. " * 4
    found = check_post(write(f"{line}\n\n\n{line}\nPaid partnership with Calm."))
    assert rules_in(found, "caption") == ["buried-disclosure"]
    assert check_post(write(line, script="Paid partnership with Calm. Hello.")) == ()


def test_a_content_note_may_stand_where_people_begin() -> None:
    story = "My brother died by suicide in March. I found him that day. Call 988 in the US."
    noted = f"Content note: suicide.\n{story}"
    missing = "content-note-missing"
    assert missing in rules_in(check_post(write("New video", script=story)), "")
    for post in (write(noted), write("New video", script=noted), write("", script=noted)):
        assert missing not in rules_in(check_post(post), "")


def test_parts_are_no_neighbours() -> None:
    party = "\U0001f389\U0001f389"
    assert check_post(write(f"Yes {party}", on_screen_text=f"{party} yes")) == ()


def test_the_author_at_risk_comes_first_and_alone() -> None:
    found = check_post(
        write("He committed suicide.", script="I want to die, I have the pills here.")
    )
    assert found[0].finding.rule == AT_RISK
    assert found[0].part == "script"
    assert {one.part for one in found} == {"", "caption", "script"}
    assert list_shown(found) == found[:1]
    assert list_shown(found[1:]) == found[1:]


def test_the_workspace_decides_what_is_looked_for() -> None:
    quiet = Configuration(disabled_rules=frozenset({"substance-slur", AT_RISK}))
    assert rules_in(check_post(write("A junkie"), quiet), "caption") == []
    assert check_post(write("I want to die, I have the pills here."), quiet)[0].is_about_author


def test_an_empty_post_has_nothing_to_say() -> None:
    assert check_post(write()) == ()
    assert part_texts(write(" \n")) == {}


@pytest.mark.parametrize(
    ("topic", "touches"),
    [
        ("general", ()),
        ("young_people", ()),
        ("suicide_self_harm", ("suicide", "self_harm")),
        ("eating_disorders", ("eating_disorders",)),
        ("trauma", ("abuse",)),
        ("substance_use", ("substance_use",)),
    ],
)
def test_help_goes_with_what_the_author_chose(topic: str, touches: tuple[str, ...]) -> None:
    assert list_sensitive(replace(write("It gets lighter."), topic=topic)) == touches


def test_help_goes_with_what_the_words_are_about_in_any_part() -> None:
    assert list_sensitive(write("", script="My brother died by suicide.")) == ("suicide",)
    assert list_sensitive(write("Rest.", hashtags=("anorexiarecovery",))) == ("eating_disorders",)
    assert list_sensitive(write("Leaving the group chat was social suicide.")) == ()
    assert list_sensitive(write("")) == ()
