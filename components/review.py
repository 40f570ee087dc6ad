"""The review room: opening it, its head and its history, and what its other parts share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import streamlit as st

from components import badges, cached, checks, history, keeper, session
from components import format as fmt
from services.models import Version
from services.person import Person
from services.posts import Content, ContextCard
from services.rooms import Room

MOST_VERSIONS = 10_000

# What people type here, by the name of the field; the note has one label for each decision.
FIELD_LABELS = {
    "note": ("A note to the author (optional)", "What should change, and why", "Why it waits"),
    "withdrawal": ("Why the approval ends",),
    "taking_back": ("What the author should know (optional)",),
}

# Keys of the places that a link near the top leads to.
DECISION = "review_decision"
PUBLISHING = "review_publishing"
COMMENTS = "review_comments"

_READ = "review_read"
_CLEAR = "review_clear"
_OPENED_AT = "review_opened_at"


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at the room: who, when, and what they asked to see."""

    person: Person
    room: Room
    now: datetime

    @property
    def zone(self) -> str:
        """The reader's time zone."""
        return self.person.time_zone

    @property
    def roles(self) -> frozenset[str]:
        """The reader's roles in the draft's workspace, which need not be the chosen one."""
        here = self.person.within(self.room.draft.workspace_id)
        return here.roles if here.workspace_id == self.room.draft.workspace_id else frozenset()

    @property
    def is_author(self) -> bool:
        """Whether the draft is the reader's own."""
        return self.room.draft.author_id == self.person.profile_id

    @property
    def is_latest(self) -> bool:
        """Whether the version on the screen is the one in review."""
        return self.room.version.number == self.room.draft.submitted_version

    @property
    def last_visit(self) -> tuple[int | None, datetime | None]:
        """The version the reader saw before this visit, and when; None for their first."""
        look = self.room.look
        if look is None:
            return None, None
        return look.last_visit(shown=self.room.version.number, now=self.now)

    def ago(self, at: datetime) -> str:
        """How long ago, for the reader."""
        return fmt.ago(at, self.now, self.zone)


def key_of(name: str, draft_id: str) -> str:
    """The key of a widget of this draft; what is typed for one draft never shows in another."""
    return f"review_{name}_{draft_id}"


def read_number(name: str) -> int | None:
    """A version number from the address; 0, which no version has, for anything else."""
    asked = st.query_params.get(name)
    if asked is None:
        return None
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return number if number < MOST_VERSIONS else 0


def open_room(person: Person, *, draft_id: str) -> Room:
    """The room as the address asks for it; read anew whenever somebody comes to the page.

    Raises:
        NotFound: see `services.rooms.get_room`.
    """
    # The threads are drawn in every run of this page, and their state goes when the page does.
    if key_of("talk", draft_id) not in st.session_state:
        cached.forget_room()
        st.session_state[_OPENED_AT] = monotonic()
    room = _read_room(person, draft_id)
    if st.session_state.get(key_of("room", draft_id)) is not room:
        # Not read yet, or with other rules. Also if a run that was cut short had it read.
        if room.safety is not None and not room.safety.checked and checks.have_read(draft_id):
            cached.forget_room()
            room = _read_room(person, draft_id)
        st.session_state[key_of("room", draft_id)] = room
        st.session_state.pop(key_of("news", draft_id), None)
    return room


def _read_room(person: Person, draft_id: str) -> Room:
    return cached.get_room(
        session.gateway(),
        person,
        draft_id=draft_id,
        version=read_number("version"),
        compare=read_number("compare"),
    )


def kept_room(visit: Visit) -> Room:
    """The room with what was said since the page was last run as a whole."""
    room: Room = st.session_state.get(key_of("room", visit.room.draft.id), visit.room)
    return room


def keep_room(person: Person, room: Room) -> None:
    """Show this from now on, without reading."""
    cached.keep_room(person, room, version=read_number("version"), compare=read_number("compare"))
    st.session_state[key_of("room", room.draft.id)] = room


def opened_at() -> float:
    """When this tab came to the room, in monotonic seconds."""
    opened: float = st.session_state[_OPENED_AT]
    return opened


def clear_later(fields: Mapping[str, object]) -> None:
    """Give these fields their empty values in the next run, before they are drawn."""
    st.session_state[_CLEAR] = dict(fields)


def clear_now() -> None:
    """Empty what `clear_later` named."""
    for key, empty in st.session_state.pop(_CLEAR, {}).items():
        st.session_state[key] = empty


def show_news(reading: int | None) -> None:
    """Read the room anew; what was typed stays. `reading` is the version on the screen."""
    st.session_state[_READ] = reading
    st.query_params.pop("version", None)
    cached.forget_drafts()


def take_reading() -> int | None:
    """The version that was on the screen when news were asked for, once."""
    reading: int | None = st.session_state.pop(_READ, None)
    return reading


def content_of(version: Version) -> Content:
    """The content of a version that the room shows."""
    if version.content is None:
        raise ValueError("a version in the room comes with its content")
    return version.content


def draw_header(visit: Visit) -> None:
    """Title, state, and what the post is."""
    room = visit.room
    draft = room.draft
    st.title(fmt.plain(draft.title), anchor=False)
    facts = badges.describe_draft(
        draft, zone=visit.zone, now=visit.now, viewer_id=visit.person.profile_id
    )
    st.markdown(f"{badges.draft_markdown(draft)} :small[{facts}]")


def draw_context(visit: Visit) -> None:
    """What the post is for, if its author has said so."""
    if told := say_context(visit.room.context):
        with st.expander("What this post is for", icon=":material/flag:"):
            st.markdown(told)


def say_context(context: ContextCard) -> str:
    """What the author wrote on the card for colleagues, as Markdown; empty for an empty card."""
    parts = (
        ("What it should do", context.goal),
        ("Whom it is for", context.audience),
        ("What it asks people to do", context.action),
    )
    return "\n\n".join(f"**{label}:** {fmt.plain(text)}" for label, text in parts if text)


def keep_typed(visit: Visit) -> None:
    """Have the browser keep the note of a decision until it is sent."""
    keeper.draw_keeper(
        profile_id=visit.person.profile_id,
        place=visit.room.draft.id,
        fields={name: key_of(name, visit.room.draft.id) for name in FIELD_LABELS},
        labels=FIELD_LABELS,
    )


def draw_history(visit: Visit) -> None:
    """Every version, decision and event in words, newest first."""
    lines, told = cached.make_once(
        # Times are told to the minute at most, and a page is seldom run again for nothing.
        f"history {visit.now:%d%H%M}",
        visit.room,
        lambda: _tell_history(visit),
    )
    with st.expander(f"History ({lines})", icon=":material/history:"):
        # One element for all: a long history would cost more than the rest of the page.
        st.markdown(told)


def _tell_history(visit: Visit) -> tuple[int, str]:
    lines = history.list_lines(visit.room)
    return len(lines), "\n\n".join(_say_line(line, visit) for line in lines)


def _say_line(line: history.Line, visit: Visit) -> str:
    told = f":material/{line.icon}: **{fmt.plain(line.who)}** {line.what}"
    when = f":small[{visit.ago(line.at)}]"
    note = f"  \n“{fmt.plain(line.note)}”" if line.note else ""
    return f"{told}  \n{when}{note}"
