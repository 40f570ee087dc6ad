"""Roles are given and taken with a coordinator left; the suspended are strangers at once."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from services import drafts, errors, home, people, rooms
from tests.support.membership import browsers, give, open_browser, suspend
from tests.support.people import (
    REACHABLE_STATES,
    World,
    add_person,
    draft_in_state,
    make_draft,
    submit,
    withdraw,
)
from tests.support.refusals import assert_refused
from tests.support.together import refusals, run_together
from tests.support.waiting import wait_until


class TestRoles:
    def test_expect_what_was_on_the_screen(self, world: World) -> None:
        give(world, world.ines, "influencer", "professional", by=world.sam)

        assert_refused(
            errors.Conflict,
            "stale_roles",
            give,
            world,
            world.ines,
            "coordinator",
            by=world.kim,
            expected=["influencer"],
        )

    def test_keep_a_last_coordinator(self, world: World) -> None:
        give(world, world.kim, "professional", by=world.sam)

        assert_refused(
            errors.Conflict, "last_coordinator", give, world, world.sam, "influencer", by=world.sam
        )
        assert_refused(errors.Conflict, "last_coordinator", suspend, world, world.sam)

    def test_do_not_count_a_suspended_coordinator(self, world: World) -> None:
        suspend(world, world.kim)

        assert_refused(
            errors.Conflict, "last_coordinator", give, world, world.sam, "influencer", by=world.sam
        )

    @pytest.mark.parametrize("_round", range(4))
    def test_keep_a_last_coordinator_when_both_leave_at_once(
        self, world: World, _round: int
    ) -> None:
        outcomes = run_together(
            lambda: give(world, world.sam, "influencer", by=world.sam, expected=["coordinator"]),
            lambda: suspend(world, world.kim, by=world.kim),
        )

        assert refusals(outcomes) == ["last_coordinator"]

    @pytest.mark.parametrize("_round", range(4))
    def test_are_not_taken_by_somebody_who_just_lost_theirs(
        self, world: World, _round: int
    ) -> None:
        third = add_person(world, "lou", roles=("coordinator",))

        outcomes = run_together(
            lambda: suspend(world, world.kim, by=world.sam),
            lambda: suspend(world, world.sam, by=world.kim),
        )

        assert refusals(outcomes) == ["not_found"]
        assert people.find_me(third.gateway()) is not None

    def test_taken_away_sign_the_person_out(self, world: World) -> None:
        open_browser(world, world.kim)
        give(world, world.kim, "coordinator", "influencer", "professional", by=world.sam)
        assert browsers(world, world.kim) == 1

        give(world, world.kim, "coordinator", by=world.sam)

        assert browsers(world, world.kim) == 0

    def test_hold_nothing_that_the_record_waits_for(self, world: World) -> None:
        """While a change of roles waits for the record's head, whoever holds that head goes on."""
        make_draft(world)
        with psycopg.connect(world.stack.dsn) as holder:
            holder.execute("update public.audit_heads set seq = seq")
            outcome = run_together(
                lambda: suspend(world, world.marco),
                lambda: free_the_head(world, holder),
            )

        assert outcome == [None, None]


def free_the_head(world: World, holder: psycopg.Connection[tuple[Any, ...]]) -> None:
    wait_until(
        lambda: world.run_sql("select 1 from pg_stat_activity where wait_event_type = 'Lock'"),
        what="the change of roles to wait for the record's head",
    )
    # What the foreign key of audit_events does, at once or not at all.
    for table, key in (("workspaces", world.home), ("profiles", world.sam.id)):
        holder.execute(
            f"select 1 from public.{table} where id = %s for key share nowait",  # noqa: S608
            [key],
        )
    holder.commit()


class TestSuspended:
    @pytest.mark.parametrize("state", REACHABLE_STATES)
    def test_sees_and_does_nothing_with_their_own_draft(self, world: World, state: str) -> None:
        draft = draft_in_state(world, state)
        suspend(world, world.ines)
        gateway = world.ines.gateway()

        assert_refused(errors.NotFound, "", drafts.get_editor, gateway, draft_id=draft.id)
        assert_refused(errors.NotFound, "", rooms.get_room, gateway, draft_id=draft.id)
        assert_refused(errors.NotFound, "", home.get_home, gateway, workspace_id=world.home)
        assert_refused(errors.NotFound, "", people.get_people, gateway, workspace_id=world.home)
        assert rooms.find_change_number(gateway, draft_id=draft.id) is None
        assert drafts.list_drafts(gateway, workspace_id=world.home).total == 0
        calls: dict[str, dict[str, Any]] = {
            "save_version": {"p_expected_revision": 1, "p_note": ""},
            "submit_draft": {"p_expected_revision": 1, "p_note": ""},
            "add_comment": {"p_version": 1, "p_body": "x"},
            "mark_published": {"p_content_hash": draft.content_hash},
            "withdraw_draft": {"p_expected_state": state},
            "reopen_draft": {},
        }
        for name, more in calls.items():
            assert_refused(
                errors.NotFound, "not_found", gateway.write, name, {"p_draft": draft.id, **more}
            )

    def test_keeps_an_account_and_finds_no_workspace(self, world: World) -> None:
        suspend(world, world.ines)

        me = people.find_me(world.ines.gateway())

        assert me is not None
        assert me.memberships == ()

    def test_is_signed_out_at_once_and_can_come_back(self, world: World) -> None:
        open_browser(world, world.ines)
        draft = submit(world, make_draft(world))

        suspend(world, world.ines)
        assert browsers(world, world.ines) == 0
        suspend(world, world.ines)
        suspend(world, world.ines, suspended=False)

        room = rooms.get_room(world.ines.gateway(), draft_id=draft.id)
        assert room.draft.state == "in_review"

    def test_is_neither_when_nobody_says_which(self, world: World) -> None:
        suspend(world, world.marco)

        assert_refused(
            errors.Invalid,
            "choice_missing",
            world.sam.gateway().write,
            "set_suspended",
            {"p_workspace": world.home, "p_profile": world.marco.id, "p_suspended": None},
        )
        assert people.find_me(world.marco.gateway()).memberships == ()  # type: ignore[union-attr]

    def test_while_waiting_for_a_draft_is_a_stranger(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        with psycopg.connect(world.stack.dsn) as holder:
            holder.execute("select 1 from public.drafts for update")

            def suspend_then_free() -> None:
                wait_until(
                    lambda: world.run_sql(
                        "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                    ),
                    what="the withdrawal to wait for the draft",
                )
                suspend(world, world.ines)
                holder.execute("update public.drafts set change_number = change_number + 1")
                holder.commit()

            outcomes = run_together(
                lambda: withdraw(world, draft, expected_state="approved"),
                suspend_then_free,
            )

        assert refusals(outcomes) == ["not_found"]
