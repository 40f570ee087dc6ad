"""A post on suicide from the first word to its approval: better words, help, and the refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import support
from tests.browser.support import BrowserAs, look_at, open_room, press
from tests.support.acts import deny, state_of
from tests.support.findings import approving
from tests.support.gate import GRAVE
from tests.support.helped import add_line
from tests.support.pages import settle
from tests.support.people import MadeDraft, World, find_version

pytestmark = pytest.mark.browser

TYPED = "He hanged himself last spring. Helplines are in my bio."
BETTER = "He died by suicide last spring. Helplines are in my bio."


def choose_country(page: Page, name: str) -> None:
    """Say where the post's readers are."""
    support.pick(page.get_by_label("Countries it is for"), name)
    # An open list of countries would be wider than a phone.
    page.keyboard.press("Tab")
    expect(page.get_by_role("option", name=name)).to_have_count(0)
    settle(page)


def badges(page: Page, words: str) -> Locator:
    """How countries stand."""
    return page.locator(".stMarkdownBadge").filter(has_text=words)


def write_and_send(page: Page, members: World) -> MadeDraft:
    """Ines writes of a suicide, takes the better words, says for whom it is, and sends it."""
    page.goto("/")
    draft_id = support.start_draft(page, "What I miss")
    support.write(page, TYPED)
    notes = page.locator('[data-part="caption"] .notes')
    notes.get_by_role("button", name="Use died by suicide").click()
    expect(page.get_by_label("Caption", exact=True)).to_have_value(BETTER)
    expect(page.get_by_text("The post touches on suicide.")).to_be_visible()
    expect(page.get_by_text("Choose its countries first")).to_be_visible()
    choose_country(page, "Germany (DE)")
    choose_country(page, "Austria (AT)")
    page.reload()
    expect(page.get_by_text("Nothing counts yet")).to_have_count(2)
    settle(page)
    look_at(page, "help-missing")
    press(page, "Add these for Austria, to be checked")
    expect(page.get_by_text("Waiting for a check")).to_be_visible()
    support.send(page)
    content = replace(GRAVE, caption=BETTER, audience_countries=("AT", "DE"))
    return find_version(members, draft_id, content)


def check_in_library(page: Page, name: str) -> None:
    """From the room to the one service that waits, and say that it is right."""
    support.follow(page, "Check it in the library")
    press(page, "Check")
    support.dialog(page).get_by_role("button", name="Everything is right").click()
    expect(page.get_by_text(f"{name} is checked")).to_be_visible()


class TestGate:
    def test_opens_with_better_words_and_help(self, browser_as: BrowserAs, members: World) -> None:
        add_line(members)
        waiting = add_line(members, name="Day Light", country="AT", checked=False)
        ines, dana = browser_as("ines"), browser_as("dana")
        draft = write_and_send(ines, members)

        open_room(dana, draft.id)
        expect(dana.get_by_role("heading", name="Help with this post")).to_be_visible()
        look_at(dana, "help-in-the-room")
        press(dana, "Approve")
        expect(dana.get_by_text("This version cannot be approved yet.")).to_be_visible()
        expect(dana.get_by_role("button", name="Approve version 1")).to_have_count(0)
        look_at(dana, "help-refused")
        deny("help_missing", members.dana, "decide_draft", draft, **approving(draft))

        press(dana, "Add the fitting ones for Germany")
        expect(badges(dana, "Help goes with it")).to_have_count(1)
        check_in_library(dana, waiting.entry.name)
        open_room(dana, draft.id)
        expect(badges(dana, "Help goes with it")).to_have_count(2)
        support.approve(dana, 1)
        assert state_of(members, draft) == "approved"

        open_room(ines, draft.id)
        expect(ines.get_by_text("Help with this post: ").first).to_be_visible()
        look_at(ines, "help-decision")

    def test_finds_what_one_looks_for_and_puts_back_what_was_taken_off(
        self, browser_as: BrowserAs, members: World
    ) -> None:
        add_line(members, name="For new parents", topics=("perinatal",))
        ines = browser_as("ines")
        ines.goto("/")
        support.start_draft(ines, "What I miss")
        support.write(ines, BETTER)
        choose_country(ines, "Germany (DE)")
        press(ines, "Look for others")
        dialog = support.dialog(ines)
        dialog.get_by_label("Name, number or words").fill("parents")
        dialog.get_by_label("Name, number or words").press("Enter")
        look_at(ines, "help-search")
        dialog.get_by_role("button", name="Attach").click()
        expect(dialog).to_have_count(0)
        expect(ines.get_by_role("button", name="Take off For new parents")).to_be_visible()
        press(ines, "Take off For new parents")
        expect(ines.get_by_text("Taken off: For new parents.")).to_be_visible()
        look_at(ines, "help-taken-off")
        press(ines, "Put it back")
        expect(ines.get_by_role("button", name="Take off For new parents")).to_be_visible()
