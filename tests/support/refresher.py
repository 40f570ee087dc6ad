"""A process of its own whose threads all need a token at once; for the refresh race.

Reads one JSON object from standard input, says "ready", waits for a line, and prints what its
threads got and how often it asked Auth to refresh.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

import httpx

from services.errors import TandemError
from services.gateway.auth import Auth
from services.gateway.http import make_client
from services.gateway.server import Server
from services.sealing import Sealer
from services.sessions import Sessions


def main() -> None:
    """Run the race's half of this process."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    asked: list[str] = []

    def note(request: httpx.Request) -> None:
        if "grant_type=refresh_token" in str(request.url):
            asked.append("refresh")

    with make_client() as http:
        http.event_hooks = {**http.event_hooks, "request": [note]}
        sessions = Sessions(
            server=Server(url=given["url"], secret_key=given["secret_key"], http=http),
            auth=Auth(url=given["url"], publishable_key=given["publishable_key"], http=http),
            sealer=Sealer(keys=[given["session_key"]]),
        )
        got = _race(sessions, given["id_hash"], given["threads"])
    print(json.dumps({"got": got, "refreshes": len(asked)}))


def _race(sessions: Sessions, id_hash: str, count: int) -> list[str]:
    got: list[str] = []
    start = threading.Barrier(count + 1)

    def ask() -> None:
        start.wait()
        try:
            got.append(sessions.access_token(id_hash))
        except TandemError as problem:
            got.append(f"{type(problem).__name__}: {problem.detail}")

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    start.wait()
    for thread in threads:
        thread.join()
    return got


if __name__ == "__main__":
    main()
