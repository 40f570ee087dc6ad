"""Posts and their figures: looked up, typed by hand, and tied to the drafts that they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Literal

from services import errors
from services.gateway.client import Gateway
from services.ids import is_id, require_id
from services.measures.importing import Imported
from services.measures.models import Figures, Post, Source, read_figures
from services.metrics import Metric
from services.models import need_at
from services.posts import Json

Match = Literal["all", "draft", "none"]
Sort = Literal["published_on"] | Metric

# What the database hands out at once; see list_posts.
MOST_AT_ONCE = 1_000
# Captions that share less than this are of different posts.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Asked:
    """Which posts somebody looks for; None and empty: all. Days are both included."""

    search: str = ""
    platform: str | None = None
    account_id: str | None = None
    match: Match = "all"
    first_day: date | None = None
    last_day: date | None = None
    sort: Sort = "published_on"


@dataclass(frozen=True, slots=True)
class PostPage:
    """A part of the posts asked for, and how many there are."""

    posts: tuple[Post, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The figures that one import had for a post."""

    source: Source
    line: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Candidate:
    """A published draft that a post may have been; `likeness` of the captions is 0 to 1."""

    draft_id: str
    title: str
    published_at: datetime
    likeness: float


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with all that is known of it.

    Args:
        history: Figures of every import, the newest on top.
        approved: The caption that was approved for it and its hashtags; None where its draft is
            not known or not to be seen.
        candidates: Drafts that it may have been, the likeliest first.
    """

    post: Post
    caption: str
    history: tuple[Moment, ...]
    approved: tuple[str, tuple[str, ...]] | None
    candidates: tuple[Candidate, ...]


def list_posts(
    gateway: Gateway, *, workspace_id: str, asked: Asked, offset: int = 0, limit: int = 50
) -> PostPage:
    """Posts that the caller sees: the newest first or, by a figure, the largest.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read(
        "list_posts",
        {
            "p_workspace": workspace_id,
            "p_search": asked.search,
            "p_platform": asked.platform,
            "p_account": asked.account_id if is_id(asked.account_id or "") else None,
            "p_match": asked.match,
            "p_from": None if asked.first_day is None else asked.first_day.isoformat(),
            "p_to": None if asked.last_day is None else asked.last_day.isoformat(),
            "p_sort": asked.sort,
            "p_offset": offset,
            "p_limit": limit,
        },
    )
    if row is None:
        raise errors.NotFound
    return PostPage(
        posts=tuple(Post.from_json(one) for one in row["posts"]),
        total=row["total"],
    )


def get_post(gateway: Gateway, *, workspace_id: str, post_id: str) -> PostView:
    """A post with its figures over time.

    Raises:
        NotFound: no such post, or it is not the caller's to see.
    """
    row = gateway.read("get_post", {"p_workspace": workspace_id, "p_post": require_id(post_id)})
    if row is None:
        raise errors.NotFound
    caption = row["full_caption"] or ""
    approved = row["approved"]
    return PostView(
        post=Post.from_json(row),
        caption=caption,
        history=tuple(
            Moment(Source.from_json(one), one["line"], read_figures(one["figures"]))
            for one in row["history"]
        ),
        approved=None
        if approved is None
        else (approved["caption"] or "", tuple(approved["hashtags"])),
        candidates=_rank(row["candidates"], caption),
    )


def _rank(rows: list[Json], caption: str) -> tuple[Candidate, ...]:
    """By likeness of the captions; those nearest in time first where it says nothing."""
    found = [
        Candidate(
            draft_id=row["id"],
            title=row["title"],
            published_at=need_at(row["published_at"]),
            likeness=_compare(row["caption"] or "", caption),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: -one.likeness if one.likeness >= _ALIKE else 0))


def _compare(first: str, second: str) -> float:
    """How much two captions share, from 0 to 1; the first 2,000 characters say enough."""
    return SequenceMatcher(None, first[:2000], second[:2000], autojunk=False).ratio()


def type_figures(
    gateway: Gateway,
    *,
    workspace_id: str,
    account_id: str,
    post_id: str | None,
    captured_on: date,
    figures: Mapping[Metric, int],
    permalink: str = "",
    published_on: date | None = None,
    caption: str = "",
) -> Imported:
    """Keep figures that somebody read off a screen: all that the post did until `captured_on`.

    Args:
        post_id: Of a post that is here; else the address says which it is.

    Raises:
        Invalid: no figure, a figure below 0, no address, a day to come.
        Forbidden: the account is not the caller's, and they are no coordinator.
        Conflict: `account_closed`.
    """
    row: dict[str, object] = dict(figures.items())
    if post_id is None:
        row |= {"permalink": permalink.strip(), "caption": caption.strip() or None}
        row["published_local"] = None if published_on is None else published_on.isoformat()
    return Imported.from_json(
        gateway.write(
            "type_figures",
            {
                "p_workspace": workspace_id,
                "p_account": require_id(account_id),
                "p_post": None if post_id is None else require_id(post_id),
                "p_captured_on": captured_on.isoformat(),
                "p_row": json.dumps(row),
            },
        )
    )


def match_post(gateway: Gateway, *, workspace_id: str, post_id: str, draft_id: str | None) -> None:
    """Say which published draft a post was; None: none of ours.

    Raises:
        Forbidden: the account is not the caller's, and they are no coordinator.
        Conflict: `not_published`.
    """
    gateway.write(
        "match_post",
        {
            "p_workspace": workspace_id,
            "p_post": require_id(post_id),
            "p_draft": None if draft_id is None else require_id(draft_id),
        },
    )
