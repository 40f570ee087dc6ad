"""The figures of review: findings in words, gaps and few drafts said, people only for some."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from components import format as fmt
from components import periods
from services import hints, overview
from services.safety import check
from tests.pages.conftest import Seat, read_page
from tests.support.people import (
    World,
    decide,
    draft_in_state,
    edit,
    find_today,
    make_content,
    make_draft,
    submit,
)

OpenPage = Callable[..., AppTest]


@pytest.fixture
def some_decisions(world: World) -> None:
    """Six first decisions, four of them approvals; one more draft was approved later."""
    for author in (world.ines, world.ines, world.marco, world.marco):
        draft_in_state(world, "approved", author=author)
    draft_in_state(world, "changes_requested")
    back = draft_in_state(world, "changes_requested")
    decide(world, submit(world, edit(world, back, make_content("Better."))), "approved")
    draft_in_state(world, "in_review")


def read_metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


@pytest.mark.usefixtures("some_decisions")
class TestFigures:
    def test_state_their_findings(self, open_page: OpenPage, seat: Seat) -> None:
        at = open_page("sam", "figures")
        page = read_page(at)
        assert "4 of 6 drafts (67%) were approved in the first round" in page
        assert "A draft took 1.2 rounds to its first approval" in page
        assert "All 7 decisions were made by one person" in page
        assert read_metrics(at)["In review now"] == "1"
        assert seat.calls == ["get_review_figures"]

    def test_have_words_for_those_who_do_not_see_them(self, open_page: OpenPage) -> None:
        at = open_page("sam", "figures")
        charts = [one.proto for one in at.get("plotly_chart")]
        assert len(charts) == 6
        assert all("chart by" in chart.alt for chart in charts)

    def test_have_the_numbers_behind_them(self, open_page: OpenPage) -> None:
        at = open_page("sam", "figures")
        assert len(at.dataframe) == 0
        at.session_state["figures_first-round_open"] = True
        at.run()
        row = at.dataframe[0].value.iloc[-1]
        assert (row["Drafts decided on"], row["Approved as sent"]) == (6, 4)
        assert row["Share approved as sent"] == "67%"

    def test_influencers_see_the_team_and_themselves(self, open_page: OpenPage) -> None:
        page = read_page(open_page("ines", "figures"))
        assert "4 of 6 drafts" in page
        assert "Only you see this." in page
        assert "by one person" not in page
        assert "Marco" not in page

    def test_say_what_counts(self, open_page: OpenPage) -> None:
        assert "A newer\n  text sent meanwhile belongs" in read_page(open_page("dana", "figures"))


class TestLittle:
    def test_no_decision_is_no_zero(self, open_page: OpenPage) -> None:
        at = open_page("sam", "figures")
        assert "No decisions in this period" in read_page(at)
        assert len(at.get("plotly_chart")) == 0

    def test_few_drafts_are_said_to_be_few(self, world: World, open_page: OpenPage) -> None:
        draft_in_state(world, "approved")
        page = read_page(open_page("sam", "figures"))
        assert "Fewer than 5 drafts were decided on" in page
        assert "too few to read much into" in page

    def test_a_period_the_wrong_way_round_is_said(self, open_page: OpenPage) -> None:
        at = open_page(
            "sam",
            "figures",
            figures_period=periods.CHOSEN,
            figures_from=fmt.month(find_month(1)),
            figures_to=fmt.month(find_month(2)),
        )
        assert "The period ends before it begins." in read_page(at)

    @pytest.mark.parametrize("said", ["yesterday", "0000-00", "9999-12", "2026-11-01"])
    def test_nonsense_in_the_address_is_left_out(self, open_page: OpenPage, said: str) -> None:
        at = open_page("sam", "figures", figures_period=said, figures_from=said)
        assert at.selectbox(key="figures_period").value == periods.USUAL
        at = open_page("sam", "figures", figures_period=periods.CHOSEN, figures_from=said)
        assert "No decisions" in read_page(at)


@pytest.mark.usefixtures("some_decisions")
class TestSavedPeriods:
    def test_are_kept_and_brought_back(self, world: World, open_page: OpenPage) -> None:
        before = find_month(1)
        at = open_page(
            "sam", "figures", figures_period=periods.CHOSEN, figures_to=fmt.month(before)
        )
        assert "No decisions in this period" in read_page(at)
        at.session_state["figures_saved"] = True
        at.run()
        at.text_input(key="figures_saved_name").set_value("Until last month")
        at.button(key="figures_saved_save").click().run()
        assert "The filters are saved." in read_page(at)
        ((page, query),) = world.run_sql("select page, query from public.saved_views")
        assert (page, query["figures_to"]) == ("figures", f"{before:%Y-%m}")

        at = open_page("sam", "figures")
        assert "4 of 6 drafts" in read_page(at)
        at.session_state["figures_saved"] = True
        at.run()
        ((saved,),) = world.run_sql("select id::text from public.saved_views")
        at.button(key=f"figures_saved_{saved}").click().run()
        assert "No decisions in this period" in read_page(at)

    def test_until_today_go_with_the_time(self, world: World, open_page: OpenPage) -> None:
        at = open_page("sam", "figures", figures_period="Last 12 months")
        at.session_state["figures_saved"] = True
        at.run()
        at.text_input(key="figures_saved_name").set_value("A year")
        at.button(key="figures_saved_save").click().run()
        assert world.run_sql("select query from public.saved_views") == [
            ({"figures_period": "Last 12 months"},)
        ]

    def test_of_another_page_stay_there(self, world: World, open_page: OpenPage) -> None:
        overview.save_view(
            world.sam.gateway(), workspace_id=world.home, page="drafts", name="Due", query={}
        )
        at = open_page("sam", "figures")
        at.session_state["figures_saved"] = True
        at.run()
        assert [one.label for one in at.button if one.label == "Due"] == []

    def test_that_cannot_be_chosen_any_more_are_left_out(
        self, world: World, open_page: OpenPage
    ) -> None:
        overview.save_view(
            world.sam.gateway(),
            workspace_id=world.home,
            page="figures",
            name="Long ago",
            query={"figures_period": periods.CHOSEN, "figures_from": "1999-01", "figures_to": 7},
        )
        ((saved,),) = world.run_sql("select id::text from public.saved_views")
        at = open_page("sam", "figures")
        at.session_state["figures_saved"] = True
        at.run()
        at.button(key=f"figures_saved_{saved}").click().run()
        assert at.selectbox(key="figures_period").value == periods.CHOSEN
        assert at.selectbox(key="figures_from").value == f"{find_month(5):%Y-%m}"
        assert "4 of 6 drafts" in read_page(at)


def find_month(back: int) -> date:
    """The first day of the month so many before this one."""
    return periods.add_months(find_today(), -back)


class TestAnswersToNotes:
    def test_are_a_share_for_coordinators(self, world: World, open_page: OpenPage) -> None:
        draft = make_draft(world)
        (found,) = check("My week was crazy.")
        hints.answer_hint(
            world.ines.gateway(), draft_id=draft.id, finding=found, answer="not_meant"
        )
        at = open_page("sam", "figures")
        at.session_state["hint_rates_open"] = True
        at.run()
        (row,) = at.dataframe[-1].value.to_dict("records")
        assert row["Rule"] == "crazy-casual"
        assert (row["Answers"], row["Not what they meant"]) == (1, 1)
        assert row["Share"] == "too few to tell"

    def test_are_for_nobody_else(self, open_page: OpenPage) -> None:
        for name in ("dana", "ines"):
            at = open_page(name, "figures")
            assert "What authors make of" not in " ".join(one.label for one in at.expander)
