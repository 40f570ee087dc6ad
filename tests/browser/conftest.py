"""A real browser in front of the real app, and the test people in it.

One app and one browser serve the whole run. Each test has the test people in an otherwise empty
database, and emptied tabs of its own, which are watched for requests to other hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from services.embedded.stack import Stack
from services.posts import Content
from tests.support.accounts import add_accounts
from tests.support.app import AppServer
from tests.support.chromium import arguments, find_or_install
from tests.support.cookies import COOKIE, open_sessions
from tests.support.pages import WIDE, Watch, settle
from tests.support.people import MadeDraft, World, make_draft
from tests.support.tabs import Tabs

DEFAULTS: dict[str, Any] = {
    "color_scheme": "light",
    "viewport": WIDE,
    "locale": "en-GB",
    "timezone_id": "Europe/Lisbon",
    "reduced_motion": "reduce",
    "service_workers": "block",
}
# Milliseconds to wait for something on a page; a slow machine should not fail a test.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
# Characters of the app's output that a failure shows.
OUTPUT_SHOWN = 4000
HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Show what the app printed with a test that fails."""
    report = yield
    if report.failed:
        item.stash[HAS_FAILED] = True
    server = getattr(item, "funcargs", {}).get("app_server")
    if report.failed and isinstance(server, AppServer):
        report.sections.append(("Output of the app", server.output()[-OUTPUT_SHOWN:]))
    return report


@pytest.fixture(scope="session")
def app_server(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app on a free port of its own."""
    server = AppServer(stack=stack, log=tmp_path_factory.mktemp("app") / "app.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = find_or_install()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments())
        yield chromium
        chromium.close()


@pytest.fixture
def members(world: World) -> World:
    """The test people, able to sign in."""
    add_accounts(world)
    return world


@pytest.fixture(scope="session")
def tabs(browser: Browser, app_server: AppServer) -> Tabs:
    """The tabs of the run, in front of the app."""
    return Tabs(
        browser=browser,
        defaults=DEFAULTS | {"base_url": app_server.url},
        watch=Watch(host=""),
        patience=PATIENCE,
    )


@pytest.fixture
def watch(tabs: Tabs, app_server: AppServer) -> Watch:
    """What the pages of this test did that they must not; checked by `open_page`."""
    tabs.watch.begin(urlsplit(app_server.url).netloc)
    return tabs.watch


@pytest.fixture
def open_page(
    tabs: Tabs, app_server: AppServer, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`open_page()`: a page in an emptied tab, signed out; `page.goto("/path")` works.

    Takes the keywords of `Tabs.take`: color_scheme, viewport, fresh, ...
    """
    app_server.forget_output()
    yield tabs.take
    tabs.give_back(keep=HAS_FAILED not in request.node.stash)
    watch.check()


@pytest.fixture
def browser_as(
    members: World, app_server: AppServer, open_page: Callable[..., Page]
) -> Callable[..., Page]:
    """`browser_as("ines")`: an empty page in a tab of her own, signed in.

    `path` opens one of ours; other keywords as for `open_page`. The sign-in page has tests of its
    own; here it would take a third of the time.
    """

    def make(name: str, *, path: str = "", **options: Any) -> Page:
        person = getattr(members, name)
        (cookie,) = open_sessions(members.stack, [(person.id, person.email)])
        page = open_page(**options)
        page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": app_server.url}])
        if path:
            page.goto(path)
            settle(page)
        return page

    return make


@pytest.fixture
def draft(members: World) -> MadeDraft:
    """One of ines, begun and not sent."""
    return make_draft(members, content=Content("instagram", "general", "Rest is a skill.", ("DE",)))
