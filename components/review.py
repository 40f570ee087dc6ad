"""The parts of the review room: text and changes, comments, history, and the look-out for news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from components import badges, cached, diff, feedback, history, keeper, session, text
from components import format as fmt
from components.countries import names_of
from services import discussion
from services.discussion import Comment
from services.errors import TandemError, Unavailable
from services.models import Version
from services.posts import Content
from services.rooms import Room
from services.sessions import Person

POLL_SECONDS = 5
MOST_VERSIONS = 10_000

# Texts about these are shown after a word of warning.
CONTENT_NOTES = {
    "suicide_self_harm": "suicide and self-harm",
    "eating_disorders": "eating disorders",
    "trauma": "trauma and violence",
}

# What people type here, by the name of the field; the note has one label for each decision.
FIELD_LABELS = {
    "comment": ("Your comment",),
    "note": ("A note to the author (optional)", "What should change, and why"),
}

_LOADED = "review_loaded"
_READ = "review_read"
_OPENED = "review_opened"
_CLEAR = "review_clear"


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
    # The button is drawn in every run of this page, and its state goes when the page does.
    if key_of("send", draft_id) not in st.session_state:
        cached.forget_room()
    version, compare = read_number("version"), read_number("compare")
    room, st.session_state[_LOADED] = cached.get_room(
        session.gateway(), person, draft_id=draft_id, version=version, compare=compare
    )
    return room


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


@st.fragment(run_every=POLL_SECONDS)
def watch(draft_id: str, *, seen: int, reading: int) -> None:
    """Ask every few seconds whether anything happened; say so, change nothing by itself."""
    if st.session_state.pop(_LOADED, False):
        return  # The room was read in this very run.
    try:
        number = cached.find_change_number(session.gateway(), session.person(), draft_id=draft_id)
    except Unavailable:
        st.caption(":material/cloud_off: Reconnecting. What you type is kept.")
        return
    except TandemError as error:
        feedback.show_error(error)
        return
    if number is None:
        st.info("This draft is no longer shared with you.", icon=":material/lock:")
        return
    if number <= seen:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/sync: Something changed in this draft since you opened it. "
            "What you are typing stays.",
            width="stretch",
        )
        if st.button("Show what is new", key=key_of("news", draft_id), type="primary"):
            show_news(reading)
            st.rerun()


def draw_header(visit: Visit) -> None:
    """Title, state, and what the post is."""
    draft = visit.room.draft
    st.title(fmt.plain(draft.title), anchor=False)
    facts = badges.describe_draft(
        draft, zone=visit.zone, now=visit.now, viewer_id=visit.person.profile_id
    )
    st.markdown(f"{badges.state_markdown(draft.state)} :small[{facts}]")


def draw_text(visit: Visit) -> bool:
    """The version's text, or what changed in it; whether the reader sees it."""
    room = visit.room
    _draw_version_choice(visit)
    if not _is_opened(visit):
        _draw_content_note(room)
        return False
    content = _content_of(room.version)
    with st.container(border=True):
        if room.compare is not None and st.session_state.get(key_of("changes", room.draft.id)):
            _draw_changes(_content_of(room.compare), content, room)
        else:
            text.draw_post(content, label=f"Version {room.version.number}")
    st.caption(
        f"Version {room.version.number}, sent by {fmt.plain(room.version.created_by_name)} "
        f"{visit.ago(room.version.created_at)} · {len(content.caption):,} characters · "
        f"fingerprint {history.short_hash(room.version.content_hash)}"
    )
    if room.version.note:
        st.markdown(f"**{fmt.plain(room.version.created_by_name)} wrote with it**")
        st.text(room.version.note)
    return True


def draw_comments(visit: Visit) -> None:
    """What people said, oldest first, and a box to say something."""
    room = visit.room
    many = f" ({len(room.comments)})" if room.comments else ""
    st.header(f"Comments{many}", anchor=False)
    if not room.comments:
        st.caption("No comments yet. Everybody in the workspace can read what you write here.")
    for comment in room.comments:
        _draw_comment(comment, visit)
    key = key_of("comment", room.draft.id)
    body = st.text_area(
        FIELD_LABELS["comment"][0],
        key=key,
        max_chars=4000,
        placeholder="Be specific and kind: what works, what could hurt, what would help.",
        on_change="ignore",
        persist_state="session",
    )
    if st.button("Add comment", key=key_of("send", room.draft.id), icon=":material/add_comment:"):
        try:
            discussion.add_comment(
                session.gateway(),
                draft_id=room.draft.id,
                version=room.version.number,
                body=body or "",
            )
        except TandemError as error:
            feedback.show_error(error)
        else:
            clear_later({key: ""})
            keeper.forget(room.draft.id, "comment")
            cached.forget_drafts()
            st.rerun()


def keep_typed(visit: Visit) -> None:
    """Have the browser keep comment and note until they are sent."""
    keeper.draw_keeper(
        profile_id=visit.person.profile_id,
        place=visit.room.draft.id,
        fields={name: key_of(name, visit.room.draft.id) for name in FIELD_LABELS},
        labels=FIELD_LABELS,
    )


