"""Sessions in a real browser: they last, they end everywhere, and they lead back."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.support.accounts import PASSWORD
from tests.support.pages import axe, check_phone, screenshot, settle
from tests.support.people import MadeDraft, World, make_content, make_draft

pytestmark = pytest.mark.browser

ENDED = "Please sign in again"


@pytest.fixture
def draft(members: World) -> MadeDraft:
    return make_draft(members, content=make_content("Rest is a skill."))


def sign_out(page: Page) -> None:
    """In a tab of its own, as somebody would who has two open."""
    page.goto("/auth/sign-out")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


class TestItLasts:
    def test_through_a_reload_a_second_tab_and_a_deep_link(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines", path="/")
        page.reload()
        settle(page)
        assert urlsplit(page.url).path == "/"
        second = page.context.new_page()
        second.goto(f"/draft?draft={draft.id}")
        expect(second.get_by_label("Caption", exact=True)).to_have_value("Rest is a skill.")

    def test_a_deep_link_of_a_stranger_is_kept_through_sign_in(
        self, members: World, open_page: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = open_page()
        page.goto(f"/draft?draft={draft.id}")
        sign_in(page, members.ines.email)
        expect(page.get_by_label("Caption", exact=True)).to_have_value("Rest is a skill.")
        assert page.url.endswith(f"/draft?draft={draft.id}")


class TestItEnds:
    def test_in_every_tab_within_seconds(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines", path="/")
        second = page.context.new_page()
        second.goto("/drafts")
        settle(second)
        sign_out(page.context.new_page())
        for tab in (page, second):
            expect(tab.get_by_role("heading", name=ENDED)).to_be_visible(timeout=5000)
            expect(tab.get_by_text("Ines", exact=True)).to_have_count(0)
            expect(tab.get_by_role("link", name="Drafts")).to_have_count(0)
        second.reload()
        expect(second.get_by_role("heading", name="Sign in")).to_be_visible()

    def test_from_the_page_itself(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines", path="/")
        page.get_by_role("link", name="Sign out", exact=True).click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    def test_everywhere_when_a_coordinator_suspends_somebody(
        self, browser_as: Callable[..., Page], members: World
    ) -> None:
        page = browser_as("ines", path="/")
        members.sam.gateway().write(
            "set_suspended",
            {"p_workspace": members.home, "p_profile": members.ines.id, "p_suspended": True},
        )
        expect(page.get_by_role("heading", name=ENDED)).to_be_visible(timeout=5000)

    def test_and_leads_back_with_the_typed_text(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines", path=f"/draft?draft={draft.id}")
        area = page.get_by_label("Caption", exact=True)
        expect(area).to_have_value("Rest is a skill.")
        area.click()
        page.keyboard.press("Control+End")
        members.run_sql("delete from public.web_sessions")
        page.keyboard.insert_text(" Typed at the very end.")
        expect(page.get_by_role("heading", name=ENDED)).to_be_visible(timeout=5000)
        page.get_by_role("link", name="Sign in and come back here").click()
        sign_in(page, members.ines.email)
        expect(page.get_by_label("Caption", exact=True)).to_have_value(
            "Rest is a skill. Typed at the very end."
        )
        assert page.url.endswith(f"/draft?draft={draft.id}")

    def test_another_person_finds_nothing_of_the_first(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines", path=f"/draft?draft={draft.id}")
        expect(page.get_by_label("Caption", exact=True)).to_be_visible()
        other = page.context.new_page()
        sign_out(other)
        sign_in(other, members.wes.email)
        settle(other)
        expect(page.get_by_text("Rest is a skill.")).to_have_count(0, timeout=10_000)
        expect(page.get_by_label("Caption", exact=True)).to_have_count(0)
        kept = other.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('tandem:'))")
        assert kept == []


class TestPlainPages:
    @pytest.mark.parametrize(
        ("path", "heading", "name"),
        [
            ("/auth/code", "Sign in with a code", "code"),
            ("/auth/recover", "Choose a new password", "recover"),
            ("/auth/sign-up", "By invitation", "sign-up-closed"),
            ("/auth/nothing", "There is nothing here", "missing"),
        ],
    )
    def test_they_read_well_anywhere(
        self, open_page: Callable[..., Page], path: str, heading: str, name: str
    ) -> None:
        page = open_page()
        page.goto(path)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        axe(page)
        check_phone(page)
        screenshot(page, name)

    def test_an_invitation_leads_into_the_workspace(
        self, members: World, open_page: Callable[..., Page]
    ) -> None:
        made = members.sam.gateway().write(
            "invite_person",
            {
                "p_workspace": members.home,
                "p_email": "nora@example.org",
                "p_roles": ["influencer", "professional"],
            },
        )
        page = open_page()
        page.goto(f"/auth/sign-up?invitation={made['token']}")
        axe(page)
        check_phone(page)
        screenshot(page, "sign-up")
        page.get_by_label("Your name").fill("Nora Lund")
        page.get_by_label("Password", exact=True).fill("a long enough one")
        page.get_by_role("button", name="Make an account and join").click()
        settle(page)
        expect(page.get_by_text("Nora Lund").first).to_be_visible()
        assert urlsplit(page.url).path == "/"

    def test_what_went_wrong_is_said_and_read_out(self, open_page: Callable[..., Page]) -> None:
        page = open_page()
        page.goto("/auth/sign-in")
        sign_in(page, "stranger@example.org")
        alert = page.get_by_role("alert")
        expect(alert).to_be_focused()
        expect(page.get_by_label("E-mail")).to_have_value("stranger@example.org")
        axe(page)
        check_phone(page)
        screenshot(page, "sign-in-refused")

    def test_signing_out_asks_once(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines")
        page.goto("/auth/sign-out")
        axe(page)
        check_phone(page)
        screenshot(page, "sign-out")
        page.get_by_role("link", name="Stay signed in").click()
        settle(page)
        expect(page.get_by_text("Ines").first).to_be_visible()
