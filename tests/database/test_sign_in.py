"""The server's functions for sessions, refreshes and limits, over HTTP with the secret key."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from services.embedded.stack import Stack
from services.errors import TandemError, Unavailable
from services.gateway.http import make_client
from services.gateway.server import Limit, Server
from tests.support.people import World
from web.project import MIGRATIONS

KEY = "a" * 64


@pytest.fixture
def server(clean_stack: Stack) -> Iterator[Server]:
    with make_client() as http:
        yield Server(url=clean_stack.url, secret_key=clean_stack.secret_key, http=http)


def open_for(server: Server, world: World, who: str, key: str = KEY, **changes: Any) -> None:
    person = getattr(world, who)
    values: dict[str, Any] = {
        "id_hash": key,
        "profile_id": person.id,
        "name": "",
        "email": person.email,
        "method": "password",
        "sealed": "sealed",
        "access_expires_at": time.time() + 300,
    }
    server.open_session(**(values | changes))


class TestOpenSession:
    def test_makes_a_profile_at_the_first_sign_in(self, server: Server, world: World) -> None:
        new = "11111111-1111-4111-8111-111111111111"
        open_for(server, world, "ines", profile_id=new, name=" Nora\x07 ", email="Nora@Example.org")
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert (found["name"], found["email"]) == ("Nora", "nora@example.org")
        assert found["memberships"] == []

    def test_without_a_name_the_address_gives_one(self, server: Server, world: World) -> None:
        new = "11111111-1111-4111-8111-111111111111"
        open_for(server, world, "ines", profile_id=new, name=" ", email="nora@example.org")
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert found["name"] == "nora"

    def test_keeps_the_name_somebody_chose(self, server: Server, world: World) -> None:
        open_for(server, world, "ines", name="Somebody else", email="ines.new@example.org")
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert (found["name"], found["email"]) == ("Ines", "ines.new@example.org")
        assert found["time_zone"] == "Europe/Berlin"

    def test_two_first_sign_ins_at_once_are_one_profile(self, server: Server, world: World) -> None:
        new = "11111111-1111-4111-8111-111111111111"
        failures: list[TandemError] = []

        def sign_in(number: int) -> None:
            try:
                open_for(server, world, "ines", key=f"{number:064x}", profile_id=new, name="Nora")
            except TandemError as problem:
                failures.append(problem)

        threads = [threading.Thread(target=sign_in, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert world.run_sql("select count(*) from public.web_sessions") == [(8,)]

    def test_sweeps_what_is_over(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        world.run_sql("update public.web_sessions set last_seen_at = now() - interval '13 hours'")
        open_for(server, world, "dana", key="b" * 64)
        assert world.run_sql("select id_hash from public.web_sessions") == [("b" * 64,)]

    def test_an_id_that_is_no_hash_is_refused(self, server: Server, world: World) -> None:
        with pytest.raises(Unavailable):
            open_for(server, world, "ines", key="the-cookie-itself")


class TestFindSession:
    def test_tells_the_person_and_where_they_belong(self, server: Server, world: World) -> None:
        open_for(server, world, "kim")
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert found["profile_id"] == world.kim.id
        assert found["memberships"] == [
            {
                "workspace_id": world.home,
                "workspace_name": "Home",
                "roles": ["coordinator", "professional"],
                "unread": 0,
            }
        ]

    def test_a_suspended_membership_is_not_told(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        world.run_sql("update public.memberships set suspended_at = now()")
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert found["memberships"] == []

    @pytest.mark.parametrize(
        ("column", "age", "stands"),
        [
            ("last_seen_at", "11 hours 59 minutes", True),
            ("last_seen_at", "12 hours", False),
            ("created_at", "29 days 23 hours", True),
            ("created_at", "30 days", False),
        ],
    )
    def test_ends_idle_after_12_hours_and_in_any_case_after_30_days(
        self, server: Server, world: World, column: str, age: str, stands: bool
    ) -> None:
        open_for(server, world, "ines")
        world.run_sql(
            f"update public.web_sessions set {column} = now() - %s::interval",  # noqa: S608
            age,
        )
        assert (KEY in server.list_alive_sessions(id_hashes=[KEY])) is stands
        assert (server.find_session(id_hash=KEY) is not None) is stands
        assert world.run_sql("select count(*) from public.web_sessions") == [(int(stands),)]

    def test_only_use_keeps_it_from_going_idle(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        world.run_sql("update public.web_sessions set last_seen_at = now() - interval '11 hours'")
        server.list_alive_sessions(id_hashes=[KEY])
        server.find_session(id_hash=KEY, in_use=False)
        assert self.idle(world) > timedelta(hours=10)
        server.find_session(id_hash=KEY)
        assert self.idle(world) < timedelta(minutes=1)

    def test_looking_often_writes_seldom(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        before = world.run_sql("select xmin::text from public.web_sessions")
        for _ in range(5):
            server.find_session(id_hash=KEY)
        assert world.run_sql("select xmin::text from public.web_sessions") == before

    def test_remembers_the_workspace_if_it_is_theirs(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        server.choose_workspace(id_hash=KEY, workspace_id=world.other)
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert found["workspace_id"] is None
        server.choose_workspace(id_hash=KEY, workspace_id=world.home)
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert found["workspace_id"] == world.home

    def idle(self, world: World) -> timedelta:
        seen = world.run_sql("select last_seen_at from public.web_sessions")[0][0]
        assert isinstance(seen, datetime)
        return datetime.now(tz=UTC) - seen


class TestRefresh:
    def test_a_generation_is_claimed_once(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        claims = [server.claim_refresh(id_hash=KEY, generation=0, seconds=20) for _ in range(3)]
        assert claims == [True, False, False]

    def test_a_claim_runs_out(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        server.claim_refresh(id_hash=KEY, generation=0, seconds=20)
        world.run_sql("update public.web_sessions set claimed_until = now() - interval '1 second'")
        assert server.claim_refresh(id_hash=KEY, generation=0, seconds=20)

    def test_storing_starts_the_next_generation(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        server.claim_refresh(id_hash=KEY, generation=0, seconds=20)
        until = time.time() + 300
        stored: dict[str, Any] = {"id_hash": KEY, "sealed": "newer", "access_expires_at": until}
        assert server.store_tokens(generation=0, **stored)
        assert not server.store_tokens(generation=0, **stored)
        assert not server.claim_refresh(id_hash=KEY, generation=0, seconds=20)
        assert server.claim_refresh(id_hash=KEY, generation=1, seconds=20)
        found = server.find_session(id_hash=KEY)
        assert found is not None
        assert (found["sealed"], found["generation"]) == ("newer", 1)
        assert found["access_expires_at"] == pytest.approx(until, abs=0.01)

    def test_an_ended_session_takes_no_tokens(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        server.close_session(id_hash=KEY)
        assert not server.claim_refresh(id_hash=KEY, generation=0, seconds=20)
        assert not server.store_tokens(
            id_hash=KEY, generation=0, sealed="x", access_expires_at=time.time()
        )


class TestEnding:
    def test_one_browser(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        open_for(server, world, "ines", key="b" * 64)
        server.close_session(id_hash=KEY)
        assert server.list_alive_sessions(id_hashes=[KEY, "b" * 64]) == {"b" * 64}

    def test_everywhere_by_the_server(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        open_for(server, world, "ines", key="b" * 64)
        open_for(server, world, "dana", key="c" * 64)
        assert server.close_sessions_of(profile_id=world.ines.id) == 2
        assert world.run_sql("select id_hash from public.web_sessions") == [("c" * 64,)]

    def test_everywhere_by_oneself(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        open_for(server, world, "dana", key="c" * 64)
        assert world.ines.gateway().write("close_my_sessions") == 1
        assert world.run_sql("select id_hash from public.web_sessions") == [("c" * 64,)]

    def test_a_suspension_ends_them(self, server: Server, world: World) -> None:
        open_for(server, world, "ines")
        world.sam.gateway().write(
            "set_suspended",
            {"p_workspace": world.home, "p_profile": world.ines.id, "p_suspended": True},
        )
        assert world.run_sql("select 1 from public.web_sessions") == []


class TestAttempts:
    def test_a_burst_and_then_one_at_a_time(self, server: Server) -> None:
        limit = Limit("k" * 64, every_seconds=30, burst=3)
        waits = [server.take_attempt(limit) for _ in range(5)]
        assert waits[:3] == [0, 0, 0]
        assert 28 < waits[4] <= waits[3] <= 30

    def test_all_or_none(self, server: Server) -> None:
        tight, wide = Limit("t" * 64, 60, 1), Limit("w" * 64, 60, 3)
        assert server.take_attempt(tight, wide) == 0
        assert server.take_attempt(tight, wide) > 0
        assert server.take_attempt(wide) == 0
        assert server.take_attempt(wide) == 0
        assert server.take_attempt(wide) > 0

    def test_what_is_given_back_can_be_taken_again(self, server: Server) -> None:
        limit = Limit("k" * 64, every_seconds=30, burst=2)
        for _ in range(6):
            assert server.take_attempt(limit) == 0
            server.return_attempt(limit)

    def test_giving_back_never_saves_up(self, server: Server) -> None:
        limit = Limit("k" * 64, every_seconds=30, burst=2)
        server.take_attempt(limit)
        for _ in range(9):
            server.return_attempt(limit)
        waits = [server.take_attempt(limit) for _ in range(3)]
        assert waits[:2] == [0, 0]
        assert waits[2] > 0

    def test_at_once_no_more_than_the_burst_gets_through(self, clean_stack: Stack) -> None:
        limit = Limit("k" * 64, every_seconds=60, burst=4)
        waits: list[float] = []
        start = threading.Barrier(20)

        with make_client() as http:
            server = Server(url=clean_stack.url, secret_key=clean_stack.secret_key, http=http)

            def take() -> None:
                start.wait()
                waits.append(server.take_attempt(limit))

            threads = [threading.Thread(target=take) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sum(wait == 0 for wait in waits) == 4

    def test_old_rows_go(self, server: Server, sql: psycopg.Connection[tuple[Any, ...]]) -> None:
        sql.execute(
            "insert into public.rate_limits select md5(n::text), now() - interval '1 day' "
            "from generate_series(1, 30) n"
        )
        for number in range(3):
            server.take_attempt(Limit(str(number) * 64, 1, 1))
        left = sql.execute("select count(*) from public.rate_limits").fetchone()
        assert left == (3,)


class TestServer:
    def test_lists_the_migrations(self, server: Server) -> None:
        files = sorted(path.name.partition("_")[0] for path in MIGRATIONS.glob("*.sql"))
        assert list(server.list_migrations()) == files

    def test_the_publishable_key_opens_none_of_it(self, clean_stack: Stack) -> None:
        with make_client() as http:
            server = Server(url=clean_stack.url, secret_key=clean_stack.publishable_key, http=http)
            with pytest.raises(Unavailable) as caught:
                server.list_migrations()
        assert caught.value.detail in ("key_refused", "function_missing")

    def test_a_reader_is_asked_again_and_a_writer_is_not(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path.rsplit("/", 1)[-1])
            if len(asked) < 3:
                raise httpx.RemoteProtocolError("gone")
            return httpx.Response(200, json=None)

        with httpx.Client(transport=httpx.MockTransport(answer)) as http:
            server = Server(url="http://127.0.0.1:1", secret_key="x", http=http)
            assert server.find_session(id_hash=KEY) is None
            assert len(asked) == 3
            asked.clear()
            with pytest.raises(Unavailable):
                server.close_session(id_hash=KEY)
            assert len(asked) == 1