def draw_history(visit: Visit) -> None:
    """Every version, decision and event in words, newest first."""
    lines = history.list_lines(visit.room)
    with st.expander(f"History ({len(lines)})", icon=":material/history:"):
        # One element for all: a long history would cost more than the rest of the page.
        st.markdown("\n\n".join(_say_line(line, visit) for line in lines))


def list_differences(before: Content, after: Content) -> list[str]:
    """What changed besides the text, a Markdown line each."""
    pairs = (
        ("Platform", fmt.platform_label(before.platform), fmt.platform_label(after.platform)),
        ("Topic", fmt.topic_label(before.topic), fmt.topic_label(after.topic)),
        (
            "Countries",
            names_of(before.audience_countries) or "none chosen",
            names_of(after.audience_countries) or "none chosen",
        ),
    )
    return [f"**{what}:** was {old}, now {new}" for what, old, new in pairs if old != new]


def _say_line(line: history.Line, visit: Visit) -> str:
    told = f":material/{line.icon}: **{fmt.plain(line.who)}** {line.what}"
    when = f":small[{visit.ago(line.at)}]"
    note = f"  \n“{fmt.plain(line.note)}”" if line.note else ""
    return f"{told}  \n{when}{note}"


def _draw_version_choice(visit: Visit) -> None:
    room = visit.room
    sent = [version.number for version in room.versions if version.submitted]
    # News was asked for, and there is a newer version: show what changed in it.
    read = st.session_state.pop(_READ, None)
    key = key_of("changes", room.draft.id)
    if room.compare is None and len(sent) < 2:
        return
    if read is not None and read < room.version.number:
        st.session_state[key] = True
    elif key not in st.session_state:
        st.session_state[key] = "compare" in st.query_params
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _pick_number("version", "Version", sent, room.version.number, room.draft.id)
        if room.compare is None:
            return
        earlier = [number for number in sent if number != room.version.number]
        if st.session_state[key] and len(earlier) > 1:
            _pick_number("compare", "Compare with", earlier, room.compare.number, room.draft.id)
        st.toggle(
            f"Show changes since version {room.compare.number}",
            key=key,
            on_change=_keep_compare,
            args=(key, room.compare.number),
        )


def _pick_number(name: str, label: str, numbers: list[int], current: int, draft_id: str) -> None:
    key = key_of(name, draft_id)
    st.session_state[key] = current
    st.selectbox(
        label,
        numbers,
        format_func=lambda number: f"Version {number}",
        key=key,
        width=160,
        on_change=_keep_number,
        args=(name, key),
    )


def _keep_number(name: str, key: str) -> None:
    st.query_params[name] = str(st.session_state[key])
    if name == "version":
        st.query_params.pop("compare", None)


def _keep_compare(key: str, number: int) -> None:
    if st.session_state[key]:
        st.query_params["compare"] = str(number)
    else:
        st.query_params.pop("compare", None)


def _is_opened(visit: Visit) -> bool:
    """Whether the text may be shown without a word before it."""
    topic = _content_of(visit.room.version).topic
    opened = st.session_state.setdefault(_OPENED, set())
    return topic not in CONTENT_NOTES or visit.is_author or visit.room.draft.id in opened


def _draw_content_note(room: Room) -> None:
    about = CONTENT_NOTES[_content_of(room.version).topic]
    with st.container(border=True):
        st.markdown(
            f":material/spa: **Content note.** This draft talks about {about}. "
            "Read it when you are ready; nothing is lost if you come back later."
        )
        if st.button("Show the text", key=key_of("open", room.draft.id), type="primary"):
            st.session_state[_OPENED].add(room.draft.id)
            st.rerun()


def _draw_changes(before: Content, after: Content, room: Room) -> None:
    segments = diff.word_diff(before.caption, after.caption)
    added, removed = diff.count_changes(segments)
    for line in list_differences(before, after):
        st.markdown(line)
    st.caption(
        f"{fmt.count(added, 'word')} added, {fmt.count(removed, 'word')} removed"
        if added or removed
        else "The words are the same."
    )
    number = room.compare.number if room.compare else 0
    diff.draw_diff(
        before.caption,
        after.caption,
        label=f"What changed between version {number} and version {room.version.number}",
    )


def _draw_comment(comment: Comment, visit: Visit) -> None:
    roles = fmt.listing(fmt.role_label(role).lower() for role in comment.author_roles)
    about = (
        ""
        if comment.version_number == visit.room.version.number
        else f" · on version {comment.version_number}"
    )
    with st.container(border=True, gap="xsmall"):
        who = (
            "You"
            if comment.author_id == visit.person.profile_id
            else fmt.plain(comment.author_name)
        )
        what = f", {roles}" if roles else ""
        st.markdown(f"**{who}**{what} · :small[{visit.ago(comment.created_at)}{about}]")
        st.text(comment.body)


def _content_of(version: Version) -> Content:
    if version.content is None:
        raise ValueError("a version in the room comes with its content")
    return version.content
