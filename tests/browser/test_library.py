"""The library in the browser: look help up, check it, write it down, out to a file and in again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from services.embedded.library import load_library
from services.library import sheets, store
from services.library.models import Contact
from tests.browser.support import dialog, go, pick, press
from tests.support.library import CARD, LINE, YOUTH, add, check, correct, expire, look, names
from tests.support.pages import axe, check_phone, screenshot, settle
from tests.support.people import World

pytestmark = pytest.mark.browser

BrowserAs = Callable[..., Page]
UNCHECKED = "Not checked yet in your workspace"


def badge(page: Page, words: str) -> Locator:
    """An entry's state: a sign, and these words."""
    return page.locator(".stMarkdownBadge").filter(has_text=re.compile(rf"^\w+\s*{words}$"))


def fill(page: Page, label: str, value: str) -> None:
    field = dialog(page).get_by_label(label, exact=True).first
    field.fill(value)
    field.press("Tab")
    settle(page)


def test_help_is_looked_up_in_every_state(browser_as: BrowserAs, members: World) -> None:
    states = {"Pier": 60, "Lighthouse": 5, "Breakwater": -4}
    for name, days in states.items():
        line = check(members.dana, members, add(members.sam, members, replace(LINE, name=name)))
        expire(members, line, days=days)
    for entry in (replace(LINE, pair="coast"), replace(YOUTH, pair="coast"), CARD):
        add(members.sam, members, entry)

    page = browser_as("ines", path="/")
    go(page, "Library")

    expect(page.get_by_text("6 entries")).to_be_visible()
    for words in ("Checked", "Check ends soon", "Check has ended"):
        expect(badge(page, words)).to_have_count(1)
    expect(badge(page, UNCHECKED)).to_have_count(3)
    expect(page.get_by_text("These come together")).to_have_count(1)
    axe(page)
    check_phone(page)
    screenshot(page, "library-looked-up")

    page.get_by_role("searchbox", name="Search").fill("960003")
    expect(page.get_by_text("2 entries")).to_be_visible()
    page.wait_for_url(re.compile("library_search=960003"))
    page.reload()
    expect(page.get_by_text("2 entries")).to_be_visible()


def test_a_real_helpline_is_checked_in_one_dialog(browser_as: BrowserAs, members: World) -> None:
    load_library(url=members.stack.url, key=members.stack.secret_key, say=lambda _said: None)
    page = browser_as("dana", path="/library")
    page.get_by_role("searchbox", name="Search").fill("Childline 0800")
    expect(page.get_by_text("1 entry", exact=True)).to_be_visible()
    settle(page)
    screenshot(page, "library-one")

    press(page, "Check")
    box = dialog(page)
    expect(box.get_by_text("0800 1111")).to_be_visible()
    expect(box.get_by_role("link", name="Open childline.org.uk").first).to_be_visible()
    axe(page)
    check_phone(page)
    screenshot(page, "library-check")
    box.get_by_role("button", name="Everything is right").click()

    expect(page.get_by_text("is checked, with your name")).to_be_visible()
    expect(badge(page, "Checked")).to_be_visible()
    (found,) = store.list_library(
        members.ines.gateway(),
        workspace_id=members.home,
        asked=store.Asked(state="current"),
    ).resources
    assert found.entry.name == "Childline"
    assert found.entry.contacts[0].address == "0800 1111"


def test_a_check_of_something_changed_meanwhile_is_refused(
    browser_as: BrowserAs, members: World
) -> None:
    added = add(members.sam, members)
    page = browser_as("dana", path="/library")
    press(page, "Check")
    correct(members.sam, members, added, audience="Anybody")

    dialog(page).get_by_role("button", name="Everything is right").click()

    expect(dialog(page).get_by_text("Somebody changed this entry meanwhile")).to_be_visible()
    assert look(members.ines, members, added.id).state == "unchecked"


def test_an_entry_is_written_down(browser_as: BrowserAs, members: World) -> None:
    page = browser_as("paul", path="/library")
    expect(page.get_by_text("The library is empty")).to_be_visible()
    axe(page)
    screenshot(page, "library-empty")
    press(page, "Add an entry")
    settle(page)
    axe(page)
    check_phone(page)
    screenshot(page, "library-add")
    dialog(page).get_by_role("button", name="Save").click()
    expect(dialog(page).get_by_text("Choose one to eight topics")).to_be_visible()
    fill(page, "Name", "Quay")
    pick(dialog(page).get_by_role("combobox", name="Topics"), "Crisis")
    page.keyboard.press("Escape")
    if dialog(page).count() == 0:
        raise AssertionError("Choosing a topic must not close the dialog.")
    fill(page, "Number, exactly as dialled", "116 123")
    press(page, "Another way to reach it")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Quay is in the library. Check it next.")).to_be_visible()
    (quay,) = store.list_library(members.ines.gateway(), workspace_id=members.home).resources
    assert quay.entry.contacts == (Contact("call", "116 123"),)


def test_an_entry_is_corrected_doubted_and_withdrawn(browser_as: BrowserAs, members: World) -> None:
    quay = add(members.sam, members, replace(YOUTH, name="Quay"))
    page = browser_as("paul", path="/library")
    choose(page, "Correct")
    fill(page, "Number, exactly as dialled", "0800 1111")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Quay is corrected.")).to_be_visible()
    corrected = look(members.ines, members, quay.id)
    assert [one.address for one in corrected.entry.contacts] == ["0800 1111"]

    check(members.dana, members, corrected)
    page.reload()
    settle(page)
    choose(page, "Not right any more")
    fill(page, "What is not right", "Nobody answers")
    dialog(page).get_by_role("button", name="Stop giving it").click()
    expect(page.get_by_text("“Nobody answers”")).to_be_visible()

    choose(page, "Withdraw")
    dialog(page).get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Quay is withdrawn.")).to_be_visible()
    assert names(members.ines, members) == []


def choose(page: Page, action: str) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name=action).click()
    expect(dialog(page)).to_be_visible()
    settle(page)


def test_a_file_goes_out_in_and_back(browser_as: BrowserAs, members: World, tmp_path: Path) -> None:
    add(members.sam, members)
    page = browser_as("sam", path="/library")
    press(page, "Export and import")
    with page.expect_download() as caught:
        dialog(page).get_by_role("button", name="Export as CSV").click()
    raw = Path(caught.value.path()).read_bytes()
    assert sheets.read_sheet(raw).entries == (LINE,)

    broken = tmp_path / "broken.csv"
    broken.write_bytes(sheets.write_sheet([YOUTH]).replace(b"01632 960 003", b"ask"))
    upload(page, broken)
    expect(dialog(page).get_by_text("Line 2, address")).to_be_visible()
    axe(page)
    check_phone(page)
    screenshot(page, "library-import-refused")

    dialog(page).get_by_role("button", name="Remove broken.csv").click()
    settle(page)
    good = tmp_path / "good.csv"
    good.write_bytes(sheets.write_sheet([LINE, replace(YOUTH, name="Quay")]))
    upload(page, good)
    expect(dialog(page).get_by_text("1 new and 1 there already, unchanged")).to_be_visible()
    screenshot(page, "library-import")
    press(page, "Import 1 entry")
    expect(page.get_by_text("Imported: 1 new and 1 there already")).to_be_visible()
    assert names(members.ines, members) == [LINE.name, "Quay"]

    press(page, "Export and import")
    dialog(page).get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The import is taken back")).to_be_visible()
    assert names(members.ines, members) == [LINE.name]


def upload(page: Page, file: Path) -> None:
    dialog(page).locator("input[type=file]").set_input_files(file)
    settle(page)
