"""Finding and using the editor on a page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.support.pages import settle
from tests.support.people import MadeDraft, World

SAVED = "Saved "
KEPT = "Not saved yet: kept in this browser"


def area_of(page: Page) -> Locator:
    return page.get_by_label("Text of the post")


def status_of(page: Page) -> Locator:
    return page.locator("#status")


def open_draft(page: Page, draft: MadeDraft) -> Locator:
    page.goto(f"/draft?draft={draft.id}")
    area = area_of(page)
    expect(area).to_be_visible()
    settle(page)
    return area


def write(page: Page, text: str) -> None:
    """Type at the end of the text, as a person does."""
    area = area_of(page)
    area.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def wait_for_saved(page: Page) -> None:
    expect(status_of(page)).to_contain_text(SAVED)


def stored_text(world: World, draft: MadeDraft) -> str:
    rows = world.run_sql(
        "select content ->> 'caption' from public.draft_buffers where draft_id = %s", draft.id
    )
    return str(rows[0][0])


def kept_entries(page: Page) -> dict[str, str]:
    """What the browser keeps: texts by name."""
    found: dict[str, str] = page.evaluate(
        """() => Object.fromEntries(Object.entries(localStorage)
          .filter(([name]) => name.startsWith("tandem:") && name.split(":").length === 4)
          .map(([name, entry]) => [name, JSON.parse(entry).text]))"""
    )
    return found
