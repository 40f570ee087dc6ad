"""Drafts on their way to the public: read, write, submit, discuss, publish.

The rules live in the database; these functions put its answers into words and values. Texts
come back as the database keeps them: line ends as line feeds, no control characters.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services import errors
from services.gateway.client import Gateway, clean
from services.models import (
    Buffer,
    Comment,
    Content,
    Credential,
    CredentialSnapshot,
    Decision,
    Draft,
    Event,
    Version,
    need_at,
)

PLATFORMS: dict[str, str] = {
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "facebook": "Facebook",
    "x": "X",
    "linkedin": "LinkedIn",
    "podcast": "Podcast",
    "blog": "Blog",
}

TOPICS: dict[str, str] = {
    "general": "General well-being",
    "anxiety_depression": "Anxiety and depression",
    "suicide_self_harm": "Suicide and self-harm",
    "eating_disorders": "Eating disorders",
    "trauma": "Trauma and violence",
    "psychosis_bipolar": "Psychosis and bipolar",
    "substance_use": "Substance use",
    "medication": "Medication",
    "young_people": "Children and young people",
}

STATES: dict[str, str] = {
    "drafting": "Drafting",
    "in_review": "In review",
    "changes_requested": "Changes requested",
    "approved": "Approved",
    "expired": "Approval expired",
    "published": "Published",
    "on_hold": "On hold",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
}

OPEN_STATES = ("drafting", "in_review", "changes_requested", "approved", "expired", "on_hold")
CLOSED_STATES = ("published", "declined", "withdrawn")

LONGEST_CAPTION = 20_000
LONGEST_TITLE = 140
MOST_VERSIONS = 500


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One page of a list. `total` stops at 1,000; `more` says that there are others."""

    drafts: tuple[Draft, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Home:
    """What waits for a person. The last three are None for people who are no coordinator."""

    roles: frozenset[str]
    mine_counts: dict[str, int]
    mine: tuple[Draft, ...]
    queue: tuple[Draft, ...]
    queue_count: int
    queue_overdue_count: int
    credential: Credential | None
    ready_to_publish: tuple[Draft, ...] | None
    unchecked_credentials: int | None
    lapsing_credentials: int | None


@dataclass(frozen=True, slots=True)
class Editor:
    """A draft as its author works on it; `buffer` is None for everybody else."""

    draft: Draft
    buffer: Buffer | None
    versions: tuple[Version, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Room:
    """The review room. `why_not` is None when the reader may decide, else a word:
    not_a_professional, own_draft, no_credential, out_of_scope. `my_credential` is what the
    reader's decision would carry; `approval_days` how long an approval is good for here.
    """

    draft: Draft
    version: Version
    compare: Version | None
    versions: tuple[Version, ...]
    comments: tuple[Comment, ...]
    decisions: tuple[Decision, ...]
    events: tuple[Event, ...]
    why_not: str | None
    my_credential: CredentialSnapshot | None
    approval_days: int
    statement: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the revision to expect next, and whether it voided an approval."""

    revision: int
    state: str
    voided: bool
    saved_at: datetime
    content_hash: str


def _require_id(value: str) -> str:
    """The id in its usual form; one that is none was never ours to find."""
    try:
        return str(UUID(value))
    except (ValueError, AttributeError, TypeError):
        raise errors.NotFound from None


def _is_id(value: str) -> bool:
    try:
        _require_id(value)
    except errors.NotFound:
        return False
    return True


def _require_number(number: int | None) -> int | None:
    """A version's number, or None; one that no draft can have was never ours to find."""
    if number is not None and not 1 <= number <= MOST_VERSIONS:
        raise errors.NotFound
    return number


def _content(content: Content) -> str:
    # json/jsonb arguments arrive as JSON strings on the embedded server: text everywhere.
    # Cleaned before it is JSON, where an escaped NUL would pass by.
    return json.dumps(clean(content.to_json()), ensure_ascii=False)


def _drafts(rows: Sequence[Any]) -> tuple[Draft, ...]:
    return tuple(Draft.from_json(row) for row in rows)


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
        mine=_drafts(row["mine"]),
        queue=_drafts(row["queue"]),
        queue_count=row["queue_count"],
        queue_overdue_count=row["queue_overdue_count"],
        credential=None if row["credential"] is None else Credential.from_json(row["credential"]),
        ready_to_publish=None if ready is None else _drafts(ready),
        unchecked_credentials=row["unchecked_credentials"],
        lapsing_credentials=row["lapsing_credentials"],
    )


def list_drafts(
    gateway: Gateway,
    *,
    workspace_id: str,
    search: str = "",
    states: Sequence[str] = (),
    platform: str | None = None,
    author_id: str | None = None,
    offset: int = 0,
    limit: int = 25,
) -> DraftPage:
    """Drafts the caller may see, latest change first.

    Args:
        search: Looked for in title and first words, without wildcards; at most 100 characters.
        states: Shown states (see STATES); none means all.
        author_id: An id that is none finds nothing: it may come from an address.
        offset: At most 1,000.
        limit: 1 to 100.
    """
    if author_id is not None and not _is_id(author_id):
        return DraftPage((), 0, more=False)
    row = gateway.read(
        "list_drafts",
        {
            "p_workspace": workspace_id,
            "p_search": search.strip() or None,
            "p_states": list(states) or None,
            "p_platform": platform,
            "p_author": author_id,
            "p_offset": offset,
            "p_limit": limit,
        },
    )
    return DraftPage(_drafts(row["drafts"]), row["total"], row["more"])


def get_editor(gateway: Gateway, *, draft_id: str) -> Editor:
    """A draft with the text being written.

    Raises:
        NotFound: no such draft, or not the caller's to see.
    """
    row = gateway.read("get_draft", {"p_draft": _require_id(draft_id)})
    if row is None:
        raise errors.NotFound
    return Editor(
        draft=Draft.from_json(row["draft"]),
        buffer=None if row["buffer"] is None else Buffer.from_json(row["buffer"]),
        versions=tuple(Version.from_json(v) for v in row["versions"]),
        decision=None if row["decision"] is None else Decision.from_json(row["decision"]),
    )


def get_room(
    gateway: Gateway, *, draft_id: str, version: int | None = None, compare: int | None = None
) -> Room:
    """The review room of a submitted draft.

    Args:
        version: The version to read; the latest submitted one by default.
        compare: The version to compare with; the one submitted before it by default.

    Raises:
        NotFound: never submitted, no such version, or not the caller's to see.
    """
    row = gateway.read(
        "get_review",
        {
            "p_draft": _require_id(draft_id),
            "p_version": _require_number(version),
            "p_compare": _require_number(compare),
        },
    )
    if row is None or row["version"] is None:
        raise errors.NotFound
    credential = row["my_credential"]
    return Room(
        draft=Draft.from_json(row["draft"]),
        version=Version.from_json(row["version"]),
        compare=None if row["compare"] is None else Version.from_json(row["compare"]),
        versions=tuple(Version.from_json(v) for v in row["versions"]),
        comments=tuple(Comment.from_json(c) for c in row["comments"]),
        decisions=tuple(Decision.from_json(d) for d in row["decisions"]),
        events=tuple(Event.from_json(e) for e in row["events"]),
        why_not=row["why_not"],
        my_credential=None if credential is None else CredentialSnapshot.from_json(credential),
        approval_days=row["approval_days"],
        statement=row["statement"]["text"],
    )


def find_change_number(gateway: Gateway, *, draft_id: str) -> int | None:
    """A number that grows with every event of the draft; None when it is out of sight."""
    number: int | None = gateway.read("get_change_number", {"p_draft": _require_id(draft_id)})
    return number


def create_draft(
    gateway: Gateway, *, workspace_id: str, title: str, content: Content, publish_by: date | None
) -> str:
    """Start a draft; returns its id.

    Raises:
        Forbidden: the caller is no influencer here.
        Invalid: a missing or overlong title, or content the database refuses.
        TooMany: 200 drafts in a day.
    """
    row = gateway.write(
        "create_draft",
        {
            "p_workspace": workspace_id,
            "p_title": title,
            "p_publish_by": None if publish_by is None else publish_by.isoformat(),
            "p_content": _content(content),
        },
    )
    draft_id: str = row["id"]
    return draft_id


def save_buffer(
    gateway: Gateway,
    *,
    draft_id: str,
    expected_revision: int,
    title: str,
    content: Content,
    publish_by: date | None,
) -> Saved:
    """Keep the text being written; an approval of another text ends in the same transaction.

    Raises:
        Conflict: `stale_revision` when another window saved meanwhile (data["buffer"] is that
            window's Buffer), `draft_closed` when the draft takes no more text.
        Forbidden: the caller is not the author.
        Invalid: no title, or more than 100,000 characters.
    """
    try:
        row = gateway.write(
            "save_buffer",
            {
                "p_draft": _require_id(draft_id),
                "p_expected_revision": expected_revision,
                "p_title": title,
                "p_publish_by": None if publish_by is None else publish_by.isoformat(),
                "p_content": _content(content),
            },
        )
    except errors.Conflict as conflict:
        raise _with_other_text(gateway, conflict, draft_id) from None
    return Saved(
        row["revision"],
        row["state"],
        row["voided"],
        need_at(row["saved_at"]),
        row["content_hash"],
    )


def _with_other_text(gateway: Gateway, conflict: errors.Conflict, draft_id: str) -> errors.Conflict:
    """The conflict with the text it lost to. Read afterwards, because an error that carried
    the text would end up in the server's log.
    """
    if conflict.detail != "stale_revision":
        return conflict
    other = get_editor(gateway, draft_id=draft_id)
    return errors.Conflict(
        conflict.message,
        detail=conflict.detail,
        data={
            "buffer": other.buffer,
            "title": other.draft.title,
            "publish_by": other.draft.publish_by,
        },
    )


def save_version(gateway: Gateway, *, draft_id: str, expected_revision: int, note: str = "") -> int:
    """Keep the text as a version that only its author sees; returns its number."""
    row = gateway.write(
        "save_version",
        {
            "p_draft": _require_id(draft_id),
            "p_expected_revision": expected_revision,
            "p_note": note,
        },
    )
    number: int = row["version"]
    return number


def submit_draft(gateway: Gateway, *, draft_id: str, expected_revision: int, note: str = "") -> int:
    """Put exactly the saved text before the professionals; returns the version's number.

    Raises:
        Conflict: `stale_revision`, `already_submitted` or `wrong_state`.
        Invalid: no text, or more than LONGEST_CAPTION characters.
    """
    try:
        row = gateway.write(
            "submit_draft",
            {
                "p_draft": _require_id(draft_id),
                "p_expected_revision": expected_revision,
                "p_note": note,
            },
        )
    except errors.Conflict as conflict:
        raise _with_other_text(gateway, conflict, draft_id) from None
    number: int = row["version"]
    return number


def add_comment(gateway: Gateway, *, draft_id: str, version: int, body: str) -> None:
    """Say something about a submitted version, in at most 4,000 characters."""
    gateway.write(
        "add_comment",
        {"p_draft": _require_id(draft_id), "p_version": version, "p_body": body},
    )


def mark_published(gateway: Gateway, *, draft_id: str, content_hash: str, url: str = "") -> None:
    """Record that exactly the approved text is out.

    Raises:
        Conflict: `not_approved`, `approval_expired` or `hash_differs`.
        Forbidden: neither its author nor a coordinator.
    """
    gateway.write(
        "mark_published",
        {"p_draft": _require_id(draft_id), "p_content_hash": content_hash, "p_url": url},
    )


def withdraw_draft(gateway: Gateway, *, draft_id: str, expected_state: str) -> None:
    """Take a draft back; `reopen_draft` undoes it. The approval, if any, ends."""
    # People see "expired" where the row still says approved.
    state = "approved" if expected_state == "expired" else expected_state
    gateway.write("withdraw_draft", {"p_draft": _require_id(draft_id), "p_expected_state": state})


def reopen_draft(gateway: Gateway, *, draft_id: str) -> None:
    """Go on with a withdrawn draft."""
    gateway.write("reopen_draft", {"p_draft": _require_id(draft_id)})
