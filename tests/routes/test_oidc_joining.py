"""Joining through an invitation with an account elsewhere, and what a page offers of providers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.oidc_provider import Account, OidcProvider
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
from tests.support.visitor import Visitor

Arrive = Callable[..., Visitor]


class TestInvitation:
    def where(self, token: str) -> str:
        return f"/auth/invitation?invitation={token}"

    def test_a_new_person_joins(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        provider.account = Account(email="Nora@Example.ORG")
        visitor, token = arrive(), invite(members)
        answer = travel(visitor, provider, form_at=self.where(token), invitation=token)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert members.run_sql(
            "select m.roles, c.email from public.memberships m "
            "join public.identities i using (profile_id) "
            "join public.profile_contacts c using (profile_id)"
        ) == [(["influencer"], NORA)]
        assert visitor.get(self.where(token)).status_code == 410

    def test_it_is_offered_on_the_sign_up_page_as_well(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        token = invite(members)
        answer = travel(
            arrive(), provider, form_at=f"/auth/sign-up?invitation={token}", invitation=token
        )
        assert answer.status_code == 303

    @pytest.mark.parametrize(
        ("account", "says"),
        [
            (Account(email="other@example.org"), "for another e-mail address"),
            (Account(email_verified=False), "does not confirm an e-mail address"),
            (Account(email=""), "does not confirm an e-mail address"),
        ],
    )
    def test_it_is_for_the_address_that_was_invited(
        self, arrive: Arrive, members: World, provider: OidcProvider, account: Account, says: str
    ) -> None:
        provider.account = account
        visitor, token = arrive(open_sign_up=True), invite(members)
        answer = travel(visitor, provider, form_at=self.where(token), invitation=token)
        assert answer.status_code == 403
        assert says in read_message(answer.text)
        assert self.where(token) in answer.text
        assert people_of(members, provider.issuer) == []
        assert visitor.cookie() == ""
        assert visitor.get(self.where(token)).status_code == 200

    def test_a_known_person_joins_with_whatever_address_they_have(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        """As people who sign in with a password do: the link is what counts then."""
        travel(arrive(open_sign_up=True), provider)
        visitor, token = arrive(), invite(members, "another@example.org")
        answer = travel(visitor, provider, form_at=self.where(token), invitation=token)
        assert answer.status_code == 303
        assert members.run_sql(
            "select 1 from public.memberships join public.identities using (profile_id)"
        ) == [(1,)]

    def test_one_that_was_closed_meanwhile_lets_nobody_in(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        visitor, token = arrive(), invite(members)
        address = leave(visitor, form_at=self.where(token), invitation=token)
        members.run_sql("update public.invitations set revoked_at = now()")
        answer = come_back(visitor, provider.answer(address))
        assert answer.status_code == 409
        assert "no longer open" in read_message(answer.text)
        assert people_of(members, provider.issuer) == []

    def test_nor_does_it_sign_a_known_person_in(
        self, arrive: Arrive, members: World, provider: OidcProvider
    ) -> None:
        travel(arrive(open_sign_up=True), provider)
        members.run_sql("delete from public.web_sessions")
        visitor, token = arrive(), invite(members)
        address = leave(visitor, form_at=self.where(token), invitation=token)
        members.run_sql("update public.invitations set revoked_at = now()")
        answer = come_back(visitor, provider.answer(address))
        assert answer.status_code == 409
        assert "You could not join" in answer.text
        assert visitor.cookie() == ""
        assert members.run_sql("select 1 from public.web_sessions") == []


class TestOffers:
    def test_each_provider_has_a_button(self, arrive: Arrive, provider: OidcProvider) -> None:
        both = (provider.configure(), provider.configure("other", label="<b>Other</b>"))
        page = arrive(providers=both).get("/auth/sign-in").text
        assert "Continue with Local Login" in page
        assert "Continue with &lt;b&gt;Other&lt;/b&gt;" in page

    def test_without_one_nothing_is_there(self, visitor: Visitor) -> None:
        assert "Continue with" not in visitor.get("/auth/sign-in").text
        assert visitor.get(CALLBACK).status_code == 404
        assert visitor.post(START, form_at="/auth/sign-in").status_code == 404

    def test_the_way_there_is_shown_to_those_whose_browser_does_not_lead_on(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        page = arrive().post(START, form_at="/auth/sign-in")
        assert f'<a href="{provider.issuer}/authorize?' in page.text
        assert "form-action 'self'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
