"""A professional takes an approval back: before publication, after it, and at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.acts import (
    act,
    actions_of,
    assert_record_whole,
    deny,
    row_of,
    set_roles,
    state_of,
    told,
)
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    let_approval_expire,
    publish,
    submit,
)
from tests.support.together import refusals, run_together


def reasons(draft: MadeDraft, **named: Any) -> dict[str, Any]:
    given = {"content_hash": draft.content_hash, "reason_code": "safety"}
    return {**given, "note": "New findings.", **named}


def take_back(person: Person, draft: MadeDraft) -> Any:
    return act(person, "withdraw_approval", draft, **reasons(draft))


def alarms(person: Person, world: World) -> list[str]:
    home = person.gateway().read("get_home", {"p_workspace": world.home})
    return [draft["id"] for draft in home["alarms"]]


class TestBeforePublication:
    def test_sends_it_back_to_its_author(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        assert take_back(world.kim, draft)["state"] == "changes_requested"

        row = row_of(world, draft)
        assert (row["state"], row["approved_hash"], row["approved_until"]) == (
            "changes_requested",
            None,
            None,
        )
        deny("not_approved", world.ines, "mark_published", draft, content_hash=draft.content_hash)
        for person in (world.ines, world.sam, world.dana):
            assert "approval_withdrawn" in told(world, person), person.name
        assert "approval_withdrawn" not in told(world, world.kim)
        assert actions_of(world, draft)[-1] == "approval_withdrawn"
        assert_record_whole(world)

    def test_leaves_the_decision_and_adds_one(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        take_back(world.dana, draft)

        rows = world.run_sql(
            "select kind, version_number, content_hash, reason_code, valid_until is null"
            " from public.decisions order by decided_at"
        )
        assert rows == [
            ("approved", 1, draft.content_hash, None, False),
            ("approval_withdrawn", 1, draft.content_hash, "safety", True),
        ]

    def test_lets_the_same_text_be_approved_anew(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        take_back(world.dana, draft)

        again = submit(world, draft)
        publish(world, decide(world, again, "approved"))

        assert state_of(world, draft) == "published"

    def test_of_an_expired_one_is_possible(self, world: World) -> None:
        draft = let_approval_expire(world, draft_in_state(world, "approved"))

        take_back(world.dana, draft)

        assert state_of(world, draft) == "changes_requested"


class TestAfterPublication:
    def test_shows_at_once_to_author_and_coordinators(self, world: World) -> None:
        draft = draft_in_state(world, "published")

        assert take_back(world.dana, draft)["state"] == "published"

        row = row_of(world, draft)
        assert row["approval_withdrawn_at"] is not None
        assert row["approved_hash"] == draft.content_hash
        for person in (world.ines, world.sam, world.kim):
            assert alarms(person, world) == [draft.id]
        for person in (world.marco, world.dana):
            assert alarms(person, world) == []
        act(world.ines, "take_down", draft)
        assert alarms(world.ines, world) == alarms(world.sam, world) == []
        assert_record_whole(world)

    def test_happens_once(self, world: World) -> None:
        draft = draft_in_state(world, "published")
        take_back(world.dana, draft)

        deny("not_approved", world.kim, "withdraw_approval", draft, **reasons(draft))


class TestRefusals:
    @pytest.mark.parametrize("state", ["approved", "published"])
    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("ines", "role_missing"),
            ("marco", "role_missing"),
            ("sam", "role_missing"),
            ("paul", "no_credential"),
            ("otto", "not_found"),
        ],
    )
    def test_of_those_who_could_not_approve(
        self, world: World, state: str, name: str, word: str
    ) -> None:
        draft = draft_in_state(world, state)

        deny(word, getattr(world, name), "withdraw_approval", draft, **reasons(draft))

    def test_of_the_author_and_out_of_scope(self, world: World) -> None:
        set_roles(world, world.kim, "influencer", "professional")
        own = draft_in_state(world, "approved", author=world.kim)
        deny("own_draft", world.kim, "withdraw_approval", own, **reasons(own))
        world.run_sql(
            "update public.credentials set scope = '{trauma}' where profile_id = %s", world.dana.id
        )
        deny("out_of_scope", world.dana, "withdraw_approval", own, **reasons(own))

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"content_hash": "0" * 64}, "hash_differs"),
            ({"content_hash": None}, "hash_differs"),
            ({"reason_code": None}, "reason_missing"),
            ({"reason_code": "mood"}, "reason_missing"),
            ({"note": " "}, "text_missing"),
            ({"note": "x" * 4001}, "text_too_long"),
        ],
        ids=str,
    )
    def test_without_text_or_reason(self, world: World, changes: dict[str, Any], word: str) -> None:
        draft = draft_in_state(world, "approved")

        deny(word, world.dana, "withdraw_approval", draft, **reasons(draft, **changes))

        assert state_of(world, draft) == "approved"

    @pytest.mark.parametrize("state", ["in_review", "changes_requested", "declined", "withdrawn"])
    def test_where_nothing_is_approved(self, world: World, state: str) -> None:
        draft = draft_in_state(world, state)

        deny("not_approved", world.dana, "withdraw_approval", draft, **reasons(draft))


class TestAtTheSameMoment:
    def test_as_publishing_never_leaves_it_out_unseen(self, world: World) -> None:
        """Either it never went out, or it did and everybody knows."""
        for _ in range(4):
            draft = draft_in_state(world, "approved")

            done = run_together(
                partial(take_back, world.dana, draft), partial(publish, world, draft)
            )

            row = row_of(world, draft)
            if refusals(done):
                assert refusals(done) == ["not_approved"]
                assert (row["state"], row["published_at"]) == ("changes_requested", None)
            else:
                assert row["state"] == "published"
                assert row["approval_withdrawn_at"] is not None
        assert_record_whole(world)

    def test_as_a_colleague_happens_once(self, world: World) -> None:
        draft = draft_in_state(world, "published")

        done = run_together(
            partial(take_back, world.dana, draft), partial(take_back, world.kim, draft)
        )

        assert refusals(done) == ["not_approved"]
