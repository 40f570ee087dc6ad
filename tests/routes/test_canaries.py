"""Canaries through every failing path of sign-in: none of them sings in any log.

The app, Supabase Lite and PostgreSQL run as processes of their own; everything they wrote is
searched: for what was typed, and for what signing in handed out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from services.embedded.stack import Stack
from tests.support.accounts import PASSWORD
from tests.support.app import AppServer
from tests.support.oidc_provider import CLIENT_SECRET, OidcProvider, Quirks
from tests.support.people import World
from tests.support.trips import CALLBACK, START, read_way
from tests.support.visitor import read_field
from tests.support.waiting import wait_until

CANARY = "kanari0vogel"
JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")


Serve = Callable[..., AppServer]
Browse = Callable[[AppServer], "Browser"]


@pytest.fixture(scope="module")
def serve(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`serve(SETTING="...")`: the app as a process."""
    servers: list[AppServer] = []

    def start(**settings: str) -> AppServer:
        log = tmp_path_factory.mktemp("canaries") / "app.log"
        servers.append(AppServer(stack=stack, log=log, settings=settings))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def browse() -> Iterator[Browse]:
    """`browse(server)`: a browser in front of it."""
    with ExitStack() as opened:

        def make(server: AppServer) -> Browser:
            client = httpx.Client(base_url=server.url, trust_env=False, timeout=30)
            return Browser(server, opened.enter_context(client))

        yield make


class Browser:
    """Sends forms with canaries in them; keeps every cookie it was given."""

    def __init__(self, server: AppServer, client: httpx.Client) -> None:
        self.server = server
        self.client = client
        self.given: set[str] = set()

    def post(self, path: str, form_at: str, **fields: str) -> httpx.Response:
        page = self.client.get(form_at)
        field = read_field(page.text, "csrf_token") if "csrf_token" in page.text else "x"
        answer = self.client.post(
            path, data={"csrf_token": field, **fields}, headers={"Origin": self.server.url}
        )
        self.given |= set(self.client.cookies.values())
        return answer


def fail_everywhere(browser: Browser, known: str) -> None:
    """Every refusal we know how to provoke, with a canary in each value."""
    word = f"{CANARY} password"
    for email in (known, f"{CANARY}@example.org"):
        browser.post("/auth/sign-in", "/auth/sign-in", email=email, password=word)
        browser.post("/auth/code", "/auth/code", email=email)
        browser.post("/auth/code/enter", "/auth/code", email=email, code=f"{CANARY}1")
        browser.post(
            "/auth/recover/enter", "/auth/recover", email=email, code="1" + CANARY, password=word
        )
    browser.post("/auth/demo", "/auth/sign-in", role=CANARY)
    browser.post("/auth/sign-up", "/auth/sign-in", invitation=CANARY, name=CANARY, password=word)
    browser.post("/auth/invitation", "/auth/sign-in", invitation=CANARY)
    client, origin = browser.client, {"Origin": browser.server.url}
    client.get(f"/auth/sign-up?invitation={CANARY}")
    client.get(f"/auth/invitation?invitation={CANARY}")
    client.get(f"/auth/sign-in?next=/{CANARY}%0d%0a")
    client.get(f"/drafts?text={CANARY}", headers={"Cookie": f"tandem_session={CANARY}"})
    client.get("/", headers={"Authorization": f"Bearer {CANARY}", "X-Forwarded-For": CANARY})
    client.post("/auth/sign-in", data={"email": CANARY}, headers={"Origin": f"http://{CANARY}"})
    client.post("/auth/sign-in", content=CANARY.encode() * 3000, headers=origin)
    client.post("/auth/sign-in", content=b"\xff" + CANARY.encode(), headers=origin)
    client.put("/_stcore/upload_file/x/y", content=CANARY.encode(), headers=origin)
    browser.post(START, "/auth/sign-in", next=f"/{CANARY}", invitation=CANARY)
    browser.post("/auth/oidc/disconnect", "/auth/sign-in", issuer=CANARY)
    client.get(f"/auth/oidc/disconnect?issuer={CANARY}")
    client.get(f"{CALLBACK}?state={CANARY}&code={CANARY}&iss={CANARY}&error={CANARY}")
    client.get(f"{CALLBACK}?state={CANARY}", headers={"Cookie": f"tandem_trip_{CANARY}={CANARY}"})


