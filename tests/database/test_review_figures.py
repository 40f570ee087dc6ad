"""Figures of review: what counts, for whom, and that Python comes to the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.people import World, draft_in_state
from tests.support.workshop import MOVES, START, Workshop, open_workshop


@pytest.fixture
def workshop(world: World) -> Iterator[Workshop]:
    """An empty workshop."""
    with open_workshop(world) as made:
        yield made


def assert_same(found: dict[str, Any], model: dict[str, Any]) -> None:
    """The SQL's answer is the model's."""
    lists = {"months": "month", "authors": "profile_id", "professionals": "profile_id"}
    for key, name in lists.items():
        assert {one[name] for one in found[key]} == set(model[key]), key
        for one in found[key]:
            assert_same_figures(one, model[key][one[name]])
    assert_same_figures(found["total"], model["total"])


def assert_same_figures(found: dict[str, Any], model: dict[str, Any]) -> None:
    """Each figure of the model is in the answer, none as none."""
    assert {key for key in model if found[key] is None} == {
        key for key, value in model.items() if value is None
    }
    there = {key: value for key, value in model.items() if value is not None}
    if (median := there.pop("first_answer_days", None)) is not None:
        # Found among steps of an hour, and of a day beyond thirty.
        step = 1 / 24 if median < 30 else 1
        assert found["first_answer_days"] == pytest.approx(median, abs=step)
    assert {key: found[key] for key in there} == pytest.approx(there, rel=1e-6, abs=1e-9)


class TestWhatCounts:
    def test_approval_in_the_first_round(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (2, "approve"))
        total = workshop.figures(workshop.world.sam)["total"]
        assert (total["first_answers"], total["approved_first"], total["approvals"]) == (1, 1, 1)
        assert (total["rounds"], total["first_answer_days"], total["reviewer_days"]) == (1, 2, 2)
        assert (total["author_days"], total["hold_days"]) == (0, 0)

    def test_days_with_reviewers_and_with_the_author_are_apart(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (2, "back"), (7, "submit"), (8, "approve"))
        total = workshop.figures(workshop.world.sam)["total"]
        assert (total["approved_first"], total["rounds"]) == (0, 2)
        assert (total["reviewer_days"], total["author_days"]) == (3, 5)
        assert total["first_answer_days"] == 2

    def test_a_newer_text_goes_on_with_the_round(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (1, "submit"), (3, "approve"))
        total = workshop.figures(workshop.world.sam)["total"]
        assert (total["rounds"], total["approved_first"], total["reviewer_days"]) == (1, 1, 3)

    def test_time_on_hold_is_neither_s(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (1, "hold"), (5, "resume"), (6, "approve"))
        total = workshop.figures(workshop.world.sam)["total"]
        assert (total["reviewer_days"], total["hold_days"], total["author_days"]) == (2, 4, 0)
        # A person waits through a hold as well.
        assert total["first_answer_days"] == 6

    def test_edits_offered_are_no_approval_as_sent(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (1, "edit"), (4, "accept"))
        total = workshop.figures(workshop.world.sam)["total"]
        assert (total["approved_first"], total["edited_first"], total["approvals"]) == (0, 1, 1)
        assert (total["rounds"], total["reviewer_days"], total["author_days"]) == (1, 1, 3)

    def test_edits_not_accepted_are_no_approval(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (1, "edit"), (3, "submit"))
        found = workshop.figures(workshop.world.sam)
        assert (found["total"]["approvals"], found["total"]["edited_first"]) == (0, 1)
        assert found["open"]["drafts"] == 1

    def test_edits_taken_back_were_no_answer(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (1, "hold"), (2, "resume"), (4, "edit"), (5, "take_back"))
        found = workshop.figures(workshop.world.sam)
        assert found["total"] is None or found["total"]["first_answers"] == 0
        assert (found["professionals"], found["open"]["drafts"]) == ([], 1)
        workshop.play((0, "submit"), (1, "edit"), (3, "take_back"), (6, "approve"))
        total = workshop.figures(workshop.world.sam)["total"]
        assert (total["approved_first"], total["edited_first"], total["rounds"]) == (1, 0, 1)
        assert (total["reviewer_days"], total["author_days"]) == (6, 0)

    def test_taking_a_draft_back_is_no_decision(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (2, "withdraw"), (3, "reopen"), (4, "submit"), (5, "approve"))
        total = workshop.figures(workshop.world.sam)["total"]
        assert (total["approved_first"], total["rounds"]) == (1, 1)
        assert (total["reviewer_days"], total["author_days"]) == (3, 2)

    def test_only_the_way_to_the_first_approval_counts(self, workshop: Workshop) -> None:
        workshop.play(
            (0, "submit"), (1, "approve"), (2, "change"), (3, "submit"), (4, "back"),
            (5, "submit"), (6, "approve"),
        )  # fmt: skip
        found = workshop.figures(workshop.world.sam)
        assert (found["total"]["approvals"], found["total"]["rounds"]) == (1, 1)
        # Whoever decided did decide three times.
        assert found["professionals"][0]["answers"] == 3

    def test_an_approval_withdrawn_still_was_one(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (1, "approve"), (2, "publish"), (9, "end_approval"))
        found = workshop.figures(workshop.world.sam)
        assert (found["total"]["approved_first"], found["approvals_withdrawn"]) == (1, 1)

    def test_rounds_stay_with_whoever_sent_them(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (1, "back"), (2, "hand_over"), (3, "submit"), (4, "approve"))
        world = workshop.world
        found = {one["profile_id"]: one for one in workshop.figures(world.sam)["authors"]}
        assert (found[world.ines.id]["first_answers"], found[world.ines.id]["approvals"]) == (1, 0)
        assert (found[world.marco.id]["first_answers"], found[world.marco.id]["rounds"]) == (0, 2)

    def test_open_drafts_wait_since_they_were_sent(self, workshop: Workshop) -> None:
        draft = workshop.create(START)
        now = datetime.now(UTC)
        workshop.move(now - timedelta(days=4), draft, "submit")
        workshop.move(now - timedelta(days=1), draft, "hold")
        found = workshop.figures(workshop.world.sam)["open"]
        assert (found["drafts"], found["on_hold"], found["over_three_days"]) == (1, 1, 1)
        assert found["longest_days"] == pytest.approx(4, abs=0.01)

    def test_a_period_is_of_whole_months(self, workshop: Workshop) -> None:
        workshop.play((0, "submit"), (2, "approve"))
        sam, day = workshop.world.sam, (START + timedelta(days=2)).date()
        first = day.replace(day=1)
        assert workshop.figures(sam, day, day)["total"]["approvals"] == 1
        assert workshop.figures(sam, first, first)["total"]["approvals"] == 1
        for other in (first - timedelta(days=1), first + timedelta(days=31)):
            assert workshop.figures(sam, other, other)["total"]["approvals"] == 0

    def test_a_period_has_36_months_at_most(self, workshop: Workshop) -> None:
        sam = workshop.world.sam
        workshop.figures(sam, date(2023, 1, 31), date(2025, 12, 1))
        with (
            pytest.raises(psycopg.Error, match="at most 36 months"),
            workshop.connection.transaction(),
        ):
            workshop.figures(sam, date(2023, 1, 31), date(2026, 1, 1))

    def test_nothing_is_nothing_and_no_zero(self, workshop: Workshop) -> None:
        found = workshop.figures(workshop.world.sam)
        assert found["total"]["rounds"] is None
        assert found["months"] == []
        assert found["open"]["median_days"] is None


class TestForWhom:
    @pytest.fixture
    def told(self, workshop: Workshop) -> Workshop:
        workshop.play((0, "submit"), (1, "back"), (2, "hand_over"), (3, "submit"), (4, "approve"))
        return workshop

    @pytest.mark.parametrize("name", ["sam", "dana", "kim"])
    def test_coordinators_and_professionals_see_everybody(self, told: Workshop, name: str) -> None:
        found = told.figures(getattr(told.world, name))
        assert len(found["authors"]) == 2
        assert len(found["professionals"]) == 1

    def test_influencers_see_themselves_and_the_team(self, told: Workshop) -> None:
        found = told.figures(told.world.ines)
        assert [one["profile_id"] for one in found["authors"]] == [told.world.ines.id]
        assert found["professionals"] == []
        assert found["total"]["approvals"] == 1

    @pytest.mark.parametrize("name", ["otto", "nobody"])
    def test_strangers_get_nothing(self, told: Workshop, name: str) -> None:
        with pytest.raises(TypeError):
            told.figures(getattr(told.world, name))

    def test_drafts_one_may_not_see_do_not_count(self, told: Workshop) -> None:
        told.connection.execute("update public.drafts set professionals_only = true")
        assert told.figures(told.world.dana)["total"]["approvals"] == 1
        assert told.figures(told.world.sam)["total"]["approvals"] == 0


@pytest.mark.parametrize("moves", [12, 50])
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
@given(seed=st.integers(0, 2**32 - 1))
def test_python_comes_to_the_same(world: World, moves: int, seed: int) -> None:
    """Random histories over some months: SQL and plain Python agree on every figure."""
    dice = Random(seed)  # noqa: S311 - a test's walk
    with open_workshop(world) as workshop:
        at, drafts = START, [workshop.create(START) for _ in range(4)]
        for _ in range(moves):
            at += timedelta(hours=dice.choice((1, 5, 20, 90)), microseconds=dice.randrange(10**6))
            draft = dice.choice(drafts)
            if dice.random() < 0.15:
                workshop.restrict(draft)
            options = MOVES.get(workshop.draft(draft)["state"])
            if options is None:
                drafts[drafts.index(draft)] = workshop.create(at)
                continue
            decider = dice.choice((world.dana, world.kim))
            workshop.move(at, draft, dice.choice(options), by=decider)
        assert_same(workshop.figures(world.dana), workshop.model())
        middle = ((START + timedelta(days=10)).date(), (START + timedelta(days=40)).date())
        assert_same(workshop.figures(world.dana, *middle), workshop.model(*middle))
        # Whoever may not see some drafts gets what there would be without them.
        for who in (world.sam, world.ines):
            assert_same_figures(
                workshop.figures(who)["total"], workshop.model(hidden_from=who)["total"]
            )
        # Rounds and sums kept as drafts changed are those that the record and the rounds give.
        kept, sums = workshop.rounds(), workshop.sums()
        workshop.connection.execute("select private.rebuild_review_rounds(%s)", [world.home])
        assert workshop.rounds() == kept
        assert workshop.sums() == sums
        workshop.connection.execute("select private.sum_up_reviews(%s)", [world.home])
        assert workshop.sums() == sums


def test_every_state_made_over_http_has_its_rounds(world: World) -> None:
    for state in ("in_review", "changes_requested", "approved", "published", "declined"):
        draft_in_state(world, state)
    found = world.run_sql(
        "select d.state, r.outcome from public.drafts d"
        " join public.review_rounds r on r.draft_id = d.id order by d.state"
    )
    assert found == [
        ("approved", "approved"),
        ("changes_requested", "changes_requested"),
        ("declined", "declined"),
        ("in_review", None),
        ("published", "approved"),
    ]
