"""Who reads the comments under a post once it is out, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from components import format as fmt
from services.models import Draft
from services.publishing import SENSITIVE_TOPICS, Handoff, Watch
from services.reviews import Colleague

# Most comments come within two days.
WATCH_FOR = timedelta(hours=48)
_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Watching:
    """Somebody reads the comments until an aware time; `None` twice where nobody has to."""

    watcher_id: str | None = None
    until: datetime | None = None


def is_sensitive(draft: Draft) -> bool:
    """Whether people in distress may write under the post."""
    return draft.topic in SENSITIVE_TOPICS


def default_until(now: datetime, zone: str) -> datetime:
    """Two days from now on the reader's clock, as the field shows it: without a zone."""
    there = (now + WATCH_FOR).astimezone(fmt.zone_of(zone)).replace(second=0, microsecond=0)
    late = timedelta(minutes=there.minute % 15)
    return (there - late + (_STEP if late else timedelta())).replace(tzinfo=None)


def to_utc(there: datetime, zone: str) -> datetime:
    """A time on the reader's clock as an aware UTC time."""
    return there.replace(tzinfo=fmt.zone_of(zone)).astimezone(UTC)


def list_open(handoff: Handoff, now: datetime) -> tuple[Watch, ...]:
    """Who reads the comments at the moment."""
    return tuple(one for one in handoff.watches if one.ended_at is None and one.until > now)


def say_watch(watch: Watch, *, me: str, zone: str, now: datetime) -> str:
    """One Markdown line about somebody who reads, or read, the comments."""
    who = "You" if watch.profile_id == me else fmt.plain(watch.name)
    until = fmt.moment(watch.until, zone)
    if watch.ended_at is not None:
        return f"{who} read the comments until {fmt.moment(watch.ended_at, zone)}."
    if watch.until <= now:
        return f"{who} read the comments until {until}."
    verb = "read" if watch.profile_id == me else "reads"
    return f"**{who} {verb} the comments until {until}.**"


def pick_watching(
    people: Sequence[Colleague], *, me: str, zone: str, now: datetime, keys: tuple[str, str]
) -> Watching:
    """Two fields: who, which is the reader unless they choose, and until when.

    Args:
        people: Who may see the draft.
        zone: IANA name of the reader's zone, on whose clock they choose.
        keys: Of the two fields.
    """
    names = {one.profile_id: one.name for one in people}
    # The reader first, so that they are who it is unless they choose.
    ids = sorted(names, key=lambda one: (one != me, names[one]))
    who_key, until_key = keys
    if st.session_state.get(until_key) is None:
        st.session_state[until_key] = default_until(now, zone)
    who = st.selectbox(
        "Who reads the comments",
        ids,
        format_func=lambda one: "You" if one == me else fmt.one_line(names[one]),
        key=who_key,
        on_change="ignore",
        persist_state="session",
    )
    until = st.datetime_input(
        f"Until when, by your clock ({zone})",
        key=until_key,
        step=_STEP,
        on_change="ignore",
        persist_state="session",
    )
    return Watching(who, to_utc(until, zone))
