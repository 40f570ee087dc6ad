"""An approval is taken back, and a decision is saved as a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from services import publishing
from services.posts import Content
from tests.pages.conftest import Seat, read_page
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    submit,
)
from tests.support.room_steps import (
    WHOLE,
    as_in_review,
    components_of,
    labels,
    press,
    withdraw_approval,
)

OpenPage = Callable[..., AppTest]


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """In review, version 1, by Ines, with more than a caption."""
    return draft_in_state(world, "in_review", content=WHOLE)


class TestWithdrawApproval:
    def test_says_what_happens_and_needs_a_reason(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "published")
        at = press(open_page("dana", "review", draft=draft.id), "Withdraw the approval")
        page = read_page(at)
        assert "You **withdraw the approval of version 1**" in page
        assert "told at once" in page
        assert "The post is out." in page
        at = press(at, "Leave it as it is")
        assert "You **withdraw" not in read_page(at)

    @pytest.mark.parametrize(
        ("name", "may"), [("dana", True), ("kim", True), ("paul", False), ("sam", False)]
    )
    @pytest.mark.parametrize("state", ["approved", "published"])
    def test_by_whoever_could_have_decided(
        self, world: World, open_page: OpenPage, state: str, name: str, may: bool
    ) -> None:
        draft = draft_in_state(world, state)
        at = open_page(name, "review", draft=draft.id)
        assert ("Withdraw the approval" in labels(at)) is may

    @pytest.mark.parametrize("state", ["in_review", "changes_requested", "expired", "declined"])
    def test_there_is_nothing_to_withdraw(
        self, world: World, open_page: OpenPage, state: str
    ) -> None:
        draft = draft_in_state(world, state)
        at = open_page("dana", "review", draft=draft.id)
        assert "Withdraw the approval" not in labels(at)

    @pytest.mark.parametrize("page", ["review", "draft"])
    def test_its_author_sees_it_first_with_what_to_do(
        self, world: World, open_page: OpenPage, page: str
    ) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        at = open_page("ines", page, draft=draft.id)
        assert "approval of this published post was withdrawn" in at.error[0].proto.title
        assert "Kim withdrew the approval just now: could harm somebody" in at.error[0].value
        assert "Approval withdrawn" in read_page(at)
        assert "A reader was hurt." in read_page(at)
        assert labels(at, kind="primary") == ["I have taken the post down"]
        assert "Start a new draft from th" in read_page(at)

    def test_a_coordinator_sees_it_too(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        at = open_page("sam", "review", draft=draft.id)
        assert at.error[0].proto.title
        assert "I have taken the post down" in labels(at)
        assert "Approval withdrawn" in read_page(open_page("sam", "drafts"))

    @pytest.mark.parametrize("name", ["marco", "dana", "paul"])
    def test_others_see_it_without_being_asked_to_act(
        self, world: World, open_page: OpenPage, name: str
    ) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        at = open_page(name, "review", draft=draft.id)
        assert "they take it down and record it" in at.error[0].value
        assert "I have taken the post down" not in labels(at)

    @pytest.mark.parametrize("page", ["review", "draft"])
    def test_once_it_is_down_the_alarm_is_over(
        self, world: World, open_page: OpenPage, page: str
    ) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        publishing.take_down(world.ines.gateway(), draft_id=draft.id)
        at = open_page("ines", page, draft=draft.id)
        assert not at.error
        assert "Taken down" in read_page(at)
        assert "I have taken the post down" not in labels(at)

    def test_before_publication_it_goes_back_with_the_reason(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "approved")
        withdraw_approval(world, draft)
        at = open_page("ines", "draft", draft=draft.id)
        assert "Kim withdrew the approval of version 1" in read_page(at)
        assert f"draft_note_read_{draft.id}" in components_of(at)


class TestDecisionPage:
    def test_offers_a_file_for_any_decision(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        decide(world, draft, "changes_requested")
        submit(world, edit(world, draft, Content("x", "general", "Another.", ("KE",))))
        decide(world, as_in_review(world, draft), "approved")
        for place in (0, 1):
            at = open_page("ines", "review", draft=draft.id)
            saves = [button for button in at.button if button.label == "Save as a page"]
            assert len(saves) == 2
            at = saves[place].click().run()
            assert not at.exception
            assert [one.proto.label for one in at.get("download_button")] == ["Download the page"]

    def test_the_words_it_needs_are_read_only_when_asked_for(
        self, world: World, open_page: OpenPage, seat: Seat, draft: MadeDraft
    ) -> None:
        decide(world, draft, "approved")
        open_page("marco", "review", draft=draft.id)
        assert seat.calls == ["get_review"]
