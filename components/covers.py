"""What a decision covers, said before the button is pressed: one sentence, then what follows."""

from __future__ import annotations

from datetime import timedelta

from components import format as fmt
from components import history
from components.countries import names_of
from components.review import Visit
from services.models import CredentialSnapshot
from services.posts import Content

_MADE = {
    "approved": "approve version {number}",
    "approved_with_edits": "approve version {number} as you edited it",
    "changes_requested": "send version {number} back",
    "declined": "decline version {number}",
    "approval_withdrawn": "withdraw the approval of version {number}",
}
_FOLLOWS = {
    "approved": "It covers exactly version {number} and no other text: an edit ends it at once.",
    "approved_with_edits": (
        "It covers exactly the text as you edited it and no other. It counts once the author "
        "accepts exactly that; until then nothing can be published."
    ),
    "changes_requested": (
        "It covers exactly version {number}. The author can change the text and send it in again."
    ),
    "declined": (
        "It covers exactly version {number} and closes the draft. To have it changed instead, "
        "send it back."
    ),
    "approval_withdrawn": (
        "The author and the coordinators are told at once, with your reason and your words."
    ),
}


def say_covers(visit: Visit, kind: str) -> str:
    """The whole decision in one sentence, and what follows from it; Markdown.

    Args:
        kind: A key of `services.decisions.KINDS`.
    """
    room = visit.room
    withdraws = kind == "approval_withdrawn"
    number = (room.draft.approved_version if withdraws else None) or room.version.number
    content_hash = (room.draft.approved_hash if withdraws else None) or room.version.content_hash
    parts = [
        f"You **{_MADE[kind].format(number=number)}**",
        f"fingerprint `{history.short_hash(content_hash)}`"
        if kind != "approved_with_edits"
        else "",
        say_where(room.version.content) if kind in ("approved", "approved_with_edits") else "",
        _say_until(visit) if kind in ("approved", "approved_with_edits") else "",
        "" if room.my_credential is None else say_capacity(room.my_credential),
    ]
    sentence = ", ".join(part for part in parts if part)
    return f"{sentence}.\n\n{_FOLLOWS[kind].format(number=number)}"


def say_statement(visit: Visit) -> str:
    """What the reader states by pressing the button above."""
    return f"By pressing you state, and it is kept with your decision: “{visit.room.statement}”"


def say_where(content: Content | None) -> str:
    """For which platform and countries: "for Instagram in Austria, Germany"."""
    if content is None:
        return ""
    where = names_of(content.audience_countries)
    return f"for {fmt.platform_label(content.platform)}" + (f" in {where}" if where else "")


def say_capacity(held: CredentialSnapshot) -> str:
    """As whom: "as Dana, Psychologist, DE (register entry checked, good through ...)"."""
    return (
        f"as **{fmt.plain(held.name)}**, {fmt.plain(held.profession)}, "
        f"{fmt.plain(held.jurisdiction)} (register entry good through {fmt.day(held.expires_on)})"
    )


def _say_until(visit: Visit) -> str:
    days = visit.room.approval_days
    until = fmt.today_in(visit.zone, visit.now + timedelta(days=days))
    return f"valid until {fmt.day(until)} ({fmt.count(days, 'day')})"
