"""A stranger meets the sign-in page; a member comes through it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.support.pages import axe, check_phone, screenshot


class TestSigningIn:
    def test_a_stranger_is_asked_to_sign_in(self, open_page: Callable[..., Page]) -> None:
        page = open_page()
        page.goto("/")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        axe(page)
        check_phone(page)
        screenshot(page, "sign-in")

    def test_it_works_without_scripts(self, open_page: Callable[..., Page]) -> None:
        page = open_page(java_script_enabled=False)
        page.goto("/auth/sign-in")
        page.get_by_label("E-mail").fill("stranger@example.org")
        page.get_by_label("Password", exact=True).fill("not the right password")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()

    def test_a_member_arrives_at_home(self, browser_as: Callable[..., Page]) -> None:
        page = browser_as("ines", path="/")
        assert urlsplit(page.url).path == "/"
        expect(page.get_by_text("Ines").first).to_be_visible()
