"""Who has a draft: taking, assigning, asking, passing on, being away, second looks."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.acts import (
    act,
    actions_of,
    assert_record_whole,
    assign,
    deny,
    get_rows,
    hide,
    open_requests,
    save,
    set_roles,
    set_suspended,
    told,
)
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    draft_in_state,
    withdraw,
)
from tests.support.together import refusals, run_together

AWAY = "update public.memberships set away_until = private.today() where profile_id = %s"
UNKNOWN = "1f0c7d2e-7d0c-4b8e-9b54-3f9f8a1f0001"


def outcomes(world: World, draft: MadeDraft, person: Person) -> list[str]:
    return [
        str(row[0])
        for row in world.run_sql(
            "select outcome from public.review_requests where draft_id = %s and assignee_id = %s"
            " order by asked_at",
            draft.id,
            person.id,
        )
    ]


def deny_assign(word: str, world: World, to: str, *drafts: MadeDraft) -> None:
    deny(
        word,
        world.sam,
        "assign_reviews",
        workspace=world.home,
        drafts=[draft.id for draft in drafts],
        assignee=to,
    )


class TestTake:
    def test_puts_ones_name_on_it(self, world: World, draft: MadeDraft) -> None:
        act(world.dana, "take_review", draft)
        act(world.dana, "take_review", draft)

        assert open_requests(world, draft) == [("dana", "professional", "taken")]
        assert actions_of(world, draft).count("review_taken") == 1
        assert told(world, world.dana) == []

    def test_is_won_by_one_of_two(self, world: World, draft: MadeDraft) -> None:
        done = run_together(
            *(partial(act, person, "take_review", draft) for person in (world.dana, world.kim))
        )

        assert refusals(done) == ["already_taken"]
        assert len(open_requests(world, draft)) == 1

    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("ines", "role_missing"),
            ("marco", "role_missing"),
            ("paul", "no_credential"),
            ("sam", "role_missing"),
            ("wes", "not_found"),
        ],
    )
    def test_is_for_those_who_may_decide(
        self, world: World, draft: MadeDraft, name: str, word: str
    ) -> None:
        deny(word, getattr(world, name), "take_review", draft)

    def test_is_not_for_the_author_nor_out_of_scope(self, world: World, draft: MadeDraft) -> None:
        world.run_sql(
            "update public.credentials set scope = '{trauma}' where profile_id = %s", world.dana.id
        )
        deny("out_of_scope", world.dana, "take_review", draft)
        set_roles(world, world.kim, "influencer", "professional")
        deny(
            "own_draft",
            world.kim,
            "take_review",
            draft_in_state(world, "in_review", author=world.kim),
        )

    @pytest.mark.parametrize(
        "state", ["approved", "published", "declined", "withdrawn", "changes_requested"]
    )
    def test_is_of_what_waits(self, world: World, state: str) -> None:
        deny("wrong_state", world.dana, "take_review", draft_in_state(world, state))


class TestAssign:
    def test_gives_many_and_relieves_whoever_had_one(self, world: World, draft: MadeDraft) -> None:
        other = draft_in_state(world, "in_review", author=world.marco)
        act(world.kim, "take_review", draft)

        assert assign(world.sam, world, world.dana, draft, other, draft) == 2
        assert assign(world.sam, world, world.dana, draft, other) == 0

        for one in (draft, other):
            assert open_requests(world, one) == [("dana", "professional", "assigned")]
            assert actions_of(world, one).count("review_assigned") == 1
        assert outcomes(world, draft, world.kim) == ["taken_back"]
        assert told(world, world.dana) == ["review_wanted", "review_wanted"]

    def test_is_all_or_none(self, world: World, draft: MadeDraft) -> None:
        act(world.kim, "take_review", draft)
        others = [
            ("wrong_state", draft_in_state(world, "approved")),
            ("not_found", draft_in_state(world, "drafting")),
            ("not_found", hide(draft_in_state(world, "in_review"))),
        ]
        for word, other in others:
            deny_assign(word, world, world.dana.id, draft, other)
            deny_assign(word, world, world.dana.id, other, draft)

        assert open_requests(world, draft) == [("kim", "professional", "taken")]
        assert told(world, world.dana) == []

    def test_is_refused_for_whom_it_is_not(self, world: World, draft: MadeDraft) -> None:
        set_roles(world, world.marco, "influencer", "professional")
        for who, word in [
            (world.ines.id, "own_draft"),
            (world.marco.id, "cannot_decide"),
            (world.paul.id, "cannot_decide"),
            (world.sam.id, "cannot_decide"),
            (world.wes.id, "not_found"),
            (UNKNOWN, "not_found"),
        ]:
            deny_assign(word, world, who, draft)
        world.run_sql(AWAY, world.dana.id)
        deny_assign("away", world, world.dana.id, draft)
        set_suspended(world, world.dana)
        deny_assign("not_found", world, world.dana.id, draft)
        deny_assign("too_many", world, world.kim.id)

    def test_by_two_at_once_ends_with_one_holder_each(self, world: World) -> None:
        """In whatever order each lists them: nobody waits in a circle."""
        drafts = [draft_in_state(world, "in_review") for _ in range(6)]
        set_roles(world, world.kim, "coordinator", "professional")
        for _ in range(4):
            done = run_together(
                partial(assign, world.sam, world, world.dana, *drafts),
                partial(assign, world.kim, world, world.kim, *reversed(drafts)),
                partial(act, world.dana, "read_notifications", workspace=world.home),
            )

            assert refusals(done) == []
            holders = {tuple(open_requests(world, draft)) for draft in drafts}
            assert len(holders) == 1
        assert_record_whole(world)


class TestAsk:
    def test_of_a_peer_and_of_a_professional(self, world: World, draft: MadeDraft) -> None:
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer", note="Tone?")
        act(world.ines, "ask_reviewer", draft, assignee=world.dana.id, kind="professional")

        assert open_requests(world, draft) == [
            ("dana", "professional", "asked"),
            ("marco", "peer", "asked"),
        ]
        assert told(world, world.marco) == ["advice_wanted"]
        assert told(world, world.dana) == ["review_wanted"]

    def test_of_whom_it_is_not_is_refused(self, world: World, draft: MadeDraft) -> None:
        for who, kind, word in [
            (world.ines.id, "peer", "own_draft"),
            (world.dana.id, "peer", "no_peer"),
            (world.paul.id, "professional", "cannot_decide"),
            (world.marco.id, "professional", "cannot_decide"),
            (world.wes.id, "peer", "not_found"),
            (world.dana.id, "friend", "kind_invalid"),
            (world.dana.id, None, "kind_invalid"),
        ]:
            deny(word, world.ines, "ask_reviewer", draft, assignee=who, kind=kind)
        world.run_sql(AWAY, world.marco.id)
        deny("away", world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer")

    def test_twice_or_of_a_second_professional_is_refused(
        self, world: World, draft: MadeDraft
    ) -> None:
        act(world.ines, "ask_reviewer", draft, assignee=world.dana.id, kind="professional")

        deny(
            "already_asked",
            world.ines,
            "ask_reviewer",
            draft,
            assignee=world.dana.id,
            kind="professional",
        )
        deny(
            "already_taken",
            world.ines,
            "ask_reviewer",
            draft,
            assignee=world.kim.id,
            kind="professional",
        )

    def test_of_a_peer_about_a_hidden_draft_is_refused(
        self, world: World, draft: MadeDraft
    ) -> None:
        hide(draft)

        deny("cannot_see", world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer")

    def test_for_advice_can_become_one_for_a_decision(self, world: World, draft: MadeDraft) -> None:
        set_roles(world, world.dana, "influencer", "professional")
        act(world.ines, "ask_reviewer", draft, assignee=world.dana.id, kind="peer")

        assert assign(world.sam, world, world.dana, draft) == 1

        assert open_requests(world, draft) == [("dana", "professional", "assigned")]
        deny("already_taken", world.kim, "take_review", draft)

    def test_ends_for_whom_the_draft_is_hidden_from(self, world: World, draft: MadeDraft) -> None:
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer")
        act(world.dana, "take_review", draft)

        hide(draft)

        assert open_requests(world, draft) == [("dana", "professional", "taken")]
        assert outcomes(world, draft, world.marco) == ["taken_back"]


class TestPassOn:
    @pytest.fixture(autouse=True)
    def _danas(self, world: World, draft: MadeDraft) -> None:
        assign(world.sam, world, world.dana, draft)

    def test_gives_it_back(self, world: World, draft: MadeDraft) -> None:
        act(world.dana, "pass_on_review", draft, reason="not_my_area")

        assert open_requests(world, draft) == []
        assert outcomes(world, draft, world.dana) == ["let_go"]
        assert told(world, world.sam) == ["review_passed_on"]
        act(world.kim, "take_review", draft)

    def test_to_a_colleague(self, world: World, draft: MadeDraft) -> None:
        act(world.dana, "pass_on_review", draft, reason="no_time", to=world.kim.id, note="Sorry.")

        assert open_requests(world, draft) == [("kim", "professional", "asked")]
        assert told(world, world.kim)[-1:] == ["review_wanted"]

    def test_for_a_second_opinion_keeps_it(self, world: World, draft: MadeDraft) -> None:
        act(world.dana, "pass_on_review", draft, reason="second_opinion", to=world.kim.id)

        assert [name for name, _, _ in open_requests(world, draft)] == ["dana", "kim"]
        deny(
            "already_asked",
            world.dana,
            "pass_on_review",
            draft,
            reason="second_opinion",
            to=world.kim.id,
        )

    def test_is_refused_without_a_reason_a_colleague_or_the_draft(
        self, world: World, draft: MadeDraft
    ) -> None:
        for reason, to, word in [
            (None, None, "reason_missing"),
            ("bored", None, "reason_missing"),
            ("second_opinion", None, "colleague_missing"),
            ("no_time", world.dana.id, "colleague_missing"),
            ("no_time", world.paul.id, "cannot_decide"),
            ("no_time", world.ines.id, "own_draft"),
            ("no_time", world.wes.id, "not_found"),
        ]:
            deny(word, world.dana, "pass_on_review", draft, reason=reason, to=to)
        for person in (world.kim, world.ines, world.sam):
            deny("not_yours", person, "pass_on_review", draft, reason="no_time")

        assert open_requests(world, draft) == [("dana", "professional", "assigned")]

    def test_of_two_at_once_happens_once(self, world: World, draft: MadeDraft) -> None:
        passing = partial(act, world.dana, "pass_on_review", draft, reason="no_time")

        assert refusals(run_together(passing, passing)) == ["not_yours"]


class TestLeaving:
    @pytest.mark.parametrize("how", ["suspended", "no professional any more"])
    def test_leaves_what_one_had_to_others(self, world: World, draft: MadeDraft, how: str) -> None:
        act(world.dana, "take_review", draft)

        if how == "suspended":
            set_suspended(world, world.dana)
        else:
            act(
                world.sam,
                "set_roles",
                workspace=world.home,
                profile=world.dana.id,
                roles=["influencer"],
                expected=["professional"],
            )

        assert outcomes(world, draft, world.dana) == ["taken_back"]
        act(world.kim, "take_review", draft)

    def test_one_role_leaves_the_other_ones_reviews(self, world: World, draft: MadeDraft) -> None:
        set_roles(world, world.dana, "influencer", "professional")
        other = draft_in_state(world, "in_review", author=world.marco)
        act(world.dana, "take_review", draft)
        act(world.marco, "ask_reviewer", other, assignee=world.dana.id, kind="peer")

        set_roles(world, world.dana, "professional")

        assert open_requests(world, draft) == [("dana", "professional", "taken")]
        assert open_requests(world, other) == []

    def test_becoming_the_author_ends_ones_review(self, world: World, draft: MadeDraft) -> None:
        set_roles(world, world.dana, "influencer", "professional")
        act(world.dana, "take_review", draft)

        act(
            world.sam,
            "hand_over_drafts",
            workspace=world.home,
            **{"from": world.ines.id, "to": world.dana.id},
        )

        assert outcomes(world, draft, world.dana) == ["taken_back"]
        act(world.kim, "take_review", draft)

    def test_the_draft_withdrawn_ends_them_all(self, world: World, draft: MadeDraft) -> None:
        act(world.dana, "take_review", draft)

        withdraw(world, draft, expected_state="in_review")

        assert outcomes(world, draft, world.dana) == ["withdrawn"]
        assert told(world, world.dana) == ["draft_withdrawn"]


class TestAway:
    def test_is_until_a_day_within_a_year(self, world: World, draft: MadeDraft) -> None:
        act(world.dana, "take_review", draft)
        ((today, late, past),) = world.run_sql(
            "select t::text, (t + 367)::text, (t - 1)::text from private.today() t"
        )

        assert act(world.dana, "set_away", workspace=world.home, until=today) == 1
        for until in (past, late, "infinity"):
            deny("day_invalid", world.dana, "set_away", workspace=world.home, until=until)
        deny_assign("away", world, world.dana.id, draft_in_state(world, "in_review"))
        # They may still take one themselves.
        act(world.dana, "take_review", draft_in_state(world, "in_review"))
        act(world.dana, "set_away", workspace=world.home, until=None)
        assign(world.sam, world, world.dana, draft_in_state(world, "in_review"))
        for person in (world.otto, world.nobody):
            deny("not_found", person, "set_away", workspace=world.home, until=today)


def test_requests_are_seen_by_those_who_see_the_draft(world: World, draft: MadeDraft) -> None:
    act(world.dana, "take_review", draft)
    assert [len(get_rows(p, "/review_requests")) for p in (world.ines, world.marco)] == [1, 1]

    shown = hide(draft)

    assert [len(get_rows(p, "/review_requests")) for p in (world.ines, world.marco)] == [1, 0]
    assert get_rows(world.sam, "/review_requests?select=*,drafts(*)") == []
    save(shown, professionals_only=False)
    assert len(get_rows(world.sam, "/review_requests")) == 1
