"""An invitation works once, for whoever holds its link, and is kept nowhere."""

from __future__ import annotations

import pytest

from services import errors, people
from tests.support.membership import accept, give, invite, roles_of, suspend
from tests.support.people import Person, World, profile_id
from tests.support.refusals import assert_refused
from tests.support.together import refusals, run_together


class TestInvitation:
    def test_works_once(self, world: World) -> None:
        invitation = invite(world, "professional", "influencer")

        assert accept(world.nobody, invitation) == world.home
        assert roles_of(world, world.nobody) == ["influencer", "professional"]
        assert_refused(errors.Conflict, "invitation_closed", accept, world.wes, invitation)
        assert_refused(errors.Conflict, "invitation_closed", accept, world.nobody, invitation)

    @pytest.mark.parametrize("_round", range(3))
    def test_works_once_for_two_at_once(self, world: World, _round: int) -> None:
        invitation = invite(world)

        outcomes = run_together(
            lambda: accept(world.nobody, invitation), lambda: accept(world.wes, invitation)
        )

        assert refusals(outcomes) == ["invitation_closed"]
        assert outcomes.count(world.home) == 1

    @pytest.mark.parametrize(
        "change", ["expires_at = now()", "revoked_at = now()", "accepted_at = now()"]
    )
    def test_is_closed_by_time_and_hand(self, world: World, change: str) -> None:
        invitation = invite(world)
        world.run_sql(f"update public.invitations set {change}")  # noqa: S608

        assert_refused(errors.Conflict, "invitation_closed", accept, world.nobody, invitation)

    def test_can_be_taken_back_once(self, world: World) -> None:
        invitation = invite(world)
        take_back = {"workspace_id": world.home, "invitation_id": invitation.id}

        people.revoke_invitation(world.kim.gateway(), **take_back)

        assert_refused(errors.Conflict, "invitation_closed", accept, world.nobody, invitation)
        assert_refused(
            errors.Conflict,
            "invitation_closed",
            people.revoke_invitation,
            world.sam.gateway(),
            **take_back,
        )

    def test_adds_roles_and_takes_none(self, world: World) -> None:
        accept(world.ines, invite(world, "professional"))

        assert roles_of(world, world.ines) == ["influencer", "professional"]

    def test_does_not_let_a_suspended_person_back_in(self, world: World) -> None:
        suspend(world, world.marco)

        assert_refused(errors.Forbidden, "suspended", accept, world.marco, invite(world))

    def test_is_left_open_by_somebody_without_a_profile(self, world: World) -> None:
        invitation = invite(world)
        stranger = Person("x", profile_id("x"), "x@example.org", world.stack, world.nobody._http)

        assert_refused(errors.Conflict, "profile_missing", accept, stranger, invitation)
        accept(world.nobody, invitation)

    @pytest.mark.parametrize("token", ["", "x", "\u202e", "%", "a" * 100_000])
    def test_is_not_guessed(self, world: World, token: str) -> None:
        invite(world)

        assert_refused(
            errors.Conflict,
            "invitation_closed",
            people.accept_invitation,
            world.nobody.gateway(),
            token=token,
        )

    def test_keeps_its_token_nowhere(self, world: World) -> None:
        token = invite(world).token

        for table in ("invitations", "audit_events"):
            rows = world.run_sql(f"select t::text from public.{table} t")  # noqa: S608
            assert token not in str(rows)

    @pytest.mark.parametrize("roles", [[], ["admin"], ["influencer", "admin"], ["Influencer"]])
    def test_offers_only_roles_there_are(self, world: World, roles: list[str]) -> None:
        assert_refused(
            errors.Invalid,
            "roles_invalid",
            people.invite_person,
            world.sam.gateway(),
            workspace_id=world.home,
            email="new@example.org",
            roles=roles,
        )

    @pytest.mark.parametrize(
        ("email", "word"),
        [
            ("", "text_missing"),
            ("nobody", "email_invalid"),
            ("a@b", "email_invalid"),
            ("a b@example.org", "email_invalid"),
            ("a@example.org, b@example.org", "email_invalid"),
            ("x" * 250 + "@example.org", "text_too_long"),
        ],
    )
    def test_wants_one_address(self, world: World, email: str, word: str) -> None:
        assert_refused(
            errors.Invalid,
            word,
            people.invite_person,
            world.sam.gateway(),
            workspace_id=world.home,
            email=email,
            roles=["influencer"],
        )

    def test_stops_at_two_hundred_open_ones(self, world: World) -> None:
        world.run_sql(
            "insert into public.invitations (workspace_id, email, roles, token_hash, expires_at)"
            " select %s, 'a@example.org', '{influencer}', sha256(n::text::bytea),"
            " now() + interval '1 day' from generate_series(1, 200) n",
            world.home,
        )

        assert_refused(errors.Conflict, "too_many_invitations", invite, world)

    @pytest.mark.parametrize("lose", ["suspended", "role"])
    def test_ends_with_the_right_of_who_made_it(self, world: World, lose: str) -> None:
        """Otherwise a link kept aside would let them back in with another account."""
        kept_aside = invite(world, "coordinator", by=world.kim)
        others = invite(world, by=world.sam)

        if lose == "suspended":
            suspend(world, world.kim)
        else:
            give(world, world.kim, "professional", by=world.sam)

        assert_refused(errors.Conflict, "invitation_closed", accept, world.nobody, kept_aside)
        accept(world.nobody, others)
