"""What people say about a draft: threads of comments, professionals' notes, a peer's advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.gateway.client import Gateway
from services.ids import require_id
from services.models import need_at, read_at
from services.posts import Json

ADVICE: dict[str, str] = {
    "looks_good": "Looks good",
    "please_change": "Please change",
}

LONGEST_COMMENT = 4_000
MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about one version. Never changed.

    `parent_id` names the comment that began the thread; None for that one, which alone can be
    resolved.
    """

    id: str
    version_number: int
    body: str
    created_at: datetime
    author_id: str
    author_name: str
    author_roles: tuple[str, ...]
    parent_id: str | None = None
    mentions: tuple[str, ...] = ()
    resolved_at: datetime | None = None
    resolved_by_name: str | None = None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one comment of `get_review`."""
        return cls(
            id=row["id"],
            version_number=row["version_number"],
            body=row["body"],
            created_at=need_at(row["created_at"]),
            author_id=row["author_id"],
            author_name=row["author_name"],
            author_roles=tuple(row["author_roles"] or ()),
            parent_id=row["parent_id"],
            mentions=tuple(row["mentions"]),
            resolved_at=read_at(row["resolved_at"]),
            resolved_by_name=row["resolved_by_name"],
        )


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment and its answers, oldest first."""

    first: Comment
    answers: tuple[Comment, ...]

    @property
    def is_resolved(self) -> bool:
        """Whether somebody said that it is settled, and nobody answered since."""
        return self.first.resolved_at is not None

    @property
    def latest_at(self) -> datetime:
        """When somebody last said something in it."""
        return self.answers[-1].created_at if self.answers else self.first.created_at


@dataclass(frozen=True, slots=True)
class Note:
    """What a professional says to other professionals. No author of the draft ever reads it."""

    id: str
    version_number: int
    body: str
    created_at: datetime
    author_id: str
    author_name: str

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one note of `get_review`."""
        return cls(
            id=row["id"],
            version_number=row["version_number"],
            body=row["body"],
            created_at=need_at(row["created_at"]),
            author_id=row["author_id"],
            author_name=row["author_name"],
        )


@dataclass(frozen=True, slots=True)
class Advice:
    """What a peer thinks of one version; `kind` is a key of ADVICE. Decides nothing."""

    id: str
    version_number: int
    kind: str
    note: str
    given_by: str
    given_by_name: str
    given_at: datetime

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one piece of advice of `get_review`."""
        return cls(
            id=row["id"],
            version_number=row["version_number"],
            kind=row["kind"],
            note=row["note"],
            given_by=row["given_by"],
            given_by_name=row["given_by_name"],
            given_at=need_at(row["given_at"]),
        )


def group_threads(comments: Sequence[Comment]) -> tuple[Thread, ...]:
    """Comments as threads, in the order in which these began."""
    answers: dict[str, list[Comment]] = {}
    for comment in comments:
        if comment.parent_id is not None:
            answers.setdefault(comment.parent_id, []).append(comment)
    return tuple(
        Thread(comment, tuple(answers.get(comment.id, ())))
        for comment in comments
        if comment.parent_id is None
    )


def add_comment(
    gateway: Gateway,
    *,
    draft_id: str,
    version: int,
    body: str,
    parent_id: str | None = None,
    mentions: Sequence[str] = (),
) -> str:
    """Say something about a submitted version; returns the comment's id.

    Args:
        body: At most LONGEST_COMMENT characters.
        parent_id: The first comment of the thread that it answers; that thread is open again.
        mentions: Profile ids of whom it addresses, at most MOST_MENTIONS.

    Raises:
        Invalid: no text, too much, or `mention_invalid`: somebody who cannot see the draft.
        TooMany: 120 comments and notes in an hour.
    """
    comment_id: str = gateway.write(
        "add_comment",
        {
            "p_draft": require_id(draft_id),
            "p_version": version,
            "p_body": body,
            "p_parent": parent_id,
            "p_mentions": list(mentions),
        },
    )
    return comment_id


def resolve_thread(gateway: Gateway, *, comment_id: str, is_resolved: bool) -> None:
    """Say that a thread is settled, or open it again. Anybody who reads the draft may."""
    gateway.write("resolve_thread", {"p_comment": comment_id, "p_resolved": is_resolved})


def add_note(gateway: Gateway, *, draft_id: str, version: int, body: str) -> None:
    """Write to the other professionals.

    Raises:
        Forbidden: the caller is no professional, or the draft is theirs.
    """
    gateway.write(
        "add_professional_note",
        {"p_draft": require_id(draft_id), "p_version": version, "p_body": body},
    )


def advise(
    gateway: Gateway, *, draft_id: str, version: int, content_hash: str, kind: str, note: str = ""
) -> None:
    """A peer's advice on exactly the version in review, once for each.

    Args:
        kind: A key of ADVICE; `please_change` needs a note.

    Raises:
        Conflict: `stale_version`, `wrong_state` or `already_advised`.
        Forbidden: `own_draft`, or the caller is no influencer.
    """
    gateway.write(
        "advise_draft",
        {
            "p_draft": require_id(draft_id),
            "p_version": version,
            "p_content_hash": content_hash,
            "p_kind": kind,
            "p_note": note,
        },
    )


def note_look(gateway: Gateway, *, draft_id: str, version: int) -> None:
    """Remember that the caller has this version on the screen.

    Their next visit opens on what changed since; what they were told of the draft counts as read.
    """
    gateway.write("note_look", {"p_draft": require_id(draft_id), "p_version": version})
