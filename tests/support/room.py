"""A review room made by hand, for tests of what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from components.review import Visit
from services.discussion import Advice, Comment, Note
from services.models import Draft, Membership, Version
from services.person import Person
from services.posts import Content, ContextCard
from services.publishing import Handoff
from services.reviews import Colleague
from services.rooms import Look, Room

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def before(**span: float) -> datetime:
    """So long before NOW."""
    return NOW - timedelta(**span)


def make_comment(name: str, **changes: Any) -> Comment:
    """By marco, an hour ago, on version 1; `name` is its id and text."""
    values: dict[str, Any] = {
        "id": name,
        "version_number": 1,
        "body": name,
        "created_at": before(hours=1),
        "author_id": "marco",
        "author_name": "Marco",
        "author_roles": ("influencer",),
    }
    return Comment(**(values | changes))


def make_note(name: str, **changes: Any) -> Note:
    """By dana, an hour ago, on version 1."""
    values: dict[str, Any] = {
        "id": name,
        "version_number": 1,
        "body": name,
        "created_at": before(hours=1),
        "author_id": "dana",
        "author_name": "Dana",
    }
    return Note(**(values | changes))


def make_advice(**changes: Any) -> Advice:
    """By marco, on version 1."""
    values: dict[str, Any] = {
        "id": "a1",
        "version_number": 1,
        "kind": "looks_good",
        "note": "",
        "given_by": "marco",
        "given_by_name": "Marco",
        "given_at": before(hours=1),
    }
    return Advice(**(values | changes))


def make_look(**changes: Any) -> Look:
    """Version 1 an hour ago, nothing before it."""
    values: dict[str, Any] = {
        "version_number": 1,
        "previous_version": None,
        "looked_at": before(hours=1),
        "previous_at": None,
    }
    return Look(**(values | changes))


def make_version(number: int, **changes: Any) -> Version:
    """By ines, sent for review."""
    values: dict[str, Any] = {
        "number": number,
        "content_hash": f"{number:064}",
        "submitted": True,
        "note": "",
        "created_at": before(days=2),
        "created_by_name": "Ines",
        "content": Content("instagram", "general", f"Text {number}", ("DE",)),
    }
    return Version(**(values | changes))


def make_room(*, draft: dict[str, Any] | None = None, **changes: Any) -> Room:
    """Version 1 by ines in review; `draft` are other fields of it."""
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
        "change_number": 5,
        "created_at": NOW,
        "updated_at": NOW,
    }
    people = [("ines", "influencer"), ("marco", "influencer"), ("dana", "professional")]
    room: dict[str, Any] = {
        "draft": Draft(**(values | (draft or {}))),
        "context": ContextCard(),
        "version": make_version(1),
        "compare": None,
        "versions": (make_version(1),),
        "comments": (),
        "notes": None,
        "advice": (),
        "requests": (),
        "handoff": Handoff({}, (), None),
        "media": (),
        "people": tuple(
            Colleague(name, name.title(), frozenset({role}), None, can_decide=False)
            for name, role in people
        ),
        "look": None,
        "decisions": (),
        "events": (),
        "why_not": None,
        "my_credential": None,
        "approval_days": 180,
        "statement": "I read it.",
    }
    return Room(**(room | changes))


def make_visit(room: Room, *, reader: str = "dana", role: str = "professional") -> Visit:
    """Somebody with one role in the draft's workspace, in UTC, now."""
    membership = Membership("w1", "Home", frozenset({role}))
    person = Person(
        profile_id=reader,
        name=reader.title(),
        email="",
        time_zone="UTC",
        workspace_id="w1",
        workspace_name="Home",
        roles=frozenset({role}),
        memberships=(membership,),
    )
    return Visit(person, room, NOW)
