"""/auth/sign-in and /auth/sign-out: by password, by demo button, and out again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.attempts import clean_email
from services.errors import TandemError, TooMany
from services.gateway.auth import Tokens
from web.forms import STALE, hold_until, read_form
from web.requests import clean_next, read_address, read_session
from web.routes.desk import Desk, list_providers
from web.settings import DemoPerson

WRONG = "That address and password do not go together. Please check both and try again."


class SigningIn:
    """The sign-in and sign-out pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_routes(self) -> list[Route]:
        """Where these pages are."""
        return [
            Route("/auth/sign-in", self.show, methods=["GET"]),
            Route("/auth/sign-in", self.sign_in, methods=["POST"]),
            Route("/auth/demo", self.sign_in_demo, methods=["POST"]),
            Route("/auth/sign-out", self.show_sign_out, methods=["GET"]),
            Route("/auth/sign-out", self.sign_out, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form; somebody signed in goes straight on."""
        next_address = clean_next(request.query_params.get("next", "/"))
        if await self._desk.find_person(request):
            return RedirectResponse(next_address, 303)
        notice = "You are signed out." if request.query_params.get("signed-out") else ""
        return self._draw(request, next_address=next_address, notice=notice)

    async def sign_in(self, request: Request) -> Response:
        """Checks address and password."""
        started = time.monotonic()
        form = await read_form(request)
        email, next_address = form.get("email", ""), clean_next(form.get("next", "/"))
        if not self._desk.forms.is_ours(request, form):
            return self._draw_stale(request, form)
        try:
            tokens = await anyio.to_thread.run_sync(self._try_password, request, form)
        except TandemError as problem:
            return self._draw_refusal(request, form, problem)
        if tokens is None:
            await hold_until(started)
            return self._draw(
                request, next_address=next_address, email=email, error=WRONG, status=401
            )
        return await self._desk.let_in(
            request, tokens=tokens, method="password", address=next_address
        )

    async def sign_in_demo(self, request: Request) -> Response:
        """Signs in as one of the demo people, where the demo buttons exist at all."""
        form = await read_form(request)
        person = self._find_demo(form.get("role", ""))
        if person is None:
            return await self._desk.answer_missing(request)
        if not self._desk.forms.is_ours(request, form):
            return self._draw_stale(request, form)
        try:
            tokens = await anyio.to_thread.run_sync(self._check, person.email, person.password)
        except TandemError as problem:
            return self._draw_refusal(request, form, problem)
        if tokens is None:
            return self._draw(request, error="This demo person is no longer there.", status=409)
        return await self._desk.let_in(
            request, tokens=tokens, method="password", address=clean_next(form.get("next", "/"))
        )

    async def show_sign_out(self, request: Request) -> Response:
        """Asks once more, because signing out takes a form of ours."""
        person = await self._desk.find_person(request)
        if person is None:
            return RedirectResponse("/auth/sign-in", 303)
        return self._desk.draw(request, "sign_out.html", name=person.name, error="")

    async def sign_out(self, request: Request) -> Response:
        """Ends this browser's session in every tab."""
        form = await read_form(request)
        id_hash = read_session(request.scope, self._desk.settings)
        if id_hash and not self._desk.forms.is_ours(request, form):
            return self._desk.draw(
                request,
                "sign_out.html",
                status=403,
                name="",
                error=STALE,
            )
        if id_hash:
            await anyio.to_thread.run_sync(self._desk.sessions.close, id_hash)
        return self._desk.forms.sign_out(RedirectResponse("/auth/sign-in?signed-out=1", 303))

    def _try_password(self, request: Request, form: Mapping[str, str]) -> Tokens | None:
        """One counted try, in a thread."""
        email = clean_email(form.get("email", ""))
        with self._desk.attempts.password(
            email=email,
            address=read_address(request.scope, self._desk.settings),
            browser=self._desk.forms.read_browser(request),
        ) as tally:
            tokens = self._check(email, form.get("password", ""))
            if tokens is not None:
                tally.succeeded()
            return tokens

    def _check(self, email: str, password: str) -> Tokens | None:
        if not email or not password:
            return None
        return self._desk.auth.sign_in(email=email, password=password)

    def _find_demo(self, role: str) -> DemoPerson | None:
        people = self._desk.settings.list_demo_people()
        return next((person for person in people if person.role == role), None)

    def _draw_stale(self, request: Request, form: Mapping[str, str]) -> Response:
        return self._draw(
            request,
            next_address=clean_next(form.get("next", "/")),
            email=form.get("email", ""),
            error=STALE,
            status=403,
        )

    def _draw_refusal(
        self, request: Request, form: Mapping[str, str], problem: TandemError
    ) -> Response:
        if isinstance(problem, TooMany):
            problem.message += " A code by mail works meanwhile."
        return self._desk.draw_refusal(
            request,
            "sign_in.html",
            problem,
            **self._fill(
                next_address=clean_next(form.get("next", "/")), email=form.get("email", "")
            ),
        )

    def _draw(
        self,
        request: Request,
        *,
        next_address: str = "/",
        email: str = "",
        error: str = "",
        notice: str = "",
        status: int = 200,
    ) -> Response:
        values = self._fill(next_address=next_address, email=email, notice=notice)
        return self._desk.draw(request, "sign_in.html", status=status, error=error, **values)

    def _fill(self, *, next_address: str, email: str = "", notice: str = "") -> dict[str, Any]:
        return {
            "next": next_address,
            "email": email,
            "notice": notice,
            "providers": list_providers(self._desk.settings),
            "open_sign_up": self._desk.settings.open_sign_up,
            "demo_roles": list(
                dict.fromkeys(one.role for one in self._desk.settings.list_demo_people())
            ),
        }
