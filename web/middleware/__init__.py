"""What every request and websocket passes through before a page or route sees it."""

from __future__ import annotations

from starlette.middleware import Middleware

from web.middleware.edge import Edge
from web.middleware.gate import Gate
from web.middleware.guard import Guard
from web.parts import Parts


def list_middleware(parts: Parts) -> list[Middleware]:
    """The layers, outermost first."""
    return [
        Middleware(Edge, settings=parts.settings),
        Middleware(Guard, settings=parts.settings),
        Middleware(Gate, settings=parts.settings, sessions=parts.sessions, sockets=parts.sockets),
    ]
