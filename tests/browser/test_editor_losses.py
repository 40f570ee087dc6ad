"""The editor loses nothing: reloads, other windows, ended sessions."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editing import (
    SAVED,
    area_of,
    kept_entries,
    open_draft,
    status_of,
    stored_text,
    type_and_go_back,
    wait_for_saved,
    write,
)
from tests.browser.support import pick
from tests.support.accounts import PASSWORD
from tests.support.pages import axe, check_phone, screenshot
from tests.support.people import MadeDraft, World, decide, draft_in_state
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser


class TestNothingIsLost:
    def test_a_reload_in_the_middle_of_a_word_brings_the_text_back(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        write(page, " Unfinished sen")
        page.reload()
        expect(area).to_have_value("Rest is a skill. Unfinished sen")
        wait_for_saved(page)
        assert stored_text(members, draft) == "Rest is a skill. Unfinished sen"
        wait_until(lambda: kept_entries(page) == {}, what="the browser to let go")

    def test_going_back_while_a_text_is_on_its_way_is_saved_as_well(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        type_and_go_back(area, "Rest is for the weak.")
        assert SAVED not in (status_of(page).text_content() or "")
        wait_for_saved(page)
        expect(area).to_have_value("Rest is a skill.")
        assert stored_text(members, draft) == "Rest is a skill."
        assert kept_entries(page) == {}

    def test_a_note_for_the_reviewer_is_kept_until_it_is_sent(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        note = page.get_by_label("A note for the reviewer")
        note.press_sequentially("The first line is new.")
        page.reload()
        expect(page.get_by_text("What you had typed here is back.")).to_be_visible()
        expect(note).to_have_value("The first line is new.")
        page.get_by_role("button", name="Send for review").click()
        expect(page.get_by_text("Version 1 is with the professionals")).to_be_visible()
        sent = "select note from public.draft_versions where draft_id = %s"
        assert members.run_sql(sent, draft.id) == [("The first line is new.",)]
        expect(page.get_by_label("What changed, and why")).to_have_value("")
        page.reload()
        expect(page.get_by_label("What changed, and why")).to_have_value("")
        expect(page.get_by_text("What you had typed here is back.")).to_have_count(0)

    def test_two_windows_see_both_texts_and_keep_mine_wins(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        first = browser_as("ines")
        open_draft(first, draft)
        second = first.context.new_page()
        open_draft(second, draft)
        write(first, " From the laptop.")
        wait_for_saved(first)
        write(second, " From the phone.")
        expect(second.get_by_text("Two texts")).to_be_visible()
        expect(second.get_by_role("group", name="Your text")).to_have_text(
            "Rest is a skill. From the phone."
        )
        expect(second.get_by_role("group", name="The other text")).to_have_text(
            "Rest is a skill. From the laptop."
        )
        expect(status_of(second)).to_contain_text("Changed in another window")
        assert stored_text(members, draft) == "Rest is a skill. From the laptop."
        axe(second)
        check_phone(second)
        screenshot(second, "draft-clash")
        second.get_by_role("button", name="Keep mine").click()
        wait_for_saved(second)
        expect(second.get_by_text("Two texts")).to_have_count(0)
        assert stored_text(members, draft) == "Rest is a skill. From the phone."
        assert kept_entries(second) == {}

    def test_taking_the_other_text_can_be_undone(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        first = browser_as("ines")
        open_draft(first, draft)
        second = first.context.new_page()
        area = open_draft(second, draft)
        write(first, " From the laptop.")
        wait_for_saved(first)
        write(second, " From the phone.")
        second.get_by_role("button", name="Take the other one").click()
        expect(area).to_have_value("Rest is a skill. From the laptop.")
        wait_for_saved(second)
        assert stored_text(members, draft) == "Rest is a skill. From the laptop."
        area.click()
        second.keyboard.press("Control+z")
        expect(area).to_have_value("Rest is a skill. From the phone.")
        wait_for_saved(second)
        assert stored_text(members, draft) == "Rest is a skill. From the phone."

    def test_a_conflict_survives_a_reload(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        first = browser_as("ines")
        open_draft(first, draft)
        second = first.context.new_page()
        open_draft(second, draft)
        write(first, " From the laptop.")
        wait_for_saved(first)
        write(second, " From the phone.")
        expect(second.get_by_text("Two texts")).to_be_visible()
        second.reload()
        expect(second.get_by_role("group", name="Your text")).to_have_text(
            "Rest is a skill. From the phone."
        )
        assert stored_text(members, draft) == "Rest is a skill. From the laptop."

    def test_an_idle_window_takes_over_what_another_one_saved(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        first = browser_as("ines")
        open_draft(first, draft)
        second = first.context.new_page()
        area = open_draft(second, draft)
        write(first, " From the laptop.")
        wait_for_saved(first)
        pick(second.get_by_label("Platform", exact=True), "TikTok")
        expect(area).to_have_value("Rest is a skill. From the laptop.")
        expect(second.get_by_text("Two texts")).to_have_count(0)

    def test_an_ended_session_keeps_the_text_until_the_next_sign_in(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        note = page.get_by_label("A note for the reviewer")
        note.press_sequentially("Softer now.")
        write(page, " Typed as the session ended.")
        members.run_sql("delete from public.web_sessions")
        page.get_by_role("link", name="Sign in and come back here").click()
        page.get_by_label("E-mail").fill(members.ines.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(area).to_have_value("Rest is a skill. Typed as the session ended.")
        expect(note).to_have_value("Softer now.")
        wait_for_saved(page)
        assert stored_text(members, draft) == "Rest is a skill. Typed as the session ended."

    def test_another_person_in_the_same_browser_never_meets_it(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        name = f"tandem:{members.marco.id}:{draft.id}:caption:x"
        entry = {"text": "Not hers", "base": "", "own": [], "at": 0, "left": True}
        page.evaluate(
            "([name, entry]) => localStorage.setItem(name, entry)", [name, json.dumps(entry)]
        )
        page.reload()
        expect(area_of(page)).to_have_value("Rest is a skill.")
        assert kept_entries(page) == {name: "Not hers"}

    def test_signing_out_takes_unsaved_text_away_in_every_window(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        first = browser_as("ines")
        open_draft(first, draft)
        second = first.context.new_page()
        open_draft(second, draft)
        write(first, " From the laptop.")
        wait_for_saved(first)
        write(second, " From the phone.")
        expect(second.get_by_text("Two texts")).to_be_visible()
        assert list(kept_entries(second).values()) == ["Rest is a skill. From the phone."]
        first.goto("/auth/sign-out")
        first.get_by_role("button", name="Sign out").click()
        expect(second.get_by_text("Please sign in again")).to_be_visible()
        # The browser tells its windows one after the other that the storage was cleared.
        wait_until(lambda: kept_entries(first) == {}, what="the kept text to go")
        second.close()
        assert kept_entries(first) == {}

    def test_text_for_a_draft_that_was_closed_meanwhile_starts_a_new_one(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        draft = draft_in_state(members, "in_review")
        page = browser_as("ines")
        open_draft(page, draft)
        decide(members, draft, "declined")
        write(page, " Typed too late, 👩‍👧 راحة.")
        left = page.get_by_role("group", name="Not saved")
        expect(left).to_have_text(f"{draft.content.caption} Typed too late, 👩‍👧 راحة.")
        page.reload()
        expect(left).to_have_text(f"{draft.content.caption} Typed too late, 👩‍👧 راحة.")
        axe(page)
        page.get_by_role("button", name="Start a new draft with it").click()
        expect(area_of(page)).to_have_value(f"{draft.content.caption} Typed too late, 👩‍👧 راحة.")
        assert draft.id not in page.url
        page.goto(f"/draft?draft={draft.id}")
        expect(page.get_by_text("declined version 1")).to_be_visible()
        wait_until(lambda: kept_entries(page) == {}, what="the browser to let go")
        expect(left).to_have_count(0)
