"""Sessions of people who came through a provider: tokens signed here, Auth never asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import jwt
import pytest
from cryptography.fernet import Fernet

from services.errors import SignedOut
from services.gateway.auth import Auth
from services.gateway.server import Server
from services.oidc.models import Identity
from services.sealing import Sealer
from services.sessions import Sessions, hash_cookie
from services.tokens import Signer, make_shared_key
from tests.unit.test_sessions import KEY, NOW, FakeAuth, FakeServer

SECRET = "a generated secret of more than thirty-two bytes"
IDENTITY = Identity("https://id.example.org", "somebody", "Nora", "nora@example.org")


@dataclass
class IdentityServer(FakeServer):
    """Also opens sessions of people known through a provider."""

    def open_identity_session(self, *, identity: Identity, sealed: str, **_asked: Any) -> None:
        self.open_session(
            profile_id="p1",
            name=identity.name,
            email=identity.email,
            method="oidc",
            sealed=sealed,
            access_expires_at=NOW,
        )


@dataclass
class Bench:
    """Sessions with clocks that stand still until moved."""

    signer: bool = True
    issuers: frozenset[str] = frozenset({IDENTITY.issuer})
    clock: float = NOW
    ticks: float = 0.0

    def __post_init__(self) -> None:
        self.server = IdentityServer()
        self.auth = FakeAuth()
        self.sessions = self.make()

    def make(self) -> Sessions:
        """One process's."""
        key = make_shared_key(SECRET)
        signer = Signer(key=key, url="http://127.0.0.1:1", now=lambda: self.clock)
        return Sessions(
            server=cast(Server, self.server),
            auth=cast(Auth, self.auth),
            sealer=Sealer(keys=[KEY]),
            signer=signer if self.signer else None,
            issuers=self.issuers,
            clock=lambda: self.clock,
            ticks=lambda: self.ticks,
        )

    def wait(self, seconds: float) -> None:
        self.clock += seconds
        self.ticks += seconds

    def open(self) -> str:
        return hash_cookie(
            self.sessions.open_identity(identity=IDENTITY, invitation="", open_sign_up=False)
        )

    def read(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token,
            SECRET,
            algorithms=["HS256"],
            audience="authenticated",
            options={"verify_exp": False, "verify_iat": False},
        )
        return claims


@pytest.fixture
def bench() -> Bench:
    return Bench()


class TestToken:
    def test_is_of_the_person(self, bench: Bench) -> None:
        claims = bench.read(bench.sessions.access_token(bench.open()))
        assert (claims["sub"], claims["role"]) == ("p1", "authenticated")
        assert claims["exp"] == NOW + 300

    def test_is_used_while_it_is_good(self, bench: Bench) -> None:
        key = bench.open()
        first = bench.sessions.access_token(key)
        for _ in range(20):
            bench.wait(11)  # long enough for the row to be read again each time
            assert bench.sessions.access_token(key) == first
        assert bench.server.looks > 15

    def test_is_signed_anew_before_it_expires(self, bench: Bench) -> None:
        key = bench.open()
        first = bench.sessions.access_token(key)
        bench.wait(241)
        second = bench.sessions.access_token(key)
        assert second != first
        assert bench.read(second)["exp"] == NOW + 241 + 300
        assert bench.auth.refreshes == 0

    def test_is_of_one_session_in_every_process(self, bench: Bench) -> None:
        key = bench.open()
        here, there = bench.sessions, bench.make()
        ids = {bench.read(one.access_token(key))["session_id"] for one in (here, there)}
        bench.wait(500)
        ids.add(bench.read(here.access_token(key))["session_id"])
        assert len(ids) == 1
        other = bench.read(here.access_token(bench.open()))["session_id"]
        assert other not in ids

    def test_needs_no_claim_and_is_kept_nowhere(self, bench: Bench) -> None:
        key = bench.open()
        bench.server.claimable = False
        assert bench.sessions.access_token(key)
        assert bench.server.row is not None
        assert set(Sealer(keys=[KEY]).unseal(bench.server.row["sealed"])) == {"issuer", "session"}

    def test_is_not_signed_for_a_session_that_is_over(self, bench: Bench) -> None:
        key = bench.open()
        bench.sessions.access_token(key)
        bench.server.row = None
        bench.wait(2)
        with pytest.raises(SignedOut):
            bench.sessions.access_token(key)

    def test_does_not_show(self, bench: Bench) -> None:
        token = bench.sessions.access_token(bench.open())
        assert token not in repr(bench.sessions._entries)


class TestEnd:
    def test_signing_out_does_not_ask_auth(self, bench: Bench) -> None:
        key = bench.open()
        bench.sessions.access_token(key)
        bench.sessions.close(key)
        assert bench.server.closed == [key]
        assert bench.auth.signed_out == []
        assert bench.sessions.find(key) is None

    def test_a_provider_that_is_not_offered_any_more_ends_its_sessions(self) -> None:
        bench = Bench()
        key = bench.open()
        assert bench.sessions.find(key)
        bench.issuers = frozenset({"https://other.example.org"})
        assert bench.make().find(key) is None

    def test_without_a_key_nobody_stays_signed_in(self) -> None:
        bench = Bench()
        key = bench.open()
        bench.signer = False
        sessions = bench.make()
        assert sessions.find(key) is None
        with pytest.raises(SignedOut):
            sessions.access_token(key)

    def test_a_lost_session_key_only_signs_out(self, bench: Bench) -> None:
        key = bench.open()
        assert bench.server.row is not None
        bench.server.row["sealed"] = Sealer(keys=[Fernet.generate_key().decode()]).seal({})
        assert bench.sessions.find(key) is None
