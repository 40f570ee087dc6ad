"""Tabs that are open when a session ends, or come back as somebody else, over real websockets.

One server watches for ended sessions as the app does. The other is blind: where the first ended
a session, nothing but `components.session.gateway()` stands between the second's tabs and data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.embedded.stack import Stack
from tests.support.accounts import PASSWORD
from tests.support.app import AppServer
from tests.support.people import World
from tests.support.tab import Tab
from tests.support.visitor import read_field
from tests.support.waiting import wait_until

PROBE = Path(__file__).resolve().parents[1] / "support" / "probe" / "app.py"
Serve = Callable[..., AppServer]


@pytest.fixture(scope="module")
def serve(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`serve("name")`: the probe, one process a name; `serve("blind", PROBE_BLIND="1")`."""
    servers: dict[str, AppServer] = {}

    def start(name: str, **settings: str) -> AppServer:
        if name not in servers:
            log = tmp_path_factory.mktemp(name) / "app.log"
            servers[name] = AppServer(stack=stack, log=log, settings=settings, script=PROBE)
            servers[name].start()
        return servers[name]

    yield start
    for server in servers.values():
        server.stop()


@pytest.fixture
def app(serve: Serve) -> AppServer:
    """The probe, watching for ended sessions."""
    return serve("app")


@pytest.fixture
def blind(serve: Serve) -> AppServer:
    """The probe that never looks for ended sessions by itself."""
    return serve("blind", PROBE_BLIND="1")


def sign_in(server: AppServer, email: str) -> str:
    """Sign in by password; the Cookie header of a browser that did."""
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        field = read_field(client.get("/auth/sign-in").text, "csrf_token")
        client.post(
            "/auth/sign-in",
            data={"csrf_token": field, "email": email, "password": PASSWORD},
            headers={"Origin": server.url},
        )
        return f"tandem_session={client.cookies['tandem_session']}"


def sign_out(server: AppServer, cookie: str) -> None:
    """Press the button of the sign-out page, in another tab of the same browser."""
    name, _, value = cookie.partition("=")
    with httpx.Client(base_url=server.url, trust_env=False, cookies={name: value}) as client:
        field = read_field(client.get("/auth/sign-out").text, "csrf_token")
        answer = client.post(
            "/auth/sign-out", data={"csrf_token": field}, headers={"Origin": server.url}
        )
        assert answer.status_code == 303


def watch_the_end(tab: Tab) -> str:
    """What the tab is still shown until its socket closes."""
    shown = ""
    try:
        while True:
            shown += tab.wait()
    except ConnectionClosed:
        return shown


class TestSignedOutInAnotherTab:
    def test_the_tab_shows_the_way_back_and_is_cut_off(
        self, members: World, app: AppServer
    ) -> None:
        cookie = sign_in(app, members.ines.email)
        with Tab(app.url, cookie=cookie) as tab:
            assert "This is for Ines only" in tab.run()
            sign_out(app, cookie)
            last = watch_the_end(tab)
        assert "Please sign in again" in last
        assert "/auth/sign-in?next=" in last
        with pytest.raises(InvalidStatus), Tab(app.url, cookie=cookie):
            pass

    def test_another_process_cuts_it_off_too(
        self, members: World, app: AppServer, blind: AppServer
    ) -> None:
        cookie = sign_in(app, members.ines.email)
        with Tab(app.url, cookie=cookie) as tab:
            tab.run()
            sign_out(blind, cookie)
            assert "Please sign in again" in watch_the_end(tab)

    def test_its_callback_is_refused(
        self, members: World, app: AppServer, blind: AppServer
    ) -> None:
        cookie = sign_in(blind, members.ines.email)
        with Tab(blind.url, cookie=cookie) as tab:
            tab.run()
            button = tab.find_button("Act")
            assert "acted as Ines" in tab.run(press=button)
            sign_out(app, cookie)
            wait_until(
                lambda: "Please sign in again" in tab.run(press=button),
                what="the callback to be refused",
                seconds=3,
            )
            assert "Ines" not in watch_the_end(tab)

    def test_its_fragment_is_refused(
        self, members: World, app: AppServer, blind: AppServer
    ) -> None:
        cookie = sign_in(blind, members.ines.email)
        with Tab(blind.url, cookie=cookie) as tab:
            tab.run()
            fragment = tab.find_fragment()
            assert "tick 2 for Ines" in tab.run(fragment=fragment)
            sign_out(app, cookie)
            wait_until(
                lambda: "Please sign in again" in tab.run(fragment=fragment),
                what="the fragment to be refused",
                seconds=3,
            )
            assert "Ines" not in watch_the_end(tab)


class TestAnotherPersonsCookie:
    @pytest.mark.parametrize("still_signed_in", [True, False])
    def test_nothing_of_the_first_person_appears(
        self, members: World, blind: AppServer, *, still_signed_in: bool
    ) -> None:
        first = sign_in(blind, members.ines.email)
        with Tab(blind.url, cookie=first) as tab:
            tab.run()
            note = tab.find_text_input("Note")
            tab.run(**{note: "a canary of Ines"})
            assert "noted: a canary of Ines" in tab.text
            button, fragment, session_id = (
                tab.find_button("Act"),
                tab.find_fragment(),
                tab.session_id,
            )
        if not still_signed_in:
            sign_out(blind, first)
        second = sign_in(blind, members.dana.email)
        with Tab(blind.url, cookie=second, session_id=session_id) as tab:
            shown = tab.run(press=button) + tab.run(fragment=fragment) + tab.run()
            shown += tab.run(**{note: "typed before"})
            assert tab.session_id == session_id
        assert "This tab was emptied" in shown
        for word in ("Ines", "canary", "acted as", "typed before", "Dana"):
            assert word not in shown

    def test_the_same_person_anew_starts_afresh(self, members: World, blind: AppServer) -> None:
        first = sign_in(blind, members.ines.email)
        with Tab(blind.url, cookie=first) as tab:
            tab.run()
            session_id = tab.session_id
        with Tab(
            blind.url, cookie=sign_in(blind, members.ines.email), session_id=session_id
        ) as tab:
            assert "This tab was emptied" in tab.run()
        with Tab(blind.url, cookie=sign_in(blind, members.ines.email)) as tab:
            assert "This is for Ines only" in tab.run()


class TestAnErrorInAPage:
    def test_neither_page_nor_log_repeats_what_was_typed(
        self, members: World, app: AppServer
    ) -> None:
        cookie = sign_in(app, members.ines.email)
        with Tab(app.url, cookie=cookie) as tab:
            tab.run()
            note = tab.find_text_input("Note")
            shown = tab.run(press=tab.find_button("Break"), **{note: "canary-of-a-draft"})
        assert "Something went wrong on our side" in shown
        assert "Traceback" not in shown
        log = wait_until(lambda: "page failed" in app.output() and app.output(), what="the log")
        assert '"error": "ValueError"' in str(log)
        assert "canary-of-a-draft" not in str(log)
