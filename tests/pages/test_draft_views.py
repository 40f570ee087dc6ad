"""The board, the calendar and saved filters of the Drafts page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from services import overview
from tests.pages.conftest import Seat, read_page
from tests.support.people import World, draft_in_state, find_today, make_draft, withdraw

OpenPage = Callable[..., AppTest]


def read_sheet(at: AppTest) -> dict[str, Any]:
    """What `components.sheet` draws, as its script gets it."""
    assert not at.exception, at.exception[0].message
    elements = [one.proto for one in at.get("bidi_component")]
    (found,) = [one.json for one in elements if one.component_name == "tandem_sheet"]
    sheet: dict[str, Any] = json.loads(json.loads(found))
    return sheet


def titles(part: dict[str, Any]) -> list[str]:
    return ["".join(words[0] for words in card["title"]) for card in part["cards"]]


def facts(part: dict[str, Any]) -> str:
    return " ".join(words[0] for card in part["cards"] for words in card["facts"])


@pytest.fixture
def some_drafts(world: World) -> None:
    """A draft in each state that people can bring one to, named after it."""
    for state in ("drafting", "in_review", "changes_requested", "approved", "expired", "published"):
        draft_in_state(world, state, title=state)
    withdraw(world, make_draft(world, title="withdrawn"), expected_state="drafting")


@pytest.mark.usefixtures("some_drafts")
class TestBoard:
    def test_columns_lead_from_writing_to_the_public(self, open_page: OpenPage, seat: Seat) -> None:
        parts = read_sheet(open_page("ines", "drafts", drafts_view="board"))["parts"]
        assert {part["title"]: titles(part) for part in parts} == {
            "Being written": ["drafting"],
            "With reviewers": ["in_review"],
            "Back with the author": ["changes_requested"],
            "Approved": ["expired", "approved"],
            "Published": ["published"],
        }
        assert seat.calls == ["get_board"]

    def test_others_private_drafts_are_not_there(self, open_page: OpenPage) -> None:
        parts = read_sheet(open_page("sam", "drafts", drafts_view="board"))["parts"]
        assert titles(parts[0]) == []
        assert "Only authors see" in parts[0]["more"]

    def test_states_choose_columns(self, open_page: OpenPage) -> None:
        at = open_page("ines", "drafts", drafts_view="board", drafts_state="Withdrawn")
        (part,) = read_sheet(at)["parts"]
        assert (part["title"], titles(part)) == ("Declined or withdrawn", ["withdrawn"])

    def test_an_expired_approval_says_so(self, open_page: OpenPage) -> None:
        parts = read_sheet(open_page("ines", "drafts", drafts_view="board"))["parts"]
        assert "Approval expired" in facts(parts[3])

    def test_long_columns_lead_to_their_list(self, world: World, open_page: OpenPage) -> None:
        for number in range(7):
            draft_in_state(world, "in_review", title=f"Number {number}")
        parts = read_sheet(open_page("ines", "drafts", drafts_view="board"))["parts"]
        assert (len(parts[1]["cards"]), parts[1]["count"], parts[1]["more"]) == (
            6,
            "8",
            "See all 8",
        )
        assert parts[1]["href"].startswith("drafts?drafts_state=In+review")


class TestCalendar:
    def test_due_late_and_out_stand_on_their_days(self, world: World, open_page: OpenPage) -> None:
        today = find_today()
        days = {"due": today + timedelta(days=1), "late": today - timedelta(days=1)}
        for title, day in days.items():
            draft = draft_in_state(world, "in_review", title=title)
            world.run_sql("update drafts set publish_by = %s where id = %s", day, draft.id)
        draft_in_state(world, "published", title="out")

        found: dict[str, tuple[str, str]] = {}
        for month in {day.strftime("%B %Y") for day in (*days.values(), today)}:
            at = open_page("dana", "drafts", drafts_view="calendar", drafts_month=month)
            for part in read_sheet(at)["parts"]:
                for title in titles(part):
                    found[title] = (part["short"], facts(part))

        assert found["due"] == (str(days["due"].day), "Due   In review")
        assert found["late"] == (str(days["late"].day), "Late   In review")
        assert found["out"] == (str(today.day), "Out")

    def test_turns_to_other_months(self, open_page: OpenPage) -> None:
        at = open_page("ines", "drafts", drafts_view="calendar")
        today = find_today()
        at.button(key="drafts_month_earlier").click().run()
        before = today.replace(day=1) - timedelta(days=1)
        assert f"Nothing is due in {before:%B %Y}" in read_page(at)

    @pytest.mark.parametrize("month", ["Octember 2026", "November 1066", ""])
    def test_a_month_that_is_none_is_this_one(self, open_page: OpenPage, month: str) -> None:
        page = read_page(open_page("ines", "drafts", drafts_view="calendar", drafts_month=month))
        assert f"Nothing is due in {find_today():%B %Y}" in page


@pytest.mark.usefixtures("some_drafts")
class TestFilters:
    @pytest.mark.parametrize(
        ("query", "many"),
        [
            ({"drafts_topic": "General well-being"}, True),
            ({"drafts_topic": "Medication"}, False),
            ({"drafts_author": "Ines"}, True),
            ({"drafts_author": "Marco"}, False),
            ({"drafts_since": "Last 7 days"}, True),
        ],
    )
    def test_come_from_the_address(
        self, open_page: OpenPage, query: dict[str, str], many: bool
    ) -> None:
        page = read_page(open_page("sam", "drafts", **query))
        assert ("5 drafts" in page) == many
        assert ("No draft fits" in page) != many

    def test_old_changes_are_left_out(self, world: World, open_page: OpenPage) -> None:
        world.run_sql("update drafts set updated_at = now() - interval '8 days'")
        assert "No draft fits" in read_page(open_page("sam", "drafts", drafts_since="Last 7 days"))
        assert "5 drafts" in read_page(open_page("sam", "drafts", drafts_since="Last 30 days"))


@pytest.mark.usefixtures("some_drafts")
class TestSavedFilters:
    @pytest.fixture
    def saved(self, world: World) -> str:
        """Filters of sam's; their id."""
        overview.save_view(
            world.sam.gateway(),
            workspace_id=world.home,
            page="drafts",
            name="To *be* published",
            query={"drafts_view": "table", "drafts_state": ["approved"], "drafts_author": "gone"},
        )
        choices = overview.get_choices(world.sam.gateway(), workspace_id=world.home)
        return choices.views[0].id

    def open(self, open_page: OpenPage, **query: str) -> AppTest:
        """Drafts as sam sees them, with the saved filters open."""
        at = open_page("sam", "drafts", **query)
        at.session_state["drafts_saved"] = True
        return at.run()

    def list_views(self, world: World) -> list[tuple[str, object]]:
        found = overview.get_choices(world.sam.gateway(), workspace_id=world.home).views
        return [(view.name, view.query) for view in found]

    def test_bring_view_and_filters_back(self, open_page: OpenPage, saved: str) -> None:
        at = self.open(open_page, drafts_search="nothing like this")
        at.button(key=f"drafts_saved_{saved}").click().run()
        assert list(at.dataframe[0].value["Title"]) == ["approved"]
        assert at.text_input(key="drafts_search").value == ""

    def test_keep_the_filters_as_they_are(self, world: World, open_page: OpenPage) -> None:
        at = self.open(open_page, drafts_view="board", drafts_platform="Instagram")
        at.text_input(key="drafts_saved_name").set_value("Pictures")
        at.button(key="drafts_saved_save").click().run()
        assert "The filters are saved." in read_page(at)
        query = {"drafts_view": "board", "drafts_platform": "instagram"}
        assert self.list_views(world) == [("Pictures", query)]

    @pytest.mark.usefixtures("saved")
    def test_are_renamed_and_deleted(self, world: World, open_page: OpenPage) -> None:
        at = self.open(open_page)
        at.selectbox(key="drafts_saved_chosen").select_index(0).run()
        at.text_input(key="drafts_saved_new_name").set_value("Ready")
        at.button(key="drafts_saved_rename").click().run()
        assert [name for name, _query in self.list_views(world)] == ["Ready"]
        at.selectbox(key="drafts_saved_chosen").select_index(0).run()
        at.button(key="drafts_saved_delete").click().run()
        assert self.list_views(world) == []

    def test_say_what_is_missing(self, world: World, open_page: OpenPage) -> None:
        at = self.open(open_page)
        at.button(key="drafts_saved_save").click().run()
        assert "Please write a name for these filters." in read_page(at)
        assert self.list_views(world) == []
