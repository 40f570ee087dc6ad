"""Reading our small forms, and proof that one was ours: a cookie and a field that match."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from urllib.parse import parse_qsl

import anyio
from starlette.requests import Request
from starlette.responses import Response

from services.oidc.pending import TRIP_SECONDS
from services.sealing import Sealer
from services.sessions import hash_cookie
from web.requests import read_cookie
from web.settings import Settings

STALE = "This page was open for too long. Please try once more."
CSRF_FIELD = "csrf_token"
_CSRF_COOKIE = "tandem_form"
BROWSER_COOKIE = "tandem_browser"
SESSION_SECONDS = 30 * 24 * 3600
_BROWSER_SECONDS = 180 * 24 * 3600
# Every refusal is answered at this moment after its arrival, or a multiple of it.
REFUSAL_SECONDS = 1.0


class Forms:
    """Issues and checks the proof; a page with a form is answered through `dress`."""

    def __init__(self, *, settings: Settings, sealer: Sealer) -> None:
        self._settings = settings
        self._sealer = sealer
        self._cookie = settings.cookie_name(_CSRF_COOKIE)

    def issue(self, request: Request) -> tuple[str, str]:
        """The browser's form cookie (kept if it has one) and the field that goes with it."""
        cookie = read_cookie(request.scope, self._cookie) or secrets.token_urlsafe(24)
        return cookie, self._field(request, cookie)

    def is_ours(self, request: Request, form: Mapping[str, str]) -> bool:
        """Whether the form came from a page we gave to this browser in this session."""
        cookie = read_cookie(request.scope, self._cookie)
        given = form.get(CSRF_FIELD, "")
        return bool(cookie) and secrets.compare_digest(
            given.encode(), self._field(request, cookie).encode()
        )

    def dress(self, answer: Response, cookie: str) -> Response:
        """Gives the browser its form cookie."""
        self._set(answer, self._cookie, cookie, None)
        return answer

    def sign_in(self, answer: Response, *, session: str, browser: str = "") -> Response:
        """Gives the browser its session, and the mark that it signed in to this account."""
        self._set(answer, self._settings.session_cookie, session, SESSION_SECONDS)
        if browser:
            self._set(answer, self._settings.cookie_name(BROWSER_COOKIE), browser, _BROWSER_SECONDS)
        return answer

    def bind(self, answer: Response, *, trip: str, cookie: str) -> Response:
        """Makes this browser the one that may finish a trip to a provider."""
        self._set(answer, self._trip_cookie(trip), cookie, TRIP_SECONDS)
        return answer

    def read_binding(self, request: Request, *, trip: str) -> str:
        """The cookie of a trip this browser began; empty for any other."""
        return read_cookie(request.scope, self._trip_cookie(trip))

    def unbind(self, answer: Response, *, trip: str) -> Response:
        """The trip is over."""
        self._set(answer, self._trip_cookie(trip), "", 0)
        return answer

    def sign_out(self, answer: Response) -> Response:
        """Takes the session away, and with it what pages kept in this browser."""
        self._set(answer, self._settings.session_cookie, "", 0)
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

    def read_browser(self, request: Request) -> str:
        """The mark of an earlier sign-in; empty without one."""
        return read_cookie(request.scope, self._settings.cookie_name(BROWSER_COOKIE))

    def _field(self, request: Request, cookie: str) -> str:
        session = read_cookie(request.scope, self._settings.session_cookie)
        return self._sealer.digest("form", cookie, hash_cookie(session) if session else "")

    def _trip_cookie(self, trip: str) -> str:
        """One a trip, so that two tabs can be on their way at once."""
        return self._settings.cookie_name(f"tandem_trip_{trip}")

    def _set(self, answer: Response, name: str, value: str, max_age: int | None) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=max_age,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._settings.is_https,
        )


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a small URL-encoded form; the last of equal names wins."""
    body = (await request.body()).decode("utf-8", errors="replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=40))


async def hold_until(started: float) -> None:
    """Waits for the next multiple of REFUSAL_SECONDS, so that no answer's time tells anything.

    Args:
        started: `time.monotonic()` at the request's arrival.
    """
    gone = time.monotonic() - started
    await anyio.sleep(REFUSAL_SECONDS - gone % REFUSAL_SECONDS)
