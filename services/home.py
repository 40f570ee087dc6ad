"""Home: what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services import errors
from services.drafts import read_drafts
from services.gateway.client import Gateway
from services.models import Credential, Draft, need_at
from services.notifications import News
from services.publishing import HiddenPost
from services.reviews import Request


@dataclass(frozen=True, slots=True)
class Asked:
    """A draft that the reader was asked to look at, or took."""

    draft: Draft
    request: Request


@dataclass(frozen=True, slots=True)
class Watched:
    """A published post whose comments the reader watches."""

    draft: Draft
    until: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """What waits for a person.

    `has_next` says whether there is a draft that the reader may decide on.
    `queue` is what nobody has yet; `mine_requests` who has the reader's own drafts, by draft id.
    `alarms` are published posts whose approval was withdrawn, `hidden_alarms` those of drafts that
    the reader, a coordinator, may not read. `steps` are the first steps as
    (word, done), None once put away. The last three are None for people who are no coordinator.
    """

    roles: frozenset[str]
    mine_counts: dict[str, int]
    mine: tuple[Draft, ...]
    mine_requests: dict[str, tuple[Request, ...]]
    asked: tuple[Asked, ...]
    queue: tuple[Draft, ...]
    queue_count: int
    queue_overdue_count: int
    has_next: bool
    credential: Credential | None
    alarms: tuple[Draft, ...]
    hidden_alarms: tuple[HiddenPost, ...]
    watching: tuple[Watched, ...]
    news: News
    steps: tuple[tuple[str, bool], ...] | None
    ready_to_publish: tuple[Draft, ...] | None
    unchecked_credentials: int | None
    lapsing_credentials: int | None


def get_home(gateway: Gateway, *, workspace_id: str) -> Home:
    """What waits for the caller in the workspace.

    Raises:
        NotFound: the caller does not belong to it.
    """
    row = gateway.read("get_home", {"p_workspace": workspace_id})
    if row is None:
        raise errors.NotFound
    ready = row["ready_to_publish"]
    return Home(
        roles=frozenset(row["roles"]),
        mine_counts=row["mine_counts"],
        mine=read_drafts(row["mine"]),
        mine_requests={
            one["id"]: tuple(Request.from_json(r) for r in one["requests"])
            for one in row["mine"]
            if one["requests"]
        },
        asked=tuple(
            Asked(Draft.from_json(one), Request.from_json(one["request"])) for one in row["asked"]
        ),
        queue=read_drafts(row["queue"]),
        queue_count=row["queue_count"],
        queue_overdue_count=row["queue_overdue_count"],
        has_next=row["has_next"],
        credential=None if row["credential"] is None else Credential.from_json(row["credential"]),
        alarms=read_drafts(row["alarms"]),
        hidden_alarms=tuple(HiddenPost.from_json(one) for one in row["hidden_alarms"]),
        watching=tuple(
            Watched(Draft.from_json(one), need_at(one["watch_until"])) for one in row["watching"]
        ),
        news=News.from_json(row["news"]),
        steps=None if row["steps"] is None else tuple((w, done) for w, done in row["steps"]),
        ready_to_publish=None if ready is None else read_drafts(ready),
        unchecked_credentials=row["unchecked_credentials"],
        lapsing_credentials=row["lapsing_credentials"],
    )


def hide_first_steps(gateway: Gateway, *, workspace_id: str) -> None:
    """Put the list of first steps away, for good."""
    gateway.write("hide_first_steps", {"p_workspace": workspace_id})
