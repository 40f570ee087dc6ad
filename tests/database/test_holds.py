"""Setting a review aside and taking it up again."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.acts import (
    act,
    actions_of,
    assert_record_whole,
    deny,
    get_rows,
    save,
    set_roles,
    state_of,
    told,
)
from tests.support.people import MadeDraft, World, decide, draft_in_state, make_content, withdraw
from tests.support.together import refusals, run_together


@pytest.fixture
def held(world: World) -> MadeDraft:
    """In review by ines, put on hold by dana."""
    draft = draft_in_state(world, "in_review")
    act(world.dana, "hold_draft", draft, note="I am asking a colleague.")
    return draft


class TestHold:
    def test_tells_the_author_why(self, world: World, held: MadeDraft) -> None:
        assert state_of(world, held) == "on_hold"
        assert told(world, world.ines) == ["draft_held"]
        assert [h["note"] for h in get_rows(world.ines, "/holds")] == ["I am asking a colleague."]
        assert get_rows(world.wes, "/holds") == []

    def test_ends_where_it_began(self, world: World, held: MadeDraft) -> None:
        act(world.kim, "resume_draft", held)

        assert state_of(world, held) == "in_review"
        assert [h["resumed_by"] for h in get_rows(world.ines, "/holds")] == [world.kim.id]
        assert actions_of(world, held)[-2:] == ["draft_held", "draft_resumed"]
        decide(world, held, "approved")
        assert_record_whole(world)

    @pytest.mark.parametrize("kind", ["approved", "changes_requested", "declined"])
    def test_keeps_everybody_from_deciding(self, world: World, held: MadeDraft, kind: str) -> None:
        for person in (world.dana, world.kim):
            deny(
                "on_hold",
                person,
                "decide_draft",
                held,
                version=1,
                content_hash=held.content_hash,
                kind=kind,
                reason_code="other",
                note="Because.",
            )

    def test_lets_the_author_write_on_but_not_send_in(self, world: World, held: MadeDraft) -> None:
        later = save(held, make_content("Later."))

        deny(
            "wrong_state",
            world.ines,
            "submit_draft",
            held,
            expected_revision=later.revision,
            note="",
        )

    def test_ends_when_the_author_withdraws(self, world: World, held: MadeDraft) -> None:
        withdraw(world, held, expected_state="on_hold")

        deny("wrong_state", world.dana, "resume_draft", held)
        assert [h["resumed_by"] for h in get_rows(world.ines, "/holds")] == [world.ines.id]

    @pytest.mark.parametrize("function", ["hold_draft", "resume_draft"])
    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("ines", "role_missing"),
            ("marco", "role_missing"),
            ("paul", "no_credential"),
            ("sam", "role_missing"),
            ("otto", "not_found"),
        ],
    )
    def test_is_for_those_who_may_decide(
        self, world: World, held: MadeDraft, function: str, name: str, word: str
    ) -> None:
        note = {"note": "Mine."} if function == "hold_draft" else {}

        deny(word, getattr(world, name), function, held, **note)

    def test_is_out_of_scope_where_a_decision_is(self, world: World, held: MadeDraft) -> None:
        world.run_sql(
            "update public.credentials set scope = '{trauma}' where profile_id = %s", world.kim.id
        )
        deny("out_of_scope", world.kim, "resume_draft", held)
        set_roles(world, world.dana, "influencer", "professional")
        deny(
            "own_draft",
            world.dana,
            "hold_draft",
            draft_in_state(world, "in_review", author=world.dana),
            note="Mine.",
        )

    @pytest.mark.parametrize("note", ["", " \n", None])
    def test_needs_a_reason(self, world: World, note: str | None) -> None:
        draft = draft_in_state(world, "in_review")

        deny("text_missing", world.dana, "hold_draft", draft, note=note)

    @pytest.mark.parametrize(
        "state", ["approved", "published", "declined", "withdrawn", "changes_requested"]
    )
    def test_is_of_what_is_in_review(self, world: World, state: str) -> None:
        draft = draft_in_state(world, state)

        deny("wrong_state", world.dana, "hold_draft", draft, note="Wait.")
        deny("wrong_state", world.dana, "resume_draft", draft)

    def test_and_a_decision_at_once_end_in_one_of_them(self, world: World) -> None:
        for _ in range(3):
            draft = draft_in_state(world, "in_review")

            done = run_together(
                partial(act, world.dana, "hold_draft", draft, note="Wait."),
                partial(decide, world, draft, "approved", by=world.kim),
            )

            assert refusals(done) in (["on_hold"], ["wrong_state"])
            assert state_of(world, draft) == (
                "on_hold" if refusals(done) == ["on_hold"] else "approved"
            )
