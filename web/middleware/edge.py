"""The outermost layer: request ids, security headers, one log line a request, no traceback out."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
import socket
import time
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import answer_unexpected
from web.logs import request_id
from web.requests import ROOMS, is_help, path_for_log
from web.settings import Settings

log = logging.getLogger("tandem.web")

# Asked for many times a minute by every open page: not worth a line each.
_QUIET = ("/static/", "/_stcore/", "/component/", "/auth/static/", "/favicon", ROOMS)

# What people uploaded is shown, never run.
_MEDIA_POLICY = "default-src 'none'; sandbox"


def build_shell_policy(settings: Settings) -> str:
    """The content policy of Streamlit's page, as tight as it works.

    Its one inline script is allowed by hash; emotion writes its styles at run time; components
    without a build step come as blob modules. Nothing may be fetched from another host.
    """
    index = Path(streamlit.__file__).parent / "static" / "index.html"
    inline = re.findall(r"<script>(.*?)</script>", index.read_text(encoding="utf-8"), re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
        for code in inline
    )
    upgrade = "; upgrade-insecure-requests" if settings.is_https else ""
    return (
        f"default-src 'self'; script-src 'self' blob: {hashes}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; frame-src 'none'; "
        f"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'{upgrade}"
    )


class Edge:
    """Wraps the whole app. Sees no body and no query string, so it can log neither."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._shell_policy = build_shell_policy(settings)
        self._common = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            # Not no-referrer: browsers then send `Origin: null` with our own forms.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }
        if settings.is_https:
            self._common["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        send_at_once(send)
        token = request_id.set(secrets.token_hex(8))
        try:
            if scope["type"] == "http":
                await self._http(scope, receive, send)
            else:
                await self._app(scope, receive, send)
        finally:
            request_id.reset(token)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(scope["path"], MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, send_dressed)
        except Exception as problem:
            path = path_for_log(scope["path"])
            log.error("request failed", exc_info=problem, extra={"path": path})
            if not status:
                await answer_unexpected(scope, request_id.get())(scope, receive, send_dressed)
        if status >= 500 or not (scope["path"].startswith(_QUIET) or is_help(scope["path"])):
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": path_for_log(scope["path"]),
                    "status": status,
                    "ms": round((time.perf_counter() - started) * 1000, 1),
                },
            )

    def _dress(self, path: str, headers: MutableHeaders) -> None:
        for name, value in self._common.items():
            headers[name] = value
        headers["X-Request-ID"] = request_id.get()
        if "content-security-policy" not in headers:
            is_media = path.startswith("/media/")
            headers["Content-Security-Policy"] = _MEDIA_POLICY if is_media else self._shell_policy
        if is_help(path):
            # Nobody they lead to learns that somebody was here. They have no forms.
            headers["Referrer-Policy"] = "no-referrer"
            headers.setdefault("Cache-Control", "no-store")
        elif headers.get("content-type", "").startswith("text/html"):
            headers["Cache-Control"] = "no-store"


def send_at_once(send: Send) -> None:
    """Lets small messages of this connection go out without waiting for each other.

    A run of a page is many small messages. Streamlit's socket holds each back until the browser
    has acknowledged the one before, and browsers put that off by 40 ms. `send` is uvicorn's own;
    behind another server, which has its own ways, nothing happens.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
