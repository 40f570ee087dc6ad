"""The database, or the server before it, ends while people work: they see so calmly, and go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from services.embedded.stack import Part, Stack
from tests.browser.editing import KEPT, SAVED, area_of, kept_entries, status_of, stored_text, write
from tests.support.accounts import PASSWORD, add_accounts
from tests.support.app import AppServer
from tests.support.pages import Watch, axe, check_phone, settle
from tests.support.people import World, make_content, make_draft, make_world

pytestmark = pytest.mark.browser

# The title of a notice on an open page, and of the plain page that stands in for one.
RECONNECTING = "Reconnecting"
# The pauses between two tries grow.
BACK_MS = 60_000


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """Servers that a test may kill."""
    stack = Stack(data=tmp_path / "var", durable=False)
    try:
        stack.start()
        yield stack
    finally:
        stack.destroy()


@pytest.fixture
def own_world(own_stack: Stack, gateway_http: httpx.Client) -> World:
    """The test people there, able to sign in."""
    world = make_world(own_stack, gateway_http)
    add_accounts(world)
    return world


@pytest.fixture
def page(
    own_stack: Stack,
    own_world: World,
    open_page: Callable[..., Page],
    watch: Watch,
    tmp_path: Path,
) -> Iterator[Page]:
    """Ines, signed in to an app in front of these servers."""
    server = AppServer(stack=own_stack, log=tmp_path / "app.log")
    server.start()
    try:
        watch.host = urlsplit(server.url).netloc
        page = open_page(base_url=server.url)
        page.goto("/auth/sign-in")
        page.get_by_label("E-mail").fill(own_world.ines.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        settle(page)
        yield page
    finally:
        server.stop()


@pytest.mark.parametrize("part", ["postgres", "lite"])
def test_what_is_typed_is_kept_and_pages_come_back_by_themselves(
    own_stack: Stack, own_world: World, page: Page, part: Part
) -> None:
    draft = make_draft(own_world, title="Found again", content=make_content("Rest is a skill."))
    page.goto(f"/draft?draft={draft.id}")
    expect(area_of(page)).to_have_value("Rest is a skill.")
    settle(page)
    other = page.context.new_page()

    own_stack.kill(part)
    if part == "postgres":
        # The runner ends it too, before it starts PostgreSQL again: requests would hang in it.
        own_stack.kill("lite")
    write(page, " Typed without a database.")
    expect(status_of(page)).to_contain_text(KEPT)
    assert list(kept_entries(page).values()) == ["Rest is a skill. Typed without a database."]
    other.goto("/drafts")
    expect(other.get_by_text(RECONNECTING, exact=True)).to_be_visible()
    axe(other)
    check_phone(other)
    # The field does not go away under somebody's fingers.
    write(page, " And more.")
    expect(area_of(page)).to_have_value("Rest is a skill. Typed without a database. And more.")

    own_stack.revive()
    expect(status_of(page)).to_contain_text(SAVED, timeout=BACK_MS)
    assert stored_text(own_world, draft) == "Rest is a skill. Typed without a database. And more."
    expect(other.get_by_text("Found again")).to_be_visible(timeout=BACK_MS)
    expect(other.get_by_text(RECONNECTING, exact=True)).to_have_count(0)
