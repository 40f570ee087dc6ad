"""A browser tab without the browser: speaks Streamlit's websocket protocol.

One `Tab` is one websocket. It sends the messages a page sends (`BackMsg`) and reads what a run
answers (`ForwardMsg`) until the script has finished. The frames are read by hand, because the
clients of a load test share the machine with what they measure: whole messages are parsed only
where a run looks different from the one before.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from services.embedded.ports import LOOPBACK

RUN_SECONDS = 60.0
_FINISHED = ForwardMsg.DESCRIPTOR.fields_by_name["script_finished"].number
_TAG_FINISHED = _FINISHED << 3
_BINARY, _CLOSE, _PING, _PONG = 0x2, 0x8, 0x9, 0xA


class RunFailed(Exception):
    """The run failed, showed an error, or the server closed the socket."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a page: how long until it was finished, and how much it sent."""

    seconds: float
    messages: int
    size: int


@dataclass(frozen=True, slots=True)
class Site:
    """A server to open tabs on; `cookie` is the whole Cookie header, empty for a stranger."""

    url: str
    cookie: str = ""


class Tab(asyncio.Protocol):
    """One open page. `await Tab.open(site, page="drafts")`, then `await tab.run()`."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._is_open = False
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._finished: asyncio.Future[None] | None = None
        self._messages: list[bytes] = []
        self.last = Run(seconds=0.0, messages=0, size=0)
        self._asked = BackMsg()

    @classmethod
    async def open(
        cls, site: Site, *, page: str = "", query: str = "", zone: str = "Europe/Berlin"
    ) -> Tab:
        """Connects and makes the page's first run.

        Args:
            site: where, and as whom.
            page: the page's address without a slash; empty is the first page.
            query: the address's parameters, without a question mark.
            zone: what the browser says its time zone is.

        Raises: RunFailed.
        """
        parts = urlsplit(site.url)
        loop = asyncio.get_running_loop()
        _, tab = await loop.create_connection(cls, parts.hostname or LOOPBACK, parts.port or 80)
        tab._shake_hands(site)
        await asyncio.wait_for(tab._opened, RUN_SECONDS)
        asked = tab._asked.rerun_script
        asked.page_name = page
        asked.query_string = query
        asked.context_info.url = f"{site.url}/{page}"
        asked.context_info.timezone = zone
        asked.context_info.locale = "en-GB"
        await tab.run()
        return tab

    async def run(self) -> Run:
        """Runs the page again, as a click on something without a value would.

        Raises: RunFailed when the page raises, shows an error, or the connection ends.
        """
        run = await self._ask(self._asked)
        if run.messages != self.last.messages:
            self._look_closely()
        self.last = run
        return run

    def find_watch(self) -> str:
        """The address at which the page's script looks for news, with what it has seen.

        Raises: RunFailed for a page that does not look for any.
        """
        for message in self._parse():
            if message.WhichOneof("type") == "delta" and message.delta.HasField("new_element"):
                element = message.delta.new_element
                if element.WhichOneof("type") == "bidi_component":
                    data = json.loads(element.bidi_component.json or "null")
                    watch = data.get("watch") if isinstance(data, dict) else None
                    if watch:
                        seen = {name: watch[name] for name in ("changes", "notes")}
                        return f"{watch['address']}?{urlencode(seen)}"
        raise RunFailed("this page looks for no news")

    def read_texts(self) -> list[str]:
        """What the last run drew: titles, Markdown and alerts as text, in order."""
        return [text for message in self._parse() for text in _texts_of(message)]

    def close(self) -> None:
        """Ends the connection."""
        if self._transport is not None:
            self._transport.close()

    async def _ask(self, asked: BackMsg) -> Run:
        if self._transport is None or self._transport.is_closing():
            raise RunFailed("the connection is closed")
        self._finished = asyncio.get_running_loop().create_future()
        self._messages = []
        started = time.perf_counter()
        self._send(_BINARY, asked.SerializeToString())
        try:
            await asyncio.wait_for(self._finished, RUN_SECONDS)
        except TimeoutError:
            raise RunFailed(f"no answer within {RUN_SECONDS:.0f} s") from None
        return Run(
            seconds=time.perf_counter() - started,
            messages=len(self._messages),
            size=sum(map(len, self._messages)),
        )

    # -- what a run answered -------------------------------------------------------------------

    def _parse(self) -> list[ForwardMsg]:
        return [ForwardMsg.FromString(message) for message in self._messages]

    def _look_closely(self) -> None:
        """Every message of a run that is not like the one before: which page, which errors."""
        for message in self._parse():
            kind = message.WhichOneof("type")
            if kind == "navigation":
                # From now on the page is asked for as a browser asks: by the script's hash.
                self._asked.rerun_script.page_script_hash = message.navigation.page_script_hash
                self._asked.rerun_script.page_name = ""
            if kind == "page_not_found":
                raise RunFailed(f"no such page: {self._asked.rerun_script.page_name}")
            if kind == "script_finished" and message.script_finished != 0:
                raise RunFailed(f"the script did not finish: {message.script_finished}")
            if problem := _problem_of(message):
                raise RunFailed(problem)

    # -- the socket ----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._fail(f"the connection ended ({exc or 'closed by the server'})")

    def data_received(self, data: bytes) -> None:
        """Called by the event loop."""
        self._buffer += data
        if not self._is_open:
            self._read_answer()
        while self._is_open and (frame := self._take_frame()) is not None:
            self._take_message(*frame)

    def _shake_hands(self, site: Site) -> None:
        host = urlsplit(site.url).netloc
        cookie = f"Cookie: {site.cookie}\r\n" if site.cookie else ""
        key = base64.b64encode(os.urandom(16)).decode()
        self._write(
            f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: streamlit\r\n"
            f"{cookie}\r\n".encode()
        )

    def _read_answer(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        status = bytes(self._buffer[: self._buffer.find(b"\r\n")]).decode("latin-1")
        del self._buffer[: end + 4]
        if " 101 " not in f"{status} ":
            self._fail(f"no websocket: {status}")
            return
        self._is_open = True
        self._opened.set_result(None)

    def _take_frame(self) -> tuple[int, bytes] | None:
        """The next whole frame; servers send theirs unmasked and Streamlit's in one piece."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1] & 0x7F, 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + size:
            return None
        code, payload = buffer[0] & 0x0F, bytes(buffer[start : start + size])
        del buffer[: start + size]
        return code, payload

    def _take_message(self, code: int, payload: bytes) -> None:
        if code == _PING:
            self._send(_PONG, payload)
        elif code == _CLOSE:
            self._fail(f"the server closed the socket ({int.from_bytes(payload[:2], 'big')})")
        elif code == _BINARY and self._finished is not None:
            self._messages.append(payload)
            if _is_last(payload) and not self._finished.done():
                self._finished.set_result(None)

    def _fail(self, why: str) -> None:
        for waiting in (self._opened, self._finished):
            if waiting is not None and not waiting.done():
                waiting.set_exception(RunFailed(why))

    def _send(self, code: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = bytes((0x80 | code, 0x80 | size))
        else:
            head = bytes((0x80 | code, 0x80 | 126)) + size.to_bytes(2, "big")
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place & 3] for place, byte in enumerate(payload))
        self._write(head + mask + masked)

    def _write(self, data: bytes) -> None:
        if self._transport is None:
            raise RunFailed("the connection is closed")
        self._transport.write(data)


