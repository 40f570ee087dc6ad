"""Connecting an account at a provider to the person who is signed in, and letting go of it."""

from __future__ import annotations

import logging
from functools import partial
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.errors import Conflict, NotFound, SignedOut
from services.people import list_my_ways
from web.errors import status_of
from web.forms import STALE, read_form
from web.requests import clean_next, read_session, sign_in_address
from web.routes.desk import Desk
from web.routes.oidc import SETTINGS

log = logging.getLogger("tandem.oidc")


class Connecting:
    """The pages that Settings leads to: a link asks, a form of ours does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_routes(self) -> list[Route]:
        """Where these pages are."""
        return [
            Route("/auth/oidc/{name}/start", self.ask_connect, methods=["GET"]),
            Route("/auth/oidc/disconnect", self.ask_disconnect, methods=["GET"]),
            Route("/auth/oidc/disconnect", self.disconnect, methods=["POST"]),
        ]

    async def ask_connect(self, request: Request) -> Response:
        """What connecting means; its form begins the trip (`OpenId.leave`)."""
        name = request.path_params["name"]
        provider = next((one for one in self._desk.settings.providers if one.name == name), None)
        if provider is None:
            return await self._desk.answer_missing(request)
        if not request.query_params.get("link"):
            wanted = clean_next(request.query_params.get("next", "/"))
            return RedirectResponse(sign_in_address(wanted), 303)
        person = await self._desk.find_person(request)
        if person is None:
            return RedirectResponse(sign_in_address(SETTINGS), 303)
        return self._desk.draw(
            request, "oidc_connect.html", provider=name, label=provider.label, name=person.name
        )

    async def ask_disconnect(self, request: Request) -> Response:
        """What disconnecting means."""
        return await self._draw(request, request.query_params.get("issuer", ""))

    async def disconnect(self, request: Request) -> Response:
        """Lets go of the account, unless it is the only way in."""
        form = await read_form(request)
        issuer = form.get("issuer", "")
        if not self._desk.forms.is_ours(request, form):
            return await self._draw(request, issuer, error=STALE, status=403)
        work = partial(
            self._desk.server.disconnect_identity,
            id_hash=read_session(request.scope, self._desk.settings),
            issuer=issuer,
            offered=[provider.issuer for provider in self._desk.settings.providers],
        )
        try:
            await run_sync(work)
        except SignedOut:
            return RedirectResponse(sign_in_address(SETTINGS), 303)
        except Conflict as problem:
            return await self._draw(
                request, issuer, error=problem.message, status=status_of(problem)
            )
        except NotFound:
            # Gone already: in another tab, or by a second press.
            return RedirectResponse(SETTINGS, 303)
        log.info("disconnected")
        return RedirectResponse(SETTINGS, 303)

    async def _draw(
        self, request: Request, issuer: str, *, error: str = "", status: int = 200
    ) -> Response:
        """The page for an account that is really theirs: nothing else from an address is shown."""
        if await self._desk.find_person(request) is None:
            return RedirectResponse(sign_in_address(SETTINGS), 303)
        gateway = self._desk.connect(read_session(request.scope, self._desk.settings))
        ways = await run_sync(list_my_ways, gateway)
        if issuer not in {connection.issuer for connection in ways.connections}:
            return RedirectResponse(SETTINGS, 303)
        return self._desk.draw(
            request,
            "oidc_disconnect.html",
            status=status,
            error=error,
            issuer=issuer,
            label=self._label(issuer),
        )

    def _label(self, issuer: str) -> str:
        for provider in self._desk.settings.providers:
            if provider.issuer == issuer:
                return provider.label
        return urlsplit(issuer).hostname or issuer
