"""The parts of a post on the draft page: saving, merging, images, choices."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import editor, images
from components.image_words import Sent, Words
from components.messages import fingerprint
from services import drafts, posts
from services.errors import Unavailable
from services.posts import Content, Image
from tests.pages.conftest import Say, Seat, press, read_page
from tests.support.findings import choose, own_word
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    submit,
)

OpenPage = Callable[..., AppTest]
Describe = Callable[[Image, str], None]

CAPTION = make_content().caption


def stored_content(world: World, draft: MadeDraft) -> Content:
    buffer = drafts.get_editor(world.ines.gateway(), draft_id=draft.id).buffer
    assert buffer is not None
    return buffer.content


def with_image(world: World, *, submitted: bool = False) -> tuple[MadeDraft, tuple[Image, ...]]:
    """A draft of Ines's with one image in it."""
    draft = draft_in_state(world, "drafting")
    sha = "ab" * 32
    [(media_id,)] = world.run_sql(
        "select public.server_add_media(%s, %s, %s, 'a/b', 'image/png', 10, 10, 100)::text",
        world.ines.id,
        draft.id,
        sha,
    )
    images = (Image(str(media_id), sha, "A cup of tea"),)
    draft = edit(world, draft, replace(stored_content(world, draft), media=images))
    return (submit(world, draft) if submitted else draft), images


def shown_parts(at: AppTest, draft: MadeDraft) -> list[str]:
    """The parts whose fields are there without asking for them."""
    key = editor.key_of(draft.id, "post")
    found: list[Any] = [one for one in at.get("bidi_component") if one.key == key]
    data = json.loads(found[0].proto.json)
    return [field["name"] for field in data["fields"] if field["shown"]]


def state_of(world: World, draft: MadeDraft) -> str:
    rows = world.run_sql("select state from public.drafts where id = %s", draft.id)
    return str(rows[0][0])


