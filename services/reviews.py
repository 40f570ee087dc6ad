"""Who has which draft: the queue, taking, assigning, asking, passing on, being away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from services import errors
from services.gateway.client import Gateway
from services.ids import require_id
from services.models import Draft, need_at, read_on
from services.posts import Json

SHOWS: dict[str, str] = {
    "mine": "Mine",
    "unassigned": "Nobody has it",
    "others": "With others",
    "overdue": "Overdue",
    "all": "All",
}

SORTS: dict[str, str] = {"risk": "Most sensitive first", "publish_by": "Due first"}

PASS_ON: dict[str, str] = {
    "not_my_area": "Not my area",
    "second_opinion": "I would like a second opinion",
    "no_time": "I will not get to it",
}


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody has a draft. `kind` is peer or professional, `reason` how it came about."""

    id: str
    kind: str
    assignee_id: str
    assignee_name: str
    reason: str
    note: str
    asked_at: datetime
    asked_by_name: str

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `open_requests_json`."""
        return cls(
            id=row["id"],
            kind=row["kind"],
            assignee_id=row["assignee_id"],
            assignee_name=row["assignee_name"],
            reason=row["reason"],
            note=row["note"],
            asked_at=need_at(row["asked_at"]),
            asked_by_name=row["asked_by_name"],
        )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may see a draft. `away_until` is set while they take no reviews."""

    profile_id: str
    name: str
    roles: frozenset[str]
    away_until: date | None
    can_decide: bool

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `people_json`."""
        return cls(
            profile_id=row["profile_id"],
            name=row["name"],
            roles=frozenset(row["roles"]),
            away_until=read_on(row["away_until"]),
            can_decide=row["can_decide"],
        )


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A draft in review.

    `my_decision` is the last version before this one that the reader decided on, if any.
    """

    draft: Draft
    requests: tuple[Request, ...]
    my_decision: int | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of the drafts of `get_queue`, or the answer of `get_next_review`."""
        return cls(
            draft=Draft.from_json(row),
            requests=tuple(Request.from_json(r) for r in row["requests"]),
            my_decision=row["my_decision"],
        )

    @property
    def holders(self) -> tuple[Request, ...]:
        """The professionals who have it."""
        return tuple(one for one in self.requests if one.kind == "professional")


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue, and how many there are of each key of SHOWS.

    `has_next`: whether `get_next_review` finds one that the reader may decide on.
    """

    entries: tuple[QueueEntry, ...]
    counts: dict[str, int]
    has_next: bool


def get_queue(
    gateway: Gateway,
    *,
    workspace_id: str,
    show: str = "mine",
    sort: str = "risk",
    offset: int = 0,
    limit: int = 25,
) -> Queue:
    """Drafts of others that are in review or on hold.

    Args:
        show: A key of SHOWS.
        sort: A key of SORTS.
        offset: At most 1,000.
        limit: 1 to 100.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read(
        "get_queue",
        {
            "p_workspace": workspace_id,
            "p_show": show,
            "p_sort": sort,
            "p_offset": offset,
            "p_limit": limit,
        },
    )
    if row is None:
        raise errors.NotFound
    return Queue(
        entries=tuple(QueueEntry.from_json(one) for one in row["drafts"]),
        counts=row["counts"],
        has_next=row["has_next"],
    )


def find_next(
    gateway: Gateway, *, workspace_id: str, after_id: str | None = None
) -> QueueEntry | None:
    """The draft a professional goes on with, or None when there is none they may decide on.

    Second looks come first, then what else they have, then what nobody has; of each the most
    sensitive first.

    Args:
        after_id: The draft they come from, which is not offered again.
    """
    row = gateway.read("get_next_review", {"p_workspace": workspace_id, "p_except": after_id})
    return None if row is None else QueueEntry.from_json(row)


def take(gateway: Gateway, *, draft_id: str) -> None:
    """Say that one will decide on a draft nobody has.

    Raises:
        Conflict: `already_taken`, `wrong_state`.
        Forbidden: the caller may not decide on it.
    """
    gateway.write("take_review", {"p_draft": require_id(draft_id)})


def assign(
    gateway: Gateway,
    *,
    workspace_id: str,
    draft_ids: Sequence[str],
    assignee_id: str,
    note: str = "",
) -> int:
    """Give up to 100 drafts to one professional, all or none; returns how many are new to them.

    Raises:
        Conflict: `away`, `cannot_decide`, `own_draft`, `wrong_state`; the message names who.
        Forbidden: the caller is no coordinator.
    """
    assigned: int = gateway.write(
        "assign_reviews",
        {
            "p_workspace": workspace_id,
            "p_drafts": list(draft_ids),
            "p_assignee": assignee_id,
            "p_note": note,
        },
    )
    return assigned


def take_back(
    gateway: Gateway, *, workspace_id: str, draft_ids: Sequence[str], assignee_id: str
) -> int:
    """Take drafts back from a professional, so that nobody has them; returns how many they had.

    Raises:
        Forbidden: the caller is no coordinator.
    """
    taken: int = gateway.write(
        "take_back_reviews",
        {"p_workspace": workspace_id, "p_drafts": list(draft_ids), "p_assignee": assignee_id},
    )
    return taken


def ask(gateway: Gateway, *, draft_id: str, assignee_id: str, kind: str, note: str = "") -> None:
    """As author, ask a peer for advice or a professional for a decision.

    Raises:
        Conflict: `away`, `cannot_decide`, `no_peer`, `already_asked`, `already_taken`,
            `wrong_state`.
    """
    gateway.write(
        "ask_reviewer",
        {
            "p_draft": require_id(draft_id),
            "p_assignee": assignee_id,
            "p_kind": kind,
            "p_note": note,
        },
    )


def pass_on(
    gateway: Gateway, *, draft_id: str, reason: str, to_id: str | None = None, note: str = ""
) -> None:
    """Give back what one has, or hand it to a colleague; a second opinion keeps it as well.

    Args:
        reason: A key of PASS_ON.
        to_id: Whom to ask; needed for a second opinion.
    """
    gateway.write(
        "pass_on_review",
        {"p_draft": require_id(draft_id), "p_reason": reason, "p_to": to_id, "p_note": note},
    )


def set_away(gateway: Gateway, *, workspace_id: str, until: date | None) -> int:
    """Take no reviews until the end of that day in UTC; None ends it.

    Returns how many drafts the caller still has.
    """
    left: int = gateway.write(
        "set_away",
        {"p_workspace": workspace_id, "p_until": None if until is None else until.isoformat()},
    )
    return left
