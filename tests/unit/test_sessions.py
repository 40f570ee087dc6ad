"""Sessions of one process: what is remembered, when tokens are renewed, what a failure means."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from cryptography.fernet import Fernet

from services.errors import SignedOut, Unavailable
from services.gateway.auth import Auth, Tokens
from services.gateway.server import Server
from services.sealing import Sealer
from services.sessions import DETAILS_SECONDS, Sessions, hash_cookie

KEY = Fernet.generate_key().decode()
NOW = 1_800_000_000.0


@dataclass
class FakeServer:
    """One row, and how often it was asked for."""

    row: dict[str, Any] | None = None
    looks: int = 0
    uses: int = 0
    claimable: bool = True
    away: bool = False
    closed: list[str] = field(default_factory=list)

    def find_session(self, *, in_use: bool, **_asked: Any) -> dict[str, Any] | None:
        if self.away:
            raise Unavailable(detail="unreachable")
        self.looks += 1
        self.uses += in_use
        return self.row

    def open_session(self, **values: Any) -> None:
        self.row = {
            "profile_id": values["profile_id"],
            "name": values["name"],
            "email": values["email"],
            "time_zone": "UTC",
            "method": values["method"],
            "workspace_id": None,
            "sealed": values["sealed"],
            "generation": 0,
            "access_expires_at": values["access_expires_at"],
            "memberships": [
                {"workspace_id": "w1", "workspace_name": "One", "roles": ["influencer"]},
                {"workspace_id": "w2", "workspace_name": "Two", "roles": ["coordinator"]},
            ],
        }

    def claim_refresh(self, *, generation: int, **_asked: Any) -> bool:
        claimed = self.claimable and self.row is not None and self.row["generation"] == generation
        self.claimable = False
        return claimed

    def store_tokens(self, *, generation: int, **values: Any) -> bool:
        if self.row is None:
            return False
        self.row |= {
            "sealed": values["sealed"],
            "access_expires_at": values["access_expires_at"],
            "generation": generation + 1,
        }
        self.claimable = True
        return True

    def close_session(self, *, id_hash: str) -> None:
        self.closed.append(id_hash)
        self.row = None

    def close_sessions_of(self, **_asked: Any) -> int:
        self.row = None
        return 1

    def list_alive_sessions(self, *, id_hashes: list[str]) -> frozenset[str]:
        return frozenset() if self.row is None else frozenset(id_hashes)


@dataclass
class FakeAuth:
    """Hands out numbered tokens."""

    refreshes: int = 0
    refuses: bool = False
    away: bool = False
    signed_out: list[str] = field(default_factory=list)

    def refresh(self, **_asked: Any) -> Tokens | None:
        self.refreshes += 1
        if self.away:
            raise Unavailable(detail="auth_unreachable")
        return None if self.refuses else tokens(self.refreshes, expires_at=NOW + 1300)

    def sign_out(self, *, access_token: str) -> None:
        self.signed_out.append(access_token)


def tokens(number: int, *, expires_at: float = NOW + 300) -> Tokens:
    return Tokens(
        "p1", "ines@example.org", "Ines", f"access{number}", f"refresh{number}", expires_at
    )


@dataclass
class Bench:
    """Sessions with clocks that stand still until moved."""

    server: FakeServer = field(default_factory=FakeServer)
    auth: FakeAuth = field(default_factory=FakeAuth)
    clock: float = NOW
    ticks: float = 0.0
    ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = Sessions(
            server=cast(Server, self.server),
            auth=cast(Auth, self.auth),
            sealer=Sealer(keys=[KEY]),
            clock=lambda: self.clock,
            ticks=lambda: self.ticks,
            pause=self.wait,
        )
        self.sessions.on_close(self.ended.append)

    def wait(self, seconds: float) -> None:
        self.clock += seconds
        self.ticks += seconds

    def open(self, **changes: Any) -> str:
        return hash_cookie(self.sessions.open(tokens=replace(tokens(0), **changes), method="code"))


@pytest.fixture
def bench() -> Bench:
    return Bench()


class TestFind:
    def test_remembers_for_two_seconds(self, bench: Bench) -> None:
        key = bench.open()
        for _ in range(5):
            assert bench.sessions.find(key)
            bench.wait(0.3)
        assert bench.server.looks == 1
        bench.wait(2)
        bench.sessions.find(key)
        assert bench.server.looks == 2

    def test_a_look_is_no_use(self, bench: Bench) -> None:
        key = bench.open()
        for _ in range(3):
            bench.sessions.find(key)
            bench.wait(3)
        assert (bench.server.looks, bench.server.uses) == (3, 0)
        bench.sessions.note_use(key)
        for _ in range(2):
            bench.sessions.find(key)
            bench.wait(3)
        assert bench.server.uses == 1

    def test_an_end_elsewhere_shows_within_two_seconds(self, bench: Bench) -> None:
        key = bench.open()
        assert bench.sessions.find(key)
        bench.server.row = None
        bench.wait(2.0)
        assert bench.sessions.find(key) is None
        assert bench.ended == [key]

    def test_an_end_here_shows_at_once(self, bench: Bench) -> None:
        key = bench.open()
        bench.sessions.find(key)
        bench.sessions.close(key)
        assert bench.sessions.glance(key) is None
        assert bench.sessions.find(key) is None
        assert bench.auth.signed_out == ["access0"]
        assert key in bench.ended

    def test_ending_a_person_ends_what_this_process_knows(self, bench: Bench) -> None:
        key = bench.open()
        bench.sessions.find(key)
        bench.sessions.close_all_of("p1")
        assert bench.sessions.glance(key) is None
        assert bench.ended == [key]

    def test_the_watch_finds_what_others_ended(self, bench: Bench) -> None:
        key = bench.open()
        assert bench.sessions.find_ended(frozenset({key})) == frozenset()
        bench.server.row = None
        assert bench.sessions.find_ended(frozenset({key})) == {key}
        assert bench.ended == [key]

    def test_what_the_watch_saw_alive_is_not_asked_about_again(self, bench: Bench) -> None:
        key = bench.open()
        bench.sessions.find(key)
        for _ in range(6):
            bench.wait(1.5)
            bench.sessions.find_ended(frozenset({key}))
            assert bench.sessions.find(key)
            assert bench.sessions.access_token(key) == "access0"
        assert bench.server.looks == 1

    def test_names_and_roles_are_read_again_all_the_same(self, bench: Bench) -> None:
        key = bench.open()
        bench.sessions.find(key)
        for _ in range(int(DETAILS_SECONDS) + 1):
            bench.wait(1)
            bench.sessions.find_ended(frozenset({key}))
            bench.sessions.find(key)
        assert bench.server.looks == 2

    def test_the_watch_does_not_outweigh_a_change(self, bench: Bench) -> None:
        key = bench.open()
        bench.sessions.find(key)
        bench.sessions.look_anew(key)
        bench.sessions.find_ended(frozenset({key}))
        assert bench.sessions.glance(key) is None
        bench.sessions.find(key)
        assert bench.server.looks == 2

    def test_no_cookie_asks_nobody(self, bench: Bench) -> None:
        assert bench.sessions.find("") is None
        assert bench.server.looks == 0

    def test_a_lost_key_only_signs_out(self, bench: Bench) -> None:
        key = bench.open()
        assert bench.server.row is not None
        bench.server.row["sealed"] = Sealer(keys=[Fernet.generate_key().decode()]).seal({})
        assert bench.sessions.find(key) is None

    def test_an_absent_database_signs_nobody_out(self, bench: Bench) -> None:
        key = bench.open()
        bench.server.away = True
        with pytest.raises(Unavailable):
            bench.sessions.find(key)
        bench.server.away = False
        assert bench.sessions.find(key)

    def test_a_person_may_look_from_any_of_their_workspaces(self, bench: Bench) -> None:
        person = bench.sessions.find(bench.open())
        assert person is not None
        assert (person.workspace_name, person.roles) == ("One", frozenset({"influencer"}))
        assert person.within("w2").roles == {"coordinator"}
        assert person.within("w3") == person

    def test_it_forgets_sessions_nobody_asks_for(self, bench: Bench) -> None:
        bench.open()
        for number in range(1100):
            bench.sessions.find(hash_cookie(str(number)))
        bench.wait(700)
        bench.sessions.find(hash_cookie("one more"))
        assert len(bench.sessions._entries) < 50


class TestAccessToken:
    def test_a_fresh_one_is_used(self, bench: Bench) -> None:
        assert bench.sessions.access_token(bench.open()) == "access0"
        assert bench.auth.refreshes == 0

    def test_it_is_renewed_before_it_expires(self, bench: Bench) -> None:
        key = bench.open()
        bench.wait(241)
        assert bench.sessions.access_token(key) == "access1"
        assert bench.sessions.access_token(key) == "access1"
        assert bench.auth.refreshes == 1

    def test_while_another_renews_the_old_one_still_does(self, bench: Bench) -> None:
        key = bench.open()
        bench.wait(260)
        bench.server.claimable = False
        assert bench.sessions.access_token(key) == "access0"
        assert bench.auth.refreshes == 0

    def test_an_expired_one_waits_for_the_other(self, bench: Bench) -> None:
        key = bench.open(expires_at=NOW - 1)
        bench.server.claimable = False
        sealed = Sealer(keys=[KEY]).seal({"access": "theirs", "refresh": "r"})
        waits: list[float] = []

        def pause(seconds: float) -> None:
            waits.append(seconds)
            bench.wait(seconds)
            if len(waits) == 3:
                bench.server.store_tokens(generation=0, sealed=sealed, access_expires_at=NOW + 300)

        bench.sessions._pause = pause
        assert bench.sessions.access_token(key) == "theirs"
        assert bench.auth.refreshes == 0

    def test_it_does_not_wait_for_ever(self, bench: Bench) -> None:
        key = bench.open(expires_at=NOW - 1)
        bench.server.claimable = False
        with pytest.raises(Unavailable):
            bench.sessions.access_token(key)
        assert bench.ticks < 15

    def test_a_refusal_ends_the_session(self, bench: Bench) -> None:
        key = bench.open(expires_at=NOW + 10)
        bench.auth.refuses = True
        with pytest.raises(SignedOut):
            bench.sessions.access_token(key)
        assert bench.server.closed == [key]
        assert bench.sessions.find(key) is None

    def test_while_auth_is_away_the_old_one_still_does(self, bench: Bench) -> None:
        key = bench.open(expires_at=NOW + 30)
        bench.auth.away = True
        assert bench.sessions.access_token(key) == "access0"

    def test_with_auth_away_and_none_left_it_says_so(self, bench: Bench) -> None:
        key = bench.open(expires_at=NOW - 1)
        bench.auth.away = True
        with pytest.raises(Unavailable):
            bench.sessions.access_token(key)
        assert bench.server.closed == []

    def test_tokens_of_a_session_ended_meanwhile_are_given_back(self, bench: Bench) -> None:
        key = bench.open(expires_at=NOW + 10)
        refresh = bench.auth.refresh

        def refresh_and_end(*, refresh_token: str) -> Tokens | None:
            bench.server.row = None
            return refresh(refresh_token=refresh_token)

        bench.auth.refresh = refresh_and_end  # type: ignore[method-assign, assignment]
        with pytest.raises(SignedOut):
            bench.sessions.access_token(key)
        assert bench.auth.signed_out == ["access1"]

    def test_threads_of_one_process_take_turns(self, bench: Bench) -> None:
        key = bench.open(expires_at=NOW - 1)
        start = threading.Barrier(12)
        seen: list[str] = []

        def ask() -> None:
            start.wait()
            seen.append(bench.sessions.access_token(key))

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen == ["access1"] * 12
        assert bench.auth.refreshes == 1

    def test_tokens_do_not_show(self, bench: Bench) -> None:
        bench.sessions.find(bench.open())
        assert "access0" not in repr(tokens(0))
        assert "access0" not in repr(bench.sessions._entries)
