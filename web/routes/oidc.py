"""/auth/oidc/NAME: to an OpenID Connect provider, and back from it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from anyio.to_thread import run_sync
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.errors import Conflict, Forbidden, TandemError, TooMany, Unavailable
from services.oidc.exchange import Exchange
from services.oidc.models import Trip
from services.oidc.pending import PendingTrips, name_trip
from web.errors import status_of, wait_of
from web.forms import STALE, read_form
from web.render import render_page
from web.requests import clean_next, find_own_address, read_address, read_session, sign_in_address
from web.routes.desk import Desk, invitation_address, read_invitation

log = logging.getLogger("tandem.oidc")

SETTINGS = "/settings"
OVER = (
    "This sign-in was begun in another browser, finished before, or took longer than ten minutes. "
    "Nothing was changed. Please start again."
)
_LONGEST_STATE = 200
_LONGEST_CODE = 4096
# What a provider may send back. Each may be there once: which of two counts is not for us to guess.
_ANSWER = ("state", "code", "iss", "error")
# Errors whose name may be logged (OAuth 2.0 and OpenID Connect); any other is text of somebody's.
_ERRORS = frozenset(
    {
        *("access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type"),
        *("invalid_scope", "server_error", "temporarily_unavailable", "interaction_required"),
        *("login_required", "account_selection_required", "consent_required"),
    }
)


class OpenId:
    """Sends people to a provider, and lets in whom it tells of."""

    def __init__(
        self, desk: Desk, *, exchanges: Mapping[str, Exchange], trips: PendingTrips
    ) -> None:
        self._desk = desk
        self._exchanges = exchanges
        self._trips = trips

    def list_routes(self) -> list[Route]:
        """Where people leave and come back."""
        return [
            Route("/auth/oidc/{name}/start", self.leave, methods=["POST"]),
            Route("/auth/oidc/{name}/callback", self.come_back, methods=["GET"]),
        ]

    async def leave(self, request: Request) -> Response:
        """Begins a trip and sends the browser on it.

        A POST with a form of ours, not a link: otherwise any page could begin one in somebody's
        browser and, where the provider asks nothing, sign them in (or out of another account)
        without their doing.
        """
        exchange = self._exchanges.get(request.path_params["name"])
        if exchange is None:
            return await self._desk.answer_missing(request)
        form = await read_form(request)
        trip = self._plan(request, exchange, form)
        if not self._desk.forms.is_ours(request, form):
            return _answer(exchange, trip, Forbidden(STALE, detail="form_stale"))
        if form.get("connect") == "1" and await self._desk.find_person(request) is None:
            return RedirectResponse(sign_in_address(SETTINGS), 303)
        try:
            await run_sync(partial(self._desk.attempts.begin_trip, address=self._address(request)))
            address = await exchange.make_address(trip)
            cookie = await run_sync(self._trips.keep, trip)
        except TandemError as problem:
            return _answer(exchange, trip, problem)
        # A page that leads on, not a redirect: Chromium holds every hop after a form against the
        # form's own policy (form-action), and providers hop to places that nobody can list.
        page = render_page("oidc_leave.html", address=address, label=exchange.provider.label)
        return self._desk.forms.bind(page, trip=name_trip(trip.state), cookie=cookie)

    async def come_back(self, request: Request) -> Response:
        """Ends the trip: the person is let in, or told why not."""
        exchange = self._exchanges.get(request.path_params["name"])
        if exchange is None:
            return await self._desk.answer_missing(request)
        given = _read_answer(request.query_params)
        unknown = Trip(provider=exchange.provider.name, redirect_uri="")
        try:
            await run_sync(partial(self._desk.attempts.end_trip, address=self._address(request)))
            trip = await self._find(request, exchange, given.get("state", ""))
        except TandemError as problem:
            return _answer(exchange, unknown, problem)
        if trip is None:
            return _answer(exchange, unknown, Forbidden(OVER, detail="trip_unknown"))
        try:
            answer = await self._arrive(request, exchange, trip, given)
        except TandemError as problem:
            answer = _answer(exchange, trip, problem)
        else:
            with suppress(Unavailable):  # then it counts, which harms nobody
                await run_sync(
                    partial(self._desk.attempts.forget_trip, address=self._address(request))
                )
        return self._desk.forms.unbind(answer, trip=name_trip(trip.state))

    def _plan(self, request: Request, exchange: Exchange, form: Mapping[str, str]) -> Trip:
        name = exchange.provider.name
        connects = form.get("connect") == "1"
        return Trip(
            provider=name,
            redirect_uri=(
                f"{find_own_address(request.scope, self._desk.settings)}/auth/oidc/{name}/callback"
            ),
            next_address=SETTINGS if connects else clean_next(form.get("next", "/")),
            invitation="" if connects else read_invitation(form),
            connects=read_session(request.scope, self._desk.settings) if connects else "",
        )

    async def _find(self, request: Request, exchange: Exchange, state: str) -> Trip | None:
        if not 0 < len(state) <= _LONGEST_STATE:
            return None
        browser = self._desk.forms.read_binding(request, trip=name_trip(state))
        if not browser:
            return None
        name = exchange.provider.name
        return await run_sync(
            partial(self._trips.take, provider=name, state=state, browser=browser)
        )

    async def _arrive(
        self, request: Request, exchange: Exchange, trip: Trip, given: Mapping[str, str]
    ) -> Response:
        label, error = exchange.provider.label, given.get("error")
        if error == "access_denied":
            raise Forbidden(
                f"You said no at {label}, or stopped half-way. Nothing was changed.",
                detail="answer_access_denied",
            )
        if error is not None:
            raise Forbidden(
                f"{label} could not tell us who you are. Nothing was changed. Please try again, or "
                "sign in another way.",
                detail=f"answer_{error if error in _ERRORS else 'error'}",
            )
        code = given.get("code", "")
        if not 0 < len(code) <= _LONGEST_CODE:
            raise Forbidden(
                f"{label} sent you back without an answer. Please start again.",
                detail="answer_no_code",
            )
        if trip.connects and trip.connects != read_session(request.scope, self._desk.settings):
            raise Forbidden(
                "Somebody signed out or in with this browser meanwhile, so nothing was connected.",
                detail="other_session",
            )
        identity = await exchange.identify(trip, code=code, named=given.get("iss"))
        if not trip.connects:
            return await self._desk.let_identity_in(
                request,
                identity=identity,
                invitation=trip.invitation,
                address="/" if trip.invitation else trip.next_address,
            )
        connect = partial(
            self._desk.server.connect_identity,
            id_hash=trip.connects,
            issuer=identity.issuer,
            subject=identity.subject,
        )
        await run_sync(connect)
        log.info("connected", extra={"provider": trip.provider})
        return RedirectResponse(trip.next_address, 303)

    def _address(self, request: Request) -> str:
        return read_address(request.scope, self._desk.settings)


def _read_answer(params: QueryParams) -> dict[str, str]:
    """What the provider sent; nothing when a part of it is there twice."""
    given = [(name, value) for name, value in params.multi_items() if name in _ANSWER]
    read = dict(given)
    return read if len(read) == len(given) else {}


def _answer(exchange: Exchange, trip: Trip, problem: TandemError) -> Response:
    """What went wrong, in words, and the way on."""
    label = exchange.provider.label
    is_theirs = isinstance(problem, Unavailable) and problem.detail.startswith("provider_")
    log.log(
        logging.WARNING if is_theirs else logging.INFO,
        "trip refused",
        extra={"provider": trip.provider, "why": problem.detail},
    )
    message = problem.message
    if is_theirs:
        message = (
            f"{label} does not answer as it should at the moment. Nothing was changed. Please try "
            "again in a minute, or sign in another way."
        )
    page = render_page(
        "oidc_problem.html",
        status=status_of(problem),
        title=_find_title(label, trip, problem, is_theirs=is_theirs),
        message=message,
        way=_find_way(trip),
    )
    if wait_of(problem):
        page.headers["Retry-After"] = str(wait_of(problem))
    return page


def _find_title(label: str, trip: Trip, problem: TandemError, *, is_theirs: bool) -> str:
    if isinstance(problem, TooMany):
        return "A short pause, please"
    if is_theirs:
        return f"{label} does not answer"
    if problem.detail == "trip_unknown":
        return "This sign-in is over"
    if trip.invitation and isinstance(problem, Conflict):
        return "You could not join"
    return f"{label} was not connected" if trip.connects else f"{label} did not sign you in"


def _find_way(trip: Trip) -> dict[str, str]:
    if trip.connects:
        return {"address": SETTINGS, "label": "Back to Settings"}
    if trip.invitation:
        return {"address": invitation_address(trip.invitation), "label": "Back to the invitation"}
    return {"address": sign_in_address(trip.next_address), "label": "Back to sign-in"}
