"""Dates, counts, names and foreign text, in words for people.

Nothing here draws: every function takes values and returns a string. Times come in as aware UTC
datetimes and leave in the person's zone; text that somebody typed goes through `plain` before it
meets a label or a Markdown element.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.decisions import KINDS, REASONS
from services.drafts import STATES, TOPICS
from services.platforms import platform_of

ROLE_LABELS = {
    "influencer": "Influencer",
    "professional": "Professional",
    "coordinator": "Coordinator",
}

# What a text on such a topic is about: it is shown after a word of warning.
CONTENT_NOTES = {
    "suicide_self_harm": "suicide and self-harm",
    "eating_disorders": "eating disorders",
    "trauma": "trauma and violence",
}

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Joins without a width or a line break: it keeps ":material/home:" from turning into an icon.
_JOINER = "\u2060"
_MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")
_MAGIC = re.compile(r"(:(?=\S)|www(?=\.)|<(?=[-=])|[->~<](?=[->=])|/(?=/))", re.IGNORECASE)
# Characters that reorder the text around them; a title has no use for them.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name; UTC for a name this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def day(on: date, *, short: bool = False) -> str:
    """A date: "3 November 2026", or "3 Nov 2026"."""
    month = _MONTHS[on.month - 1]
    return f"{on.day} {month[:3] if short else month} {on.year}"


def month(on: date, *, short: bool = False) -> str:
    """The month of a date: "November 2026", or "Nov 2026"."""
    name = _MONTHS[on.month - 1]
    return f"{name[:3] if short else name} {on.year}"


def weekday(on: date) -> str:
    """The day of the week: "Tuesday"."""
    return _WEEKDAYS[on.weekday()]


def clock(at: datetime, zone: str) -> str:
    """The time of day in the person's zone: "14:05"."""
    return at.astimezone(zone_of(zone)).strftime("%H:%M")


def moment(at: datetime, zone: str) -> str:
    """A time in the person's zone: "3 November 2026, 14:05"."""
    return f"{day(at.astimezone(zone_of(zone)).date())}, {clock(at, zone)}"


def ago(at: datetime, now: datetime, zone: str) -> str:
    """How long ago something happened, exact enough to act on.

    "just now", "5 minutes ago", "today, 09:30", "yesterday, 14:05", "3 days ago", and from a
    week on the date. A time in the future (clocks differ) reads "just now" within a minute.
    """
    seconds = (now - at).total_seconds()
    if -60 < seconds < 60:
        return "just now"
    if 0 < seconds < 3600:
        return f"{count(int(seconds // 60), 'minute')} ago"
    there = at.astimezone(zone_of(zone)).date()
    days = (now.astimezone(zone_of(zone)).date() - there).days
    if days == 0:
        return f"today, {clock(at, zone)}"
    if days == 1:
        return f"yesterday, {clock(at, zone)}"
    if 1 < days < 7:
        return f"{days} days ago"
    return day(there)


def today_in(zone: str, now: datetime) -> date:
    """The person's date at `now`."""
    return now.astimezone(zone_of(zone)).date()


def due(on: date, today: date) -> str:
    """A day to be ready by: "today", "tomorrow", "in 5 days", "2 days late", or the date."""
    days = (on - today).days
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days < 0:
        return f"{count(-days, 'day')} late" if days > -30 else f"since {day(on)}"
    return f"in {days} days" if days < 15 else day(on)


def is_late(on: date | None, today: date) -> bool:
    """Whether a day to be ready by has passed."""
    return on is not None and on < today


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 draft", "1,204 drafts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listing(words: Iterable[str]) -> str:
    """Words in a sentence: "a", "a and b", "a, b and c"."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def lasting(span: timedelta) -> str:
    """A length of time in its largest unit: "3 days", "5 hours", "20 minutes"."""
    seconds = max(0, int(span.total_seconds()))
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return count(seconds // size, name)
    return "less than a minute"


def state_label(state: str) -> str:
    """A draft's state: "In review"."""
    return STATES.get(state, state.replace("_", " ").capitalize())


def platform_label(platform: str) -> str:
    """Where a post goes: "TikTok"."""
    return platform_of(platform).name


def topic_label(topic: str) -> str:
    """What a post is about: "Anxiety and depression"."""
    return TOPICS.get(topic, topic.replace("_", " ").capitalize())


def role_label(role: str) -> str:
    """What somebody is in a workspace: "Professional"."""
    return ROLE_LABELS.get(role, role.capitalize())


def reason_label(code: str | None) -> str:
    """Why a draft came back; empty for an approval."""
    return "" if code is None else REASONS.get(code, code.replace("_", " ").capitalize())


def kind_label(kind: str) -> str:
    """What was decided: "Sent back"."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def one_line(text: str) -> str:
    """Text that somebody typed, on one line, without marks that reorder it. Not for Markdown."""
    return _REORDERING.sub("", " ".join(text.split()))


def switch_label(label: str, *, meaning: str) -> str:
    """A switch's label as Markdown, in two lines: in one, it would be too low for a finger."""
    return f"{label}  \n:small[{meaning}]"


def plain(text: str) -> str:
    """Text that somebody typed, so that a Markdown element or a label shows it as typed.

    One line. Escapes Markdown, and keeps icons, emoji codes, arrows and addresses from
    appearing in place of the characters. Marks that reorder text are left out, and
    right-to-left text is isolated from the sentence around it. Not for posts: see
    `components.text.draw_post`.
    """
    line = one_line(text)
    line = _MAGIC.sub(rf"\1{_JOINER}", line).replace("@", f"{_JOINER}@")
    escaped = _MARKDOWN.sub(r"\\\g<0>", line)
    return f"\u2068{escaped}\u2069" if _RIGHT_TO_LEFT.search(line) else escaped
