"""What authors make of the checker's notes, and drafts they keep to themselves, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from services import drafts, errors, hints
from services.checking import AT_RISK
from services.safety import Finding, check
from tests.support.acts import act, actions_of, get_rows
from tests.support.people import MadeDraft, World, draft_in_state, edit, make_draft

MARK: dict[str, Any] = {"rule": "crazy-casual", "quote_hash": "c" * 64}


def find(text: str, rule: str) -> Finding:
    return next(one for one in check(text) if one.rule == rule)


CRAZY = find("My week was crazy.", "crazy-casual")
METHOD = find("He hanged himself.", "suicide-method-detail")
DANGER = find("I want to die and I have the pills here.", AT_RISK)


@pytest.fixture
def draft(world: World) -> MadeDraft:
    return make_draft(world)


def rates(world: World) -> list[tuple[str, int, int]]:
    found = hints.list_rates(world.sam.gateway(), workspace_id=world.home)
    return [(one.rule, one.answers, one.not_meant) for one in found]


class TestAnswers:
    def test_an_answer_is_one_a_note_and_can_be_taken_back(
        self, world: World, draft: MadeDraft
    ) -> None:
        ines = world.ines.gateway()
        for answer in ("not_meant", "not_meant"):
            hints.answer_hint(ines, draft_id=draft.id, finding=CRAZY, answer=answer)
        found = drafts.get_editor(ines, draft_id=draft.id).answers
        assert found.not_meant == {hints.mark_of(draft.id, CRAZY)}
        assert rates(world) == [("crazy-casual", 1, 1)]
        hints.answer_hint(ines, draft_id=draft.id, finding=CRAZY, answer=None)
        assert drafts.get_editor(ines, draft_id=draft.id).answers.not_meant == frozenset()
        assert rates(world) == []

    def test_coordinators_learn_a_share_and_nothing_else(
        self, world: World, draft: MadeDraft
    ) -> None:
        other = draft_in_state(world, "approved", author=world.marco)
        for person, one, answer in (
            (world.ines, draft, "not_meant"),
            (world.marco, other, "used"),
        ):
            hints.answer_hint(
                person.gateway(),
                draft_id=one.id,
                finding=CRAZY,
                answer=answer,  # type: ignore[arg-type]
            )
        hints.answer_hint(world.ines.gateway(), draft_id=draft.id, finding=METHOD, answer="used")
        assert rates(world) == [("crazy-casual", 2, 1), ("suicide-method-detail", 1, 0)]
        assert get_rows(world.sam, "hint_answers") == []
        assert len(get_rows(world.ines, "hint_answers")) == 2
        with pytest.raises(errors.Forbidden):
            hints.list_rates(world.dana.gateway(), workspace_id=world.home)

    def test_a_blocker_waits_for_other_words(self, world: World, draft: MadeDraft) -> None:
        with pytest.raises(errors.Invalid):
            hints.answer_hint(
                world.ines.gateway(), draft_id=draft.id, finding=METHOD, answer="not_meant"
            )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"rule": AT_RISK},
            {"rule": "no rule"},
            {"rule": None},
            {"quote_hash": "My week was crazy"},
            {"quote_hash": None},
            {"answer": "maybe"},
        ],
    )
    def test_nothing_else_is_kept(
        self, world: World, draft: MadeDraft, wrong: dict[str, Any]
    ) -> None:
        with pytest.raises(errors.Invalid):
            act(world.ines, "answer_hint", draft, **(MARK | {"answer": "not_meant"} | wrong))
        assert world.run_sql("select count(*) from public.hint_answers") == [(0,)]

    def test_of_the_author_at_risk_nothing_is_kept(self, world: World, draft: MadeDraft) -> None:
        for answer in ("not_meant", "used", None):
            with pytest.raises(errors.Invalid):
                hints.answer_hint(
                    world.ines.gateway(),
                    draft_id=draft.id,
                    finding=DANGER,
                    answer=answer,
                )

    def test_nobody_answers_for_the_author(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        for person in (world.marco, world.dana, world.sam):
            with pytest.raises(errors.Forbidden):
                act(person, "answer_hint", draft, **MARK, answer="not_meant")
            found = drafts.get_editor(person.gateway(), draft_id=draft.id)
            assert found.answers == hints.NO_ANSWERS


class TestKeptDrafts:
    def test_nothing_of_it_is_sent_until_that_ends(self, world: World, draft: MadeDraft) -> None:
        ines = world.ines.gateway()
        before = actions_of(world, draft)
        hints.keep_draft(ines, draft_id=draft.id, kept=True)
        hints.keep_draft(ines, draft_id=draft.id, kept=True)
        assert drafts.get_editor(ines, draft_id=draft.id).answers.kept
        with pytest.raises(errors.Conflict) as refused:
            drafts.submit_draft(ines, draft_id=draft.id, expected_revision=1)
        assert refused.value.detail == "kept"
        # One's own versions are one's own.
        drafts.save_version(ines, draft_id=draft.id, expected_revision=1)
        hints.keep_draft(ines, draft_id=draft.id, kept=False)
        drafts.submit_draft(ines, draft_id=draft.id, expected_revision=1)
        assert [action for action in actions_of(world, draft) if "kept" in action] == []
        assert len(actions_of(world, draft)) > len(before)

    def test_it_is_handed_to_nobody(self, world: World, draft: MadeDraft) -> None:
        other = make_draft(world, title="Not kept")
        hints.keep_draft(world.ines.gateway(), draft_id=draft.id, kept=True)
        handed = act(
            world.sam,
            "hand_over_drafts",
            workspace=world.home,
            to=world.marco.id,
            **{"from": world.ines.id},
        )
        assert handed == 1
        authors = dict(world.run_sql("select id::text, author_id::text from public.drafts"))
        assert authors == {draft.id: world.ines.id, other.id: world.marco.id}

    def test_what_is_in_review_stays_and_what_is_new_does_not_follow(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        hints.keep_draft(world.ines.gateway(), draft_id=draft.id, kept=True)
        edited = edit(world, draft, draft.content)
        assert edited.version == draft.version
        world.dana.gateway().write("take_review", {"p_draft": draft.id})
        assert get_rows(world.dana, "kept_drafts") == []
