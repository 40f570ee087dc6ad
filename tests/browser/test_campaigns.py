"""A campaign in the browser: begun, its help confirmed, chosen for a draft with its countries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from services import campaigns, drafts
from services.library.models import Contact
from tests.browser.support import dialog, go, look_at, pick, press
from tests.support.campaigns import ASK_EARLY, begin, choose
from tests.support.library import LINE, YOUTH, add, check, look
from tests.support.pages import axe, screenshot, settle
from tests.support.people import World, draft_in_state, make_content, make_draft

pytestmark = pytest.mark.browser

BrowserAs = Callable[..., Page]
QUAY = replace(YOUTH, contacts=(*YOUTH.contacts, Contact("web", "https://quay.example.org/")))


def pick_country(page: Page, name: str) -> None:
    pick(dialog(page).get_by_role("combobox", name="Countries its readers live in"), name)
    page.keyboard.press("Escape")


def test_from_a_new_campaign_to_a_draft_with_its_countries(
    browser_as: BrowserAs, members: World
) -> None:
    lines = [
        add(members.sam, members, replace(entry, pair="coast", country=country))
        for country, entry in (("GB", LINE), ("GB", QUAY), ("IE", LINE))
    ]
    draft = make_draft(members, content=make_content(audience_countries=()))

    address = begin_one(browser_as("sam", path="/"))
    confirm_two(browser_as("dana", path=address))
    states = [look(members.dana, members, one.id).state for one in lines]
    assert states == ["unchecked", "current", "unchecked"]
    choose_it(browser_as("ines", path=f"/draft?draft={draft.id}"))

    editor = drafts.get_editor(members.ines.gateway(), draft_id=draft.id)
    assert editor.buffer is not None
    assert editor.buffer.content.audience_countries == ("GB", "IE")


def begin_one(page: Page) -> str:
    """A coordinator begins a campaign for two countries; its address."""
    go(page, "Campaigns")
    expect(page.get_by_text("No campaigns yet")).to_be_visible()
    axe(page)
    press(page, "Begin a campaign")
    dialog(page).get_by_label("Name", exact=True).fill("Ask early")
    pick_country(page, "United Kingdom")
    pick_country(page, "Ireland")
    look_at(page, "campaign-begin")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ask early", level=1)).to_be_visible()
    page.wait_for_url(re.compile("campaign="))
    return page.url


def confirm_two(page: Page) -> None:
    """A professional confirms both lines of a country with keys alone, and takes one back."""
    countries = page.get_by_role("navigation", name="Countries").get_by_role("link")
    expect(countries).to_have_text(["Ireland: 0 of 1 checked", "United Kingdom: 0 of 2 checked"])
    countries.last.click()
    expect(page.get_by_text("01632 960 003")).to_be_visible()
    opened = page.get_by_role("link", name="Open harbour.example.org").first
    expect(opened).to_have_attribute("target", "_blank")
    confirm = page.get_by_role("button", name="Confirm", exact=True)
    for left, words in ((2, "1 of 2 checked"), (1, "done, all 2 checked")):
        expect(confirm).to_have_count(left)
        confirm.first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"United Kingdom: {words}")).to_be_visible()
        settle(page)
    look_at(page, "campaign-confirmed")
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_role("heading", name="United Kingdom: 1 of 2 checked")).to_be_visible()


def choose_it(page: Page) -> None:
    """An author chooses the campaign for a draft that is for no country yet."""
    press(page, "Choose a campaign")
    dialog(page).get_by_text("Ask early", exact=True).click()
    settle(page)
    axe(page)
    screenshot(page, "campaign-choose")
    dialog(page).get_by_role("button", name="Choose", exact=True).click()
    expect(page.get_by_text("Campaign: Ask early")).to_be_visible()
    expect(page.get_by_text("now for the campaign's countries")).to_be_visible()
    settle(page)
    screenshot(page, "campaign-chosen")


def test_everybody_reads_it_and_coordinators_close_it(
    browser_as: BrowserAs, members: World
) -> None:
    plan = replace(ASK_EARLY, countries=("DE", "GB", "IE"))
    campaign = begin(members.sam, members, plan)
    check(members.dana, members, add(members.sam, members))
    for number in range(8):
        add(members.sam, members, replace(QUAY, name=f"Line {number}", topics=("general",)))
    add(members.sam, members, replace(YOUTH, country="IE"))
    for state in ("in_review", "approved", "published"):
        choose(members.sam, draft_in_state(members, state), campaign)

    page = browser_as("ines", path="/campaigns")
    expect(page.get_by_text("1 in review, 1 approved, 1 published")).to_be_visible()
    look_at(page, "campaigns")
    page.get_by_role("link", name=re.compile("Open")).first.click()
    expect(page.get_by_role("heading", name="Help to check first")).to_be_visible()
    expect(page.get_by_text("Professionals and coordinators check it: Dana")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    settle(page)
    look_at(page, "campaign-read")

    page.get_by_role("link", name="All of its drafts").click()
    expect(page.get_by_text("3 drafts, latest change first")).to_be_visible()
    page.wait_for_url(re.compile("drafts_campaign=Ask"))

    page = browser_as("kim", path=f"/campaigns?campaign={campaign.id}")
    expect(page.get_by_role("button", name="Confirm", exact=True).first).to_be_visible()
    look_at(page, "campaign-check")
    page.emulate_media(color_scheme="dark")
    settle(page)
    screenshot(page, "campaign-check-dark")
    press(page, "Close")
    dialog(page).get_by_role("button", name="Close it").click()
    expect(page.get_by_text("Ask early is closed.")).to_be_visible()
    press(page, "Reopen")
    expect(page.get_by_text("Ask early is open again.")).to_be_visible()
    found = campaigns.list_campaigns(members.sam.gateway(), workspace_id=members.home)
    assert [one.plan.name for one in found.open] == ["Ask early"]
