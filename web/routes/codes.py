"""/auth/code and /auth/recover: signing in, or choosing a new password, by a mailed code."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.attempts import clean_email
from services.errors import Invalid, TandemError
from services.gateway.auth import Tokens
from services.passwords import check_password
from web.forms import STALE, hold_until, read_form
from web.requests import clean_next
from web.routes.desk import Desk

WRONG = "That code does not fit, or it has expired. Please check it, or ask for a new one."


@dataclass(frozen=True, slots=True)
class _Way:
    """One of the two things a code is good for."""

    path: str
    ask: str
    enter: str


SIGN_IN = _Way("/auth/code", "code_ask.html", "code_enter.html")
RECOVER = _Way("/auth/recover", "recover_ask.html", "recover_enter.html")


class Codes:
    """Both ways: a page that asks for the address, then one that asks for the code."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_routes(self) -> list[Route]:
        """Where these pages are."""
        return [
            Route(SIGN_IN.path, self.ask_sign_in, methods=["GET"]),
            Route(SIGN_IN.path, self.mail_sign_in, methods=["POST"]),
            Route(f"{SIGN_IN.path}/enter", self.sign_in, methods=["POST"]),
            Route(RECOVER.path, self.ask_recover, methods=["GET"]),
            Route(RECOVER.path, self.mail_recover, methods=["POST"]),
            Route(f"{RECOVER.path}/enter", self.recover, methods=["POST"]),
        ]

    async def ask_sign_in(self, request: Request) -> Response:
        """Asks where to mail the code."""
        return self._ask(request, SIGN_IN, dict(request.query_params))

    async def ask_recover(self, request: Request) -> Response:
        """Asks where to mail the code."""
        return self._ask(request, RECOVER, {})

    async def mail_sign_in(self, request: Request) -> Response:
        """Mails a code for signing in."""
        return await self._mail(request, SIGN_IN)

    async def mail_recover(self, request: Request) -> Response:
        """Mails a code for a new password."""
        return await self._mail(request, RECOVER)

    async def sign_in(self, request: Request) -> Response:
        """Signs in with the code."""
        started = time.monotonic()
        form = await read_form(request)
        if not self._desk.forms.is_ours(request, form):
            return self._ask(request, SIGN_IN, form, error=STALE, status=403)
        try:
            tokens = await anyio.to_thread.run_sync(self._desk.verify_code, request, form)
        except TandemError as problem:
            return self._refuse(request, SIGN_IN, form, problem)
        if tokens is None:
            await hold_until(started)
            return self._enter(request, SIGN_IN, form, error=WRONG, status=401)
        return await self._desk.let_in(
            request, tokens=tokens, method="code", address=clean_next(form.get("next", "/"))
        )

    async def recover(self, request: Request) -> Response:
        """Sets a new password with the code, and signs the person out everywhere else."""
        started = time.monotonic()
        form = await read_form(request)
        if not self._desk.forms.is_ours(request, form):
            return self._ask(request, RECOVER, form, error=STALE, status=403)
        try:
            check_password(form.get("password", ""))
            tokens = await anyio.to_thread.run_sync(self._desk.verify_code, request, form)
        except TandemError as problem:
            return self._refuse(request, RECOVER, form, problem)
        if tokens is None:
            await hold_until(started)
            return self._enter(request, RECOVER, form, error=WRONG, status=401)
        try:
            await anyio.to_thread.run_sync(self._change_password, tokens, form["password"])
        except Invalid as problem:
            # The code is spent by now.
            error = f"{problem.message} Then ask for a new code: the last one is used up."
            return self._ask(request, RECOVER, form, error=error, status=400)
        return await self._desk.let_in(request, tokens=tokens, method="code", address="/")

    def _change_password(self, tokens: Tokens, password: str) -> None:
        self._desk.auth.change_password(access_token=tokens.access, password=password)
        self._desk.sessions.close_all_of(tokens.profile_id)
        self._desk.auth.sign_out(access_token=tokens.access, scope="others")

    async def _mail(self, request: Request, way: _Way) -> Response:
        started = time.monotonic()
        form = await read_form(request)
        email = clean_email(form.get("email", ""))
        if not self._desk.forms.is_ours(request, form):
            return self._ask(request, way, form, error=STALE, status=403)
        if "@" not in email:
            error = "Please enter your e-mail address."
            return self._ask(request, way, form, error=error, status=400)

        def mail() -> None:
            self._desk.mail_code(request, email=email)

        try:
            await anyio.to_thread.run_sync(mail)
        except TandemError as problem:
            return self._desk.draw_refusal(request, way.ask, problem, **self._fill(form))
        await hold_until(started)
        return self._enter(request, way, form)

    def _ask(
        self,
        request: Request,
        way: _Way,
        form: Mapping[str, str],
        *,
        error: str = "",
        status: int = 200,
    ) -> Response:
        values = self._fill(form)
        return self._desk.draw(request, way.ask, status=status, error=error, **values)

    def _enter(
        self,
        request: Request,
        way: _Way,
        form: Mapping[str, str],
        *,
        error: str = "",
        status: int = 200,
    ) -> Response:
        values = self._fill(form)
        return self._desk.draw(request, way.enter, status=status, error=error, **values)

    def _refuse(
        self, request: Request, way: _Way, form: Mapping[str, str], problem: TandemError
    ) -> Response:
        return self._desk.draw_refusal(request, way.enter, problem, **self._fill(form))

    def _fill(self, form: Mapping[str, str]) -> dict[str, str]:
        return {
            "email": clean_email(form.get("email", "")),
            "next": clean_next(form.get("next", "/")),
        }
