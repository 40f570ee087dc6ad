"""What a person came to do stands before long texts, or near the top is a link to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from services import decisions
from tests.pages.conftest import read_component
from tests.support.people import MadeDraft, World, draft_in_state, make_content
from tests.support.room_steps import WHOLE, press, withdraw_approval

OpenPage = Callable[..., AppTest]

# Differences are texts as well.
TEXT, COPIES, JUMP = "tandem_reading", "tandem_copying", "tandem_jump"
DECIDE, PUBLISH, TALK = "Go to your decision", "Go to publishing", "Go to the comments"


def list_parts(at: AppTest) -> list[str]:
    """Labels of buttons and names of components of ours, from the top of the page down."""
    assert not at.exception
    return list(_walk(at.main))


def _walk(block: Any) -> Iterator[str]:
    for part in block.children.values():
        if part.type == "button":
            yield part.label
        elif part.type == "bidi_component":
            yield part.proto.component_name
        yield from _walk(part) if hasattr(part, "children") else ()


def read_jumps(at: AppTest) -> list[str]:
    return [jump["label"] for jump in read_component(at, JUMP)]


def offer_edit(world: World) -> MadeDraft:
    """A draft of Ines with an edit that she can accept."""
    draft = draft_in_state(world, "in_review")
    decisions.approve_with_edits(
        world.dana.gateway(),
        draft_id=draft.id,
        version=1,
        content_hash=draft.content_hash,
        content=make_content("Rest is a skill, and you can learn it."),
    )
    return draft


class TestRoom:
    @pytest.mark.parametrize(
        ("name", "state", "label"),
        [
            ("dana", "in_review", DECIDE),
            ("paul", "in_review", TALK),
            ("ines", "in_review", TALK),
            ("ines", "approved", PUBLISH),
            ("sam", "approved", PUBLISH),
            ("dana", "approved", TALK),
            ("marco", "published", TALK),
        ],
    )
    def test_a_link_leads_to_what_its_reader_came_for(
        self, world: World, open_page: OpenPage, name: str, state: str, label: str
    ) -> None:
        at = open_page(name, "review", draft=draft_in_state(world, state).id)
        assert read_jumps(at) == [label]
        parts = list_parts(at)
        assert parts.index(JUMP) < parts.index(TEXT)

    def test_it_waits_until_a_hard_text_is_shown(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "in_review", content=make_content(topic="trauma"))
        at = open_page("dana", "review", draft=draft.id)
        assert read_jumps(at) == []
        assert read_jumps(press(at, "Show the text")) == [DECIDE]

    def test_an_edit_to_accept_comes_before_the_text(
        self, world: World, open_page: OpenPage
    ) -> None:
        at = open_page("ines", "review", draft=offer_edit(world).id)
        parts = list_parts(at)
        assert read_jumps(at) == ["Go to your choice", TALK]
        difference, post = (place for place, part in enumerate(parts) if part == TEXT)
        assert parts.index(JUMP) < difference < parts.index("Accept: approved at once") < post

    def test_taking_up_a_draft_on_hold_comes_before_the_text(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "in_review")
        decisions.hold_draft(world.dana.gateway(), draft_id=draft.id, note="Waiting.")
        parts = list_parts(open_page("dana", "review", draft=draft.id))
        assert parts.index("Resume the review") < parts.index(TEXT)


class TestDraft:
    def test_publishing_comes_before_the_text(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "approved", content=WHOLE)
        parts = list_parts(open_page("ines", "draft", draft=draft.id))
        assert parts.index(COPIES) < parts.index("Mark as published") < parts.index(TEXT)

    @pytest.mark.parametrize(
        ("state", "label"),
        [("withdrawn", "Reopen"), ("declined", "Start a new draft from this")],
    )
    def test_going_on_comes_before_the_text(
        self, world: World, open_page: OpenPage, state: str, label: str
    ) -> None:
        at = open_page("ines", "draft", draft=draft_in_state(world, state).id)
        parts = list_parts(at)
        # Why it was declined comes first, in a text of its own.
        *_why, post = [place for place, part in enumerate(parts) if part == TEXT]
        assert parts.index(label) < post

    def test_what_has_to_come_down_comes_before_the_reason(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        at = open_page("ines", "draft", draft=draft.id)
        parts = list_parts(at)
        assert parts.index("I have taken the post down") < parts.index(TEXT)
        assert "A reader was hurt." in [text.value for text in at.text]

    def test_a_link_leads_below_an_edit_to_accept(self, world: World, open_page: OpenPage) -> None:
        at = open_page("ines", "draft", draft=offer_edit(world).id)
        assert read_jumps(at) == ["Go to your choice"]
