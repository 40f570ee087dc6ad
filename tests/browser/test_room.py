"""Talking in the review room: at the same time as others, in threads, apart from the author."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from services import discussion
from tests.browser import support
from tests.browser.support import BrowserAs, look_at
from tests.support.pages import axe, check_phone, settle
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    submit,
)
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

SECRET = "She sounds worn out; I would call her before deciding."
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
LOOKED = "select count(*) from public.draft_looks where profile_id = %s and version_number = %s"

# Follows the menu, and hears of news again and again until the other page is there.
NEWS_ON_LEAVING = """() => {
  window.fetch = async () => new Response('{"news": true, "away": false}')
  document.querySelector("nav[aria-label=Pages] a[data-path=drafts]").click()
  for (let milliseconds = 0; milliseconds < 60; milliseconds += 4) {
    setTimeout(() => document.dispatchEvent(new Event("visibilitychange")), milliseconds)
  }
}"""


@pytest.fixture
def room(members: World) -> MadeDraft:
    """In review, version 1, by ines."""
    return draft_in_state(members, "in_review")


def say(world: World, who: str, draft: MadeDraft, body: str, **more: object) -> str:
    gateway = getattr(world, who).gateway()
    return discussion.add_comment(
        gateway,
        draft_id=draft.id,
        version=draft.version or 1,
        body=body,
        **more,  # type: ignore[arg-type]
    )


class TestAtTheSameTime:
    def test_a_comment_appears_while_the_other_types(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        for number in range(12):
            say(members, "sam", room, f"Earlier thought {number}\nof several\nlines")
        dana, marco = browser_as("dana"), browser_as("marco")
        support.open_room(dana, room.id)
        support.open_room(marco, room.id)
        typing = support.thread(dana, "Earlier thought 3\n")
        typing.get_by_role("button", name="Answer").click()
        field = dana.get_by_label("Your answer")
        field.press_sequentially("Half a")
        box = field.bounding_box()
        assert box is not None

        marco.get_by_label("Your comment").fill("Hello from Marco")
        marco.get_by_role("button", name="Add comment").click()
        arrived = support.said(dana, "Hello from Marco")
        expect(arrived).to_have_count(1, timeout=support.NEWS_MS)

        expect(field).to_be_focused()
        dana.keyboard.type(" thought")
        expect(field).to_have_value("Half a thought")
        now = field.bounding_box()
        assert now is not None
        assert abs(now["y"] - box["y"]) < 2, "the page jumped"
        assert dana.evaluate(SCROLLED) > 0
        expect(dana.get_by_role("button", name="Show what is new")).to_have_count(0)
        expect(dana.get_by_role("heading", name="Comments (13)")).to_be_visible()

    def test_a_decision_is_told_and_waits_until_it_is_asked_for(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        ines = browser_as("ines")
        support.open_room(ines, room.id)
        field = ines.get_by_label("Your comment")
        field.fill("Half a thought")
        decide(members, room, "approved")
        bar = ines.get_by_text("Something changed in this draft since you opened it")
        expect(bar).to_be_visible(timeout=support.NEWS_MS)
        expect(bar).to_contain_text("Dana: approved, version 1.")
        expect(ines.get_by_test_id("stMain").get_by_text("In review").first).to_be_visible()
        axe(ines)
        check_phone(ines)
        support.press(ines, "Show what is new")
        expect(bar).to_have_count(0)
        expect(ines.get_by_role("heading", name="Publish")).to_be_visible()
        expect(field).to_have_value("Half a thought")

    def test_reading_is_remembered_once_a_while_has_passed(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        marco = browser_as("marco")
        support.open_room(marco, room.id)
        wait_until(lambda: members.run_sql(LOOKED, members.marco.id, 1) == [(1,)], what="the look")


class TestLeaving:
    def test_news_in_the_moment_somebody_leaves_do_not_leave_them_with_nothing(
        self, browser_as: BrowserAs, room: MadeDraft
    ) -> None:
        marco = browser_as("marco")
        heading = marco.get_by_role("heading", level=1)
        for _ in range(4):
            support.open_room(marco, room.id)
            marco.evaluate(NEWS_ON_LEAVING)
            expect(heading).to_have_text("Drafts")
            settle(marco)
            expect(heading).to_have_text("Drafts")


class TestThreads:
    def test_mention_answer_resolve_and_reopen(
        self, browser_as: BrowserAs, room: MadeDraft
    ) -> None:
        dana = browser_as("dana")
        support.open_room(dana, room.id)
        dana.get_by_label("Your comment").fill("Which source is this from?")
        dana.get_by_role("button", name="Mention somebody").click()
        dana.get_by_label("Whom to mention").fill("ine")
        dana.locator("#talk .found").get_by_role("button", name="Ines").click()
        support.press(dana, "Add comment")
        expect(support.thread(dana, "Which source")).to_contain_text("Ines")

        ines = browser_as("ines")
        support.open_room(ines, room.id)
        thread = support.thread(ines, "Which source")
        expect(thread.get_by_text("For you")).to_be_visible()
        expect(ines.get_by_text("1 open thread for you")).to_be_visible()
        thread.get_by_role("button", name="Answer").click()
        ines.get_by_label("Your answer").fill("From my own diary.")
        support.press(ines, "Send answer")
        expect(thread.get_by_text("From my own diary.")).to_be_visible()
        expect(ines.get_by_label("Your answer")).to_be_hidden()

        thread.get_by_role("button", name="Resolve").click()
        folded = ines.get_by_text("1 resolved")
        expect(folded).to_be_visible()
        expect(folded).to_be_focused()
        expect(thread).to_be_hidden()
        expect(dana.get_by_text("1 resolved")).to_be_visible(timeout=support.NEWS_MS)
        axe(dana)
        dana.get_by_text("1 resolved").click()
        reopened = support.thread(dana, "Which source")
        expect(reopened).to_contain_text("Resolved by Ines")
        reopened.get_by_role("button", name="Reopen").click()
        expect(folded).to_be_hidden(timeout=support.NEWS_MS)
        expect(thread).to_be_visible()
        look_at(ines, "room-threads")

    def test_a_long_thread_shows_how_it_began_and_how_it_goes_on(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        first = say(members, "marco", room, "How it began")
        for number in range(10):
            say(members, "ines", room, f"Answer {number}.", parent_id=first)
        dana = browser_as("dana")
        support.open_room(dana, room.id)
        expect(dana.get_by_text("How it began")).to_be_visible()
        expect(dana.get_by_text("Answer 9.")).to_be_visible()
        expect(dana.get_by_text("Answer 3.")).to_be_hidden()
        dana.get_by_role("button", name="Show 7 earlier answers").click()
        expect(dana.get_by_text("Answer 3.")).to_be_visible()
        check_phone(dana)

    def test_a_link_leads_to_one_comment(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        sought = say(members, "marco", room, "The one that was meant")
        for number in range(15):
            say(members, "sam", room, f"Another {number}")
        discussion.resolve_thread(members.sam.gateway(), comment_id=sought, is_resolved=True)
        ines = browser_as("ines")
        ines.goto(f"/review?draft={room.id}&comment={sought}")
        expect(support.said(ines, "The one that was meant")).to_be_focused()
        expect(support.said(ines, "The one that was meant")).to_be_in_viewport()

    def test_it_can_be_done_by_keyboard_alone(self, browser_as: BrowserAs, room: MadeDraft) -> None:
        marco = browser_as("marco")
        support.open_room(marco, room.id)
        marco.get_by_label("Your comment").focus()
        marco.keyboard.type("Typed and sent")
        marco.keyboard.press("Tab")
        marco.keyboard.press("Enter")
        expect(support.said(marco, "Typed and sent")).to_be_visible()
        marco.keyboard.type("Next")
        marco.keyboard.press("Shift+Tab")
        expect(marco.get_by_label("Your comment")).to_be_focused()

    def test_what_cannot_be_sent_stays_with_the_reason(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        marco = browser_as("marco")
        support.open_room(marco, room.id)
        support.press(marco, "Add comment")
        expect(marco.get_by_role("alert").filter(has_text="please write something")).to_be_visible()
        # More than a person can write in an hour.
        members.run_sql(
            "insert into public.comments (workspace_id, draft_id, version_number, author_id, body)"
            " select %s, %s, 1, %s, 'x' from generate_series(1, 120)",
            members.home,
            room.id,
            members.marco.id,
        )
        marco.get_by_label("Your comment").fill("One too many")
        support.press(marco, "Add comment")
        expect(marco.get_by_text("That is 120 comments in an hour")).to_be_visible()
        expect(marco.get_by_label("Your comment")).to_have_value("One too many")


class TestNotes:
    def test_the_author_never_sees_a_trace(self, browser_as: BrowserAs, room: MadeDraft) -> None:
        dana, kim, ines, marco, sam = (
            browser_as(name) for name in ("dana", "kim", "ines", "marco", "sam")
        )
        for page in (dana, kim, ines, marco, sam):
            support.open_room(page, room.id)
        notes = dana.locator("#talk .notes")
        expect(notes).to_contain_text("Only professionals read this. The author never does.")
        dana.get_by_label("Note to professionals").fill(SECRET)
        support.press(dana, "Add note for professionals")
        expect(notes.get_by_text(SECRET)).to_be_visible()
        expect(kim.get_by_text(SECRET)).to_be_visible(timeout=support.NEWS_MS)
        look_at(dana, "room-notes")
        for number, page in enumerate((ines, marco, sam)):
            support.comment(page, f"So that the room is read anew, {number}")
            assert SECRET not in all_of(page)
            expect(page.locator("#talk .notes")).to_have_count(0)
            page.reload()
            settle(page)
            expect(page.get_by_label("Your comment")).to_be_visible()
            assert SECRET not in all_of(page)

    def test_what_was_typed_comes_back_into_its_own_field(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        say(members, "marco", room, "A thread")
        dana = browser_as("dana")
        support.open_room(dana, room.id)
        dana.get_by_label("Note to professionals").fill(SECRET)
        support.thread(dana, "A thread").get_by_role("button", name="Answer").click()
        dana.get_by_label("Your answer").fill("Half an answer")
        support.open_room(dana, room.id)
        expect(dana.get_by_label("Note to professionals")).to_have_value(SECRET)
        expect(dana.get_by_label("Your answer")).to_have_value("Half an answer")
        expect(dana.get_by_label("Your comment")).to_have_value("")
        dana.goto("/auth/sign-out")
        dana.get_by_role("button", name=re.compile("Sign out")).click()
        assert (
            dana.evaluate("Object.keys(localStorage).filter((name) => /^tandem/.test(name))") == []
        )


def all_of(page: Page) -> str:
    """The page's whole HTML, with what lies in shadow roots."""
    found: str = page.evaluate(
        """() => {
          const list = (node) => [...(node.shadowRoot?.children ?? []), ...node.children]
          const read = (node) => (node.shadowRoot?.innerHTML ?? "") + list(node).map(read).join("")
          return document.documentElement.outerHTML + read(document.documentElement)
        }"""
    )
    return found