class TestParts:
    def test_every_part_of_a_post_is_saved_and_voids_nothing_but_an_approval(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        typed = {
            "script": "Hello and welcome.",
            "on_screen_text": "Rest is allowed",
            "transcript": "Hello.",
            "hashtags": "#rest, sleep calm",
            "link": "https://example.org",
            "video_link": "https://example.org/v",
            "goal": "Less guilt",
            "audience": "Students",
            "action": "Plan one break",
        }
        for part, text in typed.items():
            say(text, part, on="")
        at.run()
        editor_now = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
        assert editor_now.buffer is not None
        content = editor_now.buffer.content
        assert content.hashtags == ("rest", "sleep", "calm")
        assert (content.script, content.transcript) == ("Hello and welcome.", "Hello.")
        assert (content.on_screen_text, content.link) == ("Rest is allowed", "https://example.org")
        assert content.video_link == "https://example.org/v"
        assert content.caption == CAPTION
        assert editor_now.context == posts.ContextCard("Less guilt", "Students", "Plan one break")

    @pytest.mark.parametrize("kind", ["save", "merge", "copy", "put_back"])
    def test_images_are_never_lost(
        self, world: World, open_page: OpenPage, say: Say, kind: str
    ) -> None:
        draft, images = with_image(world, submitted=kind == "put_back")
        at = open_page("ines", "draft", draft=draft.id)
        if kind == "merge":
            edit(world, draft, replace(stored_content(world, draft), script="From elsewhere."))
        if kind in ("save", "merge"):
            say("New words.", on=CAPTION)
            at.run()
        elif kind == "copy":
            drafts.withdraw_draft(
                world.ines.gateway(), draft_id=draft.id, expected_state="drafting"
            )
            at = press(at.run(), "Start a new draft from this")
            rows = world.run_sql(
                "select b.content -> 'media' -> 0 ->> 'sha256' from public.draft_buffers b"
                " where b.draft_id <> %s",
                draft.id,
            )
            assert rows == [(images[0].sha256,)]
            return
        else:
            edit(world, draft, replace(stored_content(world, draft), caption="Newer.", media=()))
            decide(world, draft, "approved")
            at = press(at.run(), "Go back to the approved text")
        assert stored_content(world, draft).media == images

    def test_only_the_parts_of_the_format_are_there_until_more_are_wanted(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        assert shown_parts(at, draft) == ["caption", "hashtags"]
        at.selectbox(key=f"draft_format_{draft.id}").set_value("podcast").run()
        assert shown_parts(at, draft) == ["script", "transcript", "caption"]
        say("https://example.org", "link", on="")
        at.run()
        assert shown_parts(at, draft) == ["script", "transcript", "caption", "link"]

    def test_a_draft_for_professionals_only_says_who_then_sees_it(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        assert "everybody in your workspace can read it" in read_page(at)
        at.toggle(key=f"draft_professionals_only_{draft.id}").set_value(True).run()
        assert "Other influencers and coordinators do not" in read_page(at)
        assert world.run_sql("select professionals_only from public.drafts") == [(True,)]

    def test_what_a_post_lacks_is_said_when_it_is_sent(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        say("https://example.org/v", "video_link", on="")
        at = press(at.run(), "Send for review")
        assert "Please add a transcript" in read_page(at)
        assert state_of(world, draft) == "drafting"
        say("What is said.", "transcript", on="")
        press(at.run(), "Send for review")
        assert state_of(world, draft) == "in_review"


class TestTwoWindows:
    def test_a_clash_in_one_part_leaves_the_others_being_saved(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        edit(world, draft, Content("instagram", "general", "From elsewhere.", ("DE",)))
        say("Written here.")
        say("My script.", "script", on="")
        at.run()
        content = stored_content(world, draft)
        assert (content.caption, content.script) == ("From elsewhere.", "My script.")
        assert "**Caption**" in read_page(at)
        assert "Choose which one to go on with first." in read_page(at)
        at = press(at, "Take the other one")
        assert "Both texts are kept" not in read_page(at)
        assert stored_content(world, draft).caption == "From elsewhere."

    def test_a_choice_made_in_both_windows_is_asked_about(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        edit(world, draft, Content("tiktok", "general", CAPTION, ("DE",)))
        at.selectbox(key=f"draft_platform_{draft.id}").set_value("youtube").run()
        assert "YouTube here, TikTok in the other window" in read_page(at)
        at = press(at, "Keep mine")
        assert stored_content(world, draft).platform == "youtube"
        assert at.selectbox(key=f"draft_platform_{draft.id}").value == "youtube"

    def test_a_choice_made_before_the_other_window_wrote_on_is_asked_for_again(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        there = edit(world, draft, make_content("From elsewhere."))
        say("Written here.")
        at.run()
        edit(world, there, make_content("From elsewhere, and on."))

        at = press(at, "Keep mine")

        assert "changed it once more" in read_page(at)
        assert shown_text(at, draft, "theirs") == "From elsewhere, and on."
        assert stored_content(world, draft).caption == "From elsewhere, and on."
        at = press(at, "Keep mine")
        assert "Both texts are kept" not in read_page(at)
        assert stored_content(world, draft).caption == "Written here."

    def test_the_other_text_is_shown_as_it_is_now_while_both_write_on(
        self, world: World, open_page: OpenPage, say: Say, seat: Seat
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        there = edit(world, draft, make_content("From elsewhere."))
        say("Written here.")
        at.run()
        edit(world, there, make_content("From elsewhere, and on."))
        say("Written here, and on.")
        seat.calls.clear()

        at.run()

        assert shown_text(at, draft, "theirs") == "From elsewhere, and on."
        assert shown_text(at, draft, "mine") == "Written here, and on."
        assert seat.calls == ["get_draft"]

    def test_both_texts_stay_while_the_database_is_away(
        self, world: World, open_page: OpenPage, say: Say, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        edit(world, draft, make_content("From elsewhere."))
        say("Written here.")
        at.run()

        def fail(*_args: object, **_named: object) -> None:
            raise Unavailable

        monkeypatch.setattr(drafts, "get_editor", fail)
        say("Written here, and on.")
        at.run()

        assert shown_text(at, draft, "mine") == "Written here, and on."
        assert shown_text(at, draft, "theirs") == "From elsewhere."


class TestTwoDescriptions:
    """Two windows describe the same image."""

    @pytest.mark.parametrize("label", ["Keep mine", "Take the other one"])
    def test_both_are_shown_until_a_choice(
        self, world: World, open_page: OpenPage, describe: Describe, label: str
    ) -> None:
        draft, (image,) = with_image(world)
        at = open_page("ines", "draft", draft=draft.id)
        there = replace(image, alt="From elsewhere.")
        edit(world, draft, replace(stored_content(world, draft), media=(there,)))
        describe(image, "Written here.")

        at.run()

        name = f"alt:{image.id}"
        assert "**Description of image 1**" in read_page(at)
        assert shown_text(at, draft, "mine", part=name) == "Written here."
        assert shown_text(at, draft, "theirs", part=name) == "From elsewhere."
        assert stored_content(world, draft).media == (there,)
        assert "Choose which one to go on with first." in read_page(at)
        describe(image, "Written here, and on.")
        at = press(at, label)
        assert "Both texts are kept" not in read_page(at)
        kept = "Written here, and on." if label == "Keep mine" else "From elsewhere."
        assert stored_content(world, draft).media == (replace(image, alt=kept),)

    def test_words_written_on_older_ones_replace_nothing(
        self, world: World, open_page: OpenPage, describe: Describe
    ) -> None:
        draft, (image,) = with_image(world)
        there = replace(image, alt="From elsewhere.")
        edit(world, draft, replace(stored_content(world, draft), media=(there,)))
        # After a reload: this page has read the other's words, and the browser kept its own.
        describe(image, "Kept in the browser.")

        at = open_page("ines", "draft", draft=draft.id).run()

        assert shown_text(at, draft, "mine", part=f"alt:{image.id}") == "Kept in the browser."
        assert stored_content(world, draft).media == (there,)

    def test_words_here_and_another_part_there_are_merged(
        self, world: World, open_page: OpenPage, describe: Describe
    ) -> None:
        draft, (image,) = with_image(world)
        at = open_page("ines", "draft", draft=draft.id)
        edit(world, draft, replace(stored_content(world, draft), script="From elsewhere."))
        describe(image, "Written here.")

        at.run()

        content = stored_content(world, draft)
        assert (content.media[0].alt, content.script) == ("Written here.", "From elsewhere.")
        assert "Both texts are kept" not in read_page(at)


@pytest.fixture
def describe(monkeypatch: pytest.MonkeyPatch) -> Describe:
    """A browser that describes an image, on the words that it was given with."""
    heard: list[Sent] = []

    def send(image: Image, words: str) -> None:
        known = frozenset({fingerprint(image.alt)})
        said = {image.id: Words(words, known)}
        ids = (image.id,)
        heard[:] = [Sent("page", next(numbers), said, frozenset(ids), ids, moved=False)]

    numbers = count(1)
    monkeypatch.setattr(images, "read_sent", lambda _state: heard[0] if heard else None)
    return send


def shown_text(at: AppTest, draft: MadeDraft, side: str, *, part: str = "caption") -> str:
    """One of the two texts that wait for a choice; `side` is mine or theirs."""
    key = f"draft_clash_{side}_{part}_{draft.id}"
    found: list[Any] = [one for one in at.get("bidi_component") if one.key == key]
    return "".join(piece[1] for piece in json.loads(found[0].proto.json)["pieces"])


class TestWhatTheWorkspaceChose:
    def test_its_own_words_are_marked_and_rules_it_switched_off_are_not(
        self, world: World, open_page: OpenPage
    ) -> None:
        crazy = make_content("What a crazy week of hustle.")
        draft = make_draft(world, content=crazy)
        assert marked(open_page("ines", "draft", draft=draft.id)) == ["crazy"]

        own = own_word("hustle", severity="warning")
        choose(world, rules_off=["crazy-casual"], own_words=[own])

        assert marked(open_page("ines", "draft", draft=draft.id)) == ["hustle"]


def marked(at: AppTest) -> list[str]:
    """The words that the editor marks."""
    found = [
        json.loads(one.proto.json)
        for one in at.get("bidi_component")
        if one.proto.component_name == "tandem_editor"
    ]
    fields = [field for data in found for field in data["fields"]]
    return [hint["quote"] for field in fields for hint in field["hints"]]
