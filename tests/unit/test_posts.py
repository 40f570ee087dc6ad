"""What a post is made of: hashtags as people type them, its parts, what platforms take."""

from __future__ import annotations

import pytest

from components.preview import list_notes, split_frames
from services.formats import needed_parts, order_parts, part_label
from services.platforms import PLATFORMS, platform_of
from services.posts import FORMATS, Content, Image, read_hashtags, write_hashtags


class TestHashtags:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("", ()),
            ("rest", ("rest",)),
            ("#rest #sleep", ("rest", "sleep")),
            ("rest sleep", ("rest", "sleep")),
            ("#rest#sleep", ("rest", "sleep")),
            ("#rest, #sleep; calm\n#naps\t#tea", ("rest", "sleep", "calm", "naps", "tea")),
            ("Rest rest REST", ("Rest",)),
            ("it's world\u2019s", ("its", "worlds")),
            ('(rest) <sleep> "calm"!?', ("rest", "sleep", "calm")),
            ("# ## #", ()),
            (
                "\u0646\u0648\u0645 \u4f11\u606f\u3001\u7761\u7720",
                ("\u0646\u0648\u0645", "\u4f11\u606f", "\u7761\u7720"),
            ),
            ("#mental_health #4am", ("mental_health", "4am")),
        ],
    )
    def test_they_are_read_as_people_type_them(self, typed: str, read: tuple[str, ...]) -> None:
        assert read_hashtags(typed) == read
        assert read_hashtags(write_hashtags(read)) == read


class TestParts:
    @pytest.mark.parametrize("code", FORMATS)
    def test_every_format_has_every_part_once(self, code: str) -> None:
        order = order_parts(code)
        assert len(order) == len(set(order)) == 7
        assert order[: len(needed_parts(code))] == needed_parts(code)
        assert all(part_label(code, name) for name in order)

    def test_the_caption_of_an_article_is_its_text(self) -> None:
        assert part_label("article", "caption") == "Text"
        assert part_label("post", "caption") == "Caption"


class TestPlatforms:
    @pytest.mark.parametrize("code", PLATFORMS)
    def test_limits_are_sensible(self, code: str) -> None:
        platform = PLATFORMS[code]
        if platform.cut_off is not None and platform.caption_limit is not None:
            assert platform.cut_off < platform.caption_limit
        assert platform.alt_limit is None or 500 <= platform.alt_limit <= 4_086

    def test_a_platform_nobody_knows_has_its_code_for_a_name_and_no_limits(self) -> None:
        unknown = platform_of("bluesky")
        assert unknown.name == "bluesky"
        assert unknown.caption_limit is None
        assert list_notes(Content("bluesky", "general", "x" * 9_000)) == []


class TestNotes:
    def test_what_is_too_long_is_said_in_words(self) -> None:
        long = Content("instagram", "general", "x" * 2_203)
        assert list_notes(long) == ["The caption has 2,203 characters: 3 over Instagram's 2,200."]

    def test_hashtags_count_with_the_caption(self) -> None:
        content = Content("x", "general", "x" * 275, hashtags=("rest",))
        assert list_notes(content) == [
            "Caption and hashtags together have 282 characters: 2 over X's 280."
        ]

    def test_more_hashtags_than_the_platform_takes(self) -> None:
        tags = tuple(f"tag{n}" for n in range(6))
        content = Content("instagram", "general", "x", hashtags=tags)
        assert list_notes(content) == ["6 hashtags: Instagram takes 5."]
        assert list_notes(Content("linkedin", "general", "x", hashtags=tags)) == []

    def test_a_link_that_nobody_can_tap(self) -> None:
        link = "https://example.org"
        assert "cannot tap" in list_notes(Content("tiktok", "general", "x", link=link))[0]
        assert list_notes(Content("linkedin", "general", "x", link=link)) == []

    def test_images_without_or_with_too_long_a_description(self) -> None:
        media = (Image("a", "b"), Image("c", "d", "x" * 1_001), Image("e", "f", "Tea"))
        notes = list_notes(Content("x", "general", "x", media=media))
        assert notes == [
            "Image 1 has no description yet.",
            "The description of image 2 has 1,001 characters: X takes 1,000.",
        ]

    def test_a_platform_without_descriptions_says_what_to_do_instead(self) -> None:
        content = Content("tiktok", "general", "x", media=(Image("a", "b", "Tea"),))
        assert list_notes(content) == [
            "TikTok takes no descriptions of images: say what they show in the caption."
        ]


class TestFrames:
    def test_an_empty_line_stands_between_two(self) -> None:
        assert split_frames("One\nstill one\n \n\nTwo\n") == ["One\nstill one", "Two"]
        assert split_frames("") == []
