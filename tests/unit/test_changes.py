"""What changed between two versions, over all parts of a post."""

from __future__ import annotations

from dataclasses import replace

from components.changes import TextChange, compare_contents
from services.posts import Content, Image

POST = Content("instagram", "general", "Rest is good.", ("DE",))
SEA, SKY = Image("1", "a" * 64, "The sea"), Image("2", "b" * 64, "The sky")


def test_nothing_changed() -> None:
    found = compare_contents(POST, POST)
    assert found.is_empty
    assert (found.texts, found.lines, found.same) == ((), (), ("Caption",))
    assert found.words == "The words are the same."


def test_every_text_is_compared_word_by_word() -> None:
    found = compare_contents(
        replace(POST, script="Hello there", transcript="Same"),
        replace(POST, caption="Rest is a skill.", script="Hello you", transcript="Same"),
    )
    assert [text.label for text in found.texts] == ["Caption", "Script"]
    assert found.same == ("Transcript",)
    assert found.words == "3 words added, 2 words removed"


def test_a_text_that_came_is_all_added() -> None:
    (text,) = compare_contents(POST, replace(POST, on_screen_text="Breathe in")).texts
    assert (text.label, text.added, text.removed) == ("Text on the screen", 2, 0)


def test_other_parts_are_told_as_they_were_and_are() -> None:
    found = compare_contents(
        POST,
        replace(
            POST,
            platform="tiktok",
            format="video",
            topic="trauma",
            audience_countries=("KE",),
        ),
    )
    assert found.lines == (
        "**Platform:** was Instagram, now TikTok",
        "**Format:** was Post, now Reel or video",
        "**Topic:** was General well-being, now Trauma and violence",
        "**Countries:** was Germany, now Kenya",
    )


def test_hashtags_and_addresses_are_words_too() -> None:
    found = compare_contents(
        replace(POST, hashtags=("rest",), link="https://example.org/a"),
        replace(POST, hashtags=("rest", "sleep"), video_link="https://example.org/v"),
    )
    assert {text.label: read(text) for text in found.texts} == {
        "Hashtags": ("#rest", "#rest #sleep"),
        "Link": ("https://example.org/a", ""),
        "Video": ("", "https://example.org/v"),
    }
    assert found.same == ("Caption",)


def test_white_space_alone_is_a_change() -> None:
    found = compare_contents(POST, replace(POST, caption="Rest is good. "))
    assert [text.label for text in found.texts] == ["Caption"]
    assert not found.is_empty


def read(text: TextChange) -> tuple[str, str]:
    """The words before and after, as the segments tell them."""
    return (
        "".join(one.text for one in text.segments if one.kind != "added"),
        "".join(one.text for one in text.segments if one.kind != "removed"),
    )


def test_images_that_came_went_or_took_another_place() -> None:
    def lines(before: tuple[Image, ...], after: tuple[Image, ...]) -> tuple[str, ...]:
        return compare_contents(replace(POST, media=before), replace(POST, media=after)).lines

    assert lines((), (SEA,)) == ("**Image 1:** added, described as “The sea”",)
    assert lines((SEA, SKY), (SEA,)) == ("**Image 2:** removed, described as “The sky”",)
    assert lines((SEA,), (SKY,)) == ("**Image 1:** replaced, described as “The sky”",)
    assert lines((SEA, SKY), (SKY, SEA)) == ("**Images:** in another order",)
    # The same picture uploaded again is no change.
    assert lines((SEA,), (replace(SEA, id="9"),)) == ()


def test_a_description_goes_with_its_picture_and_is_compared_whole() -> None:
    long = "The sky, " * 100
    before = replace(POST, media=(SEA, replace(SKY, alt=f"{long}blue.")))
    after = replace(POST, media=(replace(SKY, alt=f"{long}grey."), SEA))
    (text,) = compare_contents(before, after).texts
    assert (text.label, text.added, text.removed) == ("Description of image 1", 1, 1)
    assert read(text) == (f"{long}blue.", f"{long}grey.")
    # The same picture twice has two descriptions.
    twice = replace(POST, media=(SEA, SEA))
    (text,) = compare_contents(twice, replace(POST, media=(SEA, replace(SEA, alt="Waves")))).texts
    assert (text.label, *read(text)) == ("Description of image 2", "The sea", "Waves")
