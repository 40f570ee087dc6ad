"""A professional takes back an edit they offered; its author reads so, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from services import decisions, drafts
from tests.pages.conftest import read_page
from tests.support.people import MadeDraft, World, draft_in_state, edit, make_content, submit
from tests.support.room_steps import WHOLE, components_of, key, labels, press, read_room

OpenPage = Callable[..., AppTest]

EDITED = make_content(
    "Rest is a skill you can learn.",
    format="video",
    script="Say it slowly.",
    hashtags=("rest", "sleep"),
    link="https://example.org/help",
)


@pytest.fixture
def offered(world: World) -> MadeDraft:
    """Version 1 by Ines, which Dana approved with edits, as version 2."""
    draft = draft_in_state(world, "in_review", content=WHOLE)
    decisions.approve_with_edits(
        world.dana.gateway(),
        draft_id=draft.id,
        version=1,
        content_hash=draft.content_hash,
        content=EDITED,
    )
    return draft


def take_back(world: World, draft: MadeDraft, *, note: str = "") -> None:
    room = read_room(world, draft, version=2)
    decisions.take_back_edits(
        world.dana.gateway(),
        draft_id=draft.id,
        version=2,
        content_hash=room.version.content_hash,
        note=note,
    )


class TestTheEditor:
    def test_reads_what_will_happen_before_it_does(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        at = press(open_page("dana", "review", draft=offered.id), "Take the edit back")
        page = read_page(at)
        assert "Ines can then no longer accept version 2" in page
        assert "is in review again" in page
        assert read_room(world, offered).draft.offered_version == 2
        at = press(at, "Leave it on offer")
        assert "Take version 2 back" not in labels(at)

    @pytest.mark.parametrize("version", [None, 2])
    def test_has_the_draft_again(
        self, world: World, open_page: OpenPage, offered: MadeDraft, version: int | None
    ) -> None:
        at = open_page("dana", "review", draft=offered.id, **({"version": "2"} if version else {}))
        at = press(at, "Take the edit back")
        at.text_area(key=key("taking_back", offered)).set_value("I misread a line.")
        at = press(at, "Take version 2 back")
        page = read_page(at)
        assert "Your edit is taken back." in page
        assert "You took back your edit" in page
        assert "Your decision" in page
        room = read_room(world, offered)
        assert (room.draft.state, room.draft.submitted_version) == ("in_review", 1)
        assert [one.assignee_id for one in room.requests] == [world.dana.id]
        assert room.decisions[0].note == "I misread a line."

    def test_who_is_too_late_keeps_the_note(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        at = press(open_page("dana", "review", draft=offered.id), "Take the edit back")
        at.text_area(key=key("taking_back", offered)).set_value("I misread a line.")
        editor = drafts.get_editor(world.ines.gateway(), draft_id=offered.id)
        assert editor.offered is not None
        assert editor.buffer is not None
        decisions.accept_edits(
            world.ines.gateway(),
            draft_id=offered.id,
            version=2,
            content_hash=editor.offered.content_hash,
            expected_revision=editor.buffer.revision,
        )
        at = press(at, "Take version 2 back")
        assert "The author was faster and accepted the edit" in read_page(at)
        at = press(at, "Show what is new")
        assert "Withdraw the approval" in labels(at)
        assert [one.value for one in at.text if one.value == "I misread a line."]
        at = press(at, "Move it to the comments")
        assert not [one.value for one in at.text if one.value == "I misread a line."]

    @pytest.mark.parametrize("name", ["ines", "marco", "sam", "kim", "paul"])
    def test_nobody_else_may(self, open_page: OpenPage, offered: MadeDraft, name: str) -> None:
        at = open_page(name, "review", draft=offered.id)
        assert "Take the edit back" not in labels(at)


class TestTheAuthor:
    @pytest.mark.parametrize("page", ["draft", "review"])
    def test_reads_that_it_was_taken_back(
        self, world: World, open_page: OpenPage, offered: MadeDraft, page: str
    ) -> None:
        take_back(world, offered, note="I misread a line.")
        at = open_page("ines", page, draft=offered.id)
        shown = read_page(at)
        assert "**Dana took back their edit** just now" in shown
        assert "Version 1 is in review again, word for word as it was sent." in shown
        assert "Accept: approved at once" not in labels(at)
        if page == "draft":
            assert f"draft_note_read_{offered.id}" in components_of(at)
        else:
            assert "I misread a line." in shown
            assert "took the edit back, version 2" in shown

    def test_who_accepts_too_late_reads_why(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        at = open_page("ines", "draft", draft=offered.id)
        take_back(world, offered)
        shown = read_page(press(at, "Accept: approved at once"))
        assert "There is no such edit to accept any more" in shown
        assert "Dana took back their edit" in shown

    def test_sending_another_text_ends_the_news(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        take_back(world, offered)
        submit(world, edit(world, offered, make_content("My own way.")))
        for page in ("draft", "review"):
            shown = read_page(open_page("ines", page, draft=offered.id))
            assert "took back their edit" not in shown


def test_the_room_says_that_the_approval_no_longer_counts(
    world: World, open_page: OpenPage, offered: MadeDraft
) -> None:
    take_back(world, offered)
    page = read_page(open_page("kim", "review", draft=offered.id))
    assert "it was taken back before the author accepted it" in page
