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

from services import errors
from services.checking import read_settings
from services.gateway.client import Gateway, clean
from services.hints import NO_ANSWERS, Answers
from services.ids import is_id, require_id
from services.library.attached import NO_HELP, Help
from services.models import Buffer, Decision, Draft, Version, need_at
from services.posts import Content, ContextCard, Media
from services.publishing import Handoff
from services.reviews import Colleague, Request
from services.safety import Configuration
from services.safety.config import EVERYTHING

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

NO_CONTEXT = ContextCard()


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One page of a list. `total` stops at 1,000; `more` says that there are others."""

    drafts: tuple[Draft, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """A draft as its author works on it; `buffer` is None for everybody else.

    `decision` is the latest. `offered` is a professional's edit to accept, with its content.
    `people` are those who may see the draft, once it was submitted. `answers` are the author's, to
    themselves alone. `checked_with` is what the workspace has chosen for the checker,
    `help` what goes with the post, for the countries of the text being written.
    """

    draft: Draft
    buffer: Buffer | None
    versions: tuple[Version, ...]
    decision: Decision | None
    context: ContextCard
    offered: Version | None
    media: tuple[Media, ...]
    requests: tuple[Request, ...]
    handoff: Handoff
    people: tuple[Colleague, ...]
    answers: Answers = NO_ANSWERS
    checked_with: Configuration = EVERYTHING
    help: Help = NO_HELP


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the revision to expect next, and whether it voided an approval."""

    revision: int
    state: str
    voided: bool
    saved_at: datetime
    content_hash: str


def write_content(content: Content) -> str:
    """The content as the write functions take it."""
    # json/jsonb arguments arrive as JSON strings on the embedded server: text everywhere.
    # Cleaned before it is JSON, where an escaped NUL would pass by.
    return json.dumps(clean(content.to_json()), ensure_ascii=False)


def read_drafts(rows: Sequence[Any]) -> tuple[Draft, ...]:
    """Drafts of an answer, in its order."""
    return tuple(Draft.from_json(row) for row in rows)


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
    topic: str | None = None,
    since: date | None = None,
    campaign_id: str | None = None,
) -> DraftPage:
    """Drafts the caller may see, latest change first.

    Args:
        search: Looked for in title and first words, without wildcards; at most 100 characters.
        states: Shown states (see STATES); none means all.
        author_id, campaign_id: An id that is none finds nothing: it may come from an address.
        offset: At most 1,000.
        limit: 1 to 100.
        since: Changed on that day in UTC, or later.
    """
    if any(one is not None and not is_id(one) for one in (author_id, campaign_id)):
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
            "p_topic": topic,
            "p_since": None if since is None else since.isoformat(),
            "p_campaign": campaign_id,
        },
    )
    return DraftPage(read_drafts(row["drafts"]), row["total"], row["more"])


def get_editor(gateway: Gateway, *, draft_id: str) -> Editor:
    """A draft with the text being written.

    Raises:
        NotFound: no such draft, or not the caller's to see.
    """
    row = gateway.read("get_draft", {"p_draft": require_id(draft_id)})
    if row is None:
        raise errors.NotFound
    return Editor(
        draft=Draft.from_json(row["draft"]),
        buffer=None if row["buffer"] is None else Buffer.from_json(row["buffer"]),
        versions=tuple(Version.from_json(v) for v in row["versions"]),
        decision=None if row["decision"] is None else Decision.from_json(row["decision"]),
        context=ContextCard.from_json(row["context"]),
        offered=None if row["offered"] is None else Version.from_json(row["offered"]),
        media=tuple(Media.from_json(one) for one in row["media"]),
        requests=tuple(Request.from_json(one) for one in row["requests"]),
        handoff=Handoff.from_json(row["handoff"]),
        people=tuple(Colleague.from_json(one) for one in row["people"]),
        answers=Answers.from_json(row),
        checked_with=read_settings(row["safety_settings"]),
        help=NO_HELP if row["help"] is None else Help.from_json(row["help"]),
    )


def create_draft(
    gateway: Gateway,
    *,
    workspace_id: str,
    title: str,
    content: Content,
    publish_by: date | None,
    context: ContextCard = NO_CONTEXT,
    professionals_only: bool = False,
    copy_of: str | None = None,
) -> str:
    """Start a draft; returns its id.

    Args:
        copy_of: One of the caller's drafts, whose images the content names.

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
            "p_content": write_content(content),
            "p_context": json.dumps(clean(context.to_json()), ensure_ascii=False),
            "p_professionals_only": professionals_only,
            "p_copy_of": copy_of,
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
    context: ContextCard | None = None,
    professionals_only: bool | None = None,
) -> Saved:
    """Keep the post being written; an approval of another ends in the same transaction.

    Args:
        context: The card for colleagues; None leaves it as it is, and so with the next.

    Raises:
        Conflict: `stale_revision` when another window saved meanwhile (data["editor"] is the
            draft as that window left it), `draft_closed` when the draft takes no more text.
        Forbidden: the caller is not the author.
        Invalid: no title, or more than 100,000 characters.
    """
    try:
        row = gateway.write(
            "save_buffer",
            {
                "p_draft": require_id(draft_id),
                "p_expected_revision": expected_revision,
                "p_title": title,
                "p_publish_by": None if publish_by is None else publish_by.isoformat(),
                "p_content": write_content(content),
                "p_context": (
                    None
                    if context is None
                    else json.dumps(clean(context.to_json()), ensure_ascii=False)
                ),
                "p_professionals_only": professionals_only,
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
        data={"editor": other},
    )


def save_version(gateway: Gateway, *, draft_id: str, expected_revision: int, note: str = "") -> int:
    """Keep the text as a version that only its author sees; returns its number."""
    row = gateway.write(
        "save_version",
        {
            "p_draft": require_id(draft_id),
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
        Invalid: no text, or a text longer than services.posts.LONGEST_SENT says.
    """
    try:
        row = gateway.write(
            "submit_draft",
            {
                "p_draft": require_id(draft_id),
                "p_expected_revision": expected_revision,
                "p_note": note,
            },
        )
    except errors.Conflict as conflict:
        raise _with_other_text(gateway, conflict, draft_id) from None
    number: int = row["version"]
    return number


def withdraw_draft(gateway: Gateway, *, draft_id: str, expected_state: str) -> None:
    """Take a draft back; `reopen_draft` undoes it. The approval, if any, ends."""
    # People see "expired" where the row still says approved.
    state = "approved" if expected_state == "expired" else expected_state
    gateway.write("withdraw_draft", {"p_draft": require_id(draft_id), "p_expected_state": state})


def reopen_draft(gateway: Gateway, *, draft_id: str) -> None:
    """Go on with a withdrawn draft."""
    gateway.write("reopen_draft", {"p_draft": require_id(draft_id)})
