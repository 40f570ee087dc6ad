"""Frozen values that cross layers: what services return and pages draw.

Times are aware UTC datetimes (`_at`, `_until`), days are dates (`_on`, `_by`). `from_json`
reads one object of an SQL reader's answer; an unknown shape raises KeyError, on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self

from services.given import HelpGiven
from services.posts import Content, Json

Role = Literal["influencer", "professional", "coordinator"]
ROLES: tuple[Role, ...] = ("influencer", "professional", "coordinator")


def read_at(value: str | None) -> datetime | None:
    """An aware datetime from PostgreSQL's or JSON's text form, or None."""
    return None if value is None else datetime.fromisoformat(value)


def read_on(value: str | None) -> date | None:
    """A date from its ISO form, or None."""
    return None if value is None else date.fromisoformat(value)


def need_at(value: str) -> datetime:
    """An aware datetime from its text form."""
    return datetime.fromisoformat(value)


@dataclass(frozen=True, slots=True)
class Membership:
    """A workspace the person may enter, and what they are there."""

    workspace_id: str
    workspace_name: str
    roles: frozenset[str]
    unread: int = 0

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one membership of `get_me` or of a session, which alone counts what is unread."""
        return cls(
            row["workspace_id"],
            row["workspace_name"],
            frozenset(row["roles"]),
            row.get("unread", 0),
        )


@dataclass(frozen=True, slots=True)
class Me:
    """The signed-in person; `memberships` is empty for an account that was never invited."""

    profile_id: str
    name: str
    email: str
    time_zone: str
    memberships: tuple[Membership, ...]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the answer of `get_me`."""
        return cls(
            profile_id=row["profile_id"],
            name=row["name"],
            email=row["email"] or "",
            time_zone=row["time_zone"],
            memberships=tuple(Membership.from_json(m) for m in row["memberships"]),
        )


@dataclass(frozen=True, slots=True)
class SentBack:
    """Who sent a draft back last, and why; `note` is only its beginning.

    `kind` is `changes_requested`, `approved_with_edits` or `approval_withdrawn`.
    """

    name: str
    reason_code: str | None
    note: str
    decided_at: datetime
    kind: str = "changes_requested"

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the `sent_back` of one draft of `get_home`."""
        return cls(
            row["name"], row["reason_code"], row["note"], need_at(row["decided_at"]), row["kind"]
        )


@dataclass(frozen=True, slots=True)
class DraftCampaign:
    """What a draft is written for; `countries` are the campaign's, not always the draft's."""

    id: str
    name: str
    countries: tuple[str, ...]
    closed: bool

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the `campaign` of one draft."""
        return cls(row["id"], row["name"], tuple(row["countries"]), row["closed"])


@dataclass(frozen=True, slots=True)
class Draft:
    """One post on its way to the public, as lists and headers show it.

    `state` is the shown state: `expired` is an approval past `approved_until`. `risk` is 3 (most
    sensitive) to 1, `thumbnail` the id of the first image. `offered_version` is a professional's
    edit that the author may accept. `why_not` is set only in the review queue: None when the
    reader may decide, else a word (`no_credential`). `sent_back` is set only for the author's own
    drafts on Home.
    """

    id: str
    workspace_id: str
    title: str
    state: str
    platform: str
    topic: str
    publish_by: date | None
    excerpt: str
    author_id: str
    author_name: str
    version_count: int
    submitted_version: int | None
    submitted_at: datetime | None
    approved_version: int | None
    approved_hash: str | None
    approved_until: datetime | None
    approved_by_name: str | None
    published_at: datetime | None
    published_url: str | None
    change_number: int
    created_at: datetime
    updated_at: datetime
    format: str = "post"
    professionals_only: bool = False
    thumbnail: str | None = None
    risk: int = 1
    offered_version: int | None = None
    approval_withdrawn_at: datetime | None = None
    taken_down_at: datetime | None = None
    why_not: str | None = None
    sent_back: SentBack | None = None
    campaign: DraftCampaign | None = None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one `draft_json` object."""
        sent_back, campaign = row.get("sent_back"), row["campaign"]
        return cls(
            id=row["id"],
            workspace_id=row["workspace_id"],
            title=row["title"],
            state=row["state"],
            platform=row["platform"],
            topic=row["topic"],
            publish_by=read_on(row["publish_by"]),
            excerpt=row["excerpt"],
            author_id=row["author_id"],
            author_name=row["author_name"],
            version_count=row["version_count"],
            submitted_version=row["submitted_version"],
            submitted_at=read_at(row["submitted_at"]),
            approved_version=row["approved_version"],
            approved_hash=row["approved_hash"],
            approved_until=read_at(row["approved_until"]),
            approved_by_name=row["approved_by_name"],
            published_at=read_at(row["published_at"]),
            published_url=row["published_url"],
            change_number=row["change_number"],
            created_at=need_at(row["created_at"]),
            updated_at=need_at(row["updated_at"]),
            format=row["format"],
            professionals_only=row["professionals_only"],
            thumbnail=row["thumbnail"],
            risk=row["risk"],
            offered_version=row["offered_version"],
            approval_withdrawn_at=read_at(row["approval_withdrawn_at"]),
            taken_down_at=read_at(row["taken_down_at"]),
            why_not=row.get("why_not"),
            sent_back=None if sent_back is None else SentBack.from_json(sent_back),
            campaign=None if campaign is None else DraftCampaign.from_json(campaign),
        )


