"""Safety rules in the browser: everybody looks them up, coordinators switch and add words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from services import rules
from services.safety import OwnWord
from services.safety.config import Configuration
from tests.browser.support import ON_A_PHONE, dialog, go, press
from tests.support.pages import axe, check_phone, screenshot, settle
from tests.support.people import World

pytestmark = pytest.mark.browser

BrowserAs = Callable[..., Page]
BRAND = OwnWord(words="Loud Week", instead="Quiet Week", reason="The campaign was renamed.")


def chosen(world: World) -> Configuration:
    return rules.get_settings(world.sam.gateway(), workspace_id=world.home).chosen


def choose(world: World, change: Configuration) -> None:
    seen = rules.get_settings(world.kim.gateway(), workspace_id=world.home).seen
    rules.save_choice(world.kim.gateway(), workspace_id=world.home, chosen=change, seen=seen)


def fill(page: Page, label: str, text: str) -> None:
    field = dialog(page).get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    settle(page)


def test_a_rule_is_found_switched_off_and_on(browser_as: BrowserAs, members: World) -> None:
    page = browser_as("sam", path="/")
    go(page, "Safety rules")
    expect(page.get_by_text("90 of 90 rules are on")).to_be_visible()
    axe(page)
    check_phone(page)
    screenshot(page, "rules")

    page.get_by_role("searchbox", name="Search").fill("time to say no to antidepressants")
    page.wait_for_url(re.compile("rules_search="))
    expect(page.get_by_text("Advice to stop medication")).to_be_visible()
    settle(page)
    axe(page)
    check_phone(page)
    screenshot(page, "rules-found")

    press(page, "Switch off")
    expect(dialog(page).get_by_text("This rule stops approvals.")).to_be_visible()
    axe(page)
    check_phone(page)
    screenshot(page, "rules-off")
    press(page, "Switch it off")
    expect(page.get_by_text("Switched off by Sam")).to_be_visible()
    assert chosen(members).disabled_rules == {"stop-medication-advice"}
    screenshot(page, "rules-switched-off")

    page.get_by_role("button", name="Switch on").first.click()
    expect(page.get_by_text("90 of 90 rules are on")).to_be_visible()
    assert chosen(members) == Configuration()


def test_words_are_tried_then_kept_though_a_colleague_was_faster(
    browser_as: BrowserAs, members: World
) -> None:
    page = browser_as("sam", path="/rules", **ON_A_PHONE)
    press(page, "Add words")
    fill(page, "Words to look for", "shouting")
    fill(page, "What to write instead", "talking")
    fill(page, "Why", "We are calm.")
    fill(page, "Try it: a text to read", "No shouting in our crazy group.")
    dialog(page).get_by_role("button", name="Try it", exact=True).click()
    settle(page)
    expect(dialog(page).get_by_text("Words of your own.")).to_be_visible()
    axe(page)
    check_phone(page)
    screenshot(page, "rules-words")

    choose(members, Configuration(own_words=(BRAND,)))
    press(page, "Save")
    expect(dialog(page).get_by_text("Kim changed the rules meanwhile")).to_be_visible()
    expect(dialog(page).get_by_label("Words to look for", exact=True)).to_have_value("shouting")
    assert chosen(members).own_words == (BRAND,)
    screenshot(page, "rules-stale")

    press(page, "Save")
    expect(page.get_by_text("“shouting” is looked for now.")).to_be_visible()
    assert [one.words for one in chosen(members).own_words] == ["Loud Week", "shouting"]
    screenshot(page, "rules-own-words")
    press(page, "Undo")
    expect(page.get_by_text("Undone: these words are as they were.")).to_be_visible()
    assert chosen(members).own_words == (BRAND,)
