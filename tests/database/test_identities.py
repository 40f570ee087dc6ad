"""Sign-in through providers, seen from the database: trips under way, and who comes back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import psycopg
import pytest

from services.errors import Conflict, Forbidden, Unavailable
from services.gateway.http import make_client
from services.gateway.server import Server
from tests.support.accounts import add_accounts
from tests.support.identities import ISSUER, OTHER, contact, enter, key, owner, sign_in
from tests.support.people import World
from tests.support.refusals import assert_refused
from tests.support.together import run_together


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with make_client() as http:
        yield Server(url=world.stack.url, secret_key=world.stack.secret_key, http=http)


class TestTrips:
    def begin(self, server: Server, state: int = 1) -> None:
        server.begin_sign_in(
            state_hash=key(state), browser_hash=key(7), provider="google", sealed=f"sealed {state}"
        )

    def take(
        self, server: Server, state: int = 1, *, browser: int = 7, provider: str = "google"
    ) -> str:
        return server.take_sign_in(
            state_hash=key(state), browser_hash=key(browser), provider=provider
        )

    def test_one_is_taken_once(self, server: Server) -> None:
        self.begin(server)
        assert [self.take(server) for _ in range(3)] == ["sealed 1", "", ""]

    def test_at_once_too(self, server: Server) -> None:
        self.begin(server)
        taken = run_together(*(lambda: self.take(server) for _ in range(8)))
        assert sorted(taken) == [""] * 7 + ["sealed 1"]

    def test_only_by_its_browser_at_its_provider(self, server: Server) -> None:
        self.begin(server)
        assert self.take(server, browser=8) == ""
        assert self.take(server, provider="other") == ""
        assert self.take(server, state=2) == ""
        assert self.take(server) == "sealed 1"

    @pytest.mark.parametrize(
        ("age", "taken"), [("9 minutes 59 seconds", True), ("10 minutes", False)]
    )
    def test_for_ten_minutes(self, server: Server, world: World, age: str, taken: bool) -> None:
        self.begin(server)
        world.run_sql("update public.pending_sign_ins set created_at = now() - %s::interval", age)
        assert bool(self.take(server)) is taken

    def test_those_nobody_came_back_from_go(self, server: Server, world: World) -> None:
        for state in range(5):
            self.begin(server, state)
        world.run_sql("update public.pending_sign_ins set created_at = now() - interval '1 hour'")
        self.begin(server, 99)
        assert world.run_sql("select state_hash from public.pending_sign_ins") == [(key(99),)]

    def test_a_flood_takes_the_oldest_and_no_more_room(self, server: Server, world: World) -> None:
        world.run_sql(
            "insert into public.pending_sign_ins select lpad(n::text, 64, '0'), repeat('7', 64), "
            "'google', 'x', now() - make_interval(secs => 500) + make_interval(secs => n / 100.0) "
            "from generate_series(1, 10050) n"
        )
        self.begin(server, 99_999)
        assert world.run_sql("select count(*), min(state_hash) from public.pending_sign_ins") == [
            (10_000, key(52))
        ]
        assert self.take(server, 99_999) == "sealed 99999"

    def test_a_flood_does_not_slow_it(self, world: World) -> None:
        """Not even on a connection whose plans were made while there was nothing to sweep."""
        begin = (
            "select public.server_begin_sign_in(lpad(%s::text, 64, '0'), repeat('7', 64), 'g', 'x')"
        )
        with psycopg.connect(world.stack.dsn, autocommit=True) as connection:
            connection.execute("vacuum analyze public.pending_sign_ins")
            for state in range(10):
                connection.execute(begin, [state])
            connection.execute(
                "insert into public.pending_sign_ins select lpad(n::text, 64, 'a'), "
                "repeat('7', 64), 'g', 'x', now() - interval '1 minute' "
                "from generate_series(1, 10100) n"
            )
            # It takes a hundredth of this; looking anew for each row took twice as long.
            connection.execute("set statement_timeout = '2s'")
            connection.execute(begin, [99_999])
        assert world.run_sql("select count(*) from public.pending_sign_ins") == [(10_000,)]

    @pytest.mark.parametrize(
        "change",
        [
            {"state_hash": "short"},
            {"browser_hash": "short"},
            {"provider": ""},
            {"provider": "x" * 31},
            {"sealed": "x" * 9000},
        ],
    )
    def test_what_is_none_of_ours_is_not_kept(
        self, server: Server, world: World, change: dict[str, str]
    ) -> None:
        values = {"state_hash": key(1), "browser_hash": key(2), "provider": "p", "sealed": "s"}
        with pytest.raises(Unavailable):
            server.begin_sign_in(**(values | change))
        assert world.run_sql("select 1 from public.pending_sign_ins") == []


class TestPeople:
    def test_one_account_is_one_person(self, server: Server, world: World) -> None:
        enter(server)
        first = owner(world)
        enter(server, name="Another", open_sign_up=False, at=2)
        assert owner(world) == first
        assert world.run_sql(
            "select display_name from public.profiles where id = %s", UUID(first)
        ) == [("Nora",)]
        assert world.run_sql("select count(*) from public.web_sessions") == [(2,)]

    def test_the_same_subject_elsewhere_is_somebody_else(
        self, server: Server, world: World
    ) -> None:
        enter(server)
        enter(server, issuer=OTHER, at=2)
        assert owner(world) != owner(world, issuer=OTHER)

    def test_the_same_address_makes_nobody_the_same(self, server: Server, world: World) -> None:
        add_accounts(world)
        enter(server, email=world.ines.email)
        assert owner(world) not in {person.id for person in world.people}
        assert world.run_sql("select 1 from auth.users where id = %s", UUID(owner(world))) == []

    def test_two_first_sign_ins_at_once_make_one_person(self, server: Server, world: World) -> None:
        before = world.run_sql("select count(*) from public.profiles")[0][0]
        outcomes = run_together(*(partial(enter, server, at=n) for n in range(10, 18)))
        assert outcomes == [None] * 8
        assert world.run_sql("select count(*) from public.profiles") == [(before + 1,)]
        assert world.run_sql("select count(*) from public.web_sessions") == [(8,)]

    @pytest.mark.parametrize(
        ("name", "email", "shown"),
        [
            ("  Nora\n Lund ", "n@example.org", "Nora Lund"),
            ("", "nora@example.org", "nora"),
            ("\u200b", "nora@example.org", "nora"),
            ("", "", "Somebody new"),
            ("n" * 200, "", "n" * 80),
        ],
    )
    def test_everybody_has_a_name(
        self, server: Server, world: World, name: str, email: str, shown: str
    ) -> None:
        enter(server, name=name, email=email)
        found = world.run_sql(
            "select display_name from public.profiles where id = %s", UUID(owner(world))
        )
        assert found == [(shown,)]

    @pytest.mark.parametrize("email", ["", "  ", "nobody", "a@b@c", "x" * 250 + "@example.org"])
    def test_what_is_no_address_is_not_kept(self, server: Server, world: World, email: str) -> None:
        enter(server, email=email)
        assert contact(world, owner(world)) is None

    def test_the_address_follows_the_first_account(self, server: Server, world: World) -> None:
        enter(server)
        server.connect_identity(id_hash=key(1), issuer=OTHER, subject="nora")
        enter(server, issuer=OTHER, email="second@example.org", at=2)
        assert contact(world, owner(world)) == "nora@example.org"
        enter(server, email="First@example.org", at=3)
        assert contact(world, owner(world)) == "first@example.org"
        enter(server, email="", at=4)
        assert contact(world, owner(world)) == "first@example.org"

    def test_and_auths_where_there_is_one(self, server: Server, world: World) -> None:
        add_accounts(world)
        here = sign_in(server, world.ines)
        server.connect_identity(id_hash=here, issuer=ISSUER, subject="nora")
        enter(server, email="elsewhere@example.org", at=2)
        assert contact(world, world.ines.id) == world.ines.email

    def test_a_session_names_its_provider(self, server: Server, world: World) -> None:
        enter(server)
        sign_in(server, world.ines)
        rows = world.run_sql("select method, issuer from public.web_sessions order by 1")
        assert rows == [("oidc", ISSUER), ("password", None)]
        found = server.find_session(id_hash=key(1))
        assert found is not None
        assert found["method"] == "oidc"

    def test_nobody_comes_through_a_provider_by_another_door(
        self, server: Server, world: World
    ) -> None:
        with pytest.raises(Unavailable):
            server.open_session(
                id_hash=key(3),
                profile_id=world.ines.id,
                name="Ines",
                email=world.ines.email,
                method="oidc",
                sealed="sealed",
                access_expires_at=2_000_000_000,
            )


class TestWelcome:
    def invite(self, world: World, email: str = "nora@example.org") -> str:
        offer = {"p_workspace": world.home, "p_email": email, "p_roles": ["influencer"]}
        return str(world.sam.gateway().write("invite_person", offer)["token"])

    def test_a_stranger_is_not_let_in(self, server: Server, world: World) -> None:
        assert_refused(Forbidden, "by_invitation", lambda: enter(server, open_sign_up=False))
        assert owner(world) == ""
        assert world.run_sql("select 1 from public.web_sessions") == []

    def test_an_invitation_to_the_address_lets_them_in(self, server: Server, world: World) -> None:
        token = self.invite(world, "Nora@Example.org")
        enter(server, email="NORA@example.org", invitation=token, open_sign_up=False)
        assert owner(world)
        # Accepting it is the person's own doing, afterwards.
        assert world.run_sql("select accepted_at from public.invitations") == [(None,)]

    @pytest.mark.parametrize(
        ("email", "word"), [("other@example.org", "email_other"), ("", "email_missing")]
    )
    def test_another_address_does_not(
        self, server: Server, world: World, email: str, word: str
    ) -> None:
        token = self.invite(world)
        assert_refused(Forbidden, word, lambda: enter(server, email=email, invitation=token))
        assert owner(world) == ""

    @pytest.mark.parametrize(
        "change", ["revoked_at = now()", "accepted_at = now()", "expires_at = now()"]
    )
    def test_nor_one_that_is_closed(self, server: Server, world: World, change: str) -> None:
        token = self.invite(world)
        world.run_sql(f"update public.invitations set {change}")  # noqa: S608
        assert_refused(Conflict, "invitation_closed", lambda: enter(server, invitation=token))
        assert owner(world) == ""

    def test_somebody_known_needs_none(self, server: Server, world: World) -> None:
        enter(server)
        enter(server, invitation="whatever", open_sign_up=False, at=2)
        assert world.run_sql("select count(*) from public.web_sessions") == [(2,)]
