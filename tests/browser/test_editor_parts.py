"""Every part of a post is written like the caption: nothing is lost, other windows are merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from services.embedded.stack import Stack
from tests.browser.editing import (
    KEPT,
    SAVED,
    area_of,
    kept_entries,
    open_draft,
    small_controls,
    status_of,
    stored_text,
    wait_for_saved,
    write,
)
from tests.browser.support import ON_A_PHONE, pick
from tests.support.accounts import PASSWORD
from tests.support.app import AppServer
from tests.support.cable import Cable
from tests.support.pages import Watch, axe, check_phone, screenshot, settle
from tests.support.people import MadeDraft, World, draft_in_state, make_content
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

TEN_MINUTES_MS = 600_000


def add(page: Page, what: str) -> None:
    page.get_by_role("button", name=f"Add {what}").click()


class TestParts:
    def test_a_part_is_one_tap_away_and_survives_a_reload_unsaved(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        expect(area_of(page, "script")).to_be_hidden()
        add(page, "a script")
        expect(area_of(page, "script")).to_be_focused()
        page.keyboard.type("Hello, and wel")
        page.reload()
        expect(area_of(page, "script")).to_have_value("Hello, and wel")
        wait_for_saved(page, "script")
        assert stored_text(members, draft, "script") == "Hello, and wel"
        assert stored_text(members, draft) == "Rest is a skill."
        wait_until(lambda: kept_entries(page) == {}, what="the browser to let go")

    @pytest.mark.parametrize("part", ["title", "goal", "hashtags"])
    def test_a_line_typed_just_before_a_reload_is_there_afterwards(
        self, browser_as: Callable[..., Page], draft: MadeDraft, part: str
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, " sleep", part)
        typed = area_of(page, part).input_value().strip()
        page.reload()
        expect(area_of(page, part)).to_have_value("#sleep" if part == "hashtags" else typed)
        wait_for_saved(page, part)
        page.reload()
        expect(area_of(page, part)).to_have_value("#sleep" if part == "hashtags" else typed)

    def test_hashtags_are_typed_as_people_type_them(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, "rest, #sleep  Calm, ", "hashtags")
        wait_for_saved(page, "hashtags")
        # Nothing is taken from under the caret while the person goes on.
        expect(area_of(page, "hashtags")).to_have_value("rest, #sleep  Calm, ")
        page.keyboard.type("rest tea one two")
        page.keyboard.press("Tab")
        expect(area_of(page, "hashtags")).to_have_value("#rest #sleep #Calm #tea #one #two")
        wait_for_saved(page, "hashtags")
        expect(page.locator("#count-hashtags")).to_have_text("6 hashtags: 1 over Instagram's 5")
        stored = stored_text(members, draft, "hashtags")
        assert stored == '["rest", "sleep", "Calm", "tea", "one", "two"]'

    def test_control_s_sends_at_once_and_says_so(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        add(page, "a transcript")
        page.keyboard.type("Spoken words.")
        page.keyboard.press("Control+s")
        wait_for_saved(page, "transcript")
        assert stored_text(members, draft, "transcript") == "Spoken words."
        expect(page.locator("#count-transcript")).to_have_text("13 characters · 2 words")

    def test_a_draft_keeps_its_title_when_the_field_is_emptied(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        before = area_of(page, "title").input_value()
        area_of(page, "title").fill("")
        expect(status_of(page, "title")).to_contain_text("The last one is kept until then")
        write(page, " More.")
        wait_for_saved(page)
        assert members.run_sql("select title from public.drafts") == [(before,)]

    def test_another_format_asks_for_other_parts_and_keeps_what_is_written(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, "calm", "hashtags")
        wait_for_saved(page, "hashtags")
        pick(page.get_by_label("Format", exact=True), "Podcast")
        expect(page.get_by_label("Description", exact=True)).to_have_value("Rest is a skill.")
        expect(area_of(page, "script")).to_be_visible()
        expect(area_of(page, "hashtags")).to_have_value("#calm")


class TestTwoWindows:
    def test_typing_in_the_same_part_keeps_both_and_goes_on_saving_the_others(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        first = browser_as("ines")
        open_draft(first, draft)
        second = first.context.new_page()
        open_draft(second, draft)
        for page, words in ((first, "Said here."), (second, "Said there.")):
            add(page, "a script")
            page.keyboard.type(words)
            if page is first:
                wait_for_saved(first, "script")
        expect(second.get_by_text("Two texts")).to_be_visible()
        expect(second.get_by_role("group", name="Your text")).to_have_text("Said there.")
        expect(second.get_by_role("group", name="The other text")).to_have_text("Said here.")
        write(second, " And more.")
        wait_for_saved(second)
        assert stored_text(members, draft) == "Rest is a skill. And more."
        assert stored_text(members, draft, "script") == "Said here."
        axe(second)
        screenshot(second, "draft-clash-part")
        second.get_by_role("button", name="Take the other one").click()
        expect(area_of(second, "script")).to_have_value("Said here.")
        area_of(second, "script").click()
        second.keyboard.press("Control+z")
        expect(area_of(second, "script")).to_have_value("Said there.")


@pytest.fixture
def tunnel(stack: Stack, tmp_path: Path) -> Iterator[tuple[AppServer, Cable]]:
    """An app that forgets a session soon after its connection, behind a line that can be cut."""
    server = AppServer(stack=stack, log=tmp_path / "app.log")
    cable = Cable(server.address.port)
    server.configure(TANDEM_PUBLIC_URL=cable.url, STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1")
    server.start()
    yield server, cable
    server.stop()
    cable.cut()


class TestAsleep:
    def test_ten_minutes_without_a_connection_lose_nothing(
        self,
        open_page: Callable[..., Page],
        tunnel: tuple[AppServer, Cable],
        members: World,
        draft: MadeDraft,
        watch: Watch,
    ) -> None:
        _, cable = tunnel
        watch.host = urlsplit(cable.url).netloc
        page = open_page(base_url=cable.url, **ON_A_PHONE)
        page.clock.install()
        page.goto(f"/auth/sign-in?next=/draft?draft={draft.id}")
        page.get_by_label("E-mail").fill(members.ines.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).tap()
        expect(area_of(page)).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Add a script").tap()
        cable.cut()
        page.keyboard.type("Said in a tunnel.")
        area_of(page).tap()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Typed in a tunnel.")
        expect(status_of(page)).to_contain_text(KEPT)
        page.clock.fast_forward(TEN_MINUTES_MS)
        expect(status_of(page)).to_contain_text(KEPT)
        assert sorted(kept_entries(page).values()) == [
            "Rest is a skill. Typed in a tunnel.",
            "Said in a tunnel.",
        ]
        assert stored_text(members, draft) == "Rest is a skill."
        cable.mend()
        expect(status_of(page)).to_contain_text(SAVED, timeout=60_000)
        expect(status_of(page, "script")).to_contain_text(SAVED, timeout=60_000)
        assert stored_text(members, draft) == "Rest is a skill. Typed in a tunnel."
        assert stored_text(members, draft, "script") == "Said in a tunnel."


class TestOnAPhone:
    def test_the_author_writes_and_sends_with_a_thumb(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines", **ON_A_PHONE)
        open_draft(page, draft)
        send = page.get_by_role("button", name="Send for review")
        expect(send).to_be_in_viewport()
        page.get_by_role("button", name="Add text on the screen").tap()
        page.keyboard.type("Rest is allowed\n\nStart small")
        wait_for_saved(page, "on_screen_text")
        preview = page.get_by_text("Preview: Post on Instagram")
        expect(page.get_by_text("1 of 2")).to_be_hidden()
        preview.tap()
        expect(page.get_by_text("1 of 2")).to_be_visible()
        page.get_by_role("button", name="Next", exact=True).tap()
        expect(page.get_by_text("2 of 2")).to_be_visible()
        assert small_controls(page) == []
        check_phone(page)
        send.tap()
        expect(page.get_by_text("Version 1 is with the professionals")).to_be_visible()
        sent = members.run_sql(
            "select content ->> 'on_screen_text' from public.draft_versions where draft_id = %s",
            draft.id,
        )
        assert sent == [("Rest is allowed\n\nStart small",)]


class TestPreview:
    def test_it_cuts_where_the_feed_does_and_says_what_is_too_long(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        area.fill("<b>Rest</b> is a skill. " * 100)
        wait_for_saved(page)
        more = page.get_by_role("button", name="more", exact=True)
        expect(more).to_have_attribute("aria-expanded", "false")
        expect(page.get_by_text("The caption has 2,400 characters: 200 over")).to_be_visible()
        more.click()
        expect(page.get_by_role("button", name="less", exact=True)).to_be_visible()
        write(page, "calm", "hashtags")
        page.get_by_role("button", name="Add a link").first.click()
        page.keyboard.type("https://example.org/rest")
        wait_for_saved(page, "link")
        expect(
            page.get_by_text("People cannot tap a link in a caption on Instagram")
        ).to_be_visible()
        axe(page)
        check_phone(page)
        screenshot(page, "draft-preview")


class TestLook:
    def test_a_whole_post_of_every_shape_is_accessible_and_fits_a_phone(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        page = browser_as("ines")
        for format_code, platform in (
            ("video", "tiktok"),
            ("carousel", "linkedin"),
            ("article", "blog"),
            ("podcast", "podcast"),
        ):
            content = make_content(
                platform=platform,
                format=format_code,
                script="Hello, and welcome.",
                on_screen_text="Rest is allowed\n\nStart small",
                transcript="Hello.",
                hashtags=tuple(f"tag{number}" for number in range(6)),
                link="https://example.org/rest",
                video_link="https://example.org/v",
            )
            draft = draft_in_state(members, "changes_requested", content=content)
            page.goto(f"/draft?draft={draft.id}")
            expect(page.get_by_label("Script", exact=True)).to_have_value("Hello, and welcome.")
            settle(page)
            axe(page)
            check_phone(page)
            screenshot(page, f"draft-{format_code}")

    def test_a_published_post_is_read_part_by_part(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        content = make_content(
            platform="podcast",
            format="podcast",
            script="Hello, and welcome.",
            transcript="Hello.",
            hashtags=("rest", "sleep"),
            link="https://example.org/rest",
        )
        read = draft_in_state(members, "published", content=content)
        page = browser_as("ines", path=f"/draft?draft={read.id}")
        expect(page.get_by_text("Hello, and welcome.")).to_be_visible()
        expect(page.get_by_role("group", name=": Transcript")).to_have_text("Hello.")
        axe(page)
        check_phone(page)
        screenshot(page, "draft-read")
