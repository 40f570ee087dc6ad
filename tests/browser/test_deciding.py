"""Deciding and handing off as people do it: an edit and its acceptance, a second look on a phone,
an approval taken back after publication, a text that leaves for a platform byte by byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services import drafts
from tests.browser import support
from tests.browser.support import ON_A_PHONE, BrowserAs, look_at, tap
from tests.support.pages import axe, settle
from tests.support.people import (
    MadeDraft,
    World,
    draft_in_state,
    edit,
    make_content,
    publish,
    submit,
)

pytestmark = pytest.mark.browser

# As Windows sends line ends, with what a copy likes to lose: spaces at ends, joined emoji, a
# decomposed letter, text from right to left, an empty last line.
CAPTION = (
    "Rest is a skill.  \r\n\r\n  \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627\r\n"
    "\U0001f469\U0001f3fd\u200d\u2695\ufe0f e\u0301 & <b>*you*</b>\t\u00a0 \r\n"
)


def state_of(world: World, draft: MadeDraft) -> str:
    rows = world.run_sql("select state from public.drafts where id = %s", draft.id)
    return str(rows[0][0])


class TestApproveWithEdits:
    def test_edited_kept_through_a_reload_and_accepted_on_a_phone(
        self, browser_as: BrowserAs, members: World
    ) -> None:
        content = make_content("Just rest and it will pass.", hashtags=("rest",))
        draft = draft_in_state(members, "in_review", content=content)
        dana = browser_as("dana")
        support.open_room(dana, draft.id)
        support.press(dana, "Approve with edits")
        dana.get_by_label("Caption").fill("Rest can help, and so can talking to somebody.")
        # The page is gone before anything was sent.
        support.open_room(dana, draft.id)
        expect(dana.get_by_text("What you had typed here is back.")).to_be_visible()
        caption = dana.get_by_label("Caption")
        expect(caption).to_have_value("Rest can help, and so can talking to somebody.")
        look_at(dana, "review-edit")
        support.press(dana, "Show what I changed")
        expect(dana.get_by_role("group", name="Caption: your edit")).to_contain_text("talking")
        expect(dana.get_by_text("You approve version 1 as you edited it")).to_be_visible()
        look_at(dana, "review-edit-check")
        support.press(dana, "Approve version 1 with these edits")
        expect(dana.get_by_text("Approved with your edits.")).to_be_visible()
        self.accept(
            browser_as("ines", path=f"/draft?draft={draft.id}", **ON_A_PHONE), members, draft
        )
        # What the browser had kept went when it was sent.
        support.open_room(dana, draft.id)
        expect(dana.get_by_text("The edit you were writing")).to_have_count(0)

    def accept(self, ines: Page, members: World, draft: MadeDraft) -> None:
        offer = ines.get_by_text("Dana edited your post and approved it like this")
        expect(offer).to_be_visible()
        changed = ines.get_by_role("group", name="Caption: what the edit changes")
        expect(changed.locator("ins").first).to_be_visible()
        expect(ines.get_by_text("exactly this text is approved at once")).to_be_visible()
        look_at(ines, "draft-offer")
        tap(ines, "Accept: approved at once")
        expect(ines.get_by_text("Accepted. Exactly this text is approved")).to_be_visible()
        assert state_of(members, draft) == "approved"
        editor = drafts.get_editor(members.ines.gateway(), draft_id=draft.id)
        assert editor.buffer is not None
        assert editor.buffer.content_hash == editor.draft.approved_hash
        assert editor.buffer.content.caption == "Rest can help, and so can talking to somebody."


class TestSecondLook:
    def test_two_taps_on_a_phone(self, browser_as: BrowserAs, members: World) -> None:
        first = draft_in_state(members, "changes_requested")
        longer = "Rest is a skill we can learn. " * 30
        draft = submit(members, edit(members, first, make_content(longer.strip())))
        dana = browser_as("dana", path=f"/review?draft={draft.id}", **ON_A_PHONE)
        expect(dana.locator("ins").first).to_be_visible()
        expect(dana.get_by_text("You sent version 1 back")).to_be_visible()
        look_at(dana, "review-second-look")
        self.go_past_the_text(dana)
        tap(dana, "Approve these changes")
        expect(dana.get_by_text("It covers exactly version 2")).to_be_visible()
        assert state_of(members, draft) == "in_review"
        look_at(dana, "review-second-look-confirm")
        tap(dana, "Approve version 2")
        expect(dana.get_by_text("Approved. The author can publish")).to_be_visible()
        assert state_of(members, draft) == "approved"

    def go_past_the_text(self, dana: Page) -> None:
        way = dana.get_by_role("link", name="Go to your decision", exact=True)
        approves = dana.get_by_role("button", name="Approve these changes", exact=True)
        expect(way).to_be_in_viewport()
        expect(approves).not_to_be_in_viewport()
        way.tap()
        expect(approves).to_be_in_viewport()
        expect(dana.get_by_role("heading", name="Your second look")).to_be_in_viewport()


class TestWithdrawal:
    def test_after_publication_author_and_coordinator_cannot_miss_it(
        self, browser_as: BrowserAs, members: World
    ) -> None:
        draft = publish(members, draft_in_state(members, "approved"))
        dana = browser_as("dana")
        support.open_room(dana, draft.id)
        support.press(dana, "Withdraw the approval")
        support.pick(dana.get_by_label("Reason"), "Not accurate, or not supported")
        dana.get_by_label("Why the approval ends").fill("The study was retracted.")
        look_at(dana, "review-withdraw")
        support.press(dana, "Withdraw the approval of version 1")
        dialog = support.dialog(dana)
        expect(dialog).to_contain_text("told at once")
        dialog.get_by_role("button", name="Withdraw it").click()
        expect(dana.get_by_text("The approval is withdrawn.")).to_be_visible()
        self.see(browser_as("ines", path=f"/draft?draft={draft.id}", **ON_A_PHONE), "draft")
        sam = browser_as("sam", path=f"/review?draft={draft.id}")
        self.see(sam, "review")
        self.take_down(sam)
        support.go(sam, "Drafts")
        expect(sam.get_by_text("Approval withdrawn").first).to_be_visible()
        expect(sam.get_by_text("Taken down")).to_be_visible()

    def see(self, page: Page, name: str) -> None:
        alarm = page.get_by_text("The approval of this published post was withdrawn")
        expect(alarm).to_be_visible()
        expect(page.get_by_text("The study was retracted.").first).to_be_visible()
        expect(page.get_by_role("button", name="I have taken the post down")).to_be_visible()
        look_at(page, f"{name}-withdrawn")

    def take_down(self, sam: Page) -> None:
        support.press(sam, "I have taken the post down")
        support.dialog(sam).get_by_role("button", name="Yes, it is down").click()
        expect(sam.get_by_text("Recorded: the post is taken down.")).to_be_visible()
        expect(sam.get_by_text("Approval withdrawn, post taken down")).to_be_visible()


class TestHandOff:
    @pytest.fixture
    def approved(self, members: World) -> MadeDraft:
        content = make_content(CAPTION, topic="trauma", hashtags=("rest", "r\u00fche"))
        return draft_in_state(members, "approved", content=content)

    def clipboard(self, page: Page) -> str:
        return str(page.evaluate("navigator.clipboard.readText()"))

    def stored(self, members: World, draft: MadeDraft) -> str:
        rows = members.run_sql(
            "select content ->> 'caption' from public.draft_versions where draft_id = %s", draft.id
        )
        return str(rows[0][0])

    def test_on_a_phone_from_the_copy_to_published(
        self, browser_as: BrowserAs, members: World, approved: MadeDraft
    ) -> None:
        ines = browser_as("ines", path=f"/draft?draft={approved.id}", **ON_A_PHONE)
        ines.context.grant_permissions(["clipboard-read", "clipboard-write"])
        caption = self.stored(members, approved)
        assert caption == CAPTION.replace("\r\n", "\n")
        tap(ines, "Copy the caption")
        expect(ines.get_by_text("Copied: the caption.")).to_be_visible()
        assert self.clipboard(ines) == caption
        tap(ines, "Copy caption and hashtags")
        expect(ines.get_by_text("Copied: caption and hashtags.")).to_be_visible()
        assert self.clipboard(ines) == f"{caption}\n\n#rest #r\u00fche"
        look_at(ines, "draft-hand-off")
        ines.get_by_label("Address of the post on Instagram").fill("https://example.org/p/1")
        tap(ines, "Mark as published")
        expect(ines.get_by_text("Marked as published.")).to_be_visible()
        expect(ines.get_by_text(re.compile("You read the comments until"))).to_be_visible()
        expect(ines.get_by_role("link", name="Open it on Instagram")).to_be_visible()
        look_at(ines, "draft-published")
        tap(ines, "I am done watching")
        expect(ines.get_by_text("You no longer watch the comments")).to_be_visible()

    def test_without_a_clipboard_for_pages_it_copies_the_old_way(
        self, browser_as: BrowserAs, members: World, approved: MadeDraft
    ) -> None:
        ines = browser_as("ines", fresh=True)
        ines.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ines.add_init_script(
            "navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))"
        )
        ines.goto(f"/draft?draft={approved.id}")
        settle(ines)
        support.press(ines, "Copy the caption")
        expect(ines.get_by_text("Copied: the caption.")).to_be_visible()
        assert self.clipboard(ines) == self.stored(members, approved)

    def test_where_nothing_can_be_copied_the_text_is_there_to_select(
        self, browser_as: BrowserAs, members: World, approved: MadeDraft
    ) -> None:
        ines = browser_as("ines", fresh=True)
        ines.add_init_script(
            "navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'));"
            "document.execCommand = () => false"
        )
        ines.goto(f"/draft?draft={approved.id}")
        settle(ines)
        support.press(ines, "Copy the caption")
        by_hand = ines.get_by_label("Text to copy")
        expect(by_hand).to_have_value(self.stored(members, approved))
        expect(ines.get_by_text("This browser does not let pages copy.")).to_be_visible()


class TestDecisionPage:
    def test_is_a_page_of_its_own(
        self, browser_as: BrowserAs, open_page: Callable[..., Page], members: World, tmp_path: Path
    ) -> None:
        hostile = "<script>document.title = 'taken over'</script><img src=//127.0.0.2:9/x>"
        draft = draft_in_state(members, "approved", content=make_content(hostile))
        dana = browser_as("dana")
        support.open_room(dana, draft.id)
        support.press(dana, "Save as a page")
        with dana.expect_download() as started:
            support.dialog(dana).get_by_role("button", name="Download the page").click()
        assert re.fullmatch(
            rf"decision-[\d-]+-version-1-{draft.content_hash[:8]}\.html",
            started.value.suggested_filename,
        )
        path = tmp_path / "decision.html"
        started.value.save_as(path)
        # The watch on every context fails this test if the page asks anybody for anything.
        page = open_page()
        page.set_content(path.read_text(encoding="utf-8"))
        expect(page).to_have_title("Approved: Rest days")
        expect(page.get_by_text(hostile, exact=True)).to_be_visible()
        expect(page.get_by_text(draft.content_hash, exact=True)).to_be_visible()
        axe(page)
        line = page.locator(".code.text").inner_text()
        assert json.loads(line.removeprefix("tandem-content-1"))["caption"] == hostile
