"""Every page opens for everybody, whatever the drafts' states, with one request for its data."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Seat, read_page
from tests.support.people import REACHABLE_STATES, World, draft_in_state

EVERYBODY = ("ines", "marco", "dana", "paul", "sam", "kim")
LISTS = (
    "home",
    "drafts",
    "reviews",
    "campaigns",
    "posts",
    "imports",
    "news",
    "library",
    "rules",
    "people",
    "settings",
)
DECIDED = ("changes_requested", "declined", "approved", "expired", "published")
OpenPage = Callable[..., AppTest]


@pytest.fixture
def drafts(world: World) -> dict[str, str]:
    """One draft of Ines in each state; ids by state."""
    return {state: draft_in_state(world, state, title=state).id for state in REACHABLE_STATES}


@pytest.mark.usefixtures("drafts")
@pytest.mark.parametrize("name", EVERYBODY)
def test_lists_open_for_everybody(open_page: OpenPage, seat: Seat, name: str) -> None:
    at = open_page(name)
    for page in LISTS:
        at.switch_page(f"../pages/{page}.py")
        seat.calls.clear()
        assert read_page(at.run())
        assert len(seat.calls) <= 1, (page, seat.calls)


@pytest.mark.parametrize("name", ["ines", "marco", "dana", "sam"])
def test_rooms_open_for_everybody_in_every_state(
    open_page: OpenPage, seat: Seat, drafts: dict[str, str], name: str
) -> None:
    at = open_page(name, "review")
    for state, draft_id in drafts.items():
        at.query_params["draft"] = draft_id
        seat.calls.clear()
        missing = "There is nothing to review here" in read_page(at.run())
        assert missing == (state == "drafting"), state
        # Whoever just decided is led on to the next draft.
        led_on = name == "dana" and state in DECIDED
        assert seat.calls == ["get_review", *(["get_next_review"] if led_on else [])], state


@pytest.mark.parametrize("name", ["otto", "wes"])
def test_an_empty_workspace_opens_too(open_page: OpenPage, name: str) -> None:
    at = open_page(name)
    for page in LISTS:
        at.switch_page(f"../pages/{page}.py")
        assert read_page(at.run())


@pytest.mark.parametrize("page", [*LISTS, "review"])
def test_somebody_without_a_membership_sees_how_to_get_one(
    open_page: OpenPage, seat: Seat, page: str
) -> None:
    page_text = read_page(open_page("nobody", page))
    assert "People join by invitation" in page_text
    assert seat.calls == []


def test_another_workspace_sees_nothing(open_page: OpenPage, drafts: dict[str, str]) -> None:
    at = open_page("otto", "review")
    for state, draft_id in drafts.items():
        at.query_params["draft"] = draft_id
        assert "There is nothing to review here" in read_page(at.run()), state
    assert "approved" not in read_page(open_page("otto", "drafts"))


@pytest.mark.parametrize("page", [*LISTS, "review"])
def test_a_session_that_ended_shows_the_way_back(
    open_page: OpenPage, seat: Seat, page: str
) -> None:
    at = open_page("dana", page, draft="00000000-0000-0000-0000-000000000000")
    seat.calls.clear()
    seat.signed_out = True
    at.run()
    assert "Please sign in again" in read_page(at)
    assert seat.calls == []
