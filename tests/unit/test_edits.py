"""The words of a post part by part, and what an edit may change."""

from __future__ import annotations

from services import edits
from services.posts import Content, Image

WHOLE = Content(
    platform="tiktok",
    topic="general",
    caption="Rest is a skill.",
    audience_countries=("DE",),
    format="video",
    script="Hello.",
    on_screen_text="Rest",
    hashtags=("rest", "sleep"),
    link="https://example.org",
    media=(Image("1", "a" * 64, "A bed"), Image("2", "b" * 64, "A cup")),
    video_link="https://example.org/video",
    transcript="Hello again.",
)


class TestListParts:
    def test_only_parts_that_the_post_has(self) -> None:
        parts = edits.list_parts(Content("instagram", "general", "Rest."))
        assert [(part.name, part.text) for part in parts] == [("caption", "Rest.")]

    def test_every_part_in_the_order_people_read_them(self) -> None:
        assert [part.name for part in edits.list_parts(WHOLE)] == [
            "caption",
            "script",
            "on_screen_text",
            "hashtags",
            "link",
            "transcript",
            "alt_0",
            "alt_1",
        ]

    def test_labels_are_different_from_each_other(self) -> None:
        labels = [part.label for part in edits.list_parts(WHOLE)]
        assert len(labels) == len(set(labels))


class TestWithTexts:
    def test_its_own_words_make_the_same_post(self) -> None:
        texts = {part.name: part.text for part in edits.list_parts(WHOLE)}
        assert edits.with_texts(WHOLE, texts) == WHOLE

    def test_words_change_and_everything_else_stays(self) -> None:
        edited = edits.with_texts(
            WHOLE, {"caption": "Rest.  \n", "hashtags": "#calm, Sleep", "alt_1": "A blue cup"}
        )
        assert edited.caption == "Rest.  \n"
        assert edited.hashtags == ("calm", "Sleep")
        assert [image.alt for image in edited.media] == ["A bed", "A blue cup"]
        assert [image.sha256 for image in edited.media] == ["a" * 64, "b" * 64]
        assert (edited.platform, edited.format, edited.video_link) == (
            WHOLE.platform,
            WHOLE.format,
            WHOLE.video_link,
        )

    def test_names_of_other_fields_do_nothing(self) -> None:
        assert edits.with_texts(WHOLE, {"platform": "x", "topic": "trauma", "alt_9": "?"}) == WHOLE
