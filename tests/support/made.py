"""Drafts, people and decisions made up for tests of words, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.models import (
    Credential,
    CredentialSnapshot,
    Decision,
    Draft,
    Version,
)
from services.people import Member
from services.posts import Content, ContextCard
from services.publishing import Handoff
from services.rooms import Room

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def make_draft(**changes: Any) -> Draft:
    """A draft in review."""
    values: dict[str, Any] = {
        "id": "d1",
        "workspace_id": "w1",
        "title": "Rest days",
        "state": "in_review",
        "platform": "instagram",
        "topic": "general",
        "publish_by": None,
        "excerpt": "",
        "author_id": "ines",
        "author_name": "Ines",
        "version_count": 1,
        "submitted_version": 1,
        "submitted_at": NOW,
        "approved_version": None,
        "approved_hash": None,
        "approved_until": None,
        "approved_by_name": None,
        "published_at": None,
        "published_url": None,
        "change_number": 1,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Draft(**(values | changes))


def make_credential(**changes: Any) -> Credential:
    """A checked credential."""
    values: dict[str, Any] = {
        "id": "c1",
        "profession": "Psychologist",
        "register_url": "https://register.example.org/1",
        "jurisdiction": "Kenya",
        "scope": ("general",),
        "submitted_at": NOW,
        "checked_at": NOW,
        "expires_on": TODAY + timedelta(days=365),
        "revoked_at": None,
    }
    return Credential(**(values | changes))


def make_member(name: str, *roles: str, **changes: Any) -> Member:
    """Somebody in the workspace."""
    values: dict[str, Any] = {
        "profile_id": name,
        "name": name,
        "email": None,
        "roles": roles,
        "suspended_at": None,
        "joined_at": NOW,
        "open_drafts": 0,
        "credentials": (),
    }
    return Member(**(values | changes))


def make_decision(kind: str, **changes: Any) -> Decision:
    """A decision on the draft."""
    held = CredentialSnapshot(
        "Dana", "Psychologist", "https://r.example.org", "Kenya", ("general",), NOW, TODAY
    )
    values: dict[str, Any] = {
        "id": kind,
        "version_number": 1,
        "content_hash": "abcdef0123",
        "kind": kind,
        "reason_code": None if kind == "approved" else "wording",
        "note": "",
        "decided_by": "dana",
        "decided_at": NOW,
        "capacity": "professional",
        "credential": held,
        "statement_version": 1,
        "statement": "I read it.",
        "valid_until": None,
    }
    return Decision(**(values | changes))


def make_room(**changes: Any) -> Room:
    """The room of the draft."""
    version = Version(
        1, "abcdef0123", True, "First try", NOW, "Ines", Content("instagram", "general", "Rest.")
    )
    values: dict[str, Any] = {
        "draft": make_draft(),
        "context": ContextCard(),
        "version": version,
        "compare": None,
        "versions": (version,),
        "comments": (),
        "notes": None,
        "advice": (),
        "requests": (),
        "handoff": Handoff({}, (), None),
        "media": (),
        "people": (),
        "look": None,
        "decisions": (),
        "events": (),
        "why_not": None,
        "my_credential": None,
        "approval_days": 180,
        "statement": "I read it.",
    }
    return Room(**(values | changes))
