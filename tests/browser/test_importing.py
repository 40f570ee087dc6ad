"""Figures in the browser: dropped, corrected, taken back, typed on a phone, followed to a draft."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support import ON_A_PHONE, dialog, follow, go, look_at, pick, press, tap
from tests.support.acts import act
from tests.support.measures import add_account, bring, figures_of, view, write_export
from tests.support.pages import axe, check_phone, screenshot, settle
from tests.support.people import World, draft_in_state, make_content, publish

pytestmark = pytest.mark.browser

BrowserAs = Callable[..., Page]
ONE = "17895695668004551"
_DROP = """
([zone, files]) => {
  const data = new DataTransfer()
  for (const [name, text] of files) data.items.add(new File([text], name, { type: "text/csv" }))
  zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }))
}
"""


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Drop files on the page's field, as a hand would."""
    zone = page.get_by_test_id("stFileUploaderDropzone").element_handle()
    page.evaluate(_DROP, [zone, [[name, raw.decode()] for name, raw in files]])


def test_a_file_is_dropped_corrected_and_taken_back(browser_as: BrowserAs, members: World) -> None:
    page = browser_as("ines", path="/posts")
    expect(page.get_by_text("No posts yet")).to_be_visible()
    look_at(page, "posts-empty")
    follow(page, "Import figures")
    expect(page.get_by_text("No accounts yet")).to_be_visible()
    look_at(page, "import-empty")

    press(page, "Add an account")
    pick(dialog(page).get_by_label("Platform"), "Instagram")
    dialog(page).get_by_label("Name there").fill("@calm.corner")
    dialog(page).get_by_label("Name there").press("Tab")
    settle(page)
    axe(page)
    check_phone(page)
    screenshot(page, "import-account")
    press(page, "Save")
    expect(page.get_by_text("Instagram, calm.corner is added.")).to_be_visible()

    import_and_take_back(page, members)


def import_and_take_back(page: Page, members: World) -> None:
    """A file with its days the other way round, and one that is none."""
    raw = write_export(1, 2, Publish_time="03/11/2025 09:15")
    bad = write_export(3, Publish_time="03/11/2025 09:15", Views="many").split(b"\n", 1)[1]
    drop(page, ("november.csv", raw + bad), ("holiday.csv", b"no table at all"))
    expect(page.get_by_text("published 11 Mar 2025 to 11 Mar 2025")).to_be_visible()
    settle(page)
    look_at(page, "import-preview")
    page.get_by_text("Day first: 03/11 is 3 November").click()
    expect(page.get_by_text("published 3 Nov 2025 to 3 Nov 2025")).to_be_visible()
    settle(page)
    press(page, "Import 2 posts")
    expect(page.get_by_text("november.csv: 2 posts, 2 new.")).to_be_visible()
    settle(page)
    look_at(page, "import-done")
    assert figures_of(members.ines, members)[ONE]["views"] == 100

    follow(page, "Posts")
    expect(page.get_by_text("2 posts")).to_be_visible()
    look_at(page, "posts")

    follow(page, "Import figures")
    press(page, "Take back")
    expect(dialog(page).get_by_text("Posts that only this file knew go with them")).to_be_visible()
    press(page, "Take it back")
    expect(page.get_by_text("The import is taken back: 2 posts gone.")).to_be_visible()
    settle(page)
    look_at(page, "import-undone")
    assert figures_of(members.ines, members) == {}


def test_figures_are_typed_on_a_phone(browser_as: BrowserAs, members: World) -> None:
    add_account(members.ines, members)
    page = browser_as("ines", path="/posts", **ON_A_PHONE)
    tap(page, "Type figures")
    box = dialog(page)
    box.get_by_label("Address of the post").fill("https://www.instagram.com/p/Cab_de-9/")
    box.get_by_label("Views", exact=True).fill("41")
    box.get_by_label("Saves", exact=True).fill("0")
    box.get_by_label("Saves", exact=True).press("Tab")
    settle(page)
    axe(page)
    check_phone(page)
    screenshot(page, "figures-typed")
    tap(page, "Save")
    expect(page.get_by_text("marked as typed by you")).to_be_visible()
    expect(page.get_by_text("Views 41 · Saves 0")).to_be_visible()
    settle(page)
    tap(page, "Type figures")
    tap(page, "Save")
    expect(dialog(page).get_by_text("Type at least one figure.")).to_be_visible()


def test_a_post_is_followed_to_its_draft_and_its_changed_text_shown(
    browser_as: BrowserAs, members: World
) -> None:
    account = add_account(members.ines, members)
    text = "Rest is a skill you can learn, a little at a time."
    content = make_content(text)
    draft = publish(members, draft_in_state(members, "approved", content=content))
    links = {"instagram": "https://www.instagram.com/p/Cab_de-1/?igsh=x"}
    act(members.ines, "set_post_links", draft, links=json.dumps(links))
    posted = text.replace("a skill", "the cure")
    bring(members.ines, members, account, write_export(1, Description=posted))
    bring(members.sam, members, account, write_export(1, Description=posted, Views=7), name="b.csv")

    page = browser_as("sam", path="/")
    go(page, "Posts")
    expect(page.get_by_text("Draft: ").first).to_be_visible()
    follow(page, "Look at it")
    expect(page.get_by_text("Differs from what was approved")).to_be_visible()
    expect(page.get_by_text("found by its address")).to_be_visible()
    page.get_by_text("Figures over time (2)").click()
    settle(page)
    look_at(page, "post")
    follow(page, "Its reviews")
    page.wait_for_url(re.compile(f"draft={draft.id}"))
    assert view(members.sam, members, ONE).post.figures["views"] == 7
