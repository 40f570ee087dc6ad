"""The one map from what went wrong to what is answered: a status over HTTP, words on a page."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from services import errors
from web.logs import request_id
from web.render import render_page
from web.requests import read_header

log = logging.getLogger("tandem.web")

_STATUS: tuple[tuple[type[errors.TandemError], int], ...] = (
    (errors.SignedOut, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Invalid, 400),
    (errors.TooMany, 429),
    (errors.Tampered, 502),
    (errors.Unavailable, 503),
)


def status_of(error: errors.TandemError) -> int:
    """The HTTP status that says the same."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def answer_plain(
    status: int, message: str, *, title: str = "", reference: str = "", wait_seconds: int = 0
) -> Response:
    """A small page that says what happened and leads on."""
    answer = render_page(
        "message.html",
        status=status,
        title=title or _TITLES.get(status, "That did not work"),
        message=message,
        reference=reference,
    )
    if wait_seconds:
        answer.headers["Retry-After"] = str(wait_seconds)
    return answer


_TITLES = {
    404: "There is nothing here",
    413: "That is too much at once",
    429: "A short pause, please",
    503: "Tandem cannot reach its database",
}


def answer_unexpected(scope: Scope, reference: str) -> Response:
    """The answer to an error of ours: a reference that is also in the log, and nothing else."""
    if "text/html" in read_header(scope, "accept"):
        return answer_plain(
            500,
            "Something went wrong on our side. Please try again; if it stays like this, pass on "
            "the reference below.",
            reference=reference,
        )
    return JSONResponse({"error": "unexpected", "reference": reference}, 500)


async def answer_error(request: Request, error: errors.TandemError) -> Response:
    """An expected error that a route did not deal with itself."""
    status = status_of(error)
    log.info("refused", extra={"error": type(error).__name__, "why": error.detail})
    if "text/html" in read_header(request.scope, "accept"):
        return answer_plain(status, error.message, wait_seconds=wait_of(error))
    headers = {"Retry-After": str(wait_of(error))} if wait_of(error) else None
    return JSONResponse(
        {"error": error.detail or type(error).__name__, "message": error.message}, status, headers
    )


def wait_of(error: errors.TandemError) -> int:
    """Seconds to wait before the next try; 0 where trying again at once is fine."""
    if isinstance(error, errors.TooMany):
        return max(1, int(error.data.get("retry_after_seconds", 60)))
    return 5 if isinstance(error, errors.Unavailable) else 0


def show_script_error(error: Exception, *, show: Callable[[errors.TandemError], None]) -> bool:
    """Shows what a page did not expect, in place of a traceback. True: nothing more is shown.

    Args:
        show: How pages show an expected error.
    """
    if isinstance(error, errors.TandemError):
        show(error)
        return True
    reference = request_id.get() or secrets.token_hex(8)
    log.error("page failed", exc_info=error, extra={"reference": reference})
    st.error(
        "Something went wrong on our side. What was saved before is kept. Please reload the page; "
        f"if it stays like this, pass on the reference {reference}.",
        icon=":material/error:",
    )
    return True
