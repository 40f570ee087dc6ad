"""The queue as people work through it: assigned, taken, passed on, decided, and told about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from services import discussion, reviews
from tests.browser import support
from tests.browser.support import ON_A_PHONE, BrowserAs, dialog, look_at
from tests.support.pages import SMALLEST_TARGET, axe, settle
from tests.support.people import MadeDraft, World, draft_in_state, find_today, make_content
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def drafts(members: World) -> list[MadeDraft]:
    """Three of Ines in review, the first on a topic that wants care."""
    grave = make_content(topic="suicide_self_harm")
    return [
        draft_in_state(members, "in_review", title="Signs to see", content=grave),
        draft_in_state(members, "in_review", title="Rest days"),
        draft_in_state(members, "in_review", title="Small steps"),
    ]


def entry(page: Page, title: str) -> Locator:
    """An entry of a list, by its title."""
    return page.get_by_role("listitem").filter(has_text=title)


def do(page: Page, title: str, button: str) -> None:
    """Press a button of an entry."""
    entry(page, title).get_by_role("button", name=button, exact=True).click()
    settle(page)


def pick(page: Page, label: str, name: str) -> None:
    """Choose somebody in a dialog."""
    support.pick(dialog(page).get_by_role("combobox", name=label), name)
    settle(page)


def lowest(found: Locator) -> float:
    """How high the lowest of these is, in pixels."""
    heights: list[float] = found.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    return min(heights)


def kept_under(page: Page, text: str) -> list[str]:
    """Where the browser keeps a text: names that begin with whose it is and where it belongs."""
    found: list[str] = page.evaluate(
        """(text) => Object.entries(localStorage)
          .filter(([, kept]) => kept === text).map(([name]) => name)""",
        text,
    )
    return found


def test_a_coordinator_assigns_two_at_once_and_takes_it_back(
    browser_as: BrowserAs, drafts: list[MadeDraft]
) -> None:
    assert len(drafts) == 3
    dana, sam = browser_as("dana", path="/reviews"), browser_as("sam", path="/reviews")
    for title in ("Signs to see", "Rest days"):
        sam.get_by_role("checkbox", name=title).check()
    expect(sam.get_by_text("2 chosen")).to_be_visible()
    sam.get_by_role("button", name="Assign the chosen").click()
    expect(dialog(sam).get_by_text("Not now: Paul (no checked credential)")).to_be_visible()
    dialog(sam).get_by_label("A word with it").fill("Please by Friday")
    # The page is gone before anything was sent.
    sam.reload()
    for title in ("Signs to see", "Rest days"):
        sam.get_by_role("checkbox", name=title).check()
    sam.get_by_role("button", name="Assign the chosen").click()
    expect(dialog(sam).get_by_label("A word with it")).to_have_value("Please by Friday")
    pick(sam, "To whom", "Dana")
    look_at(sam, "reviews-assign")
    dialog(sam).get_by_role("button", name="Assign").click()
    expect(sam.get_by_text("Dana has them now: 2 drafts.")).to_be_visible()
    expect(entry(sam, "Rest days").get_by_text("Dana has it since today")).to_be_visible()
    expect(sam.get_by_text("None chosen")).to_be_visible()
    look_at(sam, "reviews-coordinator")
    wait_until(lambda: kept_under(sam, "Please by Friday") == [], what="the browser to let go")

    support.go(dana, "Home")
    expect(dana.get_by_text("“Please by Friday”").first).to_be_visible()
    support.press(sam, "Undo")
    expect(sam.get_by_text("Undone")).to_be_visible()
    expect(entry(sam, "Rest days").get_by_text("Nobody has it yet.")).to_be_visible()
    support.go(dana, "Reviews")
    expect(dana.get_by_text("Nothing is waiting for you")).to_be_visible()


def test_a_professional_takes_passes_on_and_goes_from_one_to_the_next(
    browser_as: BrowserAs, members: World, drafts: list[MadeDraft]
) -> None:
    dana = browser_as("dana", path="/reviews")
    dana.get_by_role("link", name="Nobody has it 3").click()
    dana.wait_for_url(re.compile("show=unassigned"))
    settle(dana)
    do(dana, "Rest days", "Take")
    expect(dana.get_by_text("You have it now.")).to_be_visible()
    expect(dana.get_by_role("link", name="Nobody has it 2")).to_be_visible()
    do(dana, "Small steps", "Take")

    dana.get_by_role("link", name="Mine 2").click()
    expect(dana.get_by_role("link", name="Nobody has it 1")).to_be_visible()
    settle(dana)
    look_at(dana, "reviews-mine")
    do(dana, "Small steps", "Pass on")
    dialog(dana).get_by_text("I would like a second opinion").click()
    settle(dana)
    expect(dialog(dana).get_by_role("button", name="Pass on")).to_be_disabled()
    dialog(dana).get_by_text("Not my area").click()
    settle(dana)
    pick(dana, "To whom", "Kim")
    axe(dana)
    dialog(dana).get_by_role("button", name="Pass on").click()
    expect(dana.get_by_text("Passed on.")).to_be_visible()

    support.press(dana, "Review the next")
    expect(dana.get_by_role("heading", name="Rest days")).to_be_visible()
    support.approve(dana, 1)
    following = dana.get_by_role("button", name="Next: Signs to see")
    expect(following).to_be_visible()
    look_at(dana, "review-next")
    following.focus()
    dana.keyboard.press("Enter")
    expect(dana.get_by_role("heading", name="Signs to see")).to_be_visible()
    settle(dana)
    support.press(dana, "Show the text")
    support.press(dana, "Send back")
    dana.get_by_label("What should change, and why").fill("About this one only.")
    (kept,) = kept_under(dana, "About this one only.")
    assert drafts[0].id in kept
    queue = reviews.get_queue(members.kim.gateway(), workspace_id=members.home)
    assert [one.draft.id for one in queue.entries] == [drafts[2].id]


def test_an_author_asks_a_peer_on_the_phone_and_the_peer_finds_it(
    browser_as: BrowserAs, drafts: list[MadeDraft]
) -> None:
    ines = browser_as("ines", path=f"/draft?draft={drafts[1].id}", **ON_A_PHONE)
    expect(ines.get_by_text("No professional has it yet.")).to_be_visible()
    ines.get_by_role("button", name="Ask for a look").tap()
    dialog(ines).get_by_label("What should they look at?").fill("Is the end too harsh?")
    ines.keyboard.press("Escape")
    expect(dialog(ines)).to_have_count(0)
    ines.get_by_role("button", name="Ask for a look").tap()
    asked = dialog(ines).get_by_label("What should they look at?")
    expect(asked).to_have_value("Is the end too harsh?")
    pick(ines, "Who", "Marco")
    expect(asked).to_have_value("Is the end too harsh?")
    assert lowest(dialog(ines).get_by_role("button", name="Ask", exact=True)) >= SMALLEST_TARGET
    look_at(ines, "draft-ask")
    dialog(ines).get_by_role("button", name="Ask", exact=True).tap()
    expect(ines.get_by_text("Marco sees your question on Home.")).to_be_visible()
    expect(ines.get_by_text("was asked for advice")).to_be_visible()

    marco = browser_as("marco", path="/reviews")
    expect(entry(marco, "Rest days").get_by_text("Is the end too harsh?")).to_be_visible()
    look_at(marco, "reviews-influencer")
    entry(marco, "Rest days").get_by_role("link", name="Read and advise").click()
    expect(marco.get_by_role("heading", name="Rest days")).to_be_visible()


def test_news_arrive_are_counted_and_lead_to_the_place(
    browser_as: BrowserAs, members: World, drafts: list[MadeDraft]
) -> None:
    discussion.add_comment(
        members.marco.gateway(), draft_id=drafts[1].id, version=1, body="A kind start."
    )
    ines = browser_as("ines", path="/", **ON_A_PHONE)
    open_menu(ines)
    menu = ines.get_by_role("navigation", name="Pages")
    expect(menu.get_by_role("link", name="News 1 new")).to_be_visible()
    assert lowest(menu.get_by_role("link")) >= SMALLEST_TARGET
    axe(ines)
    menu.get_by_role("link", name="News 1 new").tap()
    expect(ines.get_by_role("heading", name="News")).to_be_in_viewport()
    expect(menu).not_to_be_in_viewport()
    expect(ines.get_by_text("Marco commented on “Rest days”")).to_be_visible()
    look_at(ines, "news")
    ines.get_by_role("link", name="Open").tap()
    ines.wait_for_url(re.compile(r"/review\?draft=.*comment=[0-9a-f-]{36}"))
    expect(ines.get_by_text("A kind start.")).to_be_visible()
    open_menu(ines)
    expect(menu.get_by_role("link", name="News", exact=True)).to_be_visible()


def test_the_menus_links_can_be_opened_in_another_tab(browser_as: BrowserAs) -> None:
    ines = browser_as("ines", path="/")
    with ines.context.expect_page() as opened:
        ines.get_by_role("navigation", name="Pages").get_by_role("link", name="People").click(
            modifiers=["ControlOrMeta"]
        )
    expect(opened.value.get_by_role("heading", name="People")).to_be_visible()
    expect(ines.get_by_role("heading", name="What waits for you")).to_be_visible()
    current = ines.get_by_role("navigation", name="Pages").locator("[aria-current=page]")
    expect(current).to_have_text(re.compile("Home"))


def test_home_begins_with_what_needs_one_first(
    browser_as: BrowserAs, members: World, drafts: list[MadeDraft]
) -> None:
    published = draft_in_state(members, "published", title="Out already")
    members.dana.gateway().write(
        "withdraw_approval",
        {
            "p_draft": published.id,
            "p_content_hash": published.content_hash,
            "p_reason_code": "accuracy",
            "p_note": "The study was taken back.",
        },
    )
    draft_in_state(members, "changes_requested", title="Came back")
    reviews.take(members.dana.gateway(), draft_id=drafts[1].id)
    ines = browser_as("ines", path="/")
    headings = ines.get_by_role("heading", level=2)
    expect(headings.first).to_have_text("Published without an approval")
    expect(headings.nth(1)).to_have_text("Sent back to you")
    expect(entry(ines, "Rest days").get_by_text("Dana has it since today")).to_be_visible()
    look_at(ines, "home-author")
    ines.get_by_role("button", name="Put away").click()
    expect(ines.get_by_role("heading", name="First steps")).to_have_count(0)
    ines.get_by_role("button", name="Mark all read").click()
    expect(ines.get_by_role("button", name="Mark all read")).to_have_count(0)


def test_somebody_away_is_not_asked(browser_as: BrowserAs, members: World) -> None:
    dana = browser_as("dana", path="/settings")
    day = find_today() + timedelta(days=3)
    reviews.set_away(members.dana.gateway(), workspace_id=members.home, until=day)
    support.go(dana, "Home")
    support.go(dana, "Settings")
    expect(dana.get_by_text("You are away until")).to_be_visible()
    look_at(dana, "settings-away")
    support.press(dana, "I am back")
    expect(dana.get_by_text("Welcome back.")).to_be_visible()


def open_menu(page: Page) -> None:
    """On a phone the menu is behind a button, which a thumb may miss by a little."""
    box = page.get_by_test_id("stExpandSidebarButton").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] - 4, box["y"] + box["height"] + 4)
    expect(page.get_by_role("navigation", name="Pages")).to_be_in_viewport()
