"""Home and Drafts with something of everything in them read well anywhere, for each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import axe, check_phone, screenshot, settle
from tests.support.people import REACHABLE_STATES, World, draft_in_state

pytestmark = pytest.mark.browser


@pytest.fixture
def busy(members: World) -> World:
    """Drafts of two authors in every state."""
    for state in REACHABLE_STATES:
        draft_in_state(members, state, title=f"A post that is {state}")
        draft_in_state(members, state, author=members.marco, title=f"Another, {state}")
    return members


@pytest.mark.usefixtures("busy")
class TestHome:
    @pytest.mark.parametrize("name", ["ines", "dana", "sam"])
    def test_reads_well(self, browser_as: Callable[..., Page], name: str) -> None:
        page = browser_as(name, path="/")
        expect(page.get_by_role("list").first).to_be_visible()
        axe(page)
        check_phone(page)
        screenshot(page, f"home-{name}")


@pytest.mark.usefixtures("busy")
class TestDrafts:
    def test_reads_well_as_a_list_and_as_a_table(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines", path="/drafts")
        expect(page.get_by_role("listitem").first).to_be_visible()
        axe(page)
        check_phone(page)
        screenshot(page, "drafts")
        page.get_by_role("navigation", name="View").get_by_role("link", name="Table").click()
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
        settle(page)
        axe(page)
        check_phone(page)
        screenshot(page, "drafts-table")

    def test_reads_well_when_nothing_fits(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines", path="/drafts?drafts_search=nothing-like-it")
        expect(page.get_by_text("No draft fits")).to_be_visible()
        axe(page)
        check_phone(page)