def travel_everywhere(browser: Browser, provider: OidcProvider) -> None:
    """To the provider and back, once well and once in each way that fails at the end."""
    named = {"name": CANARY, "email": f"{CANARY}@example.org", "sub": CANARY}
    for quirks in (
        Quirks(claims=named | {"nonce": CANARY}),
        Quirks(claims=named, algorithm="HS256"),
        Quirks(claims=named, key_named=CANARY),
        Quirks(token_answer=CANARY.encode(), token_status=500),
        Quirks(token_answer=b'{"error": "' + CANARY.encode() + b'"}', token_status=400),
        Quirks(error=CANARY),
        Quirks(answer_iss=f"https://{CANARY}.example.org"),
        Quirks(claims=named),  # nobody invited them
        Quirks(),
    ):
        provider.quirks = quirks
        page = browser.post(START, "/auth/sign-in", next=f"/{CANARY}")
        back = provider.answer(read_way(page.text))
        first, again = (browser.client.get(back).status_code for _ in range(2))
        browser.given |= set(browser.client.cookies.values())
        assert (first == 303) is (quirks == Quirks())
        assert again == 403


def knock(browser: Browser, cookie: str, *messages: bytes | str) -> None:
    """Open a websocket and send it what no page sends."""
    try:
        with connect(
            browser.server.url.replace("http", "ws", 1) + "/_stcore/stream",
            origin=browser.server.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            subprotocols=["streamlit", CANARY],  # type: ignore[list-item]
            proxy=None,
        ) as socket:
            for message in messages:
                socket.send(message)
            socket.recv(timeout=2)
    except (WebSocketException, TimeoutError):
        return


def read_logs(stack: Stack, *servers: AppServer) -> dict[str, str]:
    """Everything that was written, by where."""
    written = {f"app {number}": server.output() for number, server in enumerate(servers)}
    for path in stack.places.logs.glob("*"):
        written[path.name] = path.read_text(encoding="utf-8", errors="replace")
    return written


def check(written: dict[str, str], *secrets: str) -> None:
    for where, text in written.items():
        assert CANARY not in text, f"{where} repeats what was typed"
        assert not JWT.search(text), f"{where} holds an access token"
        for secret in secrets:
            assert secret not in text, f"{where} holds {secret[:4]}..."


def test_nothing_typed_or_handed_out_is_in_any_log(
    members: World, stack: Stack, serve: Serve, browse: Browse, provider: OidcProvider
) -> None:
    server = serve(**provider.environment())
    browser = browse(server)
    fail_everywhere(browser, members.marco.email)
    members.run_sql(
        "insert into public.identities (issuer, subject, profile_id) values (%s, %s, %s)",
        provider.issuer,
        provider.account.subject,
        members.dana.id,
    )
    travel_everywhere(browser, provider)
    browser.post("/auth/sign-out", "/auth/sign-out")
    answer = browser.post(
        "/auth/sign-in", "/auth/sign-in", email=members.ines.email, password=PASSWORD
    )
    assert answer.status_code == 303
    cookie = f"tandem_session={browser.client.cookies['tandem_session']}"
    knock(browser, f"tandem_session={CANARY}", b"")
    knock(browser, cookie, CANARY)
    knock(browser, cookie, CANARY.encode())
    browser.client.put(
        f"/_stcore/upload_file/{CANARY}/x", content=b"x", headers={"Origin": server.url}
    )
    browser.post("/auth/sign-out", "/auth/sign-out")
    codes = [
        word
        for path in stack.places.mail.glob("*")
        for word in re.findall(r"\b\d{6}\b", path.read_text(errors="replace"))
    ]
    assert codes
    wait_until(lambda: "/auth/sign-out" in server.output(), what="the last line")
    handed_out = [value for value in browser.given if len(value) > 16]
    handed_out += provider.handed_out
    assert len(provider.handed_out) > 20
    keys = [stack.secret_key, stack.publishable_key, stack.jwt_secret, stack.session_keys]
    keys.append(CLIENT_SECRET)
    check(read_logs(stack, server), PASSWORD, *handed_out, *keys)
    assert all(path.stat().st_mode & 0o077 == 0 for path in stack.places.mail.glob("*"))


def test_nor_when_the_database_is_away(
    members: World, stack: Stack, serve: Serve, browse: Browse, provider: OidcProvider
) -> None:
    server = serve(SUPABASE_URL="http://127.0.0.1:9", **provider.environment())
    browser = browse(server)
    fail_everywhere(browser, members.ines.email)
    knock(browser, f"tandem_session={CANARY}", b"")
    assert browser.client.get("/readyz").status_code == 503
    check(read_logs(stack, server), stack.secret_key)


def test_nor_when_the_key_is_wrong(
    members: World, stack: Stack, serve: Serve, browse: Browse
) -> None:
    key = f"sb_secret_{CANARY}"
    server = serve(SUPABASE_SECRET_KEY=key)
    browser = browse(server)
    fail_everywhere(browser, members.ines.email)
    assert browser.client.get("/readyz").json()["database"] == "key_refused"
    check(read_logs(stack, server), key)
