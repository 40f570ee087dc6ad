"""Writing a draft: whatever happens, no typed word is lost and none is shown as saved too early."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from services.posts import Content
from tests.browser.editing import (
    SAVED,
    area_of,
    kept_entries,
    open_draft,
    stored_text,
    wait_for_saved,
    write,
)
from tests.support.pages import axe, check_phone, screenshot, settle
from tests.support.people import MadeDraft, World, decide, draft_in_state

pytestmark = pytest.mark.browser


class TestSavingByItself:
    def test_it_saves_after_a_pause_and_says_when(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, " You can learn it.")
        wait_for_saved(page)
        assert stored_text(members, draft) == "Rest is a skill. You can learn it."
        assert kept_entries(page) == {}

    def test_it_never_says_saved_about_a_newer_text(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        page.evaluate(
            """() => {
              const shadow = [...document.querySelectorAll("*")]
                .find((e) => e.shadowRoot?.querySelector("#part-caption")).shadowRoot
              const status = shadow.querySelector("#status-caption")
              const area = shadow.querySelector("#part-caption")
              window.seen = []
              new MutationObserver(() => window.seen.push([status.textContent, area.value]))
                .observe(status, {childList: true, characterData: true, subtree: true})
            }"""
        )
        write(page, " One.")
        wait_for_saved(page)
        write(page, " Two.")
        wait_for_saved(page)
        seen = page.evaluate("window.seen")
        saved = [text for status, text in seen if status.startswith(SAVED)]
        assert saved
        assert set(saved) <= {"Rest is a skill. One.", "Rest is a skill. One. Two."}

    def test_the_caret_stays_where_it_is_through_saves(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        area.click()
        page.keyboard.press("Control+Home")
        for letter in "So ":
            page.keyboard.type(letter)
            wait_for_saved(page)
        expect(area).to_have_value("So Rest is a skill.")
        expect(area).to_be_focused()
        page.keyboard.press("Control+z")
        assert area.input_value() != "So Rest is a skill."
        wait_for_saved(page)
        assert stored_text(members, draft) == area.input_value()

    def test_fields_are_saved_without_touching_the_text(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        write(page, " More")
        page.get_by_label("Working title", exact=True).fill("A better title")
        page.keyboard.press("Tab")
        expect(page.get_by_role("heading", name="A better title")).to_be_visible()
        wait_for_saved(page)
        expect(area).to_have_value("Rest is a skill. More")
        title = members.run_sql("select title from public.drafts where id = %s", draft.id)
        assert title == [("A better title",)]
        assert stored_text(members, draft) == "Rest is a skill. More"

    def test_what_was_typed_just_before_sending_is_sent(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, " The very last words.")
        page.get_by_role("button", name="Send for review").click()
        expect(page.get_by_text("Version 1 is with the professionals")).to_be_visible()
        sent = members.run_sql(
            "select content ->> 'caption' from public.draft_versions where draft_id = %s", draft.id
        )
        assert sent == [("Rest is a skill. The very last words.",)]


class TestDifficultTexts:
    def test_html_and_markdown_are_shown_as_text(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        nasty = (
            "<img src=x onerror=\"document.title='hacked'\">"
            "<script>document.title='hacked'</script>"
            " **bold** [link](javascript:alert(1)) :material/home: $x$ <b>b</b>"
        )
        content = Content("instagram", "general", nasty, ())
        draft = draft_in_state(members, "approved", title=nasty[:130], content=content)
        page = browser_as("ines", path=f"/draft?draft={draft.id}")
        expect(page.get_by_role("group", name="The approved text")).to_have_text(nasty)
        heading = page.get_by_role("heading", level=1)
        shown = heading.inner_text().replace("\u2060", "")
        assert shown == nasty[:130]
        page.get_by_role("button", name="Edit the text").click()
        expect(area_of(page)).to_have_value(nasty)
        assert page.title() != "hacked"
        assert page.get_by_role("group", name="The approved text").locator("img, b").count() == 0

    def test_twenty_thousand_characters_are_saved_and_sent_but_not_one_more(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        longest = ("All of this is one long post. " * 700)[:20_000]
        area.fill(longest + "!")
        expect(page.locator("#count-caption")).to_contain_text("1 over the 20,000 that can be sent")
        wait_for_saved(page)
        assert stored_text(members, draft) == longest + "!"
        expect(page.get_by_text("20,001 characters; 20,000 is the most")).to_be_visible()
        expect(page.get_by_role("button", name="Send for review")).to_be_disabled()
        area.fill(longest)
        wait_for_saved(page)
        page.get_by_role("button", name="Send for review").click()
        expect(page.get_by_text("Version 1 is with the professionals")).to_be_visible()
        check_phone(page)

    def test_right_to_left_text_runs_right_to_left(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        arabic = "الراحة مهارة يمكن تعلمها"
        content = Content("instagram", "general", arabic, ("EG",))
        draft = draft_in_state(members, "approved", title=arabic, content=content)
        page = browser_as("ines", path=f"/draft?draft={draft.id}")
        post = page.get_by_role("group", name="The approved text")
        expect(post).to_have_text(arabic)
        assert post.evaluate("element => element.matches(':dir(rtl)')")
        page.get_by_role("button", name="Edit the text").click()
        assert area_of(page).evaluate("element => element.matches(':dir(rtl)')")

    def test_an_invisible_override_is_named_to_the_reader(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        content = Content("instagram", "general", "Call \u202e321\u202c now\u200b.", ())
        draft = draft_in_state(members, "approved", content=content)
        page = browser_as("ines", path=f"/draft?draft={draft.id}")
        post = page.get_by_role("group", name="The approved text")
        expect(post.get_by_text("right-to-left override")).to_be_visible()
        expect(post.get_by_text("zero-width space")).to_be_visible()

    def test_control_characters_and_half_characters_do_not_stop_a_save(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        area.evaluate(
            """(area) => {
              area.value = "one\\u0000two\\u0007three\\ud83d four"
              area.dispatchEvent(new Event("input", {bubbles: true}))
            }"""
        )
        wait_for_saved(page)
        assert stored_text(members, draft) == "onetwothree\ufffd four"


class TestApproval:
    def test_an_edit_is_announced_before_it_ends_the_approval_and_told_after(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        draft = draft_in_state(members, "approved")
        page = browser_as("ines", path=f"/draft?draft={draft.id}")
        expect(page.get_by_text("Any edit ends the approval")).to_be_visible()
        page.get_by_role("button", name="Edit the text").click()
        expect(page.get_by_text("You are about to change an approved text")).to_be_visible()
        area = area_of(page)
        write(page, " Edited.")
        expect(page.get_by_text("Your edit ended the approval of version 1")).to_be_visible()
        wait_for_saved(page)
        expect(area).to_be_focused()
        page.keyboard.type(" And on.")
        wait_for_saved(page)
        expect(page.get_by_role("button", name="Send again for review")).to_be_enabled()
        state = members.run_sql("select state from public.drafts where id = %s", draft.id)
        assert state == [("drafting",)]
        assert stored_text(members, draft) == area.input_value()
        assert area.input_value().endswith(" Edited. And on.")

    def test_an_approval_of_an_older_text_shows_both_and_the_way_back(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        draft = draft_in_state(members, "in_review")
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, " Newer words.")
        wait_for_saved(page)
        decide(members, draft, "approved")
        page.reload()
        expect(page.get_by_text("You changed the text after sending version 1")).to_be_visible()
        axe(page)
        screenshot(page, "draft-approved-newer")
        page.get_by_role("button", name="Go back to the approved text").click()
        expect(page.get_by_text("The approved text is back")).to_be_visible()
        assert stored_text(members, draft) == draft.content.caption
        page.get_by_role("button", name="Mark as published").click()
        expect(page.get_by_text("Marked as published")).to_be_visible()


STATES = (
    "drafting",
    "in_review",
    "changes_requested",
    "approved",
    "expired",
    "published",
    "declined",
    "withdrawn",
)


class TestLook:
    def test_every_state_is_accessible_and_fits_a_phone(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        page = browser_as("ines")
        for state in STATES:
            draft = draft_in_state(members, state, title=f"Rest days, {state}")
            page.goto(f"/draft?draft={draft.id}")
            expect(page.get_by_role("heading", level=1)).to_have_text(f"Rest days, {state}")
            settle(page)
            axe(page)
            check_phone(page)
            screenshot(page, f"draft-{state}")

    def test_a_new_draft_begins_with_a_short_form(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines", path="/draft")
        expect(page.get_by_role("heading", name="New draft")).to_be_visible()
        axe(page)
        check_phone(page)
        screenshot(page, "draft-new")
        page.get_by_role("button", name="Start writing").click()
        expect(page.get_by_text("Please give it a working title first")).to_be_visible()
        page.get_by_label("Working title", exact=True).fill("Small steps")
        page.get_by_role("button", name="Start writing").click()
        expect(area_of(page)).to_be_visible()
        assert "draft=" in page.url
        expect(page.get_by_text("Only you can see this")).to_be_visible()

    def test_an_unknown_draft_is_a_friendly_dead_end(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines")
        for bad in ("nonsense", "00000000-0000-4000-8000-000000000000"):
            page.goto(f"/draft?draft={bad}")
            expect(page.get_by_text("This draft is not here")).to_be_visible()
        axe(page)

    def test_somebody_elses_draft_leads_to_the_review_room(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        draft = draft_in_state(members, "in_review")
        page = browser_as("marco", path=f"/draft?draft={draft.id}")
        expect(page.get_by_role("link", name="Open the review room")).to_be_visible()
        expect(area_of(page)).to_have_count(0)
