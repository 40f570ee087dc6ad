"""One signed-in person's view of Supabase: calls as that person, errors as ours.

`Gateway.read` and `Gateway.write` are the two doors, `Gateway.storage` the one to images. Reads
are tried again, with a growing pause, when the server did not answer; writes never are, because
an unanswered write may have been done. Row-level security decides what comes back: this module
trusts nobody.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from postgrest.exceptions import APIError

from services import errors
from services.gateway.storage import Storage
from supabase import Client, ClientOptions

log = logging.getLogger("tandem.gateway")

READ_TRIES = 4
FIRST_PAUSE_SECONDS = 0.1
# A server that kept us waiting this long does so again: people are told sooner that it is away.
PATIENCE_SECONDS = 2.0

_BY_CODE: dict[str, type[errors.TandemError]] = {
    "PT400": errors.Invalid,
    "PT401": errors.SignedOut,
    "PT403": errors.Forbidden,
    "PT404": errors.NotFound,
    "PT409": errors.Conflict,
    "PT429": errors.TooMany,
    # PostgREST's own words: an expired, forged or missing token.
    "PGRST301": errors.SignedOut,
    "PGRST302": errors.SignedOut,
    "PGRST303": errors.SignedOut,
    "42501": errors.Forbidden,
    "23505": errors.Conflict,
    "23P01": errors.Conflict,
    "40001": errors.Conflict,
    "40P01": errors.Conflict,  # deadlock: this one gave way
    "55P03": errors.Conflict,  # somebody held a lock for too long
    "57014": errors.Unavailable,  # statement timeout
}
# Two characters of an SQLSTATE: values that are none of their type, or break a constraint.
_BY_CLASS: dict[str, type[errors.TandemError]] = {"22": errors.Invalid, "23": errors.Invalid}
_SQLSTATE_LENGTH = 5

# What neither UTF-8 nor PostgreSQL has: half a surrogate pair, and NUL.
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def translate(error: Exception) -> errors.TandemError:
    """Our error for one of supabase's or httpx's.

    Its words are ours unless the database wrote them for people (PTnnn): the server's own may
    quote a row.
    """
    if isinstance(error, APIError):
        # A number where something in between answered with a page instead of JSON.
        code = str(error.code or "")
        kind = _kind_of(code)
        if code.startswith("PT"):
            return kind(error.message, detail=error.details or "")
        return kind(detail=code)
    return errors.Unavailable(detail=type(error).__name__)


def _kind_of(code: str) -> type[errors.TandemError]:
    by_class = _BY_CLASS.get(code[:2]) if len(code) == _SQLSTATE_LENGTH else None
    return _BY_CODE.get(code) or by_class or errors.Unavailable


def clean(value: Any) -> Any:
    """The value with texts that can be sent and kept; half characters become U+FFFD."""
    if isinstance(value, str):
        return _HALF_A_PAIR.sub("\ufffd", value.replace("\0", ""))
    if isinstance(value, Mapping):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value


class Gateway:
    """Supabase as one person: keep one per signed-in session, never share it.

    Args:
        url: The project's address, without a path.
        publishable_key: Names the project; grants nothing by itself.
        access_token: Returns a token that is good now; called before every request, so that a
            refreshed one is used. Raises SignedOut when there is none any more.
        http: A client from `services.gateway.http.make_client`, shared by all gateways. Each
            request carries its own token.
    """

    def __init__(
        self,
        *,
        url: str,
        publishable_key: str,
        access_token: Callable[[], str],
        http: httpx.Client,
    ) -> None:
        self._access_token = access_token
        self._client = Client(
            url,
            publishable_key,
            ClientOptions(httpx_client=http, auto_refresh_token=False, persist_session=False),
        )
        self.storage = Storage(
            url=url, publishable_key=publishable_key, access_token=access_token, http=http
        )

    def read(self, function: str, params: Mapping[str, Any] | None = None) -> Any:
        """The answer of a function that only reads; tried again when the server is away.

        Raises:
            SignedOut, Forbidden, NotFound, Invalid, Unavailable: see `services.errors`.
        """
        pause = FIRST_PAUSE_SECONDS
        started = time.monotonic()
        for left in reversed(range(READ_TRIES)):
            try:
                return self._call(function, params)
            except errors.Unavailable as error:
                if left == 0 or time.monotonic() - started > PATIENCE_SECONDS:
                    raise
                log.info("read again", extra={"function": function, "why": error.detail})
                time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - spreads retries only
                pause *= 3
        raise AssertionError("unreachable")

    def write(self, function: str, params: Mapping[str, Any] | None = None) -> Any:
        """The answer of a function that changes something; sent exactly once.

        Raises:
            Any of `services.errors`. After Unavailable the change may or may not be there.
        """
        return self._call(function, params)

    def _call(self, function: str, params: Mapping[str, Any] | None) -> Any:
        postgrest = self._client.postgrest
        postgrest.auth(self._access_token())
        try:
            return postgrest.rpc(function, clean(params or {})).execute().data
        except (APIError, httpx.HTTPError) as error:
            translated = translate(error)
            log.info(
                "refused",
                extra={
                    "function": function,
                    "error": type(translated).__name__,
                    "why": translated.detail,
                },
            )
            raise translated from None
