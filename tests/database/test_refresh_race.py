"""Twenty threads in two processes need a new token at once: Auth is asked exactly once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from services.embedded.places import ROOT
from services.sessions import hash_cookie
from tests.support.accounts import PASSWORD, add_accounts
from tests.support.people import World
from tests.support.visitor import SESSION_KEY, make_parts, make_settings

THREADS = 10
PROCESSES = 2


@pytest.fixture
def session(world: World) -> str:
    """The hash of a session of ines with real tokens."""
    add_accounts(world)
    parts = make_parts(make_settings(world.stack))
    try:
        tokens = parts.auth.sign_in(email=world.ines.email, password=PASSWORD)
        assert tokens is not None
        return hash_cookie(parts.sessions.open(tokens=tokens, method="password"))
    finally:
        parts.close()


def race(world: World, id_hash: str) -> list[dict[str, Any]]:
    given = {
        "url": world.stack.url,
        "secret_key": world.stack.secret_key,
        "publishable_key": world.stack.publishable_key,
        "session_key": SESSION_KEY,
        "id_hash": id_hash,
        "threads": THREADS,
    }
    command = [sys.executable, "-m", "tests.support.refresher"]
    with ExitStack() as running:
        racers = [running.enter_context(_start(command)) for _ in range(PROCESSES)]
        for racer in racers:
            _tell(racer, json.dumps(given))
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            _tell(racer, "go")
        return [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]


@contextmanager
def _start(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as racer:
        try:
            yield racer
        finally:
            racer.kill()


def _tell(racer: subprocess.Popen[str], line: str) -> None:
    assert racer.stdin is not None
    racer.stdin.write(f"{line}\n")
    racer.stdin.flush()


@pytest.mark.parametrize("age", ["1 second", "-4 seconds"], ids=["expired", "about to expire"])
def test_exactly_one_refresh(world: World, session: str, age: str) -> None:
    world.run_sql("update public.web_sessions set access_expires_at = now() - %s::interval", age)
    results = race(world, session)
    assert sum(result["refreshes"] for result in results) == 1
    got = [token for result in results for token in result["got"]]
    assert len(got) == THREADS * PROCESSES
    assert len(set(got)) == 1
    assert got[0].startswith("eyJ")
    assert world.run_sql("select generation from public.web_sessions") == [(1,)]


def test_a_token_that_still_works_keeps_nobody_waiting(world: World, session: str) -> None:
    world.run_sql(
        "update public.web_sessions set access_expires_at = now() + interval '30 seconds'"
    )
    results = race(world, session)
    assert sum(result["refreshes"] for result in results) == 1
    got = {token for result in results for token in result["got"]}
    assert all(token.startswith("eyJ") for token in got)
    assert len(got) <= 2
