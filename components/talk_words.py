"""What the talk in the review room says, as data for its script: threads, notes, advice.

Nothing here draws. Texts that somebody typed stay as typed: the script makes text nodes of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from components import format as fmt
from components.review import Visit
from services.discussion import ADVICE, Advice, Comment, Note, Thread, group_threads
from services.models import Decision, Draft
from services.reviews import Colleague
from services.rooms import Room

# Advice counts while somebody may still act on it.
ADVISED_STATES = ("in_review", "on_hold")
# Until then the script itself says how many minutes ago something was.
_HOUR = timedelta(hours=1)

Data = dict[str, Any]


def make_talk(visit: Visit) -> str:
    """All that is said in the room, as the script gets it."""
    room = visit.room
    names = {one.profile_id: one.name for one in room.people}
    threads = sort_threads(group_threads(room.comments), me=visit.person.profile_id)
    told = [_tell_thread(thread, visit, names) for thread in threads]
    resolved = [one for one in told if one["resolved"]]
    data = {
        "heading": f"Comments ({len(room.comments)})" if room.comments else "Comments",
        "summary": say_summary(visit, told),
        "empty": say_empty(room.draft),
        "open": [one for one in told if not one["resolved"]],
        "resolved": resolved,
        "folded": f"{len(resolved)} resolved",
        "people": [_tell_person(one) for one in room.people if one.profile_id != _me(visit)],
        "notes": None if room.notes is None else _tell_notes(room.notes, visit),
        "advice": _tell_advice(visit),
    }
    return json.dumps(data, ensure_ascii=False)


def sort_threads(threads: Iterable[Thread], *, me: str) -> list[Thread]:
    """Threads that address the reader first, then those they began, newest first in each."""
    order = ("for_you", "yours", "")
    return sorted(
        threads,
        key=lambda one: (order.index(mark_of(one, me)), -one.first.created_at.timestamp()),
    )


def mark_of(thread: Thread, me: str) -> str:
    """Why a thread concerns the reader: for_you (they are mentioned), yours, or not at all."""
    if any(me in comment.mentions for comment in (thread.first, *thread.answers)):
        return "for_you"
    return "yours" if thread.first.author_id == me else ""


def say_summary(visit: Visit, told: list[Data]) -> str:
    """What is new and what concerns the reader, in one line; empty for neither."""
    new = sum(item["new"] for thread in told for item in thread["items"])
    addressed = sum(not one["resolved"] and one["mark"] == "For you" for one in told)
    _version, since = visit.last_visit
    parts = []
    if new and since is not None:
        parts.append(f"{new} new since your last visit, {visit.ago(since)}")
    if addressed:
        parts.append(f"{fmt.count(addressed, 'open thread')} for you")
    return " · ".join(parts)


def say_empty(draft: Draft) -> str:
    """Who will read the first comment."""
    whom = "Professionals and the author" if draft.professionals_only else "Everybody here"
    return f"No comments yet. {whom} can read what you write."


def say_news(older: Room, newer: Room) -> str:
    """What happened besides talk since the room on the screen was read, as far as it is known."""
    number = newer.draft.submitted_version
    if number is not None and number != older.draft.submitted_version:
        who = newer.draft.author_name
        return f"{fmt.one_line(who)} sent version {number}."
    known = {decision.id for decision in older.decisions}
    for decision in newer.decisions:
        if decision.id not in known:
            return f"{_say_decision(decision)}."
    if newer.draft.state != older.draft.state:
        return f"It is {fmt.state_label(newer.draft.state).lower()} now."
    return ""


def _say_decision(decision: Decision) -> str:
    kind = fmt.kind_label(decision.kind).lower()
    return f"{fmt.one_line(decision.credential.name)}: {kind}, version {decision.version_number}"


def _me(visit: Visit) -> str:
    return visit.person.profile_id


def _tell_thread(thread: Thread, visit: Visit, names: Mapping[str, str]) -> Data:
    first = thread.first
    marks = {"for_you": "For you", "yours": "Yours", "": ""}
    resolved = ""
    if first.resolved_at is not None:
        by = fmt.one_line(first.resolved_by_name or "")
        resolved = f"Resolved by {by}, {visit.ago(first.resolved_at)}"
    return {
        "id": first.id,
        "mark": marks[mark_of(thread, _me(visit))],
        "resolved": resolved,
        "items": [_tell_comment(one, visit, names) for one in (first, *thread.answers)],
    }


def _tell_comment(comment: Comment, visit: Visit, names: Mapping[str, str]) -> Data:
    roles = fmt.listing(fmt.role_label(role).lower() for role in comment.author_roles)
    shown = visit.room.version.number
    return {
        **_tell_said(comment, visit),
        "roles": roles,
        "about": "" if comment.version_number == shown else f"on version {comment.version_number}",
        "to": [
            "you" if one == _me(visit) else fmt.one_line(names.get(one, "somebody who left"))
            for one in comment.mentions
        ],
    }


def _tell_said(said: Comment | Note, visit: Visit) -> Data:
    mine = said.author_id == _me(visit)
    _version, since = visit.last_visit
    return {
        "id": said.id,
        "mine": mine,
        "who": "You" if mine else fmt.one_line(said.author_name),
        "body": said.body,
        "new": since is not None and not mine and said.created_at > since,
        **_tell_time(said.created_at, visit),
    }


def _tell_time(at: datetime, visit: Visit) -> Data:
    """Seconds since 1970, and the words for it from an hour on."""
    return {
        "at": int(at.timestamp()),
        "when": fmt.ago(at, max(visit.now, at + _HOUR), visit.zone),
    }


def _tell_person(person: Colleague) -> list[str]:
    roles = fmt.listing(sorted(fmt.role_label(role).lower() for role in person.roles))
    return [person.profile_id, fmt.one_line(person.name), roles]


def _tell_notes(notes: tuple[Note, ...], visit: Visit) -> Data:
    many = f" ({len(notes)})" if notes else ""
    shown = visit.room.version.number
    return {
        "heading": f"Notes among professionals{many}",
        "items": [
            {
                **_tell_said(note, visit),
                "roles": "",
                "to": [],
                "about": ""
                if note.version_number == shown
                else f"on version {note.version_number}",
            }
            for note in notes
        ],
    }


def _tell_advice(visit: Visit) -> Data:
    room = visit.room
    return {
        "may": may_advise(visit),
        "version": room.version.number,
        "items": [_tell_one_advice(one, visit) for one in room.advice],
    }


def may_advise(visit: Visit) -> bool:
    """Whether the reader is a peer who has not yet said what they think of this version."""
    room = visit.room
    return (
        "influencer" in visit.roles
        and not visit.is_author
        and visit.is_latest
        and room.draft.state in ADVISED_STATES
        and not any(
            one.given_by == _me(visit) and one.version_number == room.version.number
            for one in room.advice
        )
    )


def _tell_one_advice(advice: Advice, visit: Visit) -> Data:
    return {
        "id": advice.id,
        "kind": advice.kind,
        "label": ADVICE.get(advice.kind, advice.kind),
        "who": "You" if advice.given_by == _me(visit) else fmt.one_line(advice.given_by_name),
        "about": f"version {advice.version_number}",
        "body": advice.note,
        **_tell_time(advice.given_at, visit),
    }
