"""What happened to a draft, in words: one line an event, newest first.

Versions, decisions and comments tell most of it to everybody who may read the draft; the audit
record adds the rest for those who may see it (its author, who decided on it, coordinators).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from components.format import day, listing, platform_label, reason_label
from services.models import Decision, Event
from services.rooms import Room

_DECIDED = {
    "approved": "approved version {number}",
    "changes_requested": "sent version {number} back",
    "declined": "declined version {number}",
    "approved_with_edits": "approved it with edits, as version {number}",
    "approval_withdrawn": "withdrew the approval of version {number}",
    "edits_taken_back": "took the edit back, version {number}",
}
_DECISION_ICONS = {
    "approved": "verified",
    "changes_requested": "reply",
    "declined": "block",
    "approved_with_edits": "edit_square",
    "approval_withdrawn": "gpp_bad",
    "edits_taken_back": "undo",
}
# Told by versions, decisions and comments already.
_TOLD = {
    "draft_submitted",
    "draft_approved",
    "draft_approved_with_edits",
    "draft_changes_requested",
    "draft_declined",
    "approval_withdrawn",
    "edits_taken_back",
    "comment_added",
}
_EVENTS = {
    "draft_created": ("started the draft", "add_circle"),
    "version_saved": ("saved version {version} for themselves", "bookmark"),
    "approval_voided": ("changed the approved text, so its approval ended", "history"),
    "draft_published": ("marked version {version} published", "public"),
    "draft_withdrawn": ("withdrew the draft", "undo"),
    "draft_reopened": ("went on with the draft", "redo"),
    "draft_held": ("put the review on hold", "pause_circle"),
    "draft_resumed": ("took up the review again", "play_circle"),
    "edits_accepted": ("accepted the edit, so version {version} is approved", "verified"),
    "draft_taken_down": ("recorded that the post was taken down", "public_off"),
    "links_changed": ("changed where the post can be found", "link"),
    "watch_set": ("arranged who reads the comments", "visibility"),
    "watch_ended": ("is done reading the comments", "visibility_off"),
    "audience_changed": ("changed who may see the draft", "group"),
    "draft_campaign_set": ("chose which campaign it is for", "campaign"),
    "review_asked": ("asked a colleague to look at it", "person_add"),
    "review_assigned": ("gave it to somebody to review", "assignment_ind"),
    "review_taken": ("took it on to review", "person_check"),
    "review_passed_on": ("passed the review on", "move_up"),
    "advice_given": ("gave advice", "lightbulb"),
    "finding_waived": ("waived what the checker found, with a reason", "verified_user"),
    "waiver_taken_back": ("took a waiver back", "undo"),
    "help_attached": ("attached help to the post", "support"),
    "help_taken_off": ("took help off the post", "support"),
    "thread_resolved": ("settled a thread of comments", "check_circle"),
    "thread_reopened": ("opened a thread of comments again", "replay"),
}
# The audience's word depends on what it was changed to.
_AUDIENCES = {
    True: "showed the draft to professionals only",
    False: "showed the draft to everybody in the workspace",
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
    if event.action == "audience_changed":
        what = _AUDIENCES[bool(event.detail.get("professionals_only"))]
    if event.action == "links_changed":
        what = _say_links(event) or what
    return what.format(version=event.detail.get("version", ""))


def _say_links(event: Event) -> str:
    """What was done to which addresses; empty for an event that does not tell."""
    done = ("added", "corrected", "removed")
    return listing(
        f"{word} the address on {listing(map(platform_label, event.detail[word]))}"
        for word in done
        if word in event.detail
    )


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
        # A professional's edit is told by the decision that came with it.
        if version.submitted and not version.proposed:
            yield Line(
                version.created_at,
                version.created_by_name,
                f"sent version {version.number} for review",
                "send",
                version.note,
            )


def _tell_decisions(room: Room) -> Iterator[Line]:
    for decision in room.decisions:
        yield Line(
            decision.decided_at,
            decision.credential.name,
            say_decision(decision),
            _DECISION_ICONS[decision.kind],
            decision.note,
        )


def _tell_events(room: Room) -> Iterator[Line]:
    for event in room.events:
        if event.action not in _TOLD:
            _what, icon = _EVENTS.get(event.action, ("", "circle"))
            yield Line(event.at, event.actor_name or "The operator", say_event(event), icon)
