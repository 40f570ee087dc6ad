"""The app asks for reminders of checks while it runs, whatever the database says."""

from __future__ import annotations

import asyncio
import logging
from typing import cast

import pytest

from services.errors import Unavailable
from services.gateway.server import Server
from tests.support.waiting import wait_until
from web import reminders

DIRECTORY = "https://directory.example.org/"


class FakeServer:
    """Answers, or does not."""

    def __init__(self) -> None:
        self.away = True
        self.asked = 0
        self.answered = 0
        self.directory = ""

    def state_directory(self, *, address: str) -> bool:
        self.directory = address
        return True

    def remind_of_checks(self) -> int:
        self.asked += 1
        if self.away:
            raise Unavailable(detail="unreachable")
        self.answered += 1
        return 0


def test_it_asks_at_the_start_again_after_a_failure_and_then_seldom(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reminders, "AGAIN_SECONDS", 0.01)
    server = FakeServer()

    async def run() -> None:
        async with reminders.reminding(cast(Server, server), directory=DIRECTORY):
            await asyncio.to_thread(wait_until, lambda: server.asked > 1, what="another try")
            server.away = False
            await asyncio.to_thread(wait_until, lambda: server.answered, what="an answer")
            await asyncio.to_thread(wait_until, lambda: server.directory, what="the address")
            asked = server.asked
            for _turn in range(20):
                await asyncio.sleep(0)
            assert server.asked == asked
            assert server.directory == DIRECTORY
        assert "tandem-reminders" not in {task.get_name() for task in asyncio.all_tasks()}

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert "nobody reminded of checks" in caplog.text
