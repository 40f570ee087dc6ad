"""Campaigns for tests."""

from __future__ import annotations

from services import campaigns
from services.campaigns import Campaign, Plan
from tests.support.people import MadeDraft, Person, World

ASK_EARLY = Plan(
    name="Ask early",
    aim="More people ask for help before it is urgent.",
    countries=("DE", "GB"),
    topics=("suicide",),
)


def begin(
    person: Person, world: World, plan: Plan = ASK_EARLY, *, workspace_id: str | None = None
) -> Campaign:
    """Begin a campaign as this person, in the home workspace unless told otherwise."""
    place = workspace_id or world.home
    campaign_id = campaigns.create_campaign(person.gateway(), workspace_id=place, plan=plan)
    return find(person, world, campaign_id, workspace_id=place)


def find(
    person: Person, world: World, campaign_id: str, *, workspace_id: str | None = None
) -> Campaign:
    """The campaign as this person has it now."""
    place = workspace_id or world.home
    found = campaigns.get_campaign(person.gateway(), workspace_id=place, campaign_id=campaign_id)
    return found.campaign


def close(person: Person, world: World, campaign: Campaign) -> Campaign:
    """Close it; as it is then."""
    campaigns.set_closed(
        person.gateway(),
        workspace_id=world.home,
        campaign_id=campaign.id,
        revision=campaign.revision,
        closed=True,
    )
    return find(person, world, campaign.id)


def choose(
    person: Person, draft: MadeDraft, campaign: Campaign | None, *, seen: Campaign | None = None
) -> None:
    """Put the draft into the campaign, or into none, having seen it in `seen`."""
    campaigns.choose_for_draft(
        person.gateway(),
        draft_id=draft.id,
        campaign_id=None if campaign is None else campaign.id,
        expected_id=None if seen is None else seen.id,
    )


def deeds(world: World, campaign: Campaign) -> list[str]:
    """What the record says happened to the campaign, oldest first."""
    rows = world.run_sql(
        "select action from public.audit_events where subject_id = %s order by seq", campaign.id
    )
    return [str(action) for (action,) in rows]