class TestAdvice:
    def test_a_peer_says_what_they_think_and_everybody_reads_it(
        self, browser_as: BrowserAs, room: MadeDraft
    ) -> None:
        marco = browser_as("marco")
        support.open_room(marco, room.id)
        expect(marco.get_by_text("It decides nothing")).to_be_visible()
        marco.get_by_label("Please change").check()
        support.press(marco, "Give advice")
        expect(marco.get_by_role("alert").filter(has_text="write something first")).to_be_visible()
        marco.get_by_label("In a few words").fill("A softer opening")
        look_at(marco, "room-advice")
        support.press(marco, "Give advice")
        advice = marco.locator("#talk .advice .said")
        expect(advice).to_contain_text("Please change")
        expect(advice).to_contain_text("on version 1")
        expect(marco.get_by_role("button", name="Give advice")).to_be_hidden()
        ines = browser_as("ines")
        support.open_room(ines, room.id)
        expect(ines.locator("#talk .advice .said")).to_contain_text("A softer opening")
        expect(ines.get_by_role("button", name="Give advice")).to_have_count(0)


class TestVersions:
    def test_it_opens_on_what_changed_since_the_last_look_and_puts_one_back(
        self, browser_as: BrowserAs, members: World, room: MadeDraft
    ) -> None:
        discussion.note_look(members.ines.gateway(), draft_id=room.id, version=1)
        draft = submit(members, edit(members, room, make_content("Rest is a gift.")))
        submit(members, edit(members, draft, make_content("Rest is a gift, sometimes.")))
        ines = browser_as("ines")
        support.open_room(ines, room.id)
        since = "You last read version 1. This is what changed since."
        expect(ines.get_by_text(since)).to_be_visible()
        expect(ines.locator("ins").first).to_contain_text("gift")
        look_at(ines, "room-changes")
        ines.get_by_text("Show changes since version 1").click()
        expect(ines.get_by_text(since)).to_have_count(0)
        expect(ines.get_by_role("group", name="Version 3")).to_contain_text("sometimes")

        ines.goto(f"/review?draft={room.id}&version=2&compare=1")
        expect(ines.locator("ins").first).to_contain_text("gift")
        expect(ines.get_by_text("sometimes")).to_have_count(0)

        support.press(ines, "Go on with version 2")
        expect(support.dialog(ines)).to_contain_text("kept as a version first")
        support.dialog(ines).get_by_role("button", name="Put version 2 back").click()
        expect(ines.get_by_text("Version 2 is the text you are writing now.")).to_be_visible()
        expect(ines.get_by_label("Caption", exact=True)).to_have_value("Rest is a gift.")
