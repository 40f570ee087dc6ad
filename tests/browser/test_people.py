"""People and Settings: what coordinators do in dialogs, and signing out everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from services import people
from tests.browser import support
from tests.browser.support import BrowserAs, dialog, pick
from tests.support.pages import axe, check_phone, screenshot, settle
from tests.support.people import World, draft_in_state

pytestmark = pytest.mark.browser


def act(page: Page, name: str, action: str) -> None:
    """Choose an action in a person's card; the search leaves that card alone."""
    search = page.get_by_role("searchbox", name="Search")
    search.fill(name)
    search.press("Enter")
    expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name=action).click()
    expect(dialog(page)).to_be_visible()
    settle(page)


def find_roles(world: World, profile_id: str) -> tuple[str, ...]:
    found = people.get_people(world.sam.gateway(), workspace_id=world.home)
    return next(one.roles for one in found.members if one.profile_id == profile_id)


def test_coordinators_give_roles_and_are_told_of_refusals(
    browser_as: BrowserAs, members: World
) -> None:
    sam = browser_as("sam", path="/people")
    act(sam, "Marco", "Change roles")
    axe(sam)
    dialog(sam).get_by_text("Professional", exact=True).click()
    support.press(sam, "Save roles")
    expect(sam.get_by_text("Marco has other roles now.")).to_be_visible()
    assert find_roles(members, members.marco.id) == ("influencer", "professional")

    # Somebody else changes them while the dialog is open: nothing is overwritten.
    act(sam, "Marco", "Change roles")
    people.set_roles(
        members.kim.gateway(),
        workspace_id=members.home,
        profile_id=members.marco.id,
        roles=["influencer"],
        expected=["influencer", "professional"],
    )
    dialog(sam).get_by_text("Coordinator", exact=True).click()
    support.press(sam, "Save roles")
    expect(dialog(sam).get_by_text("Somebody changed this person's roles")).to_be_visible()
    assert find_roles(members, members.marco.id) == ("influencer",)


def test_suspending_signs_out_at_once_and_can_be_undone(
    browser_as: BrowserAs, members: World
) -> None:
    draft_in_state(members, "in_review", author=members.marco)
    marco, sam = browser_as("marco", path="/"), browser_as("sam", path="/people")
    act(sam, "Marco", "Suspend")
    expect(dialog(sam).get_by_text("They have 1 open draft")).to_be_visible()
    axe(sam)
    dialog(sam).get_by_role("button", name="Suspend", exact=True).click()
    expect(sam.get_by_text("Marco is suspended.")).to_be_visible()
    # Within seconds, once the process that serves the tab knows.
    expect(marco.get_by_role("heading", name="Please sign in again")).to_be_visible()
    marco.reload()
    expect(marco.get_by_role("heading", name="Sign in")).to_be_visible()

    act(sam, "Marco", "Hand over drafts")
    pick(dialog(sam).get_by_role("combobox", name="New author"), "Ines")
    settle(sam)
    support.press(sam, "Hand over")
    expect(sam.get_by_text("1 draft handed over to Ines.")).to_be_visible()

    act(sam, "Marco", "Let back in")
    dialog(sam).get_by_role("button", name="Let back in").click()
    expect(sam.get_by_text("Marco can come back in.")).to_be_visible()

    # Nobody hands drafts over to themselves.
    act(sam, "Ines", "Hand over drafts")
    dialog(sam).get_by_role("combobox", name="New author").click()
    expect(sam.get_by_role("option")).to_have_text(["Marco"])


def test_a_withdrawn_credential_decides_no_more(browser_as: BrowserAs, members: World) -> None:
    draft = draft_in_state(members, "in_review")
    dana, sam = browser_as("dana", path="/"), browser_as("sam", path="/people")
    support.open_room(dana, draft.id)
    support.choose(dana, "Approve")
    act(sam, "Dana", "Withdraw: Psychologist")
    dialog(sam).get_by_role("button", name="Withdraw", exact=True).click()
    expect(sam.get_by_text("The credential of Dana is withdrawn.")).to_be_visible()
    support.press(dana, "Approve version 1")
    expect(dana.get_by_text("once a coordinator has checked your credential")).to_be_visible()
    support.open_room(dana, draft.id)
    expect(dana.get_by_role("heading", name="Your decision")).to_have_count(0)
    expect(dana.get_by_role("button", name="Approve", exact=True)).to_have_count(0)


def test_an_invitation_can_be_taken_back(
    browser_as: BrowserAs, open_page: Callable[..., Page]
) -> None:
    sam = browser_as("sam", path="/people")
    link = support.invite(sam, email="new@example.org", roles=["Influencer", "Professional"])
    expect(sam.get_by_text("as influencer and professional")).to_be_visible()
    check_phone(sam)
    axe(sam)
    screenshot(sam, "people-invited")
    support.press(sam, "Take back")
    dialog(sam).get_by_role("button", name="Take back").click()
    expect(sam.get_by_text("is taken back.")).to_be_visible()
    stranger = open_page()
    answer = stranger.goto(link)
    assert answer is not None
    assert answer.status == 410


def test_signing_out_everywhere_ends_every_browser(browser_as: BrowserAs) -> None:
    phone, laptop = browser_as("ines", path="/"), browser_as("ines", path="/settings")
    axe(laptop)
    check_phone(laptop)
    screenshot(laptop, "settings")
    support.press(laptop, "Sign out everywhere")
    dialog(laptop).get_by_role("button", name="Sign out everywhere").click()
    expect(laptop.get_by_text("sign in again").first).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()
