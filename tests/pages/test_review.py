"""The review room: exactly this text, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from services import rooms
from services.rooms import Room
from tests.pages.conftest import find_talk, read_page
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


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """In review, version 1, by Ines."""
    return draft_in_state(world, "in_review")


def key(name: str, draft: MadeDraft) -> str:
    return f"review_{name}_{draft.id}"


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def choose(at: AppTest, draft: MadeDraft, kind: str) -> AppTest:
    return at.button(key=key(f"choose_{kind}", draft)).click().run()


def read_room(world: World, draft: MadeDraft) -> Room:
    return rooms.get_room(world.sam.gateway(), draft_id=draft.id)


class TestDecide:
    def test_approving_says_exactly_what_it_covers(
        self, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = choose(open_page("dana", "review", draft=draft.id), draft, "approved")
        page = read_page(at)
        assert "It covers exactly version 1" in page
        assert draft.content_hash[:8] in page
        assert "for Instagram in Germany, valid until" in page
        assert "as **Dana**, Psychologist, DE" in page
        assert "(180 days)" in page
        assert "I read this exact post as a professional" in page

    def test_approve(self, world: World, open_page: OpenPage, draft: MadeDraft) -> None:
        at = choose(open_page("dana", "review", draft=draft.id), draft, "approved")
        press(at, "Approve version 1")
        assert "Approved. The author can publish exactly this text." in read_page(at)
        room = read_room(world, draft)
        assert room.draft.state == "approved"
        assert room.draft.approved_hash == draft.content_hash

    def test_send_back_needs_a_reason_and_keeps_the_note(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = choose(open_page("dana", "review", draft=draft.id), draft, "changes_requested")
        at.text_area(key=key("note", draft)).set_value("Softer, please.")
        press(at, "Send back version 1")
        assert "Choose a reason" in read_page(at)
        assert at.text_area(key=key("note", draft)).value == "Softer, please."
        at.selectbox(key=key("reason", draft)).set_value("wording")
        press(at, "Send back version 1")
        decision = read_room(world, draft).decisions[0]
        assert (decision.kind, decision.reason_code) == ("changes_requested", "wording")
        assert decision.note == "Softer, please."
        assert "It went back to the author" in read_page(at)

    def test_a_newer_version_refuses_the_press_and_keeps_the_note(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = choose(open_page("dana", "review", draft=draft.id), draft, "approved")
        at.text_area(key=key("note", draft)).set_value("Lovely.")
        submit(world, edit(world, draft, make_content("Rest is a skill you can practise.")))
        press(at, "Approve version 1")
        page = read_page(at)
        assert "The author sent a newer version while you were reading" in page
        assert "Rest is a skill you can learn" not in page  # The text is data, not Markdown.
        press(at, "Show what is new")
        page = read_page(at)
        assert "Approve version 2" in page
        assert at.toggle(key=key("changes", draft)).value is True
        assert at.text_area(key=key("note", draft)).value == "Lovely."
        assert read_room(world, draft).draft.state == "in_review"

    def test_a_faster_colleague_is_told_and_the_note_can_become_a_comment(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = choose(open_page("dana", "review", draft=draft.id), draft, "approved")
        at.text_area(key=key("note", draft)).set_value("Lovely.")
        decide(world, draft, "approved", by=world.kim)
        press(at, "Approve version 1")
        assert "Somebody was faster: this draft is approved now" in read_page(at)
        press(at, "Show what is new")
        assert "The note you were writing" in read_page(at)
        press(at, "Move it to the comments")
        assert find_talk(at)["offer"] == "Lovely."
        assert "The note you were writing" not in read_page(at)

    def test_an_earlier_version_leads_to_the_one_to_decide_on(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        submit(world, edit(world, draft, make_content("Another text.")))
        page = read_page(open_page("dana", "review", draft=draft.id, version="1"))
        assert "Version 2 is the one to decide on" in page
        assert "Your decision" not in page

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("paul", "You can decide once a coordinator has checked your credential"),
            ("marco", "Only professionals decide"),
            ("sam", "Only professionals decide"),
            ("ines", "A professional will approve it or send it back"),
        ],
    )
    def test_who_cannot_decide_reads_why(
        self, open_page: OpenPage, draft: MadeDraft, name: str, why: str
    ) -> None:
        page = read_page(open_page(name, "review", draft=draft.id))
        assert why in page
        assert "Your decision" not in page

    def test_a_hard_topic_waits_behind_a_content_note(
        self, world: World, open_page: OpenPage
    ) -> None:
        content = make_content("It gets lighter.", topic="suicide_self_harm")
        draft = draft_in_state(world, "in_review", content=content)
        at = open_page("dana", "review", draft=draft.id)
        page = read_page(at)
        assert "This draft talks about suicide and self-harm" in page
        assert "You can decide once you have read the text" in page
        press(at, "Show the text")
        assert "Content note" not in read_page(at)
        assert "Content note" not in read_page(open_page("ines", "review", draft=draft.id))


class TestPublish:
    def test_the_author_marks_the_approved_text_published(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "approved")
        at = open_page("ines", "review", draft=draft.id)
        at.text_input(key=key("url", draft)).set_value("https://example.org/post")
        press(at, "Mark version 1 as published")
        assert "**Published** just now, version 1." in read_page(at)
        assert read_room(world, draft).draft.published_url == "https://example.org/post"

    def test_an_edit_in_another_window_refuses_it_and_keeps_the_address(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "approved")
        at = open_page("ines", "review", draft=draft.id)
        at.text_input(key=key("url", draft)).set_value("https://example.org/post")
        edit(world, draft, make_content("Something else."))
        press(at, "Mark version 1 as published")
        assert "Only an approved text can be marked published" in read_page(at)
        assert at.text_input(key=key("url", draft)).value == "https://example.org/post"
        press(at, "Show what is new")
        page = read_page(at)
        assert "The author is changing the text" in page
        assert "Mark version 1 as published" not in page
        assert "It no longer counts" in page

    def test_a_bad_address_is_refused(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "approved")
        at = open_page("sam", "review", draft=draft.id)
        at.text_input(key=key("url", draft)).set_value("javascript:alert(1)")
        press(at, "Mark version 1 as published")
        assert "The address of a post starts with https://" in read_page(at)
        assert read_room(world, draft).draft.state == "approved"

    @pytest.mark.parametrize("name", ["marco", "dana", "paul"])
    def test_others_cannot(self, world: World, open_page: OpenPage, name: str) -> None:
        draft = draft_in_state(world, "approved")
        assert "as published" not in read_page(open_page(name, "review", draft=draft.id))


class TestAddress:
    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"draft": ""},
            {"draft": "nonsense"},
            {"draft": "00000000-0000-0000-0000-000000000000"},
            {"draft": "'; drop table drafts; --"},
        ],
    )
    def test_unknown_ids_are_not_found(self, open_page: OpenPage, query: dict[str, str]) -> None:
        page = read_page(open_page("dana", "review", **query))
        assert "There is nothing to review here" in page
        assert "See all drafts" in page

    @pytest.mark.parametrize("version", ["0", "99", "-1", "x", "99999999999999", "1.0", "٣"])
    def test_unknown_versions_are_not_found(
        self, open_page: OpenPage, draft: MadeDraft, version: str
    ) -> None:
        page = read_page(open_page("dana", "review", draft=draft.id, version=version))
        assert "There is nothing to review here" in page

    def test_an_unknown_version_to_compare_with_is_left_out(
        self, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        page = read_page(open_page("dana", "review", draft=draft.id, compare="99"))
        assert "Your decision" in page

    def test_compare_shows_what_changed(self, world: World, open_page: OpenPage) -> None:
        draft = submit(world, make_draft(world, content=make_content("Rest is good.")))
        submit(
            world, edit(world, draft, make_content("Rest is a skill.", audience_countries=("KE",)))
        )
        page = read_page(open_page("dana", "review", draft=draft.id, compare="1"))
        assert "2 words added, 1 word removed" in page
        assert "**Countries:** was Germany, now Kenya" in page
