"""Titles, names, notes and comments are shown as typed: never run, never turned into markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from services import discussion, people, posts
from tests.browser import support
from tests.support.pages import axe, check_phone, settle
from tests.support.people import MadeDraft, World, decide, make_content, make_draft, submit

pytestmark = pytest.mark.browser

NASTY = (
    "<b>bold</b> <img src=x onerror=\"document.title='run'\"> [x](javascript:alert(1)) "
    ":material/home: :red[red] $x^2$ **b** `c`"
)
# What would be in the page if any of it were taken for markup.
MARKUP = (
    "[data-testid=stMain] img",
    "[data-testid=stMain] .katex",
    "[data-testid=stMain] a[href^='javascript']",
    "[data-testid=stMain] .stMarkdownColoredText",
    "#talk :is(img, b, a, script, code)",
)


@pytest.fixture
def draft(members: World) -> MadeDraft:
    """Sent back once, with foreign text wherever somebody can write."""
    people.update_profile(members.ines.gateway(), name=NASTY[:80], time_zone="UTC")
    draft = submit(members, make_draft(members, title=NASTY[:140], content=make_content(NASTY)))
    first = discussion.add_comment(
        members.marco.gateway(),
        draft_id=draft.id,
        version=1,
        body=NASTY,
        mentions=[members.ines.id],
    )
    discussion.add_comment(
        members.ines.gateway(), draft_id=draft.id, version=1, body=NASTY, parent_id=first
    )
    discussion.add_note(members.kim.gateway(), draft_id=draft.id, version=1, body=NASTY)
    decide(members, draft, "changes_requested")
    return draft


def check(page: Page) -> None:
    """Nothing of it became markup, and all of it can be read."""
    settle(page)
    for selector in MARKUP:
        expect(page.locator(selector)).to_have_count(0)
    assert page.title() != "run"
    check_phone(page)


def test_it_is_text_on_every_page(
    browser_as: Callable[..., Page], members: World, draft: MadeDraft
) -> None:
    sam = browser_as("sam", path="/drafts")
    expect(sam.get_by_text("<b>bold</b>").first).to_be_visible()
    check(sam)
    support.open_room(sam, draft.id)
    expect(sam.get_by_role("heading", level=1)).to_contain_text("$x^2$ **b** `c`")
    said = sam.locator("#talk .thread").filter(has_text="$x^2$")
    expect(said.locator(".body").first).to_have_text(NASTY)
    # To somebody whose name is foreign text as well.
    expect(said.locator(".to")).to_contain_text("<b>bold</b> <img src=x")
    expect(said.locator(".body").nth(1)).to_have_text(NASTY)
    expect(sam.get_by_role("group", name="Version 1")).to_contain_text(NASTY)
    check(sam)
    axe(sam)
    support.go(sam, "People")
    expect(sam.get_by_text("<b>bold</b>").first).to_be_visible()
    check(sam)

    dana = browser_as("dana")
    support.open_room(dana, draft.id)
    expect(dana.locator("#talk .notes .body")).to_have_text(NASTY)
    check(dana)

    ines = browser_as("ines", path="/")
    expect(ines.get_by_text("sent it back: Wording")).to_be_visible()
    check(ines)
    support.go(ines, "Settings")
    check(ines)


def test_twenty_thousand_characters_without_a_space_fit_a_phone(
    browser_as: Callable[..., Page], members: World
) -> None:
    long = "a" * posts.LONGEST_SENT["caption"]
    draft = submit(
        members, make_draft(members, title="b" * posts.LONGEST_TITLE, content=make_content(long))
    )
    dana = browser_as("dana", path="/")
    check_phone(dana)
    support.open_room(dana, draft.id)
    expect(dana.get_by_text("20,000 characters")).to_be_visible()
    check_phone(dana)
