"""/auth/sign-up and /auth/invitation: a new account, and joining a workspace by invitation."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.attempts import clean_email
from services.errors import Conflict, Forbidden, Invalid, TandemError
from services.gateway.auth import Tokens
from services.passwords import SHORTEST, check_password
from web.errors import answer_plain
from web.forms import STALE, hold_until, read_form
from web.requests import read_address, read_session
from web.routes.codes import WRONG
from web.routes.desk import Desk, invitation_address, join, list_providers, read_invitation

CLOSED = (
    "This invitation is no longer open: it was used, taken back, or is older than a week. Ask the "
    "person who sent it for a new link."
)
BY_INVITATION = "People join Tandem by invitation. Ask a coordinator for a link."
TAKEN = (
    "We could not make a new account with these details. If you have an account already, sign in "
    "and join from there."
)
_LONGEST_NAME = 80


class Joining:
    """Making an account, and accepting an invitation with one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_routes(self) -> list[Route]:
        """Where these pages are."""
        return [
            Route("/auth/sign-up", self.show_sign_up, methods=["GET"]),
            Route("/auth/sign-up", self.sign_up, methods=["POST"]),
            Route("/auth/sign-up/confirm", self.confirm, methods=["POST"]),
            Route("/auth/invitation", self.show_invitation, methods=["GET"]),
            Route("/auth/invitation", self.accept, methods=["POST"]),
        ]

    async def show_sign_up(self, request: Request) -> Response:
        """The form, for whoever holds an open invitation; for anybody where that is allowed."""
        token = read_invitation(request.query_params)
        if await self._desk.find_person(request):
            return RedirectResponse(invitation_address(token) if token else "/", 303)
        invitation = await self._peek(token)
        if refusal := self._refuse_stranger(token, invitation):
            return refusal
        return self._draw(request, token=token, invitation=invitation, form={})

    async def sign_up(self, request: Request) -> Response:
        """Makes the account, signs it in, and accepts the invitation."""
        started = time.monotonic()
        form = await read_form(request)
        token = read_invitation(form)
        invitation = await self._peek(token)
        if refusal := self._refuse_stranger(token, invitation):
            return refusal
        if invitation:
            form["email"] = str(invitation["email"])
        if not self._desk.forms.is_ours(request, form):
            return self._draw(
                request, token=token, invitation=invitation, form=form, error=STALE, status=403
            )
        try:
            made = await anyio.to_thread.run_sync(self._make_account, request, form)
        except TandemError as problem:
            values = self._fill(token=token, invitation=invitation, form=form)
            return self._desk.draw_refusal(request, "sign_up.html", problem, **values)
        if made is None:
            await hold_until(started)
            return self._draw(
                request, token=token, invitation=invitation, form=form, error=TAKEN, status=409
            )
        if not isinstance(made, Tokens):
            return self._draw_confirm(request, form)
        return await self._arrive(request, tokens=made, token=token, name=_read_name(form))

    async def confirm(self, request: Request) -> Response:
        """Finishes an account whose address had to be confirmed by a code first."""
        started = time.monotonic()
        form = await read_form(request)
        if not self._desk.forms.is_ours(request, form):
            return self._draw_confirm(request, form, error=STALE, status=403)

        def verify() -> Tokens | None:
            return self._desk.verify_code(request, form, "signup")

        try:
            tokens = await anyio.to_thread.run_sync(verify)
        except TandemError as problem:
            return self._desk.draw_refusal(
                request, "sign_up_confirm.html", problem, **_fill_confirm(form)
            )
        if tokens is None:
            await hold_until(started)
            return self._draw_confirm(request, form, error=WRONG, status=401)
        return await self._arrive(
            request, tokens=tokens, token=read_invitation(form), name=_read_name(form)
        )

    async def show_invitation(self, request: Request) -> Response:
        """What the invitation offers, and how to accept it."""
        token = read_invitation(request.query_params)
        person = await self._desk.find_person(request)
        invitation = await self._peek(token)
        if invitation is None:
            return answer_plain(410, CLOSED, title="This invitation is closed")
        return self._desk.draw(
            request,
            "invitation.html",
            error="",
            name=person.name if person else "",
            **self._fill(token=token, invitation=invitation, form={}),
        )

    async def accept(self, request: Request) -> Response:
        """Joins the workspace with the account that is signed in."""
        form = await read_form(request)
        token = read_invitation(form)
        if not self._desk.forms.is_ours(request, form):
            return RedirectResponse(invitation_address(token), 303)
        id_hash = read_session(request.scope, self._desk.settings)
        try:
            await anyio.to_thread.run_sync(join(token), self._desk.connect(id_hash))
        except (Conflict, Forbidden) as problem:
            return answer_plain(409, problem.message, title="You could not join")
        self._desk.sessions.look_anew(id_hash)
        return RedirectResponse("/", 303)

    async def _peek(self, token: str) -> dict[str, Any] | None:
        if not token:
            return None

        def peek() -> dict[str, Any] | None:
            return self._desk.server.peek_invitation(token=token)

        return await anyio.to_thread.run_sync(peek)

    def _refuse_stranger(self, token: str, invitation: Mapping[str, Any] | None) -> Response | None:
        if invitation is not None:
            return None
        if token:
            return answer_plain(410, CLOSED, title="This invitation is closed")
        if self._desk.settings.open_sign_up:
            return None
        return answer_plain(403, BY_INVITATION, title="By invitation")

    def _make_account(self, request: Request, form: Mapping[str, str]) -> Tokens | str | None:
        email, name = clean_email(form.get("email", "")), _read_name(form)
        if not name:
            raise Invalid(
                "Please enter the name that colleagues should see.", detail="name_missing"
            )
        if "@" not in email:
            raise Invalid("Please enter your e-mail address.", detail="email_missing")
        password = form.get("password", "")
        check_password(password)
        self._desk.attempts.sign_up(address=read_address(request.scope, self._desk.settings))
        return self._desk.auth.sign_up(email=email, password=password, name=name)

    async def _arrive(self, request: Request, *, tokens: Tokens, token: str, name: str) -> Response:
        return await self._desk.let_in(
            request,
            tokens=tokens,
            method="sign_up",
            address="/",
            name=name,
            first=join(token) if token else None,
        )

    def _draw(
        self,
        request: Request,
        *,
        token: str,
        invitation: Mapping[str, Any] | None,
        form: Mapping[str, str],
        error: str = "",
        status: int = 200,
    ) -> Response:
        values = self._fill(token=token, invitation=invitation, form=form)
        return self._desk.draw(request, "sign_up.html", status=status, error=error, **values)

    def _fill(
        self, *, token: str, invitation: Mapping[str, Any] | None, form: Mapping[str, str]
    ) -> dict[str, Any]:
        offered = invitation or {}
        return {
            "invitation": token,
            "invitation_address": invitation_address(token) if token else "",
            "workspace_name": offered.get("workspace_name", ""),
            "roles": list(offered.get("roles", ())),
            "fixed_email": offered.get("email", ""),
            "email": form.get("email", ""),
            "given_name": form.get("name", ""),
            "shortest": SHORTEST,
            "providers": list_providers(self._desk.settings),
        }

    def _draw_confirm(
        self,
        request: Request,
        form: Mapping[str, str],
        *,
        error: str = "",
        status: int = 200,
    ) -> Response:
        return self._desk.draw(
            request, "sign_up_confirm.html", status=status, error=error, **_fill_confirm(form)
        )


def _fill_confirm(form: Mapping[str, str]) -> dict[str, str]:
    return {
        "email": clean_email(form.get("email", "")),
        "invitation": read_invitation(form),
        "given_name": _read_name(form),
    }


def _read_name(form: Mapping[str, str]) -> str:
    return " ".join(form.get("name", "").split())[:_LONGEST_NAME]
