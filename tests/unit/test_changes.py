"""What changed between two versions, over all parts of a post."""

from __future__ import annotations

from dataclasses import replace

from components.changes import compare_contents
from services.posts import Content, Image

POST = Content("instagram", "general", "Rest is good.", ("DE",))
SEA, SKY = Image("1", "a" * 64, "The sea"), Image("2", "b" * 64, "The sky")


def test_nothing_changed() -> None:
    found = compare_contents(POST, POST)
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
            hashtags=("rest", "kind_ness"),
            link="https://example.org/*a*",
            video_link="https://example.org/v",
        ),
    )
    assert found.lines == (
        "**Platform:** was Instagram, now TikTok",
        "**Format:** was Post, now Reel or video",
        "**Topic:** was General well-being, now Trauma and violence",
        "**Countries:** was Germany, now Kenya",
        r"**Hashtags:** was none, now \#rest, \#kind\_ness",
        found.lines[5],
        found.lines[6],
    )
    assert found.lines[5].startswith("**Link:** was none, now “https")
    assert "*a*" not in found.lines[5]


def test_images_that_came_went_or_took_another_place() -> None:
    def lines(before: tuple[Image, ...], after: tuple[Image, ...]) -> tuple[str, ...]:
        return compare_contents(replace(POST, media=before), replace(POST, media=after)).lines

    assert lines((), (SEA,)) == ("**Image 1:** added, described as “The sea”",)
    assert lines((SEA, SKY), (SEA,)) == ("**Image 2:** removed, described as “The sky”",)
    assert lines((SEA,), (SKY,)) == ("**Image 1:** replaced, described as “The sky”",)
    assert lines((SEA, SKY), (SKY, SEA)) == ("**Images:** in another order",)
    assert lines((SEA,), (replace(SEA, alt=""),)) == (
        "**Description of image 1:** was “The sea”, now none",
    )
    # The same picture uploaded again is no change.
    assert lines((SEA,), (replace(SEA, id="9"),)) == ()
