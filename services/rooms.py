"""The review room of a draft: one version, what was said about it, and who decided what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from services import errors
from services.discussion import Advice, Comment, Note
from services.findings import Safety
from services.gateway.client import Gateway
from services.ids import require_id
from services.library.attached import NO_HELP, Help
from services.models import (
    CredentialSnapshot,
    Decision,
    Draft,
    Event,
    Version,
    need_at,
    read_at,
)
from services.news import Numbers
from services.posts import ContextCard, Json, Media
from services.publishing import Handoff
from services.reviews import Colleague, Request

MOST_VERSIONS = 500
# Coming back within so long is the same visit, as `note_look` in the database has it.
SAME_VISIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Look:
    """Where the reader was: the last version they saw, and the one before; when they came."""

    version_number: int
    previous_version: int | None
    looked_at: datetime
    previous_at: datetime | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the `look` of `get_review`."""
        return cls(
            row["version_number"],
            row["previous_version"],
            need_at(row["looked_at"]),
            read_at(row["previous_at"]),
        )

    def last_visit(self, *, shown: int, now: datetime) -> tuple[int | None, datetime | None]:
        """The version the reader saw at their last visit and when that was; None for no visit.

        Args:
            shown: The version before them now.
        """
        if shown > self.version_number or now - self.looked_at > SAME_VISIT:
            return self.version_number, self.looked_at
        return self.previous_version, self.previous_at


@dataclass(frozen=True, slots=True)
class Room:
    """The review room. `why_not` is None when the reader may decide, else a word:
    not_a_professional, own_draft, no_credential, out_of_scope. `my_credential` is what the
    reader's decision would carry; `approval_days` how long an approval is good for here.
    `notes` is None for readers who may not know of any; `look` before their first visit. `safety`
    is None when no version could become approved next; `help` is what goes with the post.
    """

    draft: Draft
    context: ContextCard
    version: Version
    compare: Version | None
    versions: tuple[Version, ...]
    comments: tuple[Comment, ...]
    notes: tuple[Note, ...] | None
    advice: tuple[Advice, ...]
    requests: tuple[Request, ...]
    handoff: Handoff
    media: tuple[Media, ...]
    people: tuple[Colleague, ...]
    look: Look | None
    decisions: tuple[Decision, ...]
    events: tuple[Event, ...]
    why_not: str | None
    my_credential: CredentialSnapshot | None
    approval_days: int
    statement: str
    safety: Safety | None = None
    help: Help = NO_HELP

    @property
    def seen(self) -> Numbers:
        """How much of the room's news this holds."""
        return Numbers(self.draft.change_number, len(self.notes or ()))

    def with_talk_of(self, newer: Room) -> Room:
        """This room with what was said in a newer reading; text and decisions stay."""
        return replace(
            self,
            draft=replace(self.draft, change_number=newer.draft.change_number),
            comments=newer.comments,
            notes=newer.notes,
            advice=newer.advice,
            people=newer.people,
            events=newer.events,
            look=newer.look,
        )

    def differs_from(self, newer: Room) -> bool:
        """Whether more happened in between than talk, and than the author's own writing."""
        older = self.with_talk_of(newer)
        draft = replace(
            older.draft,
            updated_at=newer.draft.updated_at,
            excerpt=newer.draft.excerpt,
            version_count=newer.draft.version_count,
        )
        return replace(older, draft=draft, versions=newer.versions) != newer or (
            self._list_submitted() != newer._list_submitted()
        )

    def _list_submitted(self) -> tuple[Version, ...]:
        return tuple(version for version in self.versions if version.submitted)


def _require_number(number: int | None) -> int | None:
    """A version's number, or None; one that no draft can have was never ours to find."""
    if number is not None and not 1 <= number <= MOST_VERSIONS:
        raise errors.NotFound
    return number


def get_room(
    gateway: Gateway, *, draft_id: str, version: int | None = None, compare: int | None = None
) -> Room:
    """The review room of a submitted draft.

    Args:
        version: The version to read; the latest submitted one by default.
        compare: The version to compare with; by default the one the caller saw before, else the
            one submitted before it.

    Raises:
        NotFound: never submitted, no such version, or not the caller's to see.
    """
    row = gateway.read(
        "get_review",
        {
            "p_draft": require_id(draft_id),
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
        context=ContextCard.from_json(row["context"]),
        comments=tuple(Comment.from_json(c) for c in row["comments"]),
        notes=None if row["notes"] is None else tuple(Note.from_json(n) for n in row["notes"]),
        advice=tuple(Advice.from_json(a) for a in row["advice"]),
        requests=tuple(Request.from_json(r) for r in row["requests"]),
        handoff=Handoff.from_json(row["handoff"]),
        media=tuple(Media.from_json(m) for m in row["media"]),
        people=tuple(Colleague.from_json(p) for p in row["people"]),
        look=None if row["look"] is None else Look.from_json(row["look"]),
        decisions=tuple(Decision.from_json(d) for d in row["decisions"]),
        events=tuple(Event.from_json(e) for e in row["events"]),
        why_not=row["why_not"],
        my_credential=None if credential is None else CredentialSnapshot.from_json(credential),
        approval_days=row["approval_days"],
        statement=row["statement"]["text"],
        safety=None if row["safety"] is None else Safety.from_json(row["safety"]),
        help=Help.from_json(row["help"]),
    )


def find_earlier_decision(room: Room, *, profile_id: str) -> Decision | None:
    """What this person decided on an earlier version than the one in review: a second look.

    None when they never did, or when the draft is not in review.
    """
    now = room.draft.submitted_version
    if room.draft.state != "in_review" or now is None:
        return None
    # An edit of the version in review that was taken back is a later version: no earlier decision.
    return next(
        (
            one
            for one in room.decisions
            if one.decided_by == profile_id and one.version_number < now
        ),
        None,
    )


def find_change_number(gateway: Gateway, *, draft_id: str) -> int | None:
    """A number that grows with every event of the draft; None when it is out of sight."""
    number: int | None = gateway.read("get_change_number", {"p_draft": require_id(draft_id)})
    return number
