"""/images/{id}: the images of drafts, for whoever may see them.

The row and the bytes are read as the person who asks, so the database decides; where Storage keeps
them shows nowhere. `?w=` asks for a small one, `?download=1` for a file to keep.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.errors import NotFound, Tampered, TandemError
from services.media import Stored, fetch_bytes, find_stored
from services.pictures import ENDINGS, make_thumbnail
from web.errors import status_of
from web.pace import Pace
from web.parts import Parts
from web.requests import knows, read_session

# Widths of thumbnails in pixels: few, so that nobody can fill the cache with others.
WIDTHS = (160, 320, 640, 1280)
_CACHE_BYTES = 24_000_000
# A page of twenty images at once, again and again; more is a program.
_BURST = 240
_PER_SECOND = 12.0

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
# The bytes at an address never change. Another session in the same browser asks anew.
_KEEP = {"Cache-Control": "private, max-age=86400, immutable", "Vary": "Cookie"}
_DROP = {"Cache-Control": "no-store"}


class Images:
    """Answers with whole images or thumbnails."""

    def __init__(self, parts: Parts, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._small = SmallCache(_CACHE_BYTES)
        self._pace = Pace(burst=_BURST, per_second=_PER_SECOND, ticks=ticks)

    def list_routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/images/{media_id}", self.show, methods=["GET"]),
            Route("/images/{rest:path}", self.answer_missing),
        ]

    def answer_missing(self, _request: Request) -> Response:
        """Whatever else is asked for below /images/ is not one of the app's pages."""
        return _refuse(404)

    # Not async: it waits for the database, in a thread of its own.
    def show(self, request: Request) -> Response:
        """One image, or why not."""
        id_hash = read_session(request.scope, self._parts.settings)
        try:
            if not id_hash or self._parts.sessions.find(id_hash) is None:
                return _refuse(401)
            self._pace.take(id_hash)
            width = _read_width(request)
            return self._answer(request, id_hash, width)
        except TandemError as error:
            return _refuse(status_of(error))

    def _answer(self, request: Request, id_hash: str, width: int | None) -> Response:
        gateway = self._parts.connect(id_hash)
        stored = find_stored(gateway, request.path_params["media_id"])
        media = stored.media
        if width is not None and width >= media.width:
            width = None
        tag = f'"{media.sha256}"' if width is None else f'"{media.sha256}-{width}"'
        headers = _HEADERS | _KEEP | {"ETag": tag, "Accept-Ranges": "none"}
        if knows(request.scope, tag):
            return Response(status_code=304, headers=headers)
        data = self._small.find(tag)
        if data is None:
            data = fetch_bytes(gateway, stored)
            if width is not None:
                data = self._small.keep(tag, make_thumbnail(data, width=width))
        headers["Content-Disposition"] = _name(request, stored)
        return Response(data, headers=headers, media_type=media.content_type)


class SmallCache:
    """The thumbnails last asked for, by their tag; no more than so many bytes in all.

    Whose they are is asked before each look, so this remembers nobody's rights.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, tag: str) -> bytes | None:
        """The thumbnail, if it is still here."""
        with self._lock:
            data = self._kept.get(tag)
            if data is not None:
                self._kept.move_to_end(tag)
            return data

    def keep(self, tag: str, data: bytes) -> bytes:
        """Remember it in place of those that nobody asked for in a while; returns it."""
        with self._lock:
            self._size += len(data) - len(self._kept.pop(tag, b""))
            self._kept[tag] = data
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])
        return data


def _read_width(request: Request) -> int | None:
    asked = request.query_params.get("w")
    if asked is None:
        return None
    if asked not in {str(width) for width in WIDTHS}:
        raise NotFound
    return int(asked)


def _name(request: Request, stored: Stored) -> str:
    """A file name made of nothing that anybody wrote."""
    ending = ENDINGS[stored.media.content_type]
    how = "attachment" if request.query_params.get("download") == "1" else "inline"
    return f'{how}; filename="tandem-{stored.media.sha256[:12]}.{ending}"'


_WORDS = {
    401: "You are signed out.",
    404: "There is no such image, or it is not shared with you.",
    429: "Too many images at once. Please wait a moment.",
    502: Tampered.default_message,
    503: "The database is not answering. Please try again in a moment.",
}


def _refuse(status: int) -> Response:
    headers = _HEADERS | _DROP | ({"Retry-After": "2"} if status in (429, 503) else {})
    return PlainTextResponse(_WORDS.get(status, "This image cannot be shown."), status, headers)
