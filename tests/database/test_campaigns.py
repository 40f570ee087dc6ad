"""Campaigns: who may begin, change and close them, over HTTP with real tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from string import ascii_uppercase

import pytest

from services import campaigns, errors
from services.campaigns import Campaign, Plan
from tests.support.acts import get_rows
from tests.support.campaigns import begin, deeds, find
from tests.support.people import Person, World

PLAN = Plan(
    name="Ask early",
    aim="More people ask for help before it is urgent.",
    starts_on=date(2026, 12, 1),
    ends_on=date(2027, 2, 28),
    countries=("DE", "GB"),
    topics=("suicide", "youth"),
)
CODES = tuple(a + b for a in ascii_uppercase for b in ascii_uppercase)


def change(person: Person, world: World, campaign: Campaign, plan: Plan) -> None:
    campaigns.change_campaign(
        person.gateway(),
        workspace_id=world.home,
        campaign_id=campaign.id,
        revision=campaign.revision,
        plan=plan,
    )


def close(person: Person, world: World, campaign: Campaign, *, closed: bool = True) -> None:
    campaigns.set_closed(
        person.gateway(),
        workspace_id=world.home,
        campaign_id=campaign.id,
        revision=campaign.revision,
        closed=closed,
    )


class TestWriting:
    def test_a_coordinator_begins_one_and_everybody_reads_it(self, world: World) -> None:
        begun = begin(world.sam, world, PLAN)
        assert begun.plan == PLAN
        assert (begun.changed_by_name, begun.closed_at, begun.counts) == ("Sam", None, {})
        for person in (world.ines, world.dana, world.kim):
            assert find(person, world, begun.id).plan == PLAN
        assert deeds(world, begun) == ["campaign_created"]

    def test_countries_and_topics_are_kept_sorted_and_each_once(self, world: World) -> None:
        plan = replace(PLAN, countries=("gb", "DE", "GB"), topics=("youth", "suicide", "youth"))
        assert begin(world.sam, world, plan).plan == PLAN

    @pytest.mark.parametrize(
        ("plan", "detail"),
        [
            (replace(PLAN, name=" \t"), "text_missing"),
            (replace(PLAN, name="x" * 81), "text_too_long"),
            (replace(PLAN, aim="x" * 301), "text_too_long"),
            (replace(PLAN, ends_on=date(2026, 11, 30)), "dates_invalid"),
            (replace(PLAN, ends_on=date(2101, 1, 1)), "day_invalid"),
            (replace(PLAN, countries=("Germany",)), "countries_invalid"),
            (replace(PLAN, countries=CODES[:61]), "countries_invalid"),
            (replace(PLAN, topics=("gossip",)), "topics_invalid"),
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, world: World, plan: Plan, detail: str) -> None:
        with pytest.raises(errors.Invalid) as refused:
            begin(world.sam, world, plan)
        assert refused.value.detail == detail
        assert get_rows(world.sam, "campaigns") == []

    def test_open_ones_have_names_of_their_own_in_a_workspace(self, world: World) -> None:
        begun = begin(world.sam, world, PLAN)
        with pytest.raises(errors.Conflict) as refused:
            begin(world.kim, world, replace(PLAN, name="ask EARLY"))
        assert refused.value.detail == "name_taken"
        begin(world.otto, world, PLAN, workspace_id=world.other)
        close(world.sam, world, begun)
        again = begin(world.sam, world, PLAN)
        with pytest.raises(errors.Conflict) as refused:
            close(world.sam, world, find(world.sam, world, begun.id), closed=False)
        assert refused.value.detail == "name_taken"
        change(world.sam, world, again, replace(PLAN, name="Ask early, again"))
        close(world.sam, world, find(world.sam, world, begun.id), closed=False)

    def test_there_are_at_most_fifty_open_ones(self, world: World) -> None:
        world.run_sql(
            "insert into public.campaigns (workspace_id, name, aim, countries, topics, created_by,"
            " changed_by) select %s, 'Number ' || n, '', '{}', '{}', %s, %s"
            " from generate_series(1, 50) n",
            world.home,
            world.sam.id,
            world.sam.id,
        )
        with pytest.raises(errors.Conflict) as refused:
            begin(world.sam, world, PLAN)
        assert refused.value.detail == "too_many_campaigns"

    def test_a_change_says_what_it_is_based_on(self, world: World) -> None:
        begun = begin(world.sam, world, PLAN)
        change(world.sam, world, begun, replace(PLAN, countries=("AT",)))
        writes: list[Callable[[], None]] = [
            lambda: change(world.kim, world, begun, PLAN),
            lambda: close(world.kim, world, begun),
        ]
        for write in writes:
            with pytest.raises(errors.Conflict) as refused:
                write()
            assert refused.value.detail == "stale_campaign"
        kept = find(world.kim, world, begun.id)
        assert (kept.plan.countries, kept.closed_at, kept.revision) == (("AT",), None, 2)

    def test_closing_can_be_undone_and_ends_changes(self, world: World) -> None:
        begun = begin(world.sam, world, PLAN)
        close(world.sam, world, begun)
        closed = find(world.sam, world, begun.id)
        assert closed.closed_at is not None
        with pytest.raises(errors.Conflict) as refused:
            change(world.sam, world, closed, PLAN)
        assert refused.value.detail == "campaign_closed"
        close(world.sam, world, closed, closed=False)
        assert find(world.sam, world, begun.id).closed_at is None
        assert deeds(world, begun) == [
            "campaign_created",
            "campaign_closed",
            "campaign_reopened",
        ]


class TestRights:
    @pytest.mark.parametrize("name", ["ines", "marco", "dana", "paul"])
    def test_who_is_no_coordinator_writes_nothing(self, world: World, name: str) -> None:
        person: Person = getattr(world, name)
        begun = begin(world.sam, world, PLAN)
        writes: list[Callable[[], object]] = [
            lambda: begin(person, world, replace(PLAN, name="Mine")),
            lambda: change(person, world, begun, PLAN),
            lambda: close(person, world, begun),
        ]
        for write in writes:
            with pytest.raises(errors.Forbidden) as refused:
                write()
            assert refused.value.detail == "role_missing"
        assert find(world.sam, world, begun.id).revision == 1

    @pytest.mark.parametrize("name", ["otto", "wes", "nobody"])
    def test_strangers_find_nothing(self, world: World, name: str) -> None:
        person: Person = getattr(world, name)
        begun = begin(world.sam, world, PLAN)
        for ask in (
            lambda: begin(person, world, PLAN),
            lambda: change(person, world, begun, PLAN),
            lambda: find(person, world, begun.id),
            lambda: campaigns.list_campaigns(person.gateway(), workspace_id=world.home),
        ):
            with pytest.raises(errors.NotFound):
                ask()
        assert get_rows(person, "campaigns") == []

    def test_one_of_another_workspace_is_none(self, world: World) -> None:
        theirs = begin(world.otto, world, PLAN, workspace_id=world.other)
        for ask in (
            lambda: find(world.sam, world, theirs.id),
            lambda: change(world.sam, world, theirs, PLAN),
            lambda: close(world.sam, world, theirs),
        ):
            with pytest.raises(errors.NotFound):
                ask()

    def test_nobody_writes_the_table_itself(self, world: World) -> None:
        begun = begin(world.sam, world, PLAN)
        row = {"workspace_id": world.home, "name": "By hand", "aim": ""}
        with world.sam.rest() as rest:
            assert rest.post("/campaigns", json=row).status_code == 403
            changed = rest.patch(f"/campaigns?id=eq.{begun.id}", json={"name": "By hand"})
            assert changed.status_code == 403
            assert rest.delete(f"/campaigns?id=eq.{begun.id}").status_code == 403
