"""The app itself is started again while people have pages open: these go on by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from services import discussion
from services.embedded.stack import Stack
from tests.browser import support
from tests.browser.editing import (
    KEPT,
    SAVED,
    kept_entries,
    open_draft,
    status_of,
    stored_text,
    write,
)
from tests.browser.support import BrowserAs
from tests.support.app import AppServer
from tests.support.pages import Watch
from tests.support.people import MadeDraft, World, decide, draft_in_state

pytestmark = pytest.mark.browser

# The pauses between two tries to connect grow.
BACK_MS = 60_000


@pytest.fixture
def own_server(stack: Stack, tmp_path: Path) -> Iterator[AppServer]:
    """An app that a test may end."""
    server = AppServer(stack=stack, log=tmp_path / "app.log")
    server.start()
    yield server
    server.stop()


def test_what_colleagues_do_arrives_on_pages_that_nobody_touched(
    browser_as: BrowserAs,
    own_server: AppServer,
    members: World,
    watch: Watch,
) -> None:
    draft = draft_in_state(members, "in_review")
    watch.host = urlsplit(own_server.url).netloc
    room = browser_as("ines", base_url=own_server.url)
    support.open_room(room, draft.id)
    desk = room.context.new_page()
    open_draft(desk, draft)

    own_server.kill()
    expect(room.get_by_text("Connecting", exact=False)).to_be_visible(timeout=BACK_MS)
    own_server.start()
    say(members, draft, "Said after the restart.")
    expect(support.said(room, "Said after the restart.")).to_be_visible(timeout=BACK_MS)

    # Not only once, as the page comes back: it goes on looking.
    say(members, draft, "Said a little later.")
    expect(support.said(room, "Said a little later.")).to_be_visible(timeout=support.NEWS_MS)
    support.comment(room, "Said back.")
    decide(members, draft, "approved")
    expect(desk.get_by_text("Any edit ends the approval")).to_be_visible(timeout=BACK_MS)


def test_text_typed_without_a_server_is_kept_and_saved_when_it_is_back(
    browser_as: BrowserAs,
    own_server: AppServer,
    members: World,
    draft: MadeDraft,
    watch: Watch,
) -> None:
    watch.host = urlsplit(own_server.url).netloc
    page = browser_as("ines", base_url=own_server.url)
    area = open_draft(page, draft)
    note = page.get_by_label("A note for the reviewer")
    note.press_sequentially("Written on a train.")
    own_server.stop()
    write(page, " Typed into the void.")
    expect(status_of(page)).to_contain_text(KEPT)
    assert list(kept_entries(page).values()) == ["Rest is a skill. Typed into the void."]
    assert stored_text(members, draft) == "Rest is a skill."
    own_server.start()
    expect(status_of(page)).to_contain_text(SAVED, timeout=BACK_MS)
    expect(area).to_have_value("Rest is a skill. Typed into the void.")
    assert stored_text(members, draft) == "Rest is a skill. Typed into the void."
    expect(note).to_have_value("Written on a train.")
    page.reload()
    expect(note).to_have_value("Written on a train.")


def say(world: World, draft: MadeDraft, body: str) -> None:
    discussion.add_comment(world.dana.gateway(), draft_id=draft.id, version=1, body=body)
