"""What all sign-in pages share: the parts, drawing a page with a form, letting somebody in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.attempts import Attempts, clean_email
from services.errors import TandemError, TooMany, Unavailable
from services.gateway.auth import Auth, CodeKind, Tokens
from services.gateway.client import Gateway
from services.gateway.server import Server
from services.oidc.models import Identity
from services.person import Person
from services.sessions import OIDC, Sessions, hash_cookie
from web.errors import answer_plain, status_of, wait_of
from web.forms import CSRF_FIELD, Forms
from web.parts import Parts
from web.render import render_page
from web.requests import read_address, read_session
from web.settings import Settings

log = logging.getLogger("tandem.auth")

_LONGEST_TOKEN = 200


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
        self,
        request: Request,
        *,
        tokens: Tokens,
        method: str,
        address: str,
        name: str = "",
        first: Callable[[Gateway], None] | None = None,
    ) -> Response:
        """A new session under a new id, whatever cookie came along; leads to the address.

        Args:
            first: Done as the person before they arrive, in a thread. If it raises, they are not
                let in.

        Raises Unavailable.
        """

        def open_session() -> str:
            return self.sessions.open(tokens=tokens, method=method, name=name)

        session = await self._open(request, open_session, first)
        log.info("signed in", extra={"method": method})
        return self.forms.sign_in(
            RedirectResponse(address, 303),
            session=session,
            browser=self.attempts.make_browser(email=tokens.email),
        )

    async def let_identity_in(
        self, request: Request, *, identity: Identity, invitation: str, address: str
    ) -> Response:
        """As `let_in`, for whoever has this account at a provider.

        The browser gets no mark of an account: that one spares tries of a password, and whose
        password goes with an address is not the provider's to say.

        Raises Unavailable; Forbidden or Conflict for somebody who is not welcome, or where the
        invitation cannot be accepted.
        """

        def open_session() -> str:
            return self.sessions.open_identity(
                identity=identity,
                invitation=invitation,
                open_sign_up=self.settings.open_sign_up,
            )

        session = await self._open(request, open_session, join(invitation) if invitation else None)
        log.info("signed in", extra={"method": OIDC})
        return self.forms.sign_in(RedirectResponse(address, 303), session=session)

    async def _open(
        self,
        request: Request,
        open_session: Callable[[], str],
        first: Callable[[Gateway], None] | None,
    ) -> str:
        """The cookie of a new session; the one this browser had before is closed."""
        before = read_session(request.scope, self.settings)

        def work() -> str:
            cookie = open_session()
            id_hash = hash_cookie(cookie)
            if first is not None:
                try:
                    first(self.connect(id_hash))
                except TandemError:
                    self.sessions.close(id_hash)
                    raise
                # Asking for a token remembered who they were before it.
                self.sessions.look_anew(id_hash)
            if before:
                self.sessions.close(before)
            return cookie

        return await anyio.to_thread.run_sync(work)

    def draw_refusal(
        self, request: Request, template: str, problem: TandemError, **values: Any
    ) -> Response:
        """The same form again, with what went wrong and how long to wait."""
        log.info("refused", extra={"why": problem.detail, "path": request.url.path})
        page = self.draw(
            request, template, status=status_of(problem), error=problem.message, **values
        )
        if wait_of(problem):
            page.headers["Retry-After"] = str(wait_of(problem))
        return page

    def mail_code(self, request: Request, *, email: str) -> None:
        """Mails a code, counted; blocks. Whether there is such an account does not show.

        Raises TooMany by our own count, Unavailable when Auth cannot be reached at all.
        """
        self.attempts.mail(email=email, address=read_address(request.scope, self.settings))
        try:
            self.auth.send_code(email=email)
        except TooMany:
            # Auth counts known accounts only: its refusal would tell that there is one.
            log.info("auth did not mail yet another code")
        except Unavailable as problem:
            if problem.detail == "auth_unreachable":
                raise
            log.warning("auth could not mail", extra={"why": problem.detail})

    def verify_code(
        self, request: Request, form: Mapping[str, str], kind: CodeKind = "recovery"
    ) -> Tokens | None:
        """One counted try of a mailed code; blocks. Raises TooMany, Unavailable."""
        email = clean_email(form.get("email", ""))
        code = "".join(one for one in form.get("code", "") if one.isalnum())[:20]
        with self.attempts.code(
            email=email, address=read_address(request.scope, self.settings)
        ) as tally:
            if not email or not code:
                return None
            tokens = self.auth.verify_code(email=email, code=code, kind=kind)
            if tokens is not None:
                tally.succeeded()
            return tokens

    async def answer_missing(self, _request: Request) -> Response:
        """There is no such page here."""
        return answer_plain(404, "There is nothing at this address.")


def join(token: str) -> Callable[[Gateway], None]:
    """Accepts an invitation as the person."""

    def accept(gateway: Gateway) -> None:
        gateway.write("accept_invitation", {"p_token": token})

    return accept


def list_providers(settings: Settings) -> list[dict[str, str]]:
    """What a page needs to offer each provider."""
    return [{"name": one.name, "label": one.label} for one in settings.providers]


def read_invitation(values: Mapping[str, str]) -> str:
    """The token of an invitation in a form or an address; empty without one."""
    return values.get("invitation", "").strip()[:_LONGEST_TOKEN]


def invitation_address(token: str) -> str:
    """The page of an invitation."""
    return f"/auth/invitation?invitation={quote(token, safe='')}"
