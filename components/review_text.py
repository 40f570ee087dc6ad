"""The text in the review room: any version, what changed between any two, putting one back."""

from __future__ import annotations

import streamlit as st

from components import cached, changes, feedback, history, links, review, session, text
from components import format as fmt
from components.changes import Changes
from components.review import Visit, content_of, key_of
from services import restoring, rooms
from services.drafts import CLOSED_STATES
from services.models import Version
from services.rooms import Room

_OPENED = "review_opened"


def draw_text(visit: Visit) -> bool:
    """The version's text, or what changed in it; whether the reader sees it."""
    room = visit.room
    shows_changes = _draw_version_choice(visit)
    if not is_opened(visit):
        _draw_content_note(room)
        return False
    pair = _pair_of(room)
    with st.container(border=True):
        if pair is not None and shows_changes:
            _draw_changes(*pair, visit)
        else:
            text.draw_post(content_of(room.version), label=f"Version {room.version.number}")
    st.caption(_say_version(visit))
    for version in _list_noted(room, shows_changes=shows_changes):
        number = "" if version.number == room.version.number else f" version {version.number}"
        who = fmt.plain(version.created_by_name)
        st.markdown(f"**{who} wrote with{number or ' it'}**")
        st.text(version.note)
    _draw_restore(visit)
    return True


def say_since(visit: Visit) -> str:
    """Why the room opens on changes, in a sentence; empty when it does not."""
    room = visit.room
    decided = rooms.find_earlier_decision(room, profile_id=visit.person.profile_id)
    if decided and room.compare and room.compare.number == decided.version_number:
        return f"You decided on version {decided.version_number}. This is what changed since."
    read, _at = visit.last_visit
    if read is None or read >= room.version.number:
        return ""
    if room.compare is None or room.compare.number != read:
        return ""
    return f"You last read version {read}. This is what changed since."


def _say_version(visit: Visit) -> str:
    version = visit.room.version
    return (
        f"Version {version.number}, sent by {fmt.plain(version.created_by_name)} "
        f"{visit.ago(version.created_at)} · {len(content_of(version).caption):,} characters · "
        f"fingerprint {history.short_hash(version.content_hash)}"
    )


def _pair_of(room: Room) -> tuple[Version, Version] | None:
    """The two versions to compare, the older one first."""
    if room.compare is None:
        return None
    older, newer = sorted((room.compare, room.version), key=lambda version: version.number)
    return older, newer


def _list_noted(room: Room, *, shows_changes: bool) -> list[Version]:
    """The versions whose notes say why what is on the screen is so, newest first."""
    pair = _pair_of(room)
    if pair is None or not shows_changes:
        return [room.version] if room.version.note else []
    older, newer = pair
    return [
        version
        for version in room.versions
        if version.submitted and version.note and older.number < version.number <= newer.number
    ]


def _draw_version_choice(visit: Visit) -> bool:
    """Pick one version and another to compare it with; whether changes are to be shown."""
    room = visit.room
    sent = [version.number for version in room.versions if version.submitted]
    # News was asked for, and there is a newer version: show what changed in it.
    read = review.take_reading()
    key = key_of("changes", room.draft.id)
    if room.compare is None:
        if len(sent) > 1:
            _pick_number("version", "Version", sent, room.version.number, room.draft.id)
        return False
    if read is not None and read < room.version.number:
        st.session_state[key] = True
    elif key not in st.session_state:
        st.session_state[key] = "compare" in st.query_params or bool(say_since(visit))
    is_on: bool = st.session_state[key]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _pick_number("version", "Version", sent, room.version.number, room.draft.id)
        earlier = [number for number in sent if number != room.version.number]
        if is_on and len(earlier) > 1:
            _pick_number("compare", "Compare with", earlier, room.compare.number, room.draft.id)
        st.toggle(
            fmt.switch_label(
                f"Show changes since version {room.compare.number}"
                if room.compare.number < room.version.number
                else f"Show changes until version {room.compare.number}",
                meaning="Words added and taken out are marked.",
            ),
            key=key,
            on_change=_keep_compare,
            args=(key, room.compare.number),
        )
    if is_on and (since := say_since(visit)):
        st.markdown(f":material/difference: {since}")
    return is_on


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


def is_opened(visit: Visit) -> bool:
    """Whether the text may be shown without a word before it."""
    topic = content_of(visit.room.version).topic
    opened = st.session_state.setdefault(_OPENED, set())
    return topic not in fmt.CONTENT_NOTES or visit.is_author or visit.room.draft.id in opened


def _draw_content_note(room: Room) -> None:
    about = fmt.CONTENT_NOTES[content_of(room.version).topic]
    with st.container(border=True):
        st.markdown(
            f":material/spa: **Content note.** This draft talks about {about}. "
            "Read it when you are ready; nothing is lost if you come back later."
        )
        if st.button("Show the text", key=key_of("open", room.draft.id), type="primary"):
            st.session_state[_OPENED].add(room.draft.id)
            st.rerun()


def _draw_changes(older: Version, newer: Version, visit: Visit) -> None:
    found: Changes = cached.make_once(
        f"changes {older.number} {newer.number}",
        visit.room.version,
        lambda: changes.compare_contents(content_of(older), content_of(newer)),
    )
    changes.draw_changes(
        found,
        label=f"what changed between version {older.number} and version {newer.number}",
        key=key_of("diff", visit.room.draft.id),
    )


def _draw_restore(visit: Visit) -> None:
    """For the author, while an older version is on the screen: go on with that one."""
    room = visit.room
    may = visit.is_author and room.draft.state not in CLOSED_STATES
    if not may or visit.is_latest:
        return
    number = room.version.number
    if st.button(
        f"Go on with version {number}", key=key_of("restore", room.draft.id), icon=":material/undo:"
    ):
        ends = (
            " **It ends the approval** unless it is exactly the approved text."
            if room.draft.state == "approved"
            else ""
        )
        feedback.confirm(
            title=f"Put version {number} back?",
            body=(
                f"Its content becomes the text you are writing, ready to edit and send in as a "
                f"new version. What you are writing now is kept as a version first.{ends}"
            ),
            action_label=f"Put version {number} back",
            on_confirm=lambda: _restore(visit),
        )


def _restore(visit: Visit) -> None:
    room = visit.room
    restoring.restore_version(session.gateway(), draft_id=room.draft.id, version=room.version)
    cached.forget_drafts()
    feedback.flash(f"Version {room.version.number} is the text you are writing now.")
    links.go("draft", draft_id=room.draft.id)
