"""Drafts in campaigns: who puts them there, and what lists and counts show of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services import drafts, errors, overview
from services.campaigns import Campaign
from tests.support.acts import actions_of, assert_record_whole, get_rows, hide, row_of
from tests.support.campaigns import ASK_EARLY, begin, choose, close, find
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    withdraw,
)


@pytest.fixture
def campaign(world: World) -> Campaign:
    return begin(world.sam, world)


def campaign_of(person: Person, draft: MadeDraft) -> str | None:
    found = drafts.get_editor(person.gateway(), draft_id=draft.id).draft.campaign
    return None if found is None else found.name


class TestChoosing:
    def test_the_author_puts_a_private_draft_in_and_takes_it_out(
        self, world: World, campaign: Campaign
    ) -> None:
        draft = make_draft(world)
        choose(world.ines, draft, campaign)
        seen = drafts.get_editor(world.ines.gateway(), draft_id=draft.id).draft.campaign
        assert seen is not None
        assert (seen.id, seen.name, seen.countries, seen.closed) == (
            campaign.id,
            "Ask early",
            ("DE", "GB"),
            False,
        )
        choose(world.ines, draft, None, seen=campaign)
        assert campaign_of(world.ines, draft) is None
        assert actions_of(world, draft)[1:] == ["draft_campaign_set", "draft_campaign_set"]
        assert_record_whole(world)

    def test_it_is_no_part_of_what_is_approved(self, world: World, campaign: Campaign) -> None:
        draft = draft_in_state(world, "approved")
        before = row_of(world, draft)
        choose(world.ines, draft, campaign)
        after = row_of(world, draft)
        assert (after["state"], after["approved_hash"]) == ("approved", before["approved_hash"])
        assert after["updated_at"] == before["updated_at"]
        assert after["change_number"] == before["change_number"] + 1

    def test_a_save_leaves_it_as_it_is(self, world: World, campaign: Campaign) -> None:
        draft = make_draft(world)
        choose(world.ines, draft, campaign)
        edit(world, draft, make_content("Another text."))
        assert campaign_of(world.ines, draft) == "Ask early"

    @pytest.mark.parametrize("state", ["in_review", "published", "declined", "withdrawn"])
    def test_a_coordinator_does_it_in_any_state(
        self, world: World, campaign: Campaign, state: str
    ) -> None:
        draft = draft_in_state(world, state)
        choose(world.sam, draft, campaign)
        assert campaign_of(world.dana, draft) == "Ask early"

    @pytest.mark.parametrize("state", ["published", "declined", "withdrawn"])
    def test_the_author_of_a_closed_draft_does_not(
        self, world: World, campaign: Campaign, state: str
    ) -> None:
        draft = draft_in_state(world, state)
        with pytest.raises(errors.Conflict) as refused:
            choose(world.ines, draft, campaign)
        assert refused.value.detail == "draft_closed"

    @pytest.mark.parametrize("name", ["marco", "dana", "paul"])
    def test_colleagues_do_not(self, world: World, campaign: Campaign, name: str) -> None:
        draft = draft_in_state(world, "in_review")
        with pytest.raises(errors.Forbidden) as refused:
            choose(getattr(world, name), draft, campaign)
        assert refused.value.detail == "not_the_author"
        assert campaign_of(world.ines, draft) is None

    @pytest.mark.parametrize("name", ["sam", "otto", "wes", "nobody"])
    def test_who_does_not_see_the_draft_finds_none(
        self, world: World, campaign: Campaign, name: str
    ) -> None:
        private = make_draft(world)
        with pytest.raises(errors.NotFound):
            choose(getattr(world, name), private, campaign)

    def test_a_coordinator_finds_no_draft_for_professionals_only(
        self, world: World, campaign: Campaign
    ) -> None:
        hidden = hide(draft_in_state(world, "in_review"))
        with pytest.raises(errors.NotFound):
            choose(world.sam, hidden, campaign)
        # Who is both sees it as a professional.
        choose(world.kim, hidden, campaign)

    def test_nobody_undoes_what_they_have_not_seen(self, world: World, campaign: Campaign) -> None:
        draft = draft_in_state(world, "in_review")
        other = begin(world.sam, world, replace(ASK_EARLY, name="Sleep well"))
        choose(world.sam, draft, other)
        with pytest.raises(errors.Conflict) as refused:
            choose(world.ines, draft, campaign)
        assert refused.value.detail == "stale_campaign"
        assert campaign_of(world.ines, draft) == "Sleep well"

    def test_nothing_new_is_put_into_a_closed_one(self, world: World, campaign: Campaign) -> None:
        inside, outside = make_draft(world), make_draft(world)
        choose(world.ines, inside, campaign)
        close(world.sam, world, campaign)
        for person, draft in (
            (world.ines, outside),
            (world.sam, draft_in_state(world, "in_review")),
        ):
            with pytest.raises(errors.Conflict) as refused:
                choose(person, draft, campaign)
            assert refused.value.detail == "campaign_closed"
        # What was in it stays, goes on, and can be taken out.
        edit(world, inside, make_content("Another text."))
        seen = drafts.get_editor(world.ines.gateway(), draft_id=inside.id).draft.campaign
        assert seen is not None
        assert seen.closed
        choose(world.ines, inside, None, seen=campaign)

    def test_a_campaign_of_another_workspace_is_none(self, world: World) -> None:
        theirs = begin(world.otto, world, workspace_id=world.other)
        draft = make_draft(world)
        with pytest.raises(errors.NotFound):
            choose(world.ines, draft, theirs)
        with pytest.raises(Exception, match="drafts_campaign_fkey"):
            world.run_sql(
                "update public.drafts set campaign_id = %s where id = %s", theirs.id, draft.id
            )


class TestLists:
    def test_lists_board_and_calendar_show_one_campaigns_drafts(
        self, world: World, campaign: Campaign
    ) -> None:
        inside = draft_in_state(world, "published", title="Inside")
        draft_in_state(world, "published", title="Outside")
        choose(world.sam, inside, campaign)
        asked = overview.Narrowing(campaign_id=campaign.id)
        for person in (world.ines, world.dana, world.sam):
            ask: dict[str, Any] = {"workspace_id": world.home}
            page = drafts.list_drafts(person.gateway(), **ask, campaign_id=campaign.id)
            board = overview.get_board(person.gateway(), **ask, asked=asked)
            published_at = page.drafts[0].published_at
            assert published_at is not None
            on = published_at.date()
            days = overview.get_calendar(
                person.gateway(), **ask, asked=asked, first=on, last=on, zone="UTC"
            )
            for found in (page.drafts, board.drafts, days[0].drafts):
                assert [one.title for one in found] == ["Inside"]
            assert page.total == 1
        lists = drafts.list_drafts(world.ines.gateway(), workspace_id=world.home, campaign_id="x")
        assert lists.drafts == ()

    def test_filters_offer_open_ones_before_closed_ones(
        self, world: World, campaign: Campaign
    ) -> None:
        close(world.sam, world, campaign)
        begin(world.sam, world, replace(ASK_EARLY, name="Sleep well"))
        found = overview.get_choices(world.marco.gateway(), workspace_id=world.home).campaigns
        assert [name for _id, name in found] == ["Sleep well", "Ask early (closed)"]

    def test_counts_are_of_what_each_may_see(self, world: World, campaign: Campaign) -> None:
        private = make_draft(world)
        hidden = draft_in_state(world, "in_review")
        for draft in (private, hidden, draft_in_state(world, "expired")):
            choose(world.ines, draft, campaign)
        taken_back = draft_in_state(world, "in_review")
        choose(world.ines, taken_back, campaign)
        withdraw(world, taken_back, expected_state="in_review")
        hide(hidden)
        known = {"expired": 1, "withdrawn": 1}
        assert find(world.sam, world, campaign.id).counts == known
        assert find(world.dana, world, campaign.id).counts == {**known, "in_review": 1}
        assert find(world.ines, world, campaign.id).counts == {
            **known,
            "in_review": 1,
            "drafting": 1,
        }
        assert len(get_rows(world.sam, f"drafts?campaign_id=eq.{campaign.id}")) == 2
