"""From an approved text to a post that is out: addresses, who watches comments, taking it down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.gateway.client import Gateway
from services.ids import require_id
from services.models import need_at, read_at
from services.posts import Json

# As private.sensitive_topics() has them.
SENSITIVE_TOPICS = frozenset(
    {
        "suicide_self_harm",
        "eating_disorders",
        "trauma",
        "substance_use",
        "psychosis_bipolar",
        "young_people",
    }
)


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody reads the comments under a published post."""

    profile_id: str
    name: str
    until: datetime
    ended_at: datetime | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `handoff_json`."""
        return cls(row["profile_id"], row["name"], need_at(row["until"]), read_at(row["ended_at"]))


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a review waits."""

    note: str
    held_at: datetime
    held_by_name: str

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the open hold of `handoff_json`."""
        return cls(row["note"], need_at(row["held_at"]), row["held_by_name"])


@dataclass(frozen=True, slots=True)
class Handoff:
    """Where a post is (address by platform), who watches its comments, why its review waits."""

    links: Mapping[str, str]
    watches: tuple[Watch, ...]
    hold: Hold | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read `handoff_json`."""
        return cls(
            links=dict(row["links"]),
            watches=tuple(Watch.from_json(one) for one in row["watches"]),
            hold=None if row["hold"] is None else Hold.from_json(row["hold"]),
        )


@dataclass(frozen=True, slots=True)
class HiddenPost:
    """A post that has to come down, as a coordinator who may not read its draft learns of it.

    `withdrawn_by_name` is who withdrew the approval; `links` its addresses by platform.
    """

    draft_id: str
    author_id: str
    author_name: str
    platform: str
    published_at: datetime
    withdrawn_at: datetime
    withdrawn_by_name: str | None
    links: Mapping[str, str]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `hidden_post_json`."""
        return cls(
            draft_id=row["draft_id"],
            author_id=row["author_id"],
            author_name=row["author_name"],
            platform=row["platform"],
            published_at=need_at(row["published_at"]),
            withdrawn_at=need_at(row["withdrawn_at"]),
            withdrawn_by_name=row["withdrawn_by_name"],
            links=dict(row["links"]),
        )


def mark_published(
    gateway: Gateway,
    *,
    draft_id: str,
    content_hash: str,
    links: Mapping[str, str] | None = None,
    watcher_id: str | None = None,
    watch_until: datetime | None = None,
) -> None:
    """Record that exactly the approved post is out.

    Args:
        links: Where it can be seen, by platform.
        watcher_id: Who reads the comments; needed on SENSITIVE_TOPICS.
        watch_until: Aware, at most 60 days from now.

    Raises:
        Conflict: `not_approved`, `approval_expired` or `hash_differs`.
        Forbidden: neither its author nor a coordinator.
        Invalid: `url_invalid`, `watcher_missing`, `watcher_invalid`, `day_invalid`.
    """
    gateway.write(
        "mark_published",
        {
            "p_draft": require_id(draft_id),
            "p_content_hash": content_hash,
            "p_links": json.dumps(dict(links or {})),
            "p_watcher": watcher_id,
            "p_watch_until": None if watch_until is None else watch_until.isoformat(),
        },
    )


def set_links(
    gateway: Gateway,
    *,
    draft_id: str,
    links: Mapping[str, str],
    known: Mapping[str, str] | None = None,
) -> None:
    """Add, correct and remove addresses of a published post.

    Args:
        links: The new addresses, by platform.
        known: The addresses on the screen that `links` is to replace; a platform that only
            `known` names loses its address.

    Raises:
        Conflict: `links_differ` when somebody else changed one of them meanwhile; `still_out` when
            an address is removed though the post has to come down; `wrong_state`.
        Forbidden: neither its author nor a coordinator.
        Invalid: `url_invalid`.
    """
    gateway.write(
        "set_post_links",
        {
            "p_draft": require_id(draft_id),
            "p_links": json.dumps(dict(links)),
            "p_known": json.dumps(dict(known or {})),
        },
    )


def set_watch(gateway: Gateway, *, draft_id: str, watcher_id: str, until: datetime) -> None:
    """Have somebody read the comments under a published post until then."""
    gateway.write(
        "set_comment_watch",
        {"p_draft": require_id(draft_id), "p_watcher": watcher_id, "p_until": until.isoformat()},
    )


def end_watch(gateway: Gateway, *, draft_id: str) -> None:
    """The caller is done reading the comments."""
    gateway.write("end_comment_watch", {"p_draft": require_id(draft_id)})


def take_down(gateway: Gateway, *, draft_id: str) -> None:
    """Record that a published post is no longer public."""
    gateway.write("take_down", {"p_draft": require_id(draft_id)})
