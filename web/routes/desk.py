"""What all sign-in pages share: the parts, drawing a page with a form, letting somebody in."""

from __future__ import annotations

import logging
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.attempts import Attempts
from services.errors import TandemError
from services.gateway.auth import Auth, Tokens
from services.gateway.server import Server
from services.sessions import Person, Sessions
from web.errors import answer_plain
from web.forms import CSRF_FIELD, Forms
from web.parts import Parts
from web.render import render_page
from web.requests import read_session
from web.settings import Settings

log = logging.getLogger("tandem.auth")


class Desk:
    """Where people are let in. Handlers of the pages hold one."""

    def __init__(self, parts: Parts) -> None:
        self.settings: Settings = parts.settings
        self.sessions: Sessions = parts.sessions
        self.attempts: Attempts = parts.attempts
        self.auth: Auth = parts.auth
        self.server: Server = parts.server
        self.connect = parts.connect
        self.forms = Forms(settings=parts.settings, sealer=parts.sealer)

    async def find_person(self, request: Request) -> Person | None:
        """Who is signed in with this browser; nobody while the database is away."""
        id_hash = read_session(request.scope, self.settings)
        try:
            return await anyio.to_thread.run_sync(self.sessions.find, id_hash)
        except TandemError:
            return None

    def draw(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> Response:
        """A page of ours whose forms carry the proof that they are."""
        cookie, field = self.forms.issue(request)
        page = render_page(template, status=status, csrf_name=CSRF_FIELD, csrf=field, **values)
        return self.forms.dress(page, cookie)

    async def let_in(
        self, request: Request, *, tokens: Tokens, method: str, address: str, name: str = ""
    ) -> Response:
        """A new session under a new id, whatever cookie came along; leads to the address.

        Raises Unavailable.
        """
        before = read_session(request.scope, self.settings)

        def open_session() -> str:
            if before:
                self.sessions.close(before)
            return self.sessions.open(tokens=tokens, method=method, name=name)

        session = await anyio.to_thread.run_sync(open_session)
        log.info("signed in", extra={"method": method})
        return self.forms.sign_in(
            RedirectResponse(address, 303),
            session=session,
            browser=self.attempts.make_browser(email=tokens.email),
        )

    def answer_missing(self) -> Response:
        """There is no such page here."""
        return answer_plain(404, "There is nothing at this address.")
