"""Drafts as a board and as a calendar, and the filters that people keep for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from services import errors
from services.drafts import read_drafts
from services.gateway.client import Gateway, clean
from services.ids import require_id
from services.models import Draft
from services.posts import Json

# The database counts the drafts of a column no further.
MOST_COUNTED = 200


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which drafts are asked for; empty means all.

    Args:
        search: looked for in title and first words, without wildcards.
        states: shown states.
        author_id, campaign_id: an id that is none finds nothing.
        since: changed on that day (UTC) or later.
    """

    search: str = ""
    states: tuple[str, ...] = ()
    platform: str | None = None
    author_id: str | None = None
    topic: str | None = None
    since: date | None = None
    campaign_id: str | None = None

    def as_arguments(self) -> dict[str, Any]:
        """The arguments that the readers share."""
        return {
            "p_search": self.search.strip() or None,
            "p_states": list(self.states) or None,
            "p_platform": self.platform,
            "p_author": self.author_id,
            "p_topic": self.topic,
            "p_since": None if self.since is None else self.since.isoformat(),
            "p_campaign": self.campaign_id,
        }


@dataclass(frozen=True, slots=True)
class Board:
    """The newest drafts by state, and how many each state has (at most MOST_COUNTED + 1)."""

    counts: Mapping[str, int]
    drafts: tuple[Draft, ...]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the answer of `get_board`."""
        return cls(counts=row["counts"], drafts=read_drafts(row["drafts"]))


@dataclass(frozen=True, slots=True)
class Day:
    """Drafts that are due on a day or went out on it; `count` has those not listed as well."""

    on: date
    drafts: tuple[Draft, ...]
    count: int


@dataclass(frozen=True, slots=True)
class SavedView:
    """Filters under a name. `query` is the page's own business."""

    id: str
    page: str
    name: str
    query: Mapping[str, Any]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `get_draft_filters`."""
        return cls(row["id"], row["page"], row["name"], row["query"])


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen above lists: (id, name) of those who write, one's saved filters, and
    (id, name) of campaigns, of which closed ones are named so.
    """

    authors: tuple[tuple[str, str], ...]
    views: tuple[SavedView, ...]
    campaigns: tuple[tuple[str, str], ...] = ()


NO_CHOICES = Choices((), ())


def get_choices(gateway: Gateway, *, workspace_id: str) -> Choices:
    """What this person can choose from.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read("get_draft_filters", {"p_workspace": workspace_id})
    if row is None:
        raise errors.NotFound
    return Choices(
        authors=tuple((one[0], one[1]) for one in row["authors"]),
        views=tuple(SavedView.from_json(one) for one in row["views"]),
        campaigns=tuple(
            (campaign_id, label_of(name, closed=closed))
            for campaign_id, name, closed in row["campaigns"]
        ),
    )


def get_board(gateway: Gateway, *, workspace_id: str, asked: Narrowing, limit: int = 6) -> Board:
    """The newest `limit` (1 to 20) drafts of each state; without states, all but closed ones."""
    row = gateway.read(
        "get_board", {"p_workspace": workspace_id, **asked.as_arguments(), "p_limit": limit}
    )
    return Board.from_json(row)


def get_calendar(
    gateway: Gateway, *, workspace_id: str, asked: Narrowing, first: date, last: date, zone: str
) -> tuple[Day, ...]:
    """Days with something on them, from `first` to `last` (at most 62 later), in order.

    A draft is on its publish-by day while it is open, and on the day it went out (in `zone`, an
    IANA name) once it did.
    """
    rows = gateway.read(
        "get_calendar",
        {
            "p_workspace": workspace_id,
            "p_from": first.isoformat(),
            "p_to": last.isoformat(),
            "p_zone": zone,
            **asked.as_arguments(),
        },
    )
    days: dict[date, list[Draft]] = {}
    counts: dict[date, int] = {}
    for row in rows:
        on = date.fromisoformat(row["day"])
        days.setdefault(on, []).append(Draft.from_json(row["draft"]))
        counts[on] = row["n"]
    return tuple(Day(on, tuple(found), counts[on]) for on, found in days.items())


def save_view(
    gateway: Gateway, *, workspace_id: str, page: str, name: str, query: Mapping[str, Any]
) -> None:
    """Keep filters under a name; those of the same name are replaced.

    Raises:
        Conflict: `too_many_views`.
        Invalid: no name, or one longer than 60 characters.
    """
    gateway.write(
        "save_view",
        {
            "p_workspace": workspace_id,
            "p_page": page,
            "p_name": name,
            "p_query": json.dumps(clean(query), ensure_ascii=False),
        },
    )


def rename_view(gateway: Gateway, *, view_id: str, name: str) -> None:
    """Another name for saved filters.

    Raises:
        Conflict: `name_taken`.
        NotFound: not the caller's, or deleted meanwhile.
    """
    gateway.write("rename_view", {"p_view": require_id(view_id), "p_name": name})


def delete_view(gateway: Gateway, *, view_id: str) -> None:
    """Saved filters go; drafts stay as they are."""
    gateway.write("delete_view", {"p_view": require_id(view_id)})


def label_of(name: str, *, closed: bool) -> str:
    """What a campaign is called among others, and in addresses."""
    return f"{name} (closed)" if closed else name


def names_of(named: Sequence[tuple[str, str]]) -> dict[str, str]:
    """A label for each id: the name, and a number where two have the same."""
    seen: dict[str, int] = {}
    labels: dict[str, str] = {}
    for its_id, name in named:
        seen[name] = seen.get(name, 0) + 1
        labels[its_id] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return labels
