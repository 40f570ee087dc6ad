"""The web layer without Streamlit, and a browser without a screen in front of it."""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any, cast

import httpx
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from services.embedded.stack import Stack
from services.errors import TandemError
from web.errors import answer_error
from web.middleware import list_middleware
from web.parts import Parts, make_parts
from web.routes import list_routes
from web.settings import Settings

with warnings.catch_warnings():
    # It would rather have httpx2; the client that the app itself uses does for tests.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8501"
SESSION_KEY = Fernet.generate_key().decode()

SHELL = "<!doctype html><title>the shell of every page</title>"


def make_settings(stack: Stack, **changes: Any) -> Settings:
    """Settings that lead to the test server."""
    values: dict[str, Any] = {
        "supabase_url": stack.url,
        "publishable_key": stack.publishable_key,
        "secret_key": stack.secret_key,
        "session_keys": (SESSION_KEY,),
        "embedded": True,
    }
    return Settings(**(values | changes))


class Line:
    """What the far end of a websocket was given; stands for Streamlit."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.origins: list[str | None] = []
        self.closed_with: int | None = None

    async def serve(self, socket: WebSocket) -> None:
        """Echo every message until the line closes."""
        self.origins.append(socket.headers.get("origin"))
        await socket.accept(subprotocol="streamlit")
        try:
            while True:
                data = await socket.receive_bytes()
                self.received.append(data)
                await socket.send_bytes(data)
        except WebSocketDisconnect as end:
            self.closed_with = end.code


def make_app(parts: Parts, line: Line) -> Starlette:
    """Our routes and middleware as `app.py` puts them together, around stand-ins."""

    async def shell(request: Request) -> HTMLResponse:
        line.origins.append(request.headers.get("origin"))
        return HTMLResponse(SHELL)

    async def fail(_request: object) -> HTMLResponse:
        message = "canary-error-words"
        raise ValueError(message)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with parts.sockets.watching():
            yield
        await asyncio.sleep(0)

    return Starlette(
        routes=[
            *list_routes(parts),
            WebSocketRoute("/_stcore/stream", line.serve),
            Route("/_stcore/upload_file", shell, methods=["PUT"]),
            Route("/fail", fail),
            Route("/{page:path}", shell),
        ],
        middleware=list_middleware(parts),
        exception_handlers=cast(Any, {TandemError: answer_error}),
        lifespan=lifespan,
    )


class Visitor:
    """One browser: keeps cookies, fills in forms, sends Origin as browsers do."""

    def __init__(self, client: TestClient, origin: str = HERE) -> None:
        self.client = client
        self.origin = origin

    def get(self, path: str) -> httpx.Response:
        """Open a page; redirects are not followed."""
        answer = self.client.get(path, headers={"accept": "text/html"}, follow_redirects=False)
        return cast(httpx.Response, answer)

    def post(self, path: str, *, form_at: str = "", **fields: str) -> httpx.Response:
        """Open `form_at` (or the path itself) and send its form back with these fields."""
        field = read_field(self.get(form_at or path).text, "csrf_token")
        return self.send(path, csrf_token=field, **fields)

    def send(self, path: str, *, origin: str | None = None, **fields: str) -> httpx.Response:
        """Send a form without opening it first."""
        headers = {"accept": "text/html", "origin": self.origin if origin is None else origin}
        answer = self.client.post(path, data=fields, headers=headers, follow_redirects=False)
        return cast(httpx.Response, answer)

    def sign_in(self, email: str, password: str, *, next: str = "/") -> httpx.Response:  # noqa: A002
        """Sign in by password."""
        return self.post("/auth/sign-in", email=email, password=password, next=next)

    def cookie(self, name: str = "tandem_session") -> str:
        """One cookie's value; empty without it."""
        return self.client.cookies.get(name) or ""


def read_field(page: str, name: str) -> str:
    """The value of a hidden field; AssertionError when the page has no such field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name} in: {page[:400]}"
    return unescape(found.group(1))


def read_alert(page: str) -> str:
    """What the page says went wrong."""
    found = re.search(r'role="alert"[^>]*>([^<]*)<', page)
    return unescape(found.group(1)) if found else ""


__all__ = [
    "HERE",
    "Line",
    "TestClient",
    "Visitor",
    "make_app",
    "make_parts",
    "make_settings",
    "read_alert",
]
