"""Signing in through a provider in a real browser, from the button to Home."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from services.embedded.stack import Stack
from tests.browser.conftest import DEFAULTS, PATIENCE
from tests.support.accounts import PASSWORD
from tests.support.app import AppServer
from tests.support.oidc_provider import OidcProvider
from tests.support.pages import Watch, axe, check_phone, screenshot, settle
from tests.support.people import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def oidc_server(
    stack: Stack, running_provider: OidcProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """The app with one provider, configured as an operator would."""
    log = tmp_path_factory.mktemp("oidc") / "app.log"
    server = AppServer(stack=stack, log=log, settings=running_provider.environment())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visit(
    browser: Browser, oidc_server: AppServer, provider: OidcProvider
) -> Iterator[Callable[..., Page]]:
    """`visit()`: a page in a fresh context; it may talk to the app and to the provider."""
    contexts: list[BrowserContext] = []
    watch = Watch(host=oidc_server.url.removeprefix("http://"), allowed=[provider.issuer])

    def make(**options: Any) -> Page:
        context = browser.new_context(**(DEFAULTS | {"base_url": oidc_server.url} | options))
        context.set_default_timeout(PATIENCE)
        watch.follow(context)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    watch.check()


def go_on(page: Page) -> None:
    """At the provider: yes."""
    page.get_by_role("button", name=re.compile("^Go on as")).click()


def test_an_invited_person_signs_in_through_the_provider(
    members: World, visit: Callable[..., Page]
) -> None:
    made = members.sam.gateway().write(
        "invite_person",
        {"p_workspace": members.home, "p_email": "nora@example.org", "p_roles": ["influencer"]},
    )
    page = visit()
    page.goto(f"/auth/invitation?invitation={made['token']}")
    axe(page)
    check_phone(page)
    screenshot(page, "oidc-invitation")
    page.get_by_role("button", name="Continue with Local Login").click()
    go_on(page)
    expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    expect(page.get_by_text("Nora Lund").first).to_be_visible()


def test_a_member_connects_an_account_comes_back_through_it_and_lets_it_go(
    members: World, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto("/auth/sign-in?next=/settings")
    axe(page)
    check_phone(page)
    screenshot(page, "oidc-sign-in")
    page.get_by_label("E-mail").fill(members.ines.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Connect Local Login").click()
    axe(page)
    screenshot(page, "oidc-connect")
    page.get_by_role("button", name="Continue to Local Login").click()
    go_on(page)
    expect(page.get_by_role("link", name="Disconnect Local Login")).to_be_visible()
    settle(page)
    axe(page)
    check_phone(page)
    screenshot(page, "oidc-settings")

    other = visit()
    other.goto("/drafts")
    other.get_by_role("button", name="Continue with Local Login").focus()
    other.keyboard.press("Enter")
    go_on(other)
    expect(other.get_by_role("heading", name="Drafts")).to_be_visible()
    expect(other.get_by_text("Ines").first).to_be_visible()
    settle(other)

    page.get_by_role("link", name="Disconnect Local Login").click()
    axe(page)
    screenshot(page, "oidc-disconnect")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("link", name="Connect Local Login")).to_be_visible()
    expect(other.get_by_role("heading", name="Please sign in again")).to_be_visible()


def test_saying_no_leads_back(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/auth/sign-in?next=/drafts")
    page.get_by_role("button", name="Continue with Local Login").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Local Login did not sign you in")).to_be_visible()
    check_phone(page)
    axe(page)
    screenshot(page, "oidc-problem")
    page.get_by_role("link", name="Back to sign-in").click()
    expect(page).to_have_url(re.compile(r"/auth/sign-in\?next=%2Fdrafts$"))


def test_the_way_there_can_be_taken_by_hand(
    visit: Callable[..., Page], provider: OidcProvider
) -> None:
    page = visit()
    # A browser stays where it is when there is nothing to show.
    page.context.route(f"{provider.issuer}/**", lambda route: route.fulfill(status=204))
    page.goto("/auth/sign-in")
    page.get_by_role("button", name="Continue with Local Login").click()
    link = page.get_by_role("link", name="Continue to Local Login")
    expect(link).to_have_attribute("href", re.compile(f"^{re.escape(provider.issuer)}/authorize"))
    check_phone(page)
    axe(page)
    screenshot(page, "oidc-leave")


def test_it_works_without_scripts(visit: Callable[..., Page]) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/auth/sign-in?next=/drafts")
    page.get_by_role("button", name="Continue with Local Login").click()
    go_on(page)
    expect(page.get_by_text("Nobody here is connected with this account yet")).to_be_visible()
