"""Campaigns: what drafts are written for, and the help that has to be there for them.

The rules live in the database: coordinators write, everybody in the workspace reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from services import errors
from services.gateway.client import Gateway
from services.ids import require_id
from services.library.models import USABLE, Resource
from services.models import need_at, read_at, read_on
from services.overview import Board
from services.posts import Json

LONGEST_NAME = 80
LONGEST_AIM = 300
MOST_COUNTRIES = 60
# The database counts the drafts of a state no further.
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What a coordinator writes of a campaign.

    `aim` is a sentence. `countries` are ISO 3166-1 alpha-2, `topics` keys of the library's TOPICS.
    """

    name: str
    aim: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    def as_arguments(self) -> dict[str, Any]:
        """As the write functions take it."""
        return {
            "p_name": self.name,
            "p_aim": self.aim,
            "p_starts_on": None if self.starts_on is None else self.starts_on.isoformat(),
            "p_ends_on": None if self.ends_on is None else self.ends_on.isoformat(),
            "p_countries": list(self.countries),
            "p_topics": list(self.topics),
        }


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it is kept; `counts` are of the drafts that the reader may see, by shown state
    (at most MOST_COUNTED + 1 of each).
    """

    id: str
    plan: Plan
    revision: int
    closed_at: datetime | None
    changed_at: datetime
    changed_by_name: str
    counts: Mapping[str, int]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one `campaign_json` object."""
        return cls(
            id=row["id"],
            plan=Plan(
                name=row["name"],
                aim=row["aim"],
                starts_on=read_on(row["starts_on"]),
                ends_on=read_on(row["ends_on"]),
                countries=tuple(row["countries"]),
                topics=tuple(row["topics"]),
            ),
            revision=row["revision"],
            closed_at=read_at(row["closed_at"]),
            changed_at=need_at(row["changed_at"]),
            changed_by_name=row["changed_by_name"],
            counts=dict(row["counts"]),
        )


@dataclass(frozen=True, slots=True)
class Campaigns:
    """The open ones, those that end first on top, and those closed last."""

    open: tuple[Campaign, ...]
    closed: tuple[Campaign, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a country's helplines are checked in the workspace."""

    country: str
    lines: int
    checked: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to check; a country without any line is not done."""
        return 0 < self.lines == self.checked


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign with its newest drafts, how far the checks of its countries' help are, and the
    helplines of one country (None: there is none), in the order in which to check them.

    `checkers` are the names of the first twelve who can check.
    """

    campaign: Campaign
    drafts: Board
    progress: tuple[Progress, ...]
    country: str | None
    lines: tuple[Resource, ...]
    checkers: tuple[str, ...]

    @property
    def lines_left(self) -> int:
        """How many helplines of all its countries are left to check."""
        return sum(one.lines - one.checked for one in self.progress)


def is_checked(line: Resource) -> bool:
    """Whether it may be given to people who look for help."""
    return line.state in USABLE


def list_campaigns(gateway: Gateway, *, workspace_id: str) -> Campaigns:
    """The campaigns of a workspace.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read("list_campaigns", {"p_workspace": workspace_id})
    if row is None:
        raise errors.NotFound
    return Campaigns(
        open=tuple(Campaign.from_json(one) for one in row["open"]),
        closed=tuple(Campaign.from_json(one) for one in row["closed"]),
    )


def get_campaign(
    gateway: Gateway, *, workspace_id: str, campaign_id: str, country: str | None = None
) -> CampaignView:
    """One campaign with what there is to do for it.

    Args:
        country: whose helplines to show; otherwise those of the first with something left to check.

    Raises:
        NotFound: no such campaign in the workspace, or the workspace is not the caller's.
    """
    row = gateway.read(
        "get_campaign",
        {
            "p_workspace": workspace_id,
            "p_campaign": require_id(campaign_id),
            "p_country": country,
        },
    )
    if row is None:
        raise errors.NotFound
    return CampaignView(
        campaign=Campaign.from_json(row["campaign"]),
        drafts=Board.from_json(row["drafts"]),
        progress=tuple(
            Progress(one["country"], one["lines"], one["checked"]) for one in row["progress"]
        ),
        country=row["country"],
        lines=tuple(Resource.from_json(one) for one in row["entries"]),
        checkers=tuple(row["checkers"]),
    )


def create_campaign(gateway: Gateway, *, workspace_id: str, plan: Plan) -> str:
    """Begin a campaign; its id.

    Raises:
        Forbidden: the caller is no coordinator here.
        Invalid: no name, days that do not follow each other, or something that is no country.
        Conflict: `name_taken`, `too_many_campaigns`.
    """
    campaign_id: str = gateway.write(
        "create_campaign", {"p_workspace": workspace_id, **plan.as_arguments()}
    )
    return campaign_id


def change_campaign(
    gateway: Gateway, *, workspace_id: str, campaign_id: str, revision: int, plan: Plan
) -> None:
    """Write a campaign anew; drafts in it keep their countries.

    Raises:
        Forbidden, Invalid, Conflict: as `create_campaign`; `campaign_closed`, or `stale_campaign`:
            somebody was faster.
    """
    gateway.write(
        "change_campaign",
        {
            "p_workspace": workspace_id,
            "p_campaign": require_id(campaign_id),
            "p_revision": revision,
            **plan.as_arguments(),
        },
    )


def set_closed(
    gateway: Gateway, *, workspace_id: str, campaign_id: str, revision: int, closed: bool
) -> None:
    """Close a campaign, or reopen it.

    Raises:
        Forbidden: the caller is no coordinator here.
        Conflict: `stale_campaign`, or when it is to open again `name_taken`, `too_many_campaigns`.
    """
    gateway.write(
        "set_campaign_closed",
        {
            "p_workspace": workspace_id,
            "p_campaign": require_id(campaign_id),
            "p_revision": revision,
            "p_closed": closed,
        },
    )


def choose_for_draft(
    gateway: Gateway, *, draft_id: str, campaign_id: str | None, expected_id: str | None
) -> None:
    """Put a draft into a campaign, or into none.

    Args:
        expected_id: the campaign that the caller saw it in.

    Raises:
        Forbidden: the caller is neither its author nor a coordinator.
        Conflict: `stale_campaign`, `campaign_closed`, or `draft_closed` for its author.
    """
    gateway.write(
        "set_draft_campaign",
        {
            "p_draft": require_id(draft_id),
            "p_campaign": None if campaign_id is None else require_id(campaign_id),
            "p_expected": expected_id,
        },
    )
