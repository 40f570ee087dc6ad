"""Sign-in through a provider, over HTTP, with a real provider at the other end."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from services.embedded.stack import Stack
from services.errors import SignedOut
from services.oidc.pending import name_trip
from services.people import find_me
from services.sessions import hash_cookie
from services.tokens import make_shared_key
from tests.support.accounts import PASSWORD
from tests.support.oidc_provider import Account, OidcProvider, Quirks
from tests.support.people import World
from tests.support.trips import (
    CALLBACK,
    NORA,
    START,
    come_back,
    invite,
    leave,
    people_of,
    read_message,
    travel,
)
from tests.support.visitor import HERE, Visitor, make_parts, make_settings

Arrive = Callable[..., Visitor]


class TestTrip:
    def test_it_leads_to_the_page_asked_for(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        answer = travel(visitor, provider, next="/drafts?state=in_review")
        assert (answer.status_code, answer.headers["location"]) == (303, "/drafts?state=in_review")
        assert visitor.get("/drafts").status_code == 200
        assert people_of(world, provider.issuer) == [("subject-of-nora", "Nora Lund", NORA)]

    def test_the_provider_gets_what_it_needs_and_no_more(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        address = leave(arrive(), next="/drafts?draft=secret", invitation="canary")
        asked = parse_qs(urlsplit(address).query)
        assert asked["redirect_uri"] == [f"{HERE}{CALLBACK}"]
        assert asked["scope"] == ["openid profile email"]
        assert asked["code_challenge_method"] == ["S256"]
        assert set(asked) == {
            *("tenant", "response_type", "client_id", "redirect_uri", "scope"),
            *("state", "nonce", "code_challenge", "code_challenge_method"),
        }
        assert "secret" not in address
        assert address.startswith(f"{provider.issuer}/authorize?tenant=one&")

    def test_every_trip_has_secrets_of_its_own(self, arrive: Arrive) -> None:
        visitor = arrive()
        trips = [parse_qs(urlsplit(leave(visitor)).query) for _ in range(2)]
        for secret in ("state", "nonce", "code_challenge"):
            assert trips[0][secret] != trips[1][secret]

    def test_the_database_knows_only_hashes_and_what_is_sealed(
        self, arrive: Arrive, world: World
    ) -> None:
        visitor = arrive()
        state = parse_qs(urlsplit(leave(visitor, next="/drafts")).query)["state"][0]
        cookie = visitor.cookie(f"tandem_trip_{name_trip(state)}")
        [row] = world.run_sql("select state_hash, browser_hash, sealed from pending_sign_ins")
        assert row[:2] == (hash_cookie(state), hash_cookie(cookie))
        assert "drafts" not in row[2]

    @pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil"])
    def test_it_leads_nowhere_else(
        self, arrive: Arrive, provider: OidcProvider, elsewhere: str
    ) -> None:
        answer = travel(arrive(open_sign_up=True), provider, next=elsewhere)
        assert answer.headers["location"] == "/"

    def test_two_tabs_can_be_on_their_way_at_once(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        first, second = leave(visitor, next="/drafts"), leave(visitor, next="/people")
        assert (
            come_back(visitor, provider.answer(first)).headers["location"],
            come_back(visitor, provider.answer(second)).headers["location"],
        ) == ("/drafts", "/people")

    def test_on_https_the_public_address_counts(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        here = "https://tandem.example.org"
        visitor = arrive(public_url=here, at=here, host="10.1.2.3", open_sign_up=True)
        page = visitor.post(START, form_at="/auth/sign-in")
        binding = page.headers["set-cookie"]
        assert binding.startswith("__Host-tandem_trip_")
        for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
            assert part in binding
        address = leave(visitor)
        assert parse_qs(urlsplit(address).query)["redirect_uri"] == [f"{here}{CALLBACK}"]
        assert come_back(visitor, provider.answer(address)).status_code == 303

    def test_the_trip_is_forgotten_at_its_end(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        answer = travel(arrive(open_sign_up=True), provider)
        assert any(
            line.startswith("tandem_trip_") and "Max-Age=0" in line
            for line in answer.headers.get_list("set-cookie")
        )
        assert world.run_sql("select 1 from public.pending_sign_ins") == []

    @pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
    def test_either_kind_of_key_will_do(
        self, arrive: Arrive, provider: OidcProvider, algorithm: str
    ) -> None:
        provider.quirks = Quirks(algorithm=algorithm)
        assert travel(arrive(open_sign_up=True), provider).status_code == 303

    def test_a_provider_may_want_the_secret_in_the_form(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        provider.quirks = Quirks(token_posts_only=True)
        assert travel(arrive(open_sign_up=True), provider).status_code == 303

    def test_a_provider_may_name_itself(self, arrive: Arrive, provider: OidcProvider) -> None:
        provider.quirks = Quirks(
            answer_iss=provider.issuer,
            discovery={"authorization_response_iss_parameter_supported": True},
        )
        assert travel(arrive(open_sign_up=True), provider).status_code == 303

    def test_a_provider_may_change_its_keys(self, arrive: Arrive, provider: OidcProvider) -> None:
        visitor = arrive(open_sign_up=True)
        assert travel(visitor, provider).status_code == 303
        visitor.post("/auth/sign-out")
        provider.generation = 1
        assert travel(visitor, provider).status_code == 303
        assert provider.asked["keys"] == 2

    def test_what_discovery_told_is_remembered(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        for _ in range(3):
            travel(visitor, provider)
            visitor.post("/auth/sign-out")
        assert (provider.asked["discovery"], provider.asked["keys"]) == (1, 1)


class TestSession:
    def test_it_is_theirs_at_the_data_api(
        self, arrive: Arrive, world: World, provider: OidcProvider, clean_stack: Stack
    ) -> None:
        """The token is signed here, and the real server takes it for this person's."""
        visitor = arrive()
        token = invite(world)
        where = f"/auth/invitation?invitation={token}"
        travel(visitor, provider, form_at=where, invitation=token)
        settings = make_settings(
            clean_stack,
            providers=(provider.configure(),),
            signing_key=make_shared_key(clean_stack.jwt_secret),
        )
        parts = make_parts(settings)
        try:
            id_hash = hash_cookie(visitor.cookie())
            me = find_me(parts.connect(id_hash))
            assert me is not None
            assert (me.name, me.email) == ("Nora Lund", NORA)
            assert [one.roles for one in me.memberships] == [frozenset({"influencer"})]
            rows = parts.connect(id_hash).read("list_drafts", {"p_workspace": world.home})
            assert rows["total"] == 0
            parts.sessions.close(id_hash)
            with pytest.raises(SignedOut):
                parts.sessions.access_token(id_hash)
        finally:
            parts.close()

    def test_a_token_signed_with_anything_else_is_not_taken(
        self, arrive: Arrive, provider: OidcProvider, clean_stack: Stack
    ) -> None:
        visitor = arrive(open_sign_up=True)
        travel(visitor, provider)
        settings = make_settings(
            clean_stack,
            providers=(provider.configure(),),
            signing_key=make_shared_key("not the secret of this server, though as long"),
        )
        parts = make_parts(settings)
        try:
            with pytest.raises(SignedOut):
                find_me(parts.connect(hash_cookie(visitor.cookie())))
        finally:
            parts.close()

    def test_it_is_new_whatever_cookie_came_along(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        visitor.client.cookies.set("tandem_session", "chosen-by-somebody-else", domain="127.0.0.1")
        travel(visitor, provider)
        found = world.run_sql("select id_hash, method, issuer from public.web_sessions")
        assert found == [(hash_cookie(visitor.cookie()), "oidc", provider.issuer)]
        assert visitor.cookie() != "chosen-by-somebody-else"

    def test_it_takes_the_place_of_the_one_before(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        visitor.sign_in(members.ines.email, PASSWORD)
        travel(visitor, provider, form_at="/auth/sign-out")
        methods = members.run_sql("select method from public.web_sessions")
        assert methods == [("oidc",)]

    def test_a_refused_trip_leaves_the_one_before(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        visitor = arrive()
        visitor.sign_in(members.ines.email, PASSWORD)
        assert travel(visitor, provider, form_at="/auth/sign-out").status_code == 403
        assert visitor.get("/").status_code == 200

    def test_the_browser_gets_no_mark_of_an_account(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        """It would spare tries of the password of whoever has the same address."""
        visitor = arrive(open_sign_up=True)
        travel(visitor, provider)
        assert visitor.cookie("tandem_browser") == ""

    def test_signing_out_ends_it(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        travel(visitor, provider)
        assert visitor.post("/auth/sign-out").status_code == 303
        assert world.run_sql("select 1 from public.web_sessions") == []
        assert visitor.get("/").status_code == 303

    def test_a_suspension_ends_it(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        visitor, token = arrive(), invite(world)
        travel(visitor, provider, form_at=f"/auth/invitation?invitation={token}", invitation=token)
        [(nora,)] = world.run_sql("select profile_id from public.identities")
        world.sam.gateway().write(
            "set_suspended",
            {"p_workspace": world.home, "p_profile": str(nora), "p_suspended": True},
        )
        assert world.run_sql("select 1 from public.web_sessions") == []


class TestPeople:
    def test_are_found_again(self, arrive: Arrive, world: World, provider: OidcProvider) -> None:
        travel(arrive(open_sign_up=True), provider)
        provider.account = Account(name="Another Name", email="new@example.org")
        assert travel(arrive(), provider).status_code == 303
        # A known person keeps the name they have; the address follows the account.
        assert people_of(world, provider.issuer) == [
            ("subject-of-nora", "Nora Lund", "new@example.org")
        ]

    def test_are_not_found_by_their_address(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        provider.account = Account(subject="mallory", email=members.ines.email)
        answer = travel(arrive(open_sign_up=True), provider)
        assert answer.status_code == 303
        [(found,)] = members.run_sql(
            "select profile_id from public.identities where subject = 'mallory'"
        )
        assert str(found) != members.ines.id
        assert members.run_sql("select 1 from auth.users where id = %s", UUID(str(found))) == []

    @pytest.mark.parametrize("verified", [False, None, "true"])
    def test_an_unconfirmed_address_is_not_kept(
        self, arrive: Arrive, world: World, provider: OidcProvider, verified: object
    ) -> None:
        provider.account = Account(email="ines@example.org", email_verified=verified)
        assert travel(arrive(open_sign_up=True), provider).status_code == 303
        assert people_of(world, provider.issuer) == [("subject-of-nora", "Nora Lund", None)]

    def test_a_stranger_is_told_what_to_do(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        answer = travel(arrive(), provider, next="/drafts")
        assert answer.status_code == 403
        message = read_message(answer.text)
        assert "Local Login did not sign you in" in message
        assert "connect the account in Settings" in message
        assert "ask a coordinator for an invitation" in message
        assert "/auth/sign-in?next=%2Fdrafts" in answer.text
        assert people_of(world, provider.issuer) == []

    def test_the_refusal_does_not_tell_who_has_an_account(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        pages = []
        for email in (members.ines.email, "unknown@example.org"):
            provider.account = Account(email=email)
            pages.append(read_message(travel(arrive(), provider).text))
        assert pages[0] == pages[1]
