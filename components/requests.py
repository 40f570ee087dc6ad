"""Who has a draft and why it presses, in words: for the queue, Home, the room and its author."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from components import format as fmt
from components.words import Line, Words, join, to_markdown
from services.models import Draft
from services.reviews import QueueEntry, Request

# A review is overdue when its day has come or nobody decided for this long; the database counts
# the same way (get_home, get_queue).
PATIENCE = timedelta(days=3)

_RISKS: dict[int, Words] = {
    3: Words("Very sensitive topic", look="badge", icon="spa", colour="violet"),
    2: Words("Sensitive topic", look="badge", icon="spa", colour="violet"),
}

SECOND_LOOK = Words("Second look", look="badge", icon="difference", colour="blue")
_OVERDUE = Words("Overdue", look="badge", icon="schedule", colour="orange")


def say_risk(draft: Draft) -> Line:
    """How careful to be with it; empty for topics that need no more care than any."""
    found = _RISKS.get(draft.risk)
    return (found,) if found else ()


def say_overdue(draft: Draft, *, now: datetime, today: date) -> Line:
    """Why a review is overdue; empty when it is not."""
    if draft.publish_by == today:
        why = "It is to go out today."
    elif draft.publish_by is not None and draft.publish_by < today:
        why = "Its day to go out has passed."
    elif draft.submitted_at is not None and draft.submitted_at < now - PATIENCE:
        why = f"It has waited {fmt.lasting(now - draft.submitted_at)} for a decision."
    else:
        return ()
    return (_OVERDUE, Words(f" {why}"))


def is_second_look(entry: QueueEntry) -> bool:
    """Whether the reader decided on an earlier version than the one in review."""
    return entry.my_decision is not None


def say_asked(request: Request, *, now: datetime, zone: str) -> Line:
    """Why the reader has a draft: who asked, when, in which words."""
    since = fmt.ago(request.asked_at, now, zone)
    who = Words(request.asked_by_name, is_typed=True)
    said: dict[str, Line] = {
        "taken": (Words(f"You took it {since}."),),
        "assigned": (who, Words(f" gave it to you {since}.")),
        "second_look": (
            SECOND_LOOK,
            Words(f" It came back changed {since}. You decided on an earlier version."),
        ),
        "second_opinion": (who, Words(f" asked for your opinion as well {since}.")),
        "not_my_area": (who, Words(f" passed it on to you {since}: not their area.")),
    }
    wants = "asked for your advice" if request.kind == "peer" else "asked you to decide"
    line = said.get(request.reason, (who, Words(f" {wants} {since}.")))
    if not request.note:
        return line
    return (*line, Words(" “"), Words(request.note, is_typed=True), Words("”"))


def say_holders(
    requests: Sequence[Request], *, reader_id: str, now: datetime, zone: str, is_mine: bool = False
) -> Line:
    """Who has a draft, and since when.

    Args:
        is_mine: whether the reader wrote it; then nobody is told to take it.
    """
    held = any(one.kind == "professional" for one in requests)
    nobody = "No professional has it yet." if is_mine else "Nobody has it yet."
    parts: list[Line] = [] if held else [(Words(nobody),)]
    parts += [_say_one(one, reader_id, now, zone) for one in _in_order(requests)]
    return join(parts, " ")


def say_others(requests: Sequence[Request], *, now: datetime, zone: str) -> Line:
    """Who has a draft besides the reader; empty when nobody does."""
    return join((_say_one(one, "", now, zone) for one in _in_order(requests)), " ")


def say_since(at: datetime, *, now: datetime, zone: str) -> str:
    """A day or a time to stand after "since"."""
    there, here = fmt.today_in(zone, at), fmt.today_in(zone, now)
    if there == here:
        return f"today, {fmt.clock(at, zone)}"
    if there == here - timedelta(days=1):
        return f"yesterday, {fmt.clock(at, zone)}"
    return fmt.day(there)


def say_holders_markdown(
    requests: Sequence[Request], *, reader_id: str, now: datetime, zone: str, is_mine: bool
) -> str:
    """The same for a Markdown element."""
    line = say_holders(requests, reader_id=reader_id, now=now, zone=zone, is_mine=is_mine)
    return to_markdown(line)


def _in_order(requests: Sequence[Request]) -> list[Request]:
    """Those who decide before those who advise."""
    return sorted(requests, key=lambda one: one.kind != "professional")


def _say_one(request: Request, reader_id: str, now: datetime, zone: str) -> Line:
    is_reader = request.assignee_id == reader_id
    name = Words(request.assignee_name, look="strong", is_typed=True)
    if request.kind == "professional":
        since = say_since(request.asked_at, now=now, zone=zone)
        if is_reader:
            return (Words(f"You have it since {since}."),)
        return (name, Words(f" has it since {since}."))
    when = fmt.ago(request.asked_at, now, zone)
    if is_reader:
        return (Words(f"You were asked for advice {when}."),)
    return (name, Words(f" was asked for advice {when}."))
