"""Signed in or not: sends strangers to the sign-in page and refuses their websockets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

import anyio.to_thread
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from services.errors import TandemError
from services.person import Person
from services.sessions import Sessions
from web.errors import answer_plain
from web.requests import ROOMS, clean_next, is_open, is_page, read_session, sign_in_address
from web.settings import Settings
from web.sockets import Sockets

log = logging.getLogger("tandem.web")

# How long a tab has to draw the way back before its socket closes.
_LAST_WORD_SECONDS = 1.5
_POLICY_VIOLATION = 1008
# The first byte of a message that asks for a run: field number and wire type.
_RUN_TAG = bytes([BackMsg.RERUN_SCRIPT_FIELD_NUMBER << 3 | 2])


class Gate:
    """Nothing of a page reaches anybody without a session. Routes under /auth/ are open."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, sessions: Sessions, sockets: Sockets
    ) -> None:
        self._app = app
        self._settings = settings
        self._sessions = sessions
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request or socket through, or answers it."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and not is_open(scope["path"]):
            answer = await self._find_refusal(scope)
            await (answer or self._app)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _find_refusal(self, scope: Scope) -> Response | None:
        id_hash = read_session(scope, self._settings)
        asks_for_page = scope["method"] in ("GET", "HEAD") and is_page(scope["path"])
        if asks_for_page and id_hash:
            # The page's socket comes a second later: by what is remembered now, the page might be
            # sent and its socket refused, which leaves it empty.
            self._sessions.look_anew(id_hash)
        try:
            if scope["path"].startswith(ROOMS):
                # Asked by a page by itself, which is no use of it. Its tab is watched anyway.
                found = self._sockets.stands(id_hash) or await self._look(id_hash) is not None
            else:
                found = await self._find(id_hash) is not None
            if found:
                return None
        except TandemError:
            return _answer_away()
        if asks_for_page:
            query = scope["query_string"].decode("latin-1")
            wanted = scope["path"] + (f"?{query}" if query else "")
            return RedirectResponse(
                sign_in_address(clean_next(wanted)), 303, {"Cache-Control": "no-store"}
            )
        return JSONResponse({"error": "signed_out"}, 401)

    async def _find(self, id_hash: str) -> Person | None:
        if id_hash:
            self._sessions.note_use(id_hash)
        return await self._look(id_hash)

    async def _look(self, id_hash: str) -> Person | None:
        return self._sessions.glance(id_hash) or await anyio.to_thread.run_sync(
            self._sessions.find, id_hash
        )

    async def _may_connect(self, id_hash: str) -> bool:
        """Whether the session stands; while the database is away, whether there is a cookie.

        Nobody can tell then, and nothing can be read. The page says that it is reconnecting and
        goes on by itself, where a refused socket would leave it empty. The watch over open sockets
        closes those of sessions that do not stand as soon as it can ask.
        """
        try:
            return await self._find(id_hash) is not None
        except TandemError:
            return bool(id_hash)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        id_hash = read_session(scope, self._settings)
        if not await self._may_connect(id_hash):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        async with self._sockets.connected(id_hash) as ended:
            line = _Line(
                receive=receive,
                send=send,
                ended=ended,
                note_use=partial(self._sessions.note_use, id_hash),
            )
            try:
                await self._app(scope, line.receive, line.send)
            finally:
                line.drop()


def _answer_away() -> Response:
    """The database is away: says so, and the browser tries again by itself."""
    answer = answer_plain(
        503,
        "This page opens by itself as soon as the database answers again. Nothing is lost.",
        title="Reconnecting",
        wait_seconds=5,
    )
    answer.headers["Refresh"] = "5"
    return answer


class _Line:
    """One open socket. When its session ends the page is run once more, which now shows the way
    back; whatever the browser sends after that is dropped, and the socket closes.
    """

    def __init__(
        self,
        *,
        receive: Receive,
        send: Send,
        ended: asyncio.Event,
        note_use: Callable[[], None],
    ) -> None:
        self._note_use = note_use
        self._receive = receive
        self._send = send
        self._ended = ended
        self._over = asyncio.create_task(ended.wait())
        self._next: asyncio.Task[Message] | None = None
        self._last_run: bytes = b""
        self._said_last_word = False
        self._is_closed = False

    async def receive(self) -> Message:
        """The next message for the app: the browser's while the session stands."""
        if self._said_last_word:
            return await self._close()
        if self._next is None:
            self._next = asyncio.ensure_future(self._receive())
        await asyncio.wait({self._next, self._over}, return_when=asyncio.FIRST_COMPLETED)
        if self._ended.is_set():
            self._said_last_word = True
            return {"type": "websocket.receive", "bytes": _ask_for_run(self._last_run)}
        message, self._next = self._next.result(), None
        self._note(message.get("bytes") or b"")
        return message

    def _note(self, data: bytes) -> None:
        """Remembers what the tab shows, and whether somebody does something with it."""
        if not data.startswith(_RUN_TAG):
            return
        try:
            run = BackMsg.FromString(data).rerun_script
        except DecodeError:
            return  # Streamlit says so to whoever sent it, and hangs up
        self._last_run = data
        # A page that looks for news by itself is not somebody using it.
        if not run.is_auto_rerun:
            self._note_use()

    async def send(self, message: Message) -> None:
        """Passes on what the app sends until the socket is closed."""
        if not self._is_closed:
            await self._send(message)

    async def _close(self) -> Message:
        await asyncio.sleep(_LAST_WORD_SECONDS)
        if not self._is_closed:
            await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            self._is_closed = True
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    def drop(self) -> None:
        """Lets go of what still waits."""
        self._over.cancel()
        if self._next is not None:
            self._next.cancel()


def _ask_for_run(last: bytes) -> bytes:
    """A request to run the page the tab shows, without any of the values typed into it."""
    asked = BackMsg()
    asked.rerun_script.CopyFrom(BackMsg.FromString(last).rerun_script)
    for typed in ("widget_states", "fragment_id", "is_auto_rerun"):
        asked.rerun_script.ClearField(typed)
    return bytes(asked.SerializeToString())
