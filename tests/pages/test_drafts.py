"""Drafts: filters come from the address, and nothing found says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Seat, read_page
from tests.support.people import World, draft_in_state, make_content, make_draft, submit

OpenPage = Callable[..., AppTest]


@pytest.fixture
def some_drafts(world: World) -> None:
    """Four drafts by two people, in three states."""
    draft_in_state(world, "in_review", title="Sleep well")
    draft_in_state(world, "approved", title="Breathe out", author=world.marco)
    draft_in_state(world, "published", title="Walk slowly")
    submit(
        world,
        make_draft(world, title="On tape", content=make_content("Listen.", platform="podcast")),
    )


@pytest.mark.usefixtures("some_drafts")
class TestFilters:
    def test_all_are_listed_without_one(self, open_page: OpenPage) -> None:
        page = read_page(open_page("dana", "drafts"))
        assert "4 drafts" in page
        assert all(title in page for title in ("Sleep well", "Breathe out", "Walk slowly"))

    def test_a_state_in_the_address_filters(self, open_page: OpenPage) -> None:
        page = read_page(open_page("dana", "drafts", drafts_state="Approved"))
        assert "1 draft," in page
        assert "Breathe out" in page

    def test_a_search_in_the_address_filters(self, open_page: OpenPage) -> None:
        page = read_page(open_page("dana", "drafts", drafts_search="slowly"))
        assert "1 draft," in page
        assert "Walk slowly" in page

    def test_a_platform_in_the_address_filters(self, open_page: OpenPage) -> None:
        assert "1 draft," in read_page(open_page("dana", "drafts", drafts_platform="Podcast"))

    def test_only_mine(self, open_page: OpenPage) -> None:
        page = read_page(open_page("marco", "drafts", drafts_mine="true"))
        assert "1 draft," in page
        assert "Breathe out" in page

    @pytest.mark.parametrize(
        "query",
        [
            {"drafts_state": "Nonsense"},
            {"drafts_platform": "'; drop table"},
            {"drafts_page": "x"},
            {"drafts_page": "-3"},
            {"drafts_page": "99999999999999999999"},
        ],
    )
    def test_nonsense_in_the_address_is_left_out(
        self, open_page: OpenPage, query: dict[str, str]
    ) -> None:
        assert "4 drafts" in read_page(open_page("dana", "drafts", **query))

    def test_nothing_found_offers_to_clear_the_filters(self, open_page: OpenPage) -> None:
        at = open_page("dana", "drafts", drafts_search="zebra")
        assert "No draft fits" in read_page(at)
        at.button(key="drafts_clear").click().run()
        assert "4 drafts" in read_page(at)

    def test_a_filter_leads_back_to_the_first_page(self, open_page: OpenPage) -> None:
        at = open_page("dana", "drafts")
        at.query_params["drafts_page"] = "3"
        at.text_input(key="drafts_search").set_value("sleep").run()
        assert "drafts_page" not in at.query_params
        assert "Sleep well" in read_page(at)

    def test_the_table_shows_the_same_rows(self, open_page: OpenPage) -> None:
        at = open_page("dana", "drafts", drafts_view="table", drafts_state="Approved")
        assert list(at.dataframe[0].value["Title"]) == ["Breathe out"]


def test_long_lists_have_pages(world: World, open_page: OpenPage, seat: Seat) -> None:
    for number in range(23):
        submit(world, make_draft(world, title=f"Number {number:02}"))
    assert "Number 22" in read_page(open_page("dana", "drafts"))
    second = read_page(open_page("dana", "drafts", drafts_page="2"))
    assert "Number 02" in second
    assert "Number 03" not in second
    assert seat.calls == ["list_drafts"]


def test_other_peoples_private_drafts_stay_private(world: World, open_page: OpenPage) -> None:
    make_draft(world, title="Secret")
    assert "Secret" in read_page(open_page("ines", "drafts"))
    assert "Secret" not in read_page(open_page("marco", "drafts"))
    assert "Secret" not in read_page(open_page("sam", "drafts"))
