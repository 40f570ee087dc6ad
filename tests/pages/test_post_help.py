"""Help with a post, in the editor and in the review room: what is there, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Seat, press, read_page
from tests.support.acts import state_of
from tests.support.gate import BOTH, GRAVE, attached_names, missing
from tests.support.helped import DIRECTORY, add_line, attach, check_line
from tests.support.people import MadeDraft, World, decide, draft_in_state, make_content, make_draft

HEADING = "Help with this post"
Open = Callable[..., AppTest]


@pytest.fixture
def grave(world: World) -> MadeDraft:
    """In review by ines, on suicide, for people in Germany."""
    return draft_in_state(world, "in_review", content=GRAVE)


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


class TestEditor:
    def test_offers_what_fits_with_one_click_and_takes_it_back(
        self, world: World, open_page: Open, seat: Seat
    ) -> None:
        add_line(world)
        add_line(world, name="For new parents", topics=("perinatal",))
        draft = make_draft(world, content=GRAVE)
        at = open_page("ines", "draft", draft=draft.id)
        page = read_page(at)
        assert "The post touches on suicide." in page
        assert "Nothing counts yet" in page
        assert "For new parents" not in page

        seat.calls.clear()
        at = press(at, "Add the fitting ones for Germany")
        assert seat.calls == ["attach_help", "get_draft"]
        page = read_page(at)
        assert "Help goes with it" in page
        assert "Call **01632 960 555**" in page
        assert "Checked until" in page
        assert "Add the fitting ones for Germany" not in labels(at)

        at = press(at, "Take off Night Light")
        assert "Nothing counts yet" in read_page(at)
        at = press(at, "Put it back")
        assert "Help goes with it" in read_page(at)
        assert "Put it back" not in labels(at)

    def test_says_what_waits_for_a_check(self, world: World, open_page: Open) -> None:
        line = add_line(world, checked=False)
        draft = make_draft(world, content=GRAVE)
        at = open_page("ines", "draft", draft=draft.id)
        assert "Nothing that fits is checked here yet." in read_page(at)

        at = press(at, "Add these for Germany, to be checked")
        page = read_page(at)
        assert "Waiting for a check" in page
        assert "Whoever reviews the post sees what is waiting." in page
        assert "Check it in the library" not in page

        check_line(world, line)
        assert "Help goes with it" in read_page(open_page("ines", "draft", draft=draft.id))

    def test_asks_for_countries_first(self, world: World, open_page: Open) -> None:
        nowhere = make_content(GRAVE.caption, audience_countries=())
        draft = make_draft(world, content=nowhere)

        assert "Choose its countries first" in read_page(open_page("ines", "draft", draft=draft.id))

    def test_follows_the_countries(self, world: World, open_page: Open, seat: Seat) -> None:
        add_line(world, country="AT")
        draft = make_draft(world, content=GRAVE)
        at = open_page("ines", "draft", draft=draft.id)

        seat.calls.clear()
        at.multiselect(key=f"draft_countries_{draft.id}").set_value(["AT"]).run()

        assert seat.calls == ["save_buffer", "get_help"]
        assert "Add the fitting ones for Austria" in labels(at)
        seat.calls.clear()
        at.run()
        assert seat.calls == ["get_draft", "get_help"]

    def test_is_folded_for_other_posts(self, world: World, open_page: Open, seat: Seat) -> None:
        draft = make_draft(world)
        page = read_page(open_page("ines", "draft", draft=draft.id))

        assert "get_help" not in seat.calls
        assert "This post needs none to be approved." in page
        assert "counts yet" not in page

    def test_waits_until_something_is_written(self, world: World, open_page: Open) -> None:
        draft = make_draft(world, content=make_content(""))

        page = read_page(open_page("ines", "draft", draft=draft.id))
        assert "This post needs none" not in page

    def test_is_read_anew_for_the_checker_while_it_is_in_review(
        self, world: World, open_page: Open, grave: MadeDraft
    ) -> None:
        add_line(world)
        press(open_page("ines", "draft", draft=grave.id), "Add the fitting ones for Germany")

        decide(world, grave, "approved")

    def test_finds_others_in_the_library(self, world: World, open_page: Open) -> None:
        add_line(world, name="For new parents", topics=("perinatal",))
        draft = make_draft(world, content=GRAVE)
        at = press(open_page("ines", "draft", draft=draft.id), "Look for others")
        assert "For new parents" in read_page(at)
        assert "Attach" in labels(at)


class TestRoom:
    def test_says_what_is_missing_before_anybody_presses(
        self, world: World, open_page: Open
    ) -> None:
        add_line(world)
        draft = draft_in_state(world, "in_review", content=BOTH)
        at = open_page("dana", "review", draft=draft.id)
        assert HEADING in read_page(at)

        at.button(key=f"review_choose_approved_{draft.id}").click().run()
        page = read_page(at)
        assert "no checked help goes with it for Austria and Germany" in page
        assert "Approve version 1" not in labels(at)

        at = press(at, "Add the fitting ones for Germany")
        assert "no checked help goes with it for Austria." in read_page(at)
        assert missing(world, draft) == ("AT",)

    def test_opens_the_way_with_one_click(
        self, world: World, open_page: Open, grave: MadeDraft
    ) -> None:
        add_line(world)
        at = press(open_page("dana", "review", draft=grave.id), "Add the fitting ones for Germany")

        at.button(key=f"review_choose_approved_{grave.id}").click().run()
        at = press(at, "Approve version 1")
        assert state_of(world, grave) == "approved"
        page = read_page(at)
        assert "Help with this post: Night Light, call 01632 960 555 (checked by Kim" in page
        assert "attached help to the post" in page

    @pytest.mark.parametrize(("name", "leads"), [("dana", True), ("sam", True), ("marco", False)])
    def test_leads_those_who_may_check_to_what_waits(
        self, world: World, open_page: Open, grave: MadeDraft, name: str, leads: bool
    ) -> None:
        attach(world, grave, add_line(world, checked=False))

        at = open_page(name, "review", draft=grave.id)
        page = read_page(at)

        assert "Waiting for a check" in page
        assert ("Check it in the library" in page) == leads
        if leads:
            found = open_page(
                name,
                "library",
                library_country="Germany",
                library_show="To check",
                library_search="Night Light",
            )
            assert "Night Light" in read_page(found)

    @pytest.mark.parametrize("name", ["marco", "sam", "paul"])
    def test_lets_only_those_attach_who_may(
        self, world: World, open_page: Open, grave: MadeDraft, name: str
    ) -> None:
        add_line(world)

        at = open_page(name, "review", draft=grave.id)

        assert HEADING in read_page(at)
        assert not {"Add the fitting ones for Germany", "Look for others"} & set(labels(at))

    def test_names_the_directory(self, world: World, open_page: Open, grave: MadeDraft) -> None:
        world.server().state_directory(address=DIRECTORY)
        at = press(
            open_page("dana", "review", draft=grave.id),
            "Send readers to directory.example.org instead",
        )
        assert "The directory stands in" in read_page(at)
        assert missing(world, grave) == ()

        at = press(at, "Take the directory off")
        assert missing(world, grave) == ("DE",)

    def test_says_what_came_to_a_pair(
        self, world: World, open_page: Open, grave: MadeDraft
    ) -> None:
        attach(world, grave, add_line(world, pair="Light"))
        add_line(world, name="Night Light, young", topics=("youth",), pair="Light")

        at = open_page("dana", "review", draft=grave.id)
        assert "comes together with it, and does not go with it yet" in read_page(at)
        press(at, "Add what comes with it")
        assert attached_names(world, grave) == ["Night Light", "Night Light, young"]

    def test_is_not_there_for_other_posts(self, world: World, open_page: Open) -> None:
        draft = draft_in_state(world, "in_review")

        assert HEADING not in read_page(open_page("dana", "review", draft=draft.id))
