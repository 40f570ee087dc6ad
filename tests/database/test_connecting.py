"""Connecting accounts at providers to people, and letting go of them: rules of the database."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from services import people
from services.errors import Conflict, Forbidden, NotFound, SignedOut
from services.gateway.http import make_client
from services.gateway.server import Server
from tests.support.accounts import add_accounts
from tests.support.identities import ISSUER, OTHER, enter, key, owner, sign_in
from tests.support.people import World
from tests.support.refusals import assert_refused
from tests.support.together import refusals, run_together


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with make_client() as http:
        yield Server(url=world.stack.url, secret_key=world.stack.secret_key, http=http)


class TestConnecting:
    @pytest.fixture(autouse=True)
    def accounts(self, world: World) -> None:
        add_accounts(world)

    def connect(self, server: Server, at: str, subject: str = "nora", issuer: str = ISSUER) -> None:
        server.connect_identity(id_hash=at, issuer=issuer, subject=subject)

    def test_it_signs_the_same_person_in(self, server: Server, world: World) -> None:
        self.connect(server, sign_in(server, world.ines))
        enter(server, open_sign_up=False, at=2)
        found = server.find_session(id_hash=key(2))
        assert found is not None
        assert found["profile_id"] == world.ines.id
        assert [one["workspace_name"] for one in found["memberships"]] == ["Home"]

    def test_twice_is_once(self, server: Server, world: World) -> None:
        here = sign_in(server, world.ines)
        self.connect(server, here)
        self.connect(server, here)
        assert world.run_sql("select count(*) from public.identities") == [(1,)]

    def test_one_a_provider(self, server: Server, world: World) -> None:
        here = sign_in(server, world.ines)
        self.connect(server, here)
        assert_refused(Conflict, "issuer_connected", lambda: self.connect(server, here, "second"))
        self.connect(server, here, issuer=OTHER)
        assert owner(world, issuer=OTHER) == world.ines.id

    def test_not_somebody_elses(self, server: Server, world: World) -> None:
        self.connect(server, sign_in(server, world.marco, 8))
        assert_refused(
            Conflict, "identity_taken", lambda: self.connect(server, sign_in(server, world.ines))
        )
        assert owner(world) == world.marco.id

    @pytest.mark.parametrize("age", ["last_seen_at = now() - interval '12 hours'", "gone"])
    def test_not_from_a_browser_that_is_over(self, server: Server, world: World, age: str) -> None:
        here = sign_in(server, world.ines)
        if age == "gone":
            server.close_session(id_hash=here)
        else:
            world.run_sql(f"update public.web_sessions set {age}")  # noqa: S608
        assert_refused(SignedOut, "session_over", lambda: self.connect(server, here))
        assert owner(world) == ""

    def test_an_empty_second_self_is_taken_over(self, server: Server, world: World) -> None:
        """Signed in with it before connecting it, where anybody may make an account."""
        enter(server)
        shell = owner(world)
        self.connect(server, sign_in(server, world.ines))
        assert owner(world) == world.ines.id
        assert world.run_sql("select 1 from public.profiles where id = %s", UUID(shell)) == []
        assert server.list_alive_sessions(id_hashes=[key(1)]) == frozenset()

    def test_a_second_self_that_is_somebody_is_not(self, server: Server, world: World) -> None:
        enter(server)
        member = owner(world)
        world.run_sql(
            "insert into public.memberships (workspace_id, profile_id, roles) "
            "values (%s, %s, '{influencer}')",
            UUID(world.other),
            UUID(member),
        )
        assert_refused(
            Conflict, "identity_taken", lambda: self.connect(server, sign_in(server, world.ines))
        )
        assert owner(world) == member

    def test_nor_one_with_another_way_in(self, server: Server, world: World) -> None:
        enter(server)
        self.connect(server, key(1), "nora-too", OTHER)
        assert_refused(
            Conflict, "identity_taken", lambda: self.connect(server, sign_in(server, world.ines))
        )

    def test_nor_one_that_left_something(self, server: Server, world: World) -> None:
        """Whatever table it is in: a reference to the person keeps them."""
        enter(server)
        world.run_sql(
            "insert into public.invitations (workspace_id, email, roles, token_hash, invited_by, "
            "expires_at) select id, 'x@y.z', '{influencer}', 'x', "
            "(select profile_id from public.identities limit 1), now() from public.workspaces "
            "limit 1"
        )
        before = owner(world)
        assert_refused(
            Conflict, "identity_taken", lambda: self.connect(server, sign_in(server, world.ines))
        )
        assert owner(world) == before


class TestDisconnecting:
    def leave(
        self, server: Server, at: str, issuer: str = ISSUER, offered: tuple[str, ...] = ()
    ) -> None:
        server.disconnect_identity(id_hash=at, issuer=issuer, offered=offered or (ISSUER, OTHER))

    def test_it_signs_nobody_in_any_more(self, server: Server, world: World) -> None:
        add_accounts(world)
        here = sign_in(server, world.ines)
        server.connect_identity(id_hash=here, issuer=ISSUER, subject="nora")
        enter(server, at=2)
        self.leave(server, here)
        assert owner(world) == ""
        assert server.list_alive_sessions(id_hashes=[here, key(2)]) == {here}
        assert_refused(Forbidden, "by_invitation", lambda: enter(server, open_sign_up=False, at=3))

    def test_the_browser_that_asks_stays(self, server: Server) -> None:
        enter(server)
        server.connect_identity(id_hash=key(1), issuer=OTHER, subject="nora")
        enter(server, at=2)
        enter(server, issuer=OTHER, at=3)
        self.leave(server, key(1))
        alive = server.list_alive_sessions(id_hashes=[key(1), key(2), key(3)])
        assert alive == {key(1), key(3)}

    def test_never_the_last_way_in(self, server: Server, world: World) -> None:
        enter(server)
        assert_refused(Conflict, "last_way_in", lambda: self.leave(server, key(1)))
        assert owner(world)

    def test_a_provider_that_is_not_offered_is_no_way_in(
        self, server: Server, world: World
    ) -> None:
        enter(server)
        server.connect_identity(id_hash=key(1), issuer=OTHER, subject="nora")
        assert_refused(
            Conflict, "last_way_in", lambda: self.leave(server, key(1), offered=(ISSUER,))
        )
        self.leave(server, key(1), OTHER, offered=(ISSUER,))
        assert owner(world, issuer=OTHER) == ""

    def test_nor_both_of_the_last_two_at_once(self, server: Server, world: World) -> None:
        enter(server)
        server.connect_identity(id_hash=key(1), issuer=OTHER, subject="nora")
        enter(server, issuer=OTHER, at=2)
        outcomes = run_together(
            lambda: self.leave(server, key(1), ISSUER), lambda: self.leave(server, key(2), OTHER)
        )
        # The other browser is signed out by whoever came first, or told that it is the last way.
        [refused] = refusals(outcomes)
        assert refused in ("last_way_in", "session_over")
        assert world.run_sql("select count(*) from public.identities") == [(1,)]

    def test_not_somebody_elses(self, server: Server, world: World) -> None:
        add_accounts(world)
        enter(server)
        assert_refused(
            NotFound, "not_found", lambda: self.leave(server, sign_in(server, world.ines))
        )
        assert owner(world)


class TestWays:
    def test_are_told_to_their_owner(self, server: Server, world: World) -> None:
        assert people.list_my_ways(world.ines.gateway()) == people.Ways(
            has_account=False, connections=()
        )
        add_accounts(world)
        server.connect_identity(
            id_hash=sign_in(server, world.ines), issuer=ISSUER, subject="canary-subject"
        )
        ways = people.list_my_ways(world.ines.gateway())
        assert ways.has_account
        assert [one.issuer for one in ways.connections] == [ISSUER]
        assert people.list_my_ways(world.marco.gateway()).connections == ()

    def test_subjects_stay_with_the_server(self, server: Server, world: World) -> None:
        server.connect_identity(
            id_hash=sign_in(server, world.ines), issuer=ISSUER, subject="canary-subject"
        )
        with world.ines.rest() as client:
            answer: httpx.Response = client.post("/rpc/list_my_ways", json={})
        assert ISSUER in answer.text
        assert "canary" not in answer.text