@dataclass(frozen=True, slots=True)
class Buffer:
    """The text being written; `revision` is what the next save must expect."""

    content: Content
    revision: int
    content_hash: str
    updated_at: datetime

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the buffer of `get_draft`."""
        return cls(
            Content.from_json(row["content"]),
            row["revision"],
            row["content_hash"],
            need_at(row["updated_at"]),
        )


@dataclass(frozen=True, slots=True)
class Version:
    """A version that is never changed; `content` is None in lists.

    `proposed` is a professional's edit, offered to the author.
    """

    number: int
    content_hash: str
    submitted: bool
    note: str
    created_at: datetime
    created_by_name: str
    content: Content | None = None
    created_by: str = ""
    proposed: bool = False

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one `version_json` object, with or without its content."""
        content = row.get("content")
        return cls(
            number=row["number"],
            content_hash=row["content_hash"],
            submitted=row["submitted"],
            note=row["note"],
            created_at=need_at(row["created_at"]),
            created_by_name=row["created_by_name"],
            content=None if content is None else Content.from_json(content),
            created_by=row["created_by"],
            proposed=row["proposed"],
        )


@dataclass(frozen=True, slots=True)
class CredentialSnapshot:
    """The credential as it was when the decision was made."""

    name: str
    profession: str
    register_url: str
    jurisdiction: str
    scope: tuple[str, ...]
    checked_at: datetime
    expires_on: date

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the snapshot kept with a decision."""
        return cls(
            name=row["name"],
            profession=row["profession"],
            register_url=row["register_url"],
            jurisdiction=row["jurisdiction"],
            scope=tuple(row["scope"]),
            checked_at=need_at(row["checked_at"]),
            expires_on=date.fromisoformat(row["expires_on"]),
        )


@dataclass(frozen=True, slots=True)
class Waiver:
    """A professional answered for words that the checker would stop, and why. `part` as in
    services.checking; `said` is what the checker gave as its reason.
    """

    id: str
    part: str
    quote: str
    said: str
    reason: str
    waived_by: str
    name: str
    profession: str
    waived_at: datetime

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `waiver_json`."""
        return cls(
            id=row["id"],
            part=row["part"],
            quote=row["quote"],
            said=row["said"],
            reason=row["reason"],
            waived_by=row["waived_by"],
            name=row["name"],
            profession=row["profession"],
            waived_at=need_at(row["waived_at"]),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """A professional's decision on one version.

    `kind` is a key of `services.decisions.KINDS`; `reason_code` is None for an approval. `waivers`
    are those that an approval rests on, `help` is what went with the post then, None where no
    approval or nothing of it was kept.
    """

    id: str
    version_number: int
    content_hash: str
    kind: str
    reason_code: str | None
    note: str
    decided_by: str
    decided_at: datetime
    capacity: str
    credential: CredentialSnapshot
    statement_version: int
    statement: str
    valid_until: datetime | None
    waivers: tuple[Waiver, ...] = ()
    help: HelpGiven | None = None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one `decision_json` object."""
        return cls(
            id=row["id"],
            version_number=row["version_number"],
            content_hash=row["content_hash"],
            kind=row["kind"],
            reason_code=row["reason_code"],
            note=row["note"],
            decided_by=row["decided_by"],
            decided_at=need_at(row["decided_at"]),
            capacity=row["capacity"],
            credential=CredentialSnapshot.from_json(row["credential"]),
            statement_version=row["statement_version"],
            statement=row["statement"],
            valid_until=read_at(row["valid_until"]),
            waivers=tuple(Waiver.from_json(one) for one in row["waivers"]),
            help=None if row["help"] is None else HelpGiven.from_json(row["help"]),
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit record; `actor_name` is None for the operator."""

    seq: int
    at: datetime
    action: str
    detail: Json
    actor_name: str | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one event of `get_review`."""
        return cls(row["seq"], need_at(row["at"]), row["action"], row["detail"], row["actor_name"])


@dataclass(frozen=True, slots=True)
class Credential:
    """What a professional may decide on. Counts when checked, not revoked and not expired."""

    id: str
    profession: str
    register_url: str
    jurisdiction: str
    scope: tuple[str, ...]
    submitted_at: datetime
    checked_at: datetime | None
    expires_on: date | None
    revoked_at: datetime | None
    checked_by_name: str | None = None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one credential of `get_people` or `get_home`."""
        return cls(
            id=row["id"],
            profession=row["profession"],
            register_url=row["register_url"],
            jurisdiction=row["jurisdiction"],
            scope=tuple(row["scope"]),
            submitted_at=need_at(row["submitted_at"]),
            checked_at=read_at(row["checked_at"]),
            expires_on=read_on(row["expires_on"]),
            revoked_at=read_at(row["revoked_at"]),
            checked_by_name=row.get("checked_by_name"),
        )

    def is_current(self, *, today: date) -> bool:
        """Whether decisions may be made under it on `today`, as the database sees it."""
        return (
            self.checked_at is not None
            and self.revoked_at is None
            and self.expires_on is not None
            and self.expires_on >= today
        )
