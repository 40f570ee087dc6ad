"""Credentials, handing over, and what people read and change of one another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services import drafts, errors, people, rooms
from tests.support.membership import suspend
from tests.support.people import (
    REACHABLE_STATES,
    Person,
    World,
    draft_in_state,
    make_draft,
    profile_id,
    submit,
)
from tests.support.refusals import assert_refused
from tests.support.server import sign_token


def today() -> date:
    return datetime.now(UTC).date()


def entry(world: World, person: Person, *, by: Person | None = None, **changes: Any) -> str:
    values: dict[str, Any] = {
        "profession": "Psychologist",
        "register_url": "https://register.example.org/ab?nr=1",
        "jurisdiction": "DE",
        "scope": ["general", "trauma"],
    }
    people.submit_credential(
        (by or person).gateway(),
        workspace_id=world.home,
        profile_id=person.id,
        **(values | changes),
    )
    ((found,),) = world.run_sql(
        "select id::text from public.credentials order by submitted_at desc limit 1"
    )
    return str(found)


def check(world: World, credential: str, *, by: Person, until: date | None = None) -> None:
    people.check_credential(
        by.gateway(),
        workspace_id=world.home,
        credential_id=credential,
        expires_on=until or today() + timedelta(days=30),
    )


class TestCredentials:
    def test_are_checked_by_another_coordinator(self, world: World) -> None:
        own = entry(world, world.kim)

        assert_refused(errors.Forbidden, "own_credential", check, world, own, by=world.kim)
        assert_refused(errors.Forbidden, "role_missing", check, world, own, by=world.dana)
        check(world, own, by=world.sam)

    def test_are_not_the_checkers_own_even_if_another_recorded_them(self, world: World) -> None:
        own = entry(world, world.kim, by=world.sam)

        assert_refused(errors.Forbidden, "own_credential", check, world, own, by=world.kim)

    def test_are_checked_and_revoked_once(self, world: World) -> None:
        credential = entry(world, world.paul)
        check(world, credential, by=world.sam)
        assert_refused(errors.Conflict, "already_checked", check, world, credential, by=world.sam)
        revoke = {"workspace_id": world.home, "credential_id": credential}

        people.revoke_credential(world.sam.gateway(), **revoke)

        assert_refused(
            errors.Conflict,
            "already_revoked",
            people.revoke_credential,
            world.sam.gateway(),
            **revoke,
        )
        assert_refused(errors.Conflict, "already_checked", check, world, credential, by=world.kim)

    @pytest.mark.parametrize("days", [-1, 731, 100_000])
    def test_are_good_for_two_years_at_most(self, world: World, days: int) -> None:
        credential = entry(world, world.paul)

        assert_refused(
            errors.Invalid,
            "expiry_invalid",
            check,
            world,
            credential,
            by=world.sam,
            until=today() + timedelta(days=days),
        )

    def test_are_recorded_for_professionals_only(self, world: World) -> None:
        assert_refused(
            errors.Conflict, "not_a_professional", entry, world, world.ines, by=world.sam
        )
        assert_refused(errors.NotFound, "not_found", entry, world, world.wes, by=world.sam)
        assert_refused(errors.Forbidden, "role_missing", entry, world, world.paul, by=world.dana)
        assert_refused(errors.Forbidden, "role_missing", entry, world, world.ines)

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"profession": " "}, "text_missing"),
            ({"profession": "x" * 81}, "text_too_long"),
            ({"jurisdiction": "\u200b"}, "text_missing"),
            ({"register_url": "http://register.example.org/"}, "register_url_invalid"),
            ({"register_url": "https://register"}, "register_url_invalid"),
            ({"register_url": "https://a.example.org@b.example.org/"}, "register_url_invalid"),
            ({"register_url": "javascript:alert(1)//https://"}, "register_url_invalid"),
            ({"scope": []}, "scope_invalid"),
            ({"scope": ["everything"]}, "scope_invalid"),
            ({"scope": ["general", "everything"]}, "scope_invalid"),
        ],
    )
    def test_want_a_full_entry(self, world: World, change: dict[str, Any], word: str) -> None:
        assert_refused(errors.Invalid, word, entry, world, world.paul, **change)

    def test_wait_at_most_five_at_a_time(self, world: World) -> None:
        for _ in range(5):
            entry(world, world.paul)

        assert_refused(errors.Conflict, "too_many_unchecked", entry, world, world.paul)


class TestHandOver:
    def hand_over(self, world: World, giver: Person, taker: Person) -> int:
        return people.hand_over_drafts(
            world.sam.gateway(), workspace_id=world.home, from_id=giver.id, to_id=taker.id
        )

    def test_gives_open_drafts_and_the_text_being_written(self, world: World) -> None:
        made = {state: draft_in_state(world, state) for state in REACHABLE_STATES}

        count = self.hand_over(world, world.ines, world.marco)

        gateway = world.marco.gateway()
        for state, draft in made.items():
            closed = state in ("published", "declined", "withdrawn")
            editor = drafts.get_editor(gateway, draft_id=draft.id)
            assert editor.draft.author_id == (world.ines.id if closed else world.marco.id)
            assert (editor.buffer is None) is closed
        assert count == len(made) - 3
        assert_refused(
            errors.NotFound,
            "",
            drafts.get_editor,
            world.ines.gateway(),
            draft_id=made["drafting"].id,
        )

    def test_is_told_in_each_drafts_record(self, world: World) -> None:
        draft = submit(world, make_draft(world))
        self.hand_over(world, world.ines, world.marco)

        room = rooms.get_room(world.marco.gateway(), draft_id=draft.id)

        assert room.events[0].action == "draft_handed_over"
        assert room.events[0].detail == {"from": world.ines.id}
        assert room.versions[0].created_by_name == "Ines"

    def test_goes_to_an_influencer_of_the_same_workspace(self, world: World) -> None:
        make_draft(world)
        suspend(world, world.marco)

        for taker in (world.marco, world.dana, world.ines):
            assert_refused(
                errors.Conflict, "cannot_take_over", self.hand_over, world, world.ines, taker
            )
        for giver, taker in ((world.ines, world.wes), (world.wes, world.ines)):
            assert_refused(errors.NotFound, "not_found", self.hand_over, world, giver, taker)


class TestOtherPeople:
    def test_read_only_their_own_address(self, world: World) -> None:
        members = people.get_people(world.ines.gateway(), workspace_id=world.home)

        assert {m.email for m in members.members} == {None, world.ines.email}
        assert members.invitations == ()

    def test_without_a_profile_are_nobody(self, world: World) -> None:
        token = sign_token(world.stack.jwt_secret, profile_id("unknown"))
        with world.nobody.rest() as client:
            answer = client.post(
                "/rpc/get_me", json={}, headers={"Authorization": f"Bearer {token}"}
            )

        assert answer.json() is None

    def test_change_only_their_own_profile(self, world: World) -> None:
        people.update_profile(
            world.ines.gateway(), name=" I\u202en\nes ", time_zone="Pacific/Chatham"
        )

        assert world.run_sql(
            "select display_name, time_zone from public.profiles where id = %s", world.ines.id
        ) == [("In es", "Pacific/Chatham")]
        assert world.run_sql(
            "select count(*) from public.profiles where time_zone = 'Pacific/Chatham'"
        ) == [(1,)]

    @pytest.mark.parametrize("zone", ["", "CEST", "Mars/Olympus", "europe/berlin", "x" * 10_000])
    def test_live_in_a_zone_there_is(self, world: World, zone: str) -> None:
        assert_refused(
            errors.Invalid,
            "time_zone_unknown",
            people.update_profile,
            world.ines.gateway(),
            name="Ines",
            time_zone=zone,
        )