def _is_last(payload: bytes) -> bool:
    """Whether a ForwardMsg says that the script has finished, without parsing all of it.

    Walks over the top-level fields: the hash and the metadata come before it, and are short.
    """
    place = 0
    while place < len(payload):
        tag, place = _read_number(payload, place)
        if tag == _TAG_FINISHED:
            return True
        if tag & 7 == 2:
            size, place = _read_number(payload, place)
            place += size
        elif tag & 7 == 0:
            _, place = _read_number(payload, place)
        else:
            return False
    return False


def _read_number(payload: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = payload[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return value, place
        shift += 7


def _problem_of(message: ForwardMsg) -> str:
    """The exception or red or yellow box that a message draws; empty when there is none."""
    if message.WhichOneof("type") != "delta" or not message.delta.HasField("new_element"):
        return ""
    element = message.delta.new_element
    if element.WhichOneof("type") == "exception":
        return f"the page raised {element.exception.type}"
    if element.WhichOneof("type") == "alert":
        name = type(element.alert).Format.Name(element.alert.format)
        if name in ("ERROR", "WARNING"):
            return f"the page says: {element.alert.body}"
    return ""


def _texts_of(message: ForwardMsg) -> list[str]:
    if message.WhichOneof("type") != "delta" or not message.delta.HasField("new_element"):
        return []
    element = message.delta.new_element
    kind = element.WhichOneof("type")
    if kind == "markdown":
        return [element.markdown.body]
    if kind == "heading":
        return [element.heading.body]
    if kind == "alert":
        return [element.alert.body]
    return []
