"""Small messages leave at once, on sockets as Streamlit opens them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.sync.client import connect

from tests.support.waiting import wait_until
from web.middleware.edge import send_at_once


def _read_option(send: Any) -> bytes:
    connection = send.__self__.transport.get_extra_info("socket")
    return str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)).encode()


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the socket's option before and after."""
    before = _read_option(send)
    send_at_once(send)
    answer = before + b" " + _read_option(send)
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": answer})
        await send({"type": "websocket.close"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": answer})


@pytest.fixture
def address() -> Iterator[str]:
    """A server on a socket that was bound beforehand, as Streamlit does it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(_app, lifespan="off", log_level="error", ws="websockets-sansio")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started, what="the server")
        yield f"127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


def test_an_answer_does_not_wait(address: str) -> None:
    answer = httpx.get(f"http://{address}/", trust_env=False)
    # The first number says that there is something to mend; when it is 1, Streamlit mended it.
    assert answer.text == "0 1"


def test_a_websocket_does_not_wait(address: str) -> None:
    with connect(f"ws://{address}/", proxy=None) as line:
        assert line.recv() == b"0 1"


def test_another_server_is_left_alone() -> None:
    async def send(_message: Any) -> None:
        """Belongs to nobody."""

    send_at_once(send)
