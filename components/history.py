"""What happened to a draft, in words: one line an event, newest first.

Versions, decisions and comments tell most of it to everybody who may read the draft; the audit
record adds the rest for those who may see it (its author, who decided on it, coordinators).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from components.format import day, reason_label
from services.models import Decision, Event
from services.rooms import Room

_DECIDED = {
    "approved": "approved version {number}",
    "changes_requested": "sent version {number} back",
    "declined": "declined version {number}",
}
# Told by versions, decisions and comments already.
_TOLD = {
    "draft_submitted",
    "draft_approved",
    "draft_changes_requested",
    "draft_declined",
    "comment_added",
}
_EVENTS = {
    "draft_created": ("started the draft", "add_circle"),
    "version_saved": ("saved version {version} for themselves", "bookmark"),
    "approval_voided": ("changed the approved text, so its approval ended", "history"),
    "draft_published": ("marked version {version} published", "public"),
    "draft_withdrawn": ("withdrew the draft", "undo"),
    "draft_reopened": ("went on with the draft", "redo"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `who` is as typed by that person: not Markdown."""

    at: datetime
    who: str
    what: str
    icon: str
    note: str = ""


def list_lines(room: Room) -> list[Line]:
    """Everything that happened to the draft, newest first."""
    lines = [*_tell_versions(room), *_tell_decisions(room), *_tell_events(room)]
    if room.draft.published_at and not any(e.action == "draft_published" for e in room.events):
        lines.append(Line(room.draft.published_at, "Somebody", "marked it published", "public"))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def say_event(event: Event) -> str:
    """An event of the audit record as the end of a sentence that begins with a name."""
    what, _icon = _EVENTS.get(event.action, (event.action.replace("_", " "), ""))
    return what.format(version=event.detail.get("version", ""))


def say_decision(decision: Decision) -> str:
    """A decision as the end of a sentence that begins with a name."""
    what = _DECIDED[decision.kind].format(number=decision.version_number)
    return f"{what}: {reason_label(decision.reason_code)}" if decision.reason_code else what


def say_credential(decision: Decision) -> str:
    """The credential a decision was made under, as it was then."""
    held = decision.credential
    return (
        f"{held.profession}, {held.jurisdiction}; register entry checked on "
        f"{day(held.checked_at.date())}, good through {day(held.expires_on)}"
    )


def short_hash(content_hash: str) -> str:
    """Enough of a text's fingerprint to compare two by eye."""
    return content_hash[:8]


def _tell_versions(room: Room) -> Iterator[Line]:
    for version in room.versions:
        if version.submitted:
            yield Line(
                version.created_at,
                version.created_by_name,
                f"sent version {version.number} for review",
                "send",
                version.note,
            )


def _tell_decisions(room: Room) -> Iterator[Line]:
    icons = {"approved": "verified", "changes_requested": "reply", "declined": "block"}
    for decision in room.decisions:
        yield Line(
            decision.decided_at,
            decision.credential.name,
            say_decision(decision),
            icons[decision.kind],
            decision.note,
        )


def _tell_events(room: Room) -> Iterator[Line]:
    for event in room.events:
        if event.action not in _TOLD:
            _what, icon = _EVENTS.get(event.action, ("", "circle"))
            yield Line(event.at, event.actor_name or "The operator", say_event(event), icon)
