"""Refuses what no page of ours sends: foreign origins, oversized forms, Streamlit's spare doors."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import answer_plain
from web.requests import is_known_host, is_own_origin, path_for_log, read_header
from web.settings import Settings

log = logging.getLogger("tandem.web")

LARGEST_FORM_BYTES = 16 * 1024
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Streamlit's own sign-in, its agent API and its metrics: not part of this product.
_SHUT = (
    "/_stcore/agent",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/st-metrics",
    "/st-script-health-check",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
)


class _TooLarge(Exception):
    """The body turned out longer than a form of ours can be."""


class Guard:
    """Stands before every route and socket; asks nobody."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through or answers it."""
        if scope["type"] == "websocket":
            if is_own_origin(scope, self._settings):
                await self._app(_as_own(scope), receive, send)
            else:
                log.warning("foreign origin", extra={"path": path_for_log(scope["path"])})
                await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._find_refusal(scope)
        if refusal is not None:
            status, message = refusal
            await answer_plain(status, message)(scope, receive, send)
            return
        scope = _without_origin(scope)
        if scope["path"].startswith("/_stcore/upload_file"):
            await self._app(scope, receive, send)  # Streamlit has a limit of its own for these
            return
        await self._pass_small(scope, receive, send)

    def _find_refusal(self, scope: Scope) -> tuple[int, str] | None:
        path, method = scope["path"], scope["method"]
        if any(path == shut or path.startswith(f"{shut}/") for shut in _SHUT):
            return 404, "There is nothing here."
        host = read_header(scope, "host")
        is_probe = path in ("/healthz", "/readyz")
        is_known = bool(self._settings.public_url) or is_known_host(host, self._settings)
        if not is_known and not is_probe:
            return 400, "This address is not set up. Ask the person who runs Tandem here."
        if method not in _SAFE and not is_own_origin(scope, self._settings):
            log.warning("foreign origin", extra={"path": path_for_log(path)})
            return 403, "This request did not come from one of our pages. Go back and try again."
        length = read_header(scope, "content-length")
        is_upload = path.startswith("/_stcore/upload_file")
        if not is_upload and length.isdigit() and int(length) > LARGEST_FORM_BYTES:
            return 413, "That is more than this form can take."
        return None

    async def _pass_small(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0
        started = False

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_FORM_BYTES:
                raise _TooLarge
            return message

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive_counted, send_noted)
        except _TooLarge:
            if not started:
                await answer_plain(413, "That is more than this form can take.")(
                    scope, receive, send
                )


def _without_origin(scope: Scope) -> Scope:
    """The request without its Origin, which has been judged by now.

    Streamlit answers an origin it does not know by asking a service on the internet for this
    machine's address. Nothing here is for other sites, so no answer needs to name one.
    """
    headers = [header for header in scope["headers"] if header[0] != b"origin"]
    return {**scope, "headers": headers}


def _as_own(scope: Scope) -> Scope:
    """The websocket with the origin that Streamlit compares: behind a proxy its host may differ."""
    own = b"http://" + read_header(scope, "host").encode("latin-1")
    return {**scope, "headers": [*_without_origin(scope)["headers"], (b"origin", own)]}
