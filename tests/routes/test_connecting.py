"""Connecting an account at a provider in Settings, and disconnecting it, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.support.accounts import PASSWORD
from tests.support.oidc_provider import Account, OidcProvider
from tests.support.people import World
from tests.support.trips import START, come_back, leave, read_message, travel
from tests.support.visitor import Visitor, read_alert

Arrive = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("silent")

ASK = f"{START}?link=1"


def disconnect_page(issuer: str) -> str:
    return f"/auth/oidc/disconnect?issuer={quote(issuer, safe='')}"


def owners(world: World) -> list[str]:
    return [str(row[0]) for row in world.run_sql("select profile_id from public.identities")]


@pytest.fixture
def ines(arrive: Arrive, members: World) -> Visitor:
    """A browser in which ines signed in with her password."""
    visitor = arrive()
    visitor.sign_in(members.ines.email, PASSWORD)
    return visitor


class TestConnecting:
    def test_the_account_signs_her_in_from_then_on(
        self, arrive: Arrive, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        page = ines.get(ASK)
        assert "signed in as Ines ." in read_message(page.text)
        answer = travel(ines, provider, form_at=ASK, connect="1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
        assert owners(members) == [members.ines.id]
        other = arrive()
        assert travel(other, provider, next="/drafts").headers["location"] == "/drafts"
        sessions = members.run_sql("select profile_id::text, method from web_sessions order by 2")
        assert sessions == [(members.ines.id, "oidc"), (members.ines.id, "password")]

    def test_whatever_address_the_account_has(
        self, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        provider.account = Account(email=members.marco.email)
        travel(ines, provider, form_at=ASK, connect="1")
        assert owners(members) == [members.ines.id]
        assert members.run_sql(
            "select email from public.profile_contacts where profile_id::text = %s",
            members.ines.id,
        ) == [(members.ines.email,)]

    def test_a_link_alone_connects_nothing(
        self, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        assert ines.get(ASK).status_code == 200
        assert provider.asked["discovery"] == 0
        assert ines.send(START, connect="1").status_code == 403
        assert owners(members) == []

    def test_a_stranger_signs_in_first(self, arrive: Arrive, members: World) -> None:
        visitor = arrive(open_sign_up=True)
        signing_in = "/auth/sign-in?next=%2Fsettings"
        assert visitor.get(ASK).headers["location"] == signing_in
        answer = visitor.post(START, form_at="/auth/sign-in", connect="1")
        assert (answer.status_code, answer.headers["location"]) == (303, signing_in)
        assert owners(members) == []

    def test_not_for_whoever_signs_in_meanwhile(
        self, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        back = provider.answer(leave(ines, form_at=ASK, connect="1"))
        ines.post(
            "/auth/sign-in", form_at="/auth/sign-out", email=members.marco.email, password=PASSWORD
        )
        answer = come_back(ines, back)
        assert answer.status_code == 403
        assert "signed out or in with this browser meanwhile" in read_message(answer.text)
        assert "Back to Settings" in answer.text
        assert provider.asked["token"] == 0
        assert owners(members) == []

    def test_not_once_she_is_signed_out_everywhere(
        self, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        back = provider.answer(leave(ines, form_at=ASK, connect="1"))
        members.ines.gateway().write("close_my_sessions")
        answer = come_back(ines, back)
        assert answer.status_code == 401
        assert "Local Login was not connected" in answer.text
        assert owners(members) == []

    def test_not_from_another_browser(
        self, arrive: Arrive, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        """An attacker who has a victim finish it would own a way into the victim's account."""
        attacker = arrive()
        attacker.sign_in(members.marco.email, PASSWORD)
        back = provider.answer(leave(attacker, form_at=ASK, connect="1"))
        assert come_back(ines, back).status_code == 403
        assert owners(members) == []

    def test_what_belongs_to_somebody_stays_theirs(
        self, arrive: Arrive, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        other = arrive()
        other.sign_in(members.marco.email, PASSWORD)
        travel(other, provider, form_at=ASK, connect="1")
        answer = travel(ines, provider, form_at=ASK, connect="1")
        assert answer.status_code == 409
        assert "belongs to somebody else here" in read_message(answer.text)
        assert owners(members) == [members.marco.id]

    def test_an_unknown_provider_is_not_there(self, ines: Visitor) -> None:
        assert ines.get("/auth/oidc/unknown/start?link=1").status_code == 404


class TestDisconnecting:
    @pytest.fixture(autouse=True)
    def connected(self, provider: OidcProvider, ines: Visitor) -> None:
        travel(ines, provider, form_at=ASK, connect="1")

    def test_she_comes_through_it_no_more(
        self, arrive: Arrive, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        other = arrive()
        travel(other, provider)
        where = disconnect_page(provider.issuer)
        assert "Disconnect Local Login" in ines.get(where).text
        answer = ines.post("/auth/oidc/disconnect", form_at=where, issuer=provider.issuer)
        assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
        assert owners(members) == []
        assert ines.get("/").status_code == 200
        assert members.run_sql("select method from public.web_sessions") == [("password",)]
        assert travel(arrive(), provider).status_code == 403

    def test_twice_is_fine(self, members: World, provider: OidcProvider, ines: Visitor) -> None:
        where = disconnect_page(provider.issuer)
        for _ in range(2):
            ines.get(where)
            answer = ines.post("/auth/oidc/disconnect", form_at=ASK, issuer=provider.issuer)
            assert answer.headers["location"] == "/settings"
        assert owners(members) == []

    def test_a_link_alone_disconnects_nothing(
        self, members: World, provider: OidcProvider, ines: Visitor
    ) -> None:
        ines.get(disconnect_page(provider.issuer))
        refused = ines.send("/auth/oidc/disconnect", issuer=provider.issuer)
        assert refused.status_code == 403
        assert owners(members) == [members.ines.id]

    def test_a_page_shows_nothing_that_is_not_hers(self, ines: Visitor) -> None:
        answer = ines.get(disconnect_page("https://call-this-number.example.org"))
        assert answer.headers["location"] == "/settings"

    def test_a_stranger_signs_in_first(self, arrive: Arrive, provider: OidcProvider) -> None:
        visitor = arrive()
        where = "/auth/sign-in?next=%2Fsettings"
        assert visitor.get(disconnect_page(provider.issuer)).headers["location"] == where
        answer = visitor.post(
            "/auth/oidc/disconnect", form_at="/auth/sign-in", issuer=provider.issuer
        )
        assert answer.headers["location"] == where

    def test_one_that_is_not_offered_any_more_can_go_too(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(providers=())
        visitor.sign_in(members.ines.email, PASSWORD)
        where = disconnect_page(provider.issuer)
        assert "Disconnect 127.0.0.1" in visitor.get(where).text
        visitor.post("/auth/oidc/disconnect", form_at=where, issuer=provider.issuer)
        assert owners(members) == []


class TestLastWayIn:
    def test_stays(self, arrive: Arrive, world: World, provider: OidcProvider) -> None:
        visitor = arrive(open_sign_up=True)
        travel(visitor, provider)
        where = disconnect_page(provider.issuer)
        answer = visitor.post("/auth/oidc/disconnect", form_at=where, issuer=provider.issuer)
        assert answer.status_code == 409
        assert read_alert(answer.text).startswith("This is your only way to sign in.")
        assert len(owners(world)) == 1
