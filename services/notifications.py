"""What people are told inside the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services import errors
from services.gateway.client import Gateway
from services.ids import require_id
from services.models import need_at, read_at
from services.posts import Json
from services.publishing import HiddenPost


@dataclass(frozen=True, slots=True)
class Notification:
    """Something happened to a draft, `times` since it was last read; without a draft, the library.

    `kind` is a word such as `comment_added`; `subject_id` the comment, request or decision it is
    about; `detail` holds words and numbers, no texts. `post` is set, and `title` empty, where a
    coordinator is told of a post whose draft they may not read.
    """

    id: str
    kind: str
    draft_id: str
    title: str
    author_id: str
    actor_name: str | None
    subject_id: str | None
    detail: Json
    times: int
    created_at: datetime
    read_at: datetime | None
    post: HiddenPost | None = None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `list_notifications`."""
        return cls(
            id=row["id"],
            kind=row["kind"],
            draft_id=row["draft_id"] or "",
            title=row["title"],
            author_id=row["author_id"] or "",
            actor_name=row["actor_name"],
            subject_id=row["subject_id"],
            detail=row["detail"],
            times=row["times"],
            created_at=need_at(row["created_at"]),
            read_at=read_at(row["read_at"]),
            post=None if row["post"] is None else HiddenPost.from_json(row["post"]),
        )


@dataclass(frozen=True, slots=True)
class News:
    """The latest notifications, newest first, and how many are unread in all."""

    notifications: tuple[Notification, ...]
    unread: int

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the answer of `list_notifications`."""
        return cls(
            tuple(Notification.from_json(one) for one in row["notifications"]), row["unread"]
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended: the next one begins after this notification."""

    at: datetime
    id: str


def list_notifications(
    gateway: Gateway,
    *,
    workspace_id: str,
    before: Place | None = None,
    unread_only: bool = False,
    limit: int = 25,
) -> News:
    """The caller's own.

    Args:
        before: Only what comes after it in the list: the next page.
        unread_only: Leave out what was read.
        limit: 1 to 101, one more than a page to see whether there are others.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read(
        "list_notifications",
        {
            "p_workspace": workspace_id,
            "p_before": None if before is None else before.at.isoformat(),
            "p_limit": limit,
            "p_before_id": None if before is None else require_id(before.id),
            "p_unread": unread_only,
        },
    )
    if row is None:
        raise errors.NotFound
    return News.from_json(row)


def mark_read(gateway: Gateway, *, workspace_id: str, ids: Sequence[str] | None = None) -> int:
    """Mark these as read, or all of the workspace; returns how many were unread."""
    read: int = gateway.write(
        "read_notifications",
        {"p_workspace": workspace_id, "p_ids": None if ids is None else list(ids)},
    )
    return read
