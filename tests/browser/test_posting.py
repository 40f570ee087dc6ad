"""After a decision: an edit taken back, an address removed, and a post that has to come down though
its coordinator may not read the draft. All on phones.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from services import decisions, publishing
from tests.browser import support
from tests.browser.support import ON_A_PHONE, BrowserAs, look_at, tap
from tests.support.acts import hide
from tests.support.pages import settle
from tests.support.people import MadeDraft, World, draft_in_state, make_content, publish
from tests.support.room_steps import withdraw_approval

pytestmark = pytest.mark.browser


def test_an_edit_is_taken_back(browser_as: BrowserAs, members: World) -> None:
    draft = draft_in_state(members, "in_review")
    decisions.approve_with_edits(
        members.dana.gateway(),
        draft_id=draft.id,
        version=1,
        content_hash=draft.content_hash,
        content=make_content("Rest is a skill, and you can learn it."),
    )
    ines = browser_as("ines", path=f"/draft?draft={draft.id}", **ON_A_PHONE)
    expect(ines.get_by_role("button", name="Accept: approved at once")).to_be_visible()
    dana = browser_as("dana", path=f"/review?draft={draft.id}", **ON_A_PHONE)
    tap(dana, "Take the edit back")
    dana.get_by_label("What the author should know").fill("I misread the second line.")
    look_at(dana, "review-take-back")
    tap(dana, "Take version 2 back")
    expect(dana.get_by_text("Your edit is taken back.")).to_be_visible()
    ines.reload()
    expect(ines.get_by_text("Dana took back their edit")).to_be_visible()
    expect(ines.get_by_role("button", name="Accept: approved at once")).to_have_count(0)
    expect(ines.get_by_text("I misread the second line.")).to_be_visible()
    settle(ines)
    look_at(dana, "review-taken-back")
    look_at(ines, "draft-taken-back")


def test_an_address_is_removed_after_a_question(browser_as: BrowserAs, members: World) -> None:
    draft = draft_in_state(members, "published")
    links = {"instagram": "https://example.org/p/1", "blog": "https://example.org/b/1"}
    publishing.set_links(members.ines.gateway(), draft_id=draft.id, links=links)
    ines = browser_as("ines", path=f"/draft?draft={draft.id}", **ON_A_PHONE)
    ines.get_by_text("Change the addresses").tap()
    tap(ines, "Remove the address on Blog")
    expect(ines.get_by_text("Remove the address on Blog?")).to_be_visible()
    look_at(ines, "draft-remove-address")
    tap(ines, "Remove it")
    expect(ines.get_by_text("The address on Blog is removed.")).to_be_visible()
    expect(ines.get_by_role("link", name="Open it on Blog")).to_have_count(0)
    expect(ines.get_by_role("link", name="Open it on Instagram")).to_be_visible()


@pytest.fixture
def hidden_post(members: World) -> MadeDraft:
    """For professionals only, out on Instagram, its approval withdrawn."""
    draft = publish(members, hide(draft_in_state(members, "approved")))
    links = {"instagram": "https://example.org/p/1"}
    publishing.set_links(members.ines.gateway(), draft_id=draft.id, links=links)
    withdraw_approval(members, draft)
    return draft


def test_a_hidden_post_comes_down_from_home(
    browser_as: BrowserAs, members: World, hidden_post: MadeDraft
) -> None:
    sam = browser_as("sam", path="/", **ON_A_PHONE)
    expect(sam.get_by_text("A post by Ines on Instagram has to come down.")).to_be_visible()
    expect(sam.get_by_role("link", name="Open it on Instagram")).to_be_visible()
    look_at(sam, "home-hidden-post")
    tap(sam, "I have taken the post down")
    support.dialog(sam).get_by_role("button", name="Yes, it is down").tap()
    expect(sam.get_by_text("Recorded: the post is taken down.")).to_be_visible()
    expect(sam.get_by_text("has to come down.", exact=False)).to_have_count(0)
    rows = members.run_sql(
        "select taken_down_at is not null from public.drafts where id = %s", hidden_post.id
    )
    assert rows == [(True,)]
