"""Texts and values too long, empty, broken or hostile: refused in words, or kept as text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services import discussion, drafts, errors, rooms
from services.posts import LONGEST_SENT, LONGEST_TITLE
from tests.support.people import (
    MadeDraft,
    World,
    edit,
    make_content,
    make_draft,
    submit,
)
from tests.support.refusals import assert_refused

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) **bold** ![x](https://evil.example/x.png)",
    "'; drop table public.drafts; --",
    "$$ || pg_sleep(5) || $$",
    "{{ 7 * 7 }} ${7*7} %s %n \\x00 \\u0000",
    "\u202eright-to-left override\u202c and \u200fmark",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family, e\u0301 and \u00e9",
    "a\u0300\u0301\u0302\u0303\u0304" * 50,
    "\ufeffbyte order mark \ufffd \uffff",
    '{"caption": "nested"}',
    "=HYPERLINK(0)",
]


def caption_of(world: World, draft: MadeDraft) -> str:
    editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
    assert editor.buffer is not None
    return editor.buffer.content.caption


class TestLength:
    def test_of_20000_characters_can_be_submitted(self, world: World) -> None:
        draft = make_draft(world, content=make_content("\U0001f642" * LONGEST_SENT["caption"]))

        submit(world, draft)

    def test_of_20001_is_kept_but_not_submitted(self, world: World) -> None:
        text = "x" * (LONGEST_SENT["caption"] + 1)
        draft = make_draft(world, content=make_content(text))

        error = assert_refused(errors.Invalid, "text_too_long", submit, world, draft)

        assert "20001" in error.message.replace(",", "")
        assert caption_of(world, draft) == text

    def test_of_100000_is_kept_while_writing(self, world: World) -> None:
        draft = edit(world, make_draft(world), make_content("x" * 100_000))

        assert len(caption_of(world, draft)) == 100_000

    @pytest.mark.parametrize("length", [100_001, 2_000_000])
    def test_beyond_is_refused_and_the_last_text_stays(self, world: World, length: int) -> None:
        draft = make_draft(world, content=make_content("The last good text."))

        assert_refused(
            errors.Invalid, "text_too_long", edit, world, draft, make_content("x" * length)
        )

        assert caption_of(world, draft) == "The last good text."

    @pytest.mark.parametrize(
        "caption", ["", " \n\t ", "\u200b\u2060\ufeff", "\u00a0\u3000", "\0\x07"]
    )
    def test_of_nothing_visible_is_kept_but_not_submitted(self, world: World, caption: str) -> None:
        draft = make_draft(world, content=make_content(caption))

        assert_refused(errors.Invalid, "text_missing", submit, world, draft)

    @pytest.mark.parametrize(
        ("title", "word"),
        [
            ("", "text_missing"),
            ("\u202e\u200b", "text_missing"),
            ("x" * (LONGEST_TITLE + 1), "text_too_long"),
            ("x" * 1_000_000, "text_too_long"),
        ],
    )
    def test_of_a_title(self, world: World, title: str, word: str) -> None:
        assert_refused(errors.Invalid, word, make_draft, world, title=title)

    @pytest.mark.parametrize(
        ("body", "word"),
        [("", "text_missing"), (" \n", "text_missing"), ("x" * 4001, "text_too_long")],
    )
    def test_of_a_comment(self, world: World, body: str, word: str) -> None:
        draft = submit(world, make_draft(world))

        assert_refused(
            errors.Invalid,
            word,
            discussion.add_comment,
            world.marco.gateway(),
            draft_id=draft.id,
            version=1,
            body=body,
        )

    def test_of_a_note(self, world: World) -> None:
        draft = make_draft(world)

        for call in (drafts.submit_draft, drafts.save_version):
            assert_refused(
                errors.Invalid,
                "text_too_long",
                call,
                world.ines.gateway(),
                draft_id=draft.id,
                expected_revision=1,
                note="x" * 501,
            )


class TestCharacters:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_come_back_as_they_were_written(self, world: World, text: str) -> None:
        draft = submit(world, make_draft(world, content=make_content(text)))
        discussion.add_comment(world.marco.gateway(), draft_id=draft.id, version=1, body=text)

        room = rooms.get_room(world.dana.gateway(), draft_id=draft.id)

        assert room.version.content is not None
        assert room.version.content.caption == text
        assert [comment.body for comment in room.comments] == [text]

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("a\x00b", "ab"),
            ("bell\x07 escape\x1b[31m delete\x7f", "bell escape[31m delete"),
            ("next line\x85 c1\x9b", "next line c1"),
            ("half \ud83d pair", "half \ufffd pair"),
            ("tab\tstays", "tab\tstays"),
        ],
    )
    def test_of_control_are_taken_away(self, world: World, typed: str, kept: str) -> None:
        draft = make_draft(world, content=make_content(typed))

        assert caption_of(world, draft) == kept

    def test_in_titles_stay_on_one_line(self, world: World) -> None:
        draft = make_draft(world, title="  One\r\ntwo\tthree \u202efour\u2028five\u200f ")

        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)

        assert editor.draft.title == "One two three four five\u200f"

    @pytest.mark.parametrize("text", HOSTILE)
    def test_in_a_search_are_only_looked_for(self, world: World, text: str) -> None:
        draft = submit(world, make_draft(world, title="Needle", content=make_content(text)))
        submit(world, make_draft(world, content=make_content("Something else.")))
        looked_for = text[:50].strip("\ufeff ")

        found = drafts.list_drafts(
            world.marco.gateway(), workspace_id=world.home, search=looked_for
        )

        assert [d.id for d in found.drafts] == [draft.id]

    @pytest.mark.parametrize("wildcard", ["%", "_", "%%", "a%z", "\\", "\\%", "%' or true --"])
    def test_in_a_search_are_no_wildcards(self, world: World, wildcard: str) -> None:
        submit(world, make_draft(world, title="a to z", content=make_content("a..z")))
        meant = make_draft(world, title=f"Exactly {wildcard} this")

        found = drafts.list_drafts(world.ines.gateway(), workspace_id=world.home, search=wildcard)

        assert [d.id for d in found.drafts] == [meant.id]


GOOD = make_content("Text.").to_json()


class TestContent:
    @pytest.mark.parametrize(
        ("content", "word"),
        [
            (None, "content_invalid"),
            ([], "content_invalid"),
            ("text", "content_invalid"),
            (7, "content_invalid"),
            ({}, "content_invalid"),
            (GOOD | {"alt_text": "unhashed"}, "content_invalid"),
            (GOOD | {"Caption": "other"}, "content_invalid"),
            (GOOD | {"caption": None}, "content_invalid"),
            (GOOD | {"caption": ["a"]}, "content_invalid"),
            (GOOD | {"platform": "myspace"}, "content_invalid"),
            (GOOD | {"platform": ["instagram"]}, "content_invalid"),
            (GOOD | {"topic": None}, "content_invalid"),
            ({k: v for k, v in GOOD.items() if k != "topic"}, "content_invalid"),
            (GOOD | {"audience_countries": "DE"}, "content_invalid"),
            (GOOD | {"audience_countries": {"DE": 1}}, "content_invalid"),
            (GOOD | {"audience_countries": ["DE", None]}, "countries_invalid"),
            (GOOD | {"audience_countries": [["DE"]]}, "countries_invalid"),
            (GOOD | {"audience_countries": [49]}, "countries_invalid"),
            (GOOD | {"audience_countries": ["DEU"]}, "countries_invalid"),
            (GOOD | {"audience_countries": ["D\u00cb"]}, "countries_invalid"),
            (GOOD | {"audience_countries": ["DE\n"]}, "countries_invalid"),
        ],
    )
    def test_of_another_shape_is_refused(self, world: World, content: Any, word: str) -> None:
        assert_refused(errors.Invalid, word, send_content, world, json.dumps(content))

    def test_of_more_than_sixty_countries_is_refused(self, world: World) -> None:
        codes = [chr(65 + n // 26) + chr(65 + n % 26) for n in range(100)]
        many = json.dumps(GOOD | {"audience_countries": codes[:60]})
        too_many = json.dumps(GOOD | {"audience_countries": codes[:61]})
        endless = json.dumps(GOOD | {"audience_countries": codes * 1000})

        send_content(world, many)
        assert_refused(errors.Invalid, "countries_invalid", send_content, world, too_many)
        assert_refused(errors.Invalid, "countries_invalid", send_content, world, endless)

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            "{",
            "[" * 100_000,
            '{"a":' * 10_000,
            json.dumps(GOOD)[:-1],
            json.dumps(GOOD) + "x",
            json.dumps(GOOD).replace("Text.", "\\u0000"),
            json.dumps(GOOD).replace("Text.", "\\ud800"),
            json.dumps(GOOD).replace("Text.", "\n"),
        ],
        ids=lambda raw: repr(raw[:20]),
    )
    def test_that_is_no_json_is_refused(self, world: World, raw: str) -> None:
        assert_refused(errors.Invalid, "content_invalid", send_content, world, raw)

    def test_far_too_long_is_refused_before_it_is_read(self, world: World) -> None:
        assert_refused(errors.Invalid, "text_too_long", send_content, world, "[" * 10_000_000)

    def test_with_a_key_twice_keeps_the_last(self, world: World) -> None:
        draft_id = send_content(world, json.dumps(GOOD)[:-1] + ', "caption": "Last."}')["id"]

        editor = drafts.get_editor(world.ines.gateway(), draft_id=draft_id)

        assert editor.buffer is not None
        assert editor.buffer.content.caption == "Last."


def send_content(world: World, content: str | None) -> Any:
    return world.ines.gateway().write(
        "create_draft",
        {
            "p_workspace": world.home,
            "p_title": "Title",
            "p_publish_by": None,
            "p_content": content,
        },
    )


class TestDays:
    @pytest.mark.parametrize(
        ("day", "kind", "word"),
        [
            ("infinity", errors.Invalid, "day_invalid"),
            ("-infinity", errors.Invalid, "day_invalid"),
            ("1999-12-31", errors.Invalid, "day_invalid"),
            ("2101-01-01", errors.Invalid, "day_invalid"),
            ("294276-12-31", errors.Invalid, "day_invalid"),
            ("0044-03-15 BC", errors.Invalid, "day_invalid"),
            ("2026-02-30", errors.Invalid, "22008"),
            ("soon", errors.Invalid, "22007"),
        ],
    )
    def test_that_no_page_can_show_are_refused(
        self, world: World, day: str, kind: type[errors.TandemError], word: str
    ) -> None:
        draft = make_draft(world)
        content = json.dumps(GOOD)
        gateway = world.ines.gateway()
        first = {"p_title": "T", "p_publish_by": day, "p_content": content}

        for name, more in (
            ("create_draft", {"p_workspace": world.home}),
            ("save_buffer", {"p_draft": draft.id, "p_expected_revision": 1}),
        ):
            assert_refused(kind, word, gateway.write, name, {**first, **more})
