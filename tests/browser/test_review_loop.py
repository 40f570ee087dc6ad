"""The whole loop, as people play it: written, sent back, revised, approved, published.

Each person has a browser of their own. The text that is approved is the text that can be
published: an edit after approval ends it, whatever a window that was open still shows.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import support
from tests.browser.conftest import DEFAULTS, PATIENCE
from tests.browser.support import BrowserAs, Runner, look_at
from tests.support.pages import Watch, settle
from tests.support.people import World, draft_in_state

pytestmark = pytest.mark.browser

FIRST = "Just be positive and it will pass."
SECOND = "Some days are heavy. Talking to somebody you trust can help."
THIRD = "Some days are heavy. Talking to somebody you trust often helps."


def test_the_loop_from_first_word_to_publication(browser_as: BrowserAs) -> None:
    ines, dana, sam = (browser_as(name, path="/") for name in ("ines", "dana", "sam"))
    draft_id = send_first_text(ines)
    send_it_back(dana)
    revise(ines)
    approve_what_changed(dana)
    edit_after_approval(ines, sam, draft_id)
    publish_what_is_approved(ines, dana, sam, draft_id)
    read_history(ines, draft_id)


def send_first_text(ines: Page) -> str:
    draft_id = support.start_draft(ines, "Heavy days")
    support.write(ines, FIRST)
    support.send(ines)
    return draft_id


def send_it_back(dana: Page) -> None:
    support.go(dana, "Drafts")
    support.go(dana, "Home")
    expect(dana.get_by_text("1 post waits for a decision.")).to_be_visible()
    support.press(dana, "Review the next draft")
    expect(dana.get_by_text(FIRST)).to_be_visible()
    support.comment(dana, "The wish behind it is kind.")
    support.send_back(dana, reason="Wording", note="It can sound like blame. Could you rephrase?")
    look_at(dana, "review-sent-back")


def revise(ines: Page) -> None:
    support.go(ines, "Home")
    expect(ines.get_by_text("sent it back: Wording")).to_be_visible()
    look_at(ines, "home-sent-back")
    support.follow(ines, "Go on writing")
    support.write(ines, SECOND)
    support.send(ines)


def approve_what_changed(dana: Page) -> None:
    """Her room was open all the time: it says so by itself, and shows it when she asks."""
    news = dana.get_by_text("Something changed in this draft since you opened it")
    expect(news).to_be_visible(timeout=support.NEWS_MS)
    support.press(dana, "Show what is new")
    expect(dana.get_by_role("switch", name="Show changes since version 1")).to_be_checked()
    expect(dana.locator("ins").first).to_be_visible()
    support.choose(dana, "Approve")
    look_at(dana, "review-decide")
    support.approve(dana, 2)


def edit_after_approval(ines: Page, sam: Page, draft_id: str) -> None:
    """The approval ends in every window, also in those that still show it."""
    other = ines.context.new_page()
    for page in (sam, other):
        support.open_room(page, draft_id)
        expect(page.get_by_role("button", name="Mark version 2 as published")).to_be_visible()
    other.get_by_label("Address of the post").fill("https://example.org/post")
    ines.goto(f"/draft?draft={draft_id}")
    settle(ines)
    support.press(ines, "Edit the text")
    support.write(ines, THIRD)

    for page in (sam, other):
        support.press(page, "Mark version 2 as published")
        expect(page.get_by_text("Only an approved text can be marked published")).to_be_visible()
    expect(other.get_by_label("Address of the post")).to_have_value("https://example.org/post")
    look_at(other, "review-publish-refused")
    other.close()
    support.open_room(sam, draft_id)
    expect(sam.get_by_text("It no longer counts")).to_be_visible()
    expect(sam.get_by_role("button", name=re.compile("as published"))).to_have_count(0)


def publish_what_is_approved(ines: Page, dana: Page, sam: Page, draft_id: str) -> None:
    support.send(ines)
    support.open_room(dana, draft_id)
    support.approve(dana, 3)
    support.open_room(sam, draft_id)
    expect(sam.get_by_text("You last read version 2. This is what changed since.")).to_be_visible()
    expect(sam.locator("ins").first).to_contain_text("often helps")
    sam.get_by_text("Show changes since version 2").click()
    expect(sam.get_by_role("group", name="Version 3")).to_contain_text(THIRD)
    support.press(sam, "Mark version 3 as published")
    expect(sam.get_by_text("Marked as published.")).to_be_visible()
    look_at(sam, "review-published")


def read_history(ines: Page, draft_id: str) -> None:
    support.open_room(ines, draft_id)
    told = ines.get_by_test_id("stExpander").filter(has_text=re.compile(r"History \(\d+\)"))
    told.get_by_text(re.compile(r"History \(\d+\)")).click()
    for line in (
        "sent version 1 for review",
        "sent version 1 back: Wording",
        "approved version 2",
        "changed the approved text, so its approval ended",
        "approved version 3",
        "marked version 3 published",
    ):
        expect(told.get_by_text(line)).to_be_visible()


def test_from_nothing_to_an_approval_without_sql(browser: Browser, tmp_path: Path) -> None:
    with Runner(tmp_path, TANDEM_DEMO="0") as runner:
        watch = Watch(host=urlsplit(runner.url).netloc)

        def open_browser() -> Page:
            context = browser.new_context(**(DEFAULTS | {"base_url": runner.url}))
            context.set_default_timeout(PATIENCE)
            watch.follow(context)
            return context.new_page()

        printed = runner.run("coordinator", "cora@example.org")
        link = re.search(r"https?://\S+", printed)
        assert link, printed
        cora, ivy, pat = open_browser(), open_browser(), open_browser()

        support.sign_up(cora, link.group(0), name="Cora")
        support.go(cora, "People")
        to_ivy = support.invite(cora, email="ivy@example.org", roles=["Influencer"])
        to_pat = support.invite(cora, email="pat@example.org", roles=["Professional"])

        support.sign_up(ivy, to_ivy, name="Ivy")
        support.start_draft(ivy, "Rest days")
        support.write(ivy, SECOND)
        support.send(ivy)

        support.sign_up(pat, to_pat, name="Pat")
        expect(pat.get_by_text("once your credential is recorded")).to_be_visible()
        support.follow(pat, "Record your credential")
        record_credential(pat)

        support.go(cora, "Home")
        support.follow(cora, "1 credential to check")
        look_at(cora, "people-check")
        support.press(cora, "Check")
        support.dialog(cora).get_by_role("button", name="I found this entry").click()
        expect(cora.get_by_text("Pat can decide on drafts now.")).to_be_visible()

        support.go(pat, "Home")
        support.press(pat, "Review the next draft")
        expect(pat.get_by_text(SECOND)).to_be_visible()
        support.approve(pat, 1)

        support.go(ivy, "Home")
        expect(ivy.get_by_text("1 draft of yours is ready to publish.")).to_be_visible()
        for page in (cora, ivy, pat):
            page.context.close()
        watch.check()


def record_credential(page: Page) -> None:
    for label, value in (
        ("Profession", "Psychologist"),
        ("Address of the entry", "https://register.example.org/pat"),
        ("Country or state", "Kenya"),
    ):
        page.get_by_role("textbox", name=label).fill(value)
    support.pick(page.get_by_role("combobox", name="Topics to decide on"), "General well-being")
    page.keyboard.press("Escape")
    support.press(page, "Record credential")
    expect(page.get_by_text("Recorded. A coordinator will look it up.")).to_be_visible()


class TestTypedText:
    """A comment or note outlives what happens to the page around it."""

    def test_comes_back_after_a_reload(self, browser_as: BrowserAs, members: World) -> None:
        draft = draft_in_state(members, "in_review")
        dana = browser_as("dana")
        support.open_room(dana, draft.id)
        dana.get_by_label("Your comment").fill("Half a thought")
        support.choose(dana, "Send back")
        dana.get_by_label("What should change, and why").fill("The second sentence")
        support.open_room(dana, draft.id)
        expect(dana.get_by_label("Your comment")).to_have_value("Half a thought")
        expect(dana.get_by_text("What you had typed here is back.").first).to_be_visible()
        support.choose(dana, "Send back")
        note = dana.get_by_label("What should change, and why")
        expect(note).to_have_value("The second sentence")

    def test_does_not_come_back_once_it_was_sent(
        self, browser_as: BrowserAs, members: World
    ) -> None:
        draft = draft_in_state(members, "in_review")
        dana = browser_as("dana")
        support.open_room(dana, draft.id)
        support.comment(dana, "A whole thought")
        support.open_room(dana, draft.id)
        expect(dana.get_by_text("Comments (1)")).to_be_visible()
        expect(dana.get_by_label("Your comment")).to_have_value("")

    def test_comes_back_after_the_session_ended(
        self, browser_as: BrowserAs, members: World
    ) -> None:
        draft = draft_in_state(members, "in_review")
        dana = browser_as("dana")
        support.open_room(dana, draft.id)
        dana.get_by_label("Your comment").fill("Half a thought")
        # Not clicked on: for two seconds the process still remembers the session and would send it.
        members.run_sql("delete from public.web_sessions")
        dana.get_by_role("link", name=re.compile("Sign in")).click()
        dana.get_by_label("E-mail").fill(members.dana.email)
        dana.get_by_label("Password", exact=True).fill(support.PASSWORD)
        dana.get_by_role("button", name="Sign in", exact=True).click()
        expect(dana.get_by_label("Your comment")).to_have_value("Half a thought")
        assert support.read_draft_id(dana) == draft.id
