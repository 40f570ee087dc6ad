"""/healthz: this process lives. /readyz: its database answers and has our migrations."""

from __future__ import annotations

import time

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.errors import TandemError
from services.gateway.server import Server
from web.project import find_missing_migrations

# A load balancer may ask often; the database hears of it once in this time.
_REMEMBERED_SECONDS = 2.0


class Health:
    """Both answers as JSON."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._seen = float("-inf")
        self._answer: tuple[dict[str, object], int] = ({}, 503)

    def list_routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/healthz", self.live, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
        ]

    async def live(self, _request: Request) -> JSONResponse:
        """Needs nobody else."""
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def ready(self, _request: Request) -> JSONResponse:
        """200 when pages can be served, else 503 and which part is not ready."""
        if time.monotonic() - self._seen >= _REMEMBERED_SECONDS:
            self._answer = await anyio.to_thread.run_sync(self._look)
            self._seen = time.monotonic()
        body, status = self._answer
        return JSONResponse(body, status, headers={"Cache-Control": "no-store"})

    def _look(self) -> tuple[dict[str, object], int]:
        try:
            missing = find_missing_migrations(self._server)
        except TandemError as problem:
            return {"status": "unavailable", "database": problem.detail, "migrations": None}, 503
        if missing:
            return {"status": "unavailable", "database": "ok", "migrations": "behind"}, 503
        return {"status": "ok", "database": "ok", "migrations": "current"}, 200
