"""The public help pages in the browser: without an account, a script, a trace, or a database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Request, Route, expect

from services.embedded.stack import Stack
from services.library.models import Contact
from tests.support.app import AppServer
from tests.support.library import LINE, YOUTH, add, check
from tests.support.pages import (
    PHONE,
    Watch,
    axe,
    check_phone,
    screenshot,
    settle,
    small_targets,
)
from tests.support.people import World, make_world
from tests.support.waiting import wait_until
from web.routes.help import EXIT_ADDRESS

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

COAST = replace(
    LINE,
    audience="Adults who want to talk",
    pair="coast",
    contacts=(
        Contact("call", "01632 960 001", hours="24/7", cost="free"),
        Contact(
            "text",
            "07700 900123",
            keyword="HARBOUR",
            hours="08:00-23:00 daily",
            time_zone="Europe/London",
            cost="free",
        ),
        Contact("chat", "https://chat.harbour.example.org/a-very-long-address/of-a-page"),
        Contact("mail", "somebody-with-a-rather-long-name@harbour.example.org"),
    ),
)
TABLE = replace(
    LINE,
    name="Table for One, for those who worry about eating and everybody close to them",
    topics=("eating_disorders",),
    words="They answer within a day.\n\nYou need not give a name.",
    contacts=(Contact("call", "01632 960 777", hours="Mon-Fri 15:00-20:00"),),
)


def fill(world: World) -> None:
    """Two services that belong together, and one more; all checked."""
    for entry in (COAST, replace(YOUTH, pair="coast"), TABLE):
        check(world.dana, world, add(world.sam, world, entry))


def look(page: Page, name: str) -> None:
    """Accessible in both schemes, whole on a phone, big enough for thumbs; pictures of each."""
    axe(page)
    check_phone(page)
    assert small_targets(page) == []
    low = page.eval_on_selector_all(
        "main a", "all => all.filter(one => one.getBoundingClientRect().height < 44).map(String)"
    )
    assert low == []
    screenshot(page, name)
    page.emulate_media(color_scheme="dark")
    screenshot(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")


class TestPages:
    def test_are_calm_and_reachable(self, members: World, open_page: OpenPage) -> None:
        fill(members)
        page = open_page()
        page.goto(f"/help?w={members.home}")
        look(page, "help-countries")
        page.get_by_role("link", name="United Kingdom", exact=True).click()

        expect(page.get_by_role("heading", name="Help in the United Kingdom")).to_be_visible()
        look(page, "help-country")
        page.get_by_role("link", name="Eating disorders").click()
        expect(page.get_by_role("heading", name="Eating disorders", exact=True)).to_be_visible()
        look(page, "help-topic")
        page.get_by_role("link", name="Choose another country").click()
        page.get_by_text("Other countries", exact=True).click()
        page.get_by_role("link", name="Germany").click()
        expect(page.get_by_text("There is no checked service in Germany")).to_be_visible()
        look(page, "help-nothing")
        page.goto(f"/help/atlantis?w={members.home}")
        expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
        look(page, "help-unknown")

    def test_load_in_one_request_and_keep_nothing(
        self, members: World, open_page: OpenPage, app_server: AppServer
    ) -> None:
        fill(members)
        page = open_page(viewport=PHONE)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))

        page.goto(f"/help/gb?w={members.home}")
        settle(page)

        assert [one for one in asked if not one.startswith("data:")] == [page.url]
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        with httpx.Client(base_url=app_server.url, trust_env=False) as client:
            head, whole = client.head("/help/gb"), client.get("/help/gb")
        assert head.content == b""
        assert head.headers["content-length"] == whole.headers["content-length"]
        assert "set-cookie" not in whole.headers
        call = page.get_by_role("link", name="Call 01632 960 001")
        text = page.get_by_role("link", name="Text HARBOUR to 07700 900123")
        assert call.get_attribute("href") == "tel:01632960001"
        assert text.get_attribute("href") == "sms:07700900123?&body=HARBOUR"

    def test_can_be_left_with_two_keys_and_no_script(
        self, members: World, open_page: OpenPage, watch: Watch
    ) -> None:
        fill(members)
        page = open_page(fresh=True, java_script_enabled=False)
        watch.allowed.append("request to another host: GET https://www.wikipedia.org")
        left: list[Request] = []

        def stand_in(route: Route, request: Request) -> None:
            left.append(request)
            route.fulfill(body="somewhere else")

        page.context.route(f"{EXIT_ADDRESS}**", stand_in)
        page.goto(f"/help/gb?w={members.home}")

        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Leave this page")).to_be_focused()
        page.keyboard.press("Enter")

        page.wait_for_url(EXIT_ADDRESS)
        assert "referer" not in left[0].all_headers()

    def test_the_way_out_stays_in_sight(self, members: World, open_page: OpenPage) -> None:
        fill(members)
        page = open_page(viewport=PHONE)
        page.goto(f"/help/gb?w={members.home}")
        page.get_by_role("link", name="Choose another country").scroll_into_view_if_needed()
        expect(page.get_by_role("link", name="Leave this page")).to_be_in_viewport()


def test_the_library_leads_to_the_page_of_its_country(members: World, browser_as: OpenPage) -> None:
    fill(members)
    page = browser_as("ines", path="/library?library_country=United+Kingdom")
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
    screenshot(page, "library-with-public-page")
    axe(page)
    check_phone(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Public page for United Kingdom").click()
    expect(opened.value.get_by_role("heading", name=COAST.name)).to_be_visible()
    assert opened.value.url.endswith(f"/help/gb?w={members.home}")


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """Servers that a test may kill."""
    stack = Stack(data=tmp_path / "var", durable=False)
    try:
        stack.start()
        yield stack
    finally:
        stack.destroy()


@pytest.fixture
def own_world(own_stack: Stack, gateway_http: httpx.Client) -> World:
    """The test people there."""
    return make_world(own_stack, gateway_http)


@pytest.fixture
def server(own_stack: Stack, own_world: World, tmp_path: Path) -> Iterator[AppServer]:
    """An app in front of these servers, whose public pages are those of home."""
    made = AppServer(
        stack=own_stack,
        log=tmp_path / "app.log",
        settings={"TANDEM_HELP_WORKSPACE": own_world.home},
    )
    made.start()
    yield made
    made.stop()


def test_help_is_there_with_postgresql_stopped(
    own_stack: Stack, own_world: World, server: AppServer, open_page: OpenPage, watch: Watch
) -> None:
    fill(own_world)
    watch.host = urlsplit(server.url).netloc
    page = open_page(base_url=server.url)
    page.goto("/help/gb")
    expect(page.get_by_role("link", name="Call 01632 960 001")).to_be_visible()

    own_stack.kill("postgres")
    page.reload()
    expect(page.get_by_role("link", name="Call 01632 960 001")).to_be_visible()
    wait_until(lambda: says_old(page), what="the page to say that it is not new")
    look(page, "help-as-it-was")

    # A process that never saw the database answer.
    server.kill()
    server.start()
    page.goto("/help/gb")
    expect(page.get_by_role("link", name="Call 01632 960 001")).to_be_visible()
    assert says_old(page)

    own_stack.kill("lite")
    own_stack.revive()
    wait_until(lambda: not says_old(page), what="the page to be new again", seconds=60)
    lines = server.output()
    assert not re.search(r"/help/|/help\?|127\.0\.0\.1:\d+ - ", lines)
    assert "what was last known" in lines
    (file,) = own_stack.places.help.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def says_old(page: Page) -> bool:
    """Look again, and see whether the page says that it is not new."""
    page.reload()
    return page.get_by_text("This is how it was on").count() == 1
