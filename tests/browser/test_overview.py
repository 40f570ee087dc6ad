"""Board, calendar and figures in a real browser: by keyboard, on a phone, in the dark."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support import BrowserAs, go, press
from tests.support.pages import PHONE, axe, check_phone, screenshot, settle
from tests.support.people import (
    World,
    decide,
    draft_in_state,
    edit,
    find_today,
    make_content,
    submit,
)

pytestmark = pytest.mark.browser

# Pixels; half a pixel is lost in rounding.
SMALLEST = 43.5


@pytest.fixture
def campaign(members: World) -> World:
    """Drafts in several states; two are due on another day of this month, two went out today."""
    for state, title in (
        ("in_review", "Sleep <b>well</b>"),
        ("changes_requested", "Breathe out"),
        ("approved", "Tea for two"),
        ("published", "Walk slowly"),
        ("published", "Write it down"),
    ):
        draft_in_state(members, state, title=title)
    today = find_today()
    members.run_sql(
        "update drafts set publish_by = %s where state in ('in_review', 'approved')",
        today.replace(day=28 if today.day < 28 else 27),
    )
    back = draft_in_state(members, "changes_requested", author=members.marco)
    decide(members, submit(members, edit(members, back, make_content("Better."))), "approved")
    return members


def find_small(page: Page, region: str) -> list[str]:
    """Cards and ways of the views that a finger would miss: a card is a target as a whole."""
    sheet = page.get_by_role("region", name=region)
    targets = [*sheet.get_by_role("listitem").all(), *sheet.locator("a.more, summary").all()]
    targets += page.get_by_role("navigation", name="View").get_by_role("link").all()
    boxes = [(target.inner_text(), target.bounding_box()) for target in targets]
    assert len(boxes) > 4
    return [text for text, box in boxes if box and min(box["height"], box["width"]) < SMALLEST]


@pytest.mark.usefixtures("campaign")
class TestBoard:
    def test_is_used_by_keyboard_and_leads_to_drafts(self, browser_as: BrowserAs) -> None:
        page = browser_as("dana", path="/drafts")
        page.get_by_role("navigation", name="View").get_by_role("link", name="Board").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("drafts_view=board"))
        settle(page)
        board = page.get_by_role("region", name="Drafts by state")
        expect(board.get_by_role("heading", level=2)).to_have_count(5)
        # What somebody typed is text.
        card = board.get_by_role("link", name="Sleep <b>well</b>")
        card.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/review"))

    def test_is_accessible_and_fits_a_phone(self, browser_as: BrowserAs) -> None:
        page = browser_as("ines", path="/drafts?drafts_view=board")
        expect(page.get_by_role("region", name="Drafts by state")).to_be_visible()
        axe(page)
        check_phone(page)
        assert find_small(page, "Drafts by state") == []
        screenshot(page, "drafts-board")

    def test_keeps_the_filters_between_views(self, browser_as: BrowserAs) -> None:
        page = browser_as("dana", path="/drafts")
        page.get_by_role("searchbox", name="Search").fill("slowly")
        page.wait_for_url(re.compile("drafts_search=slowly"))
        page.get_by_role("navigation", name="View").get_by_role("link", name="Board").click()
        page.wait_for_url(re.compile("drafts_view=board"))
        settle(page)
        cards = page.get_by_role("region", name="Drafts by state").get_by_role("link")
        expect(cards).to_have_text(["Walk slowly"])
        assert "drafts_search=slowly" in page.url


@pytest.mark.usefixtures("campaign")
class TestCalendar:
    def test_is_a_month_where_there_is_room_and_an_agenda_on_a_phone(
        self, browser_as: BrowserAs
    ) -> None:
        page = browser_as("dana", path="/drafts?drafts_view=calendar")
        today = find_today()
        month = page.get_by_role("region", name=re.compile(f"^{today:%B %Y}"))
        expect(month.get_by_role("link", name="Walk slowly")).to_be_visible()
        days = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        expect(month.get_by_role("heading", level=2)).to_have_count(days.day)
        axe(page)
        screenshot(page, "drafts-calendar")
        check_phone(page)
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        settle(page)
        # Days without anything are left out.
        shown = month.get_by_role("heading", level=2)
        expect(shown.filter(visible=True)).to_have_count(2)
        assert find_small(page, f"{today:%B %Y}") == []

    def test_turns_by_keyboard(self, browser_as: BrowserAs) -> None:
        page = browser_as("dana", path="/drafts?drafts_view=calendar")
        page.get_by_role("button", name="Earlier").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text(re.compile("^Nothing is due in"))).to_be_visible()
        expect(page.get_by_role("button", name="Earlier")).to_be_focused()


@pytest.mark.usefixtures("campaign")
class TestSavedFilters:
    def test_bring_somebody_back(self, browser_as: BrowserAs) -> None:
        page = browser_as("dana")
        page.goto("/drafts?drafts_view=board&drafts_state=Published")
        settle(page)
        page.get_by_role("button", name="Saved filters").click()
        page.get_by_role("textbox", name="Keep these filters as").fill("What is out")
        press(page, "Save these filters")
        expect(page.get_by_text("The filters are saved.")).to_be_visible()
        axe(page)
        page.goto("/drafts")
        settle(page)
        page.get_by_role("button", name="Saved filters").click()
        press(page, "What is out")
        page.wait_for_url(re.compile("drafts_view=board"))
        expect(page.get_by_role("heading", level=2, name="Published 2")).to_be_visible()
        page.wait_for_url(re.compile("drafts_state=Published"))


@pytest.mark.usefixtures("campaign")
class TestFigures:
    def test_are_accessible_and_fit_a_phone(self, browser_as: BrowserAs) -> None:
        page = browser_as("sam", path="/figures")
        expect(page.get_by_test_id("stPlotlyChart")).to_have_count(6)
        expect(page.get_by_role("heading", name="approved in the first round")).to_be_visible()
        axe(page)
        check_phone(page)
        screenshot(page, "figures")

    def test_show_the_numbers_on_demand(self, browser_as: BrowserAs) -> None:
        page = browser_as("sam", path="/figures")
        page.get_by_text("The numbers").first.click()
        settle(page)
        expect(page.get_by_test_id("stDataFrame")).to_have_count(1)
        button = page.get_by_role("button", name="Download as CSV", exact=True)
        # Parts of the page come late on a slow machine; the wait for a file begins afterwards.
        button.hover()
        with page.expect_download() as download:
            button.click()
        text = download.value.path().read_text(encoding="utf-8-sig")
        assert text.startswith("Month,Drafts decided on,Approved as sent")
        axe(page)


@pytest.mark.usefixtures("campaign")
def test_the_navigation_leads_to_figures(browser_as: BrowserAs) -> None:
    page = browser_as("ines", path="/")
    go(page, "Figures")
    expect(page.get_by_role("heading", level=1, name="Review figures")).to_be_visible()
    expect(page.get_by_text("Only you see this.")).to_be_visible()
