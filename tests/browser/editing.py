"""Finding and using the editor on a page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.support.pages import settle
from tests.support.people import MadeDraft, World

SAVED = "Saved "
KEPT = "Not saved yet: kept in this browser"


# What each part is called in a post, where that is not its own name.
LABELS = {
    "title": "Working title",
    "caption": "Caption",
    "script": "Script",
    "on_screen_text": "Text on the screen",
    "transcript": "Transcript",
    "hashtags": "Hashtags",
    "link": "Link",
    "goal": "Goal",
}


def area_of(page: Page, part: str = "caption") -> Locator:
    return page.get_by_label(LABELS[part], exact=True)


def status_of(page: Page, part: str = "caption") -> Locator:
    return page.locator(f"#status-{part}")


def open_draft(page: Page, draft: MadeDraft) -> Locator:
    page.goto(f"/draft?draft={draft.id}")
    area = area_of(page)
    expect(area).to_be_visible()
    settle(page)
    return area


def write(page: Page, text: str, part: str = "caption") -> None:
    """Type at the end of the text, as a person does."""
    area = area_of(page, part)
    area.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def type_and_go_back(area: Locator, text: str) -> None:
    """Type something else, have it sent, and go back to what stood there: before any answer."""
    area.evaluate(
        """(area, text) => {
          const before = area.value
          for (const typed of [text, before]) {
            area.value = typed
            area.dispatchEvent(new Event("input"))
            area.dispatchEvent(new Event("blur"))
          }
        }""",
        text,
    )


def wait_for_saved(page: Page, part: str = "caption") -> None:
    expect(status_of(page, part)).to_contain_text(SAVED)


def stored_text(world: World, draft: MadeDraft, part: str = "caption") -> str:
    """A part of the post as the server has it; empty when it has none."""
    rows = world.run_sql(
        "select coalesce(content ->> %s, '') from public.draft_buffers where draft_id = %s",
        part,
        draft.id,
    )
    return str(rows[0][0])


def kept_entries(page: Page) -> dict[str, str]:
    """What the browser keeps: texts by name."""
    found: dict[str, str] = page.evaluate(
        """() => Object.fromEntries(Object.entries(localStorage)
          .filter(([name]) => /^tandem:(?!kept:)([^:]+:){3}/.test(name))
          .map(([name, entry]) => [name, JSON.parse(entry).text]))"""
    )
    return found


def small_controls(page: Page) -> list[str]:
    """Controls of our own components that a finger would miss, with their size in pixels."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("*")]
          .filter((element) => element.shadowRoot)
          .flatMap((host) => [...host.shadowRoot.querySelectorAll(
            "button, input, textarea, summary")])
          .filter((element) => element.checkVisibility())
          .map((element) => [element, element.getBoundingClientRect()])
          .filter(([, box]) => box.height < 44 || box.width < 44)
          .map(([element, box]) => `${box.width} x ${box.height}: ` +
            (element.textContent || element.id))"""
    )
    return found
