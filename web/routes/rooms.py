"""/rooms/{ticket}: whether something happened in a review room, for browsers that have it open.

Answered from this process's memory: the process asks the database once a second for all rooms (see
web/lookout.py). The ticket comes with the room (services/news.py), so nobody asks about another.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.news import Numbers, Ticket
from web.parts import Parts
from web.requests import read_session

_HEADERS = {"Cache-Control": "no-store"}
_MOST = 2**31


class Rooms:
    """Answers the looks of open rooms."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def list_routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/rooms/{ticket}", self.look, methods=["GET"]),
            Route("/rooms/{rest:path}", _answer_missing),
        ]

    async def look(self, request: Request) -> Response:
        """Whether there are news since the numbers in the query; whether the database is away."""
        session = read_session(request.scope, self._parts.settings)
        ticket = Ticket.read(
            request.path_params["ticket"], session=session, sealer=self._parts.sealer
        )
        if ticket is None:
            return _answer_missing(request)
        seen = Numbers(_read_number(request, "changes"), _read_number(request, "notes"))
        known = self._parts.news.look(ticket.draft_id)
        return JSONResponse(
            {
                "news": known is not None and ticket.is_behind(seen, known),
                "away": self._parts.news.is_away,
            },
            headers=_HEADERS,
        )


def _read_number(request: Request, name: str) -> int:
    """A number from the query; whatever else stands there has seen everything."""
    asked = request.query_params.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else _MOST


def _answer_missing(_request: Request) -> Response:
    return JSONResponse({"error": "not_found"}, 404, _HEADERS)
