"""The author's desk: what this tab knows of an open draft, and reading it within the budget.

A run that has something to save does not read as well: the save says whether anything changed.
Typing runs the whole page, not a fragment: after the app was restarted, a browser's requests for
a fragment go nowhere, and what it has to save would wait for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import streamlit as st

from components import autosave, cached, draft_fields, editor, feedback, session
from components import format as fmt
from components.messages import Message
from components.writing import Writing, raw_state, start_writing
from services import drafts, errors, rooms
from services.drafts import CLOSED_STATES, Editor
from services.models import Draft, DraftCampaign, Version
from services.person import Person
from services.posts import Content

WATCH_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Desk:
    """One run of the page: who writes, what was read, and what this tab knows since.

    `writing` is None when the draft is somebody else's.
    """

    person: Person
    now: datetime
    editor: Editor
    writing: Writing | None

    @property
    def draft(self) -> Draft:
        """The draft as it was read."""
        return self.editor.draft

    @property
    def content(self) -> Content:
        """The post as it is being written; empty fields for a stranger, who never sees it."""
        if self.writing is None:
            raise errors.NotFound
        return self.writing.content()

    @property
    def is_editing_approved(self) -> bool:
        """Whether the author asked to change an approved text."""
        is_asked = bool(st.session_state.get(key_of("edit", self.draft.id)))
        return is_asked and self.draft.state == "approved"

    def ago(self, at: datetime) -> str:
        """How long ago, for the author."""
        return fmt.ago(at, self.now, self.person.time_zone)


def key_of(name: str, draft_id: str) -> str:
    """The key of a widget or a note of this draft."""
    return f"draft_{name}_{draft_id}"


def open_desk(person: Person, *, draft_id: str, now: datetime) -> Desk:
    """The draft as this tab works on it: saves what there is to save, else reads it anew.

    A save that fails is shown where this is called; nothing is lost by it.

    Raises:
        NotFound: no such draft, or not the person's to see.
        Unavailable: the database is away, and this tab never saw the draft.
    """
    seen: Editor | None = st.session_state.get(key_of("seen", draft_id))
    writing: Writing | None = st.session_state.get(key_of("writing", draft_id))
    before = None if seen is None or writing is None else Desk(person, now, seen, writing)
    has_work = before is not None and _has_work(before)
    # A save meets what other windows saved. Where there is none, because both texts of a part wait
    # for a choice, reading does: the other text is shown as it is now.
    if before is not None and has_work and not _is_only_at_odds(before):
        return _save_and_refresh(before)
    try:
        read = drafts.get_editor(session.gateway(), draft_id=draft_id)
    except errors.Unavailable as away:
        if before is None:
            raise
        if has_work:
            # The fields themselves say that they are not saved.
            return _save_and_refresh(before)
        feedback.show_error(away)
        return _refresh(before)
    if read.buffer is None:
        forget(draft_id)
        return Desk(person, now, read, None)
    if writing is None:
        writing = start_writing(read)
    else:
        writing.follow(read)
        writing.state = raw_state(read.draft)
    st.session_state[key_of("seen", draft_id)] = read
    st.session_state[key_of("writing", draft_id)] = writing
    desk = Desk(person, now, read, writing)
    return _save_and_refresh(desk) if has_work and _has_work(desk) else desk


def _save_and_refresh(desk: Desk) -> Desk:
    save_work(desk)
    return _refresh(desk)


def note_campaign(draft_id: str, campaign: DraftCampaign | None) -> None:
    """This tab just put the draft into another campaign; a save that follows need not read it."""
    seen: Editor | None = st.session_state.get(key_of("seen", draft_id))
    if seen is not None:
        st.session_state[key_of("seen", draft_id)] = replace(
            seen, draft=replace(seen.draft, campaign=campaign)
        )
    cached.forget_drafts()


def forget(draft_id: str) -> None:
    """Read the draft anew the next time; lists elsewhere as well."""
    st.session_state.pop(key_of("seen", draft_id), None)
    cached.forget_drafts()


def find_version(draft_id: str, *, number: int) -> Version:
    """A version with its content. Versions never change, so each is read once a tab.

    Raises:
        NotFound: no such version.
    """
    kept: dict[int, Version] = st.session_state.setdefault(key_of("versions", draft_id), {})
    if number not in kept:
        room = rooms.get_room(session.gateway(), draft_id=draft_id, version=number)
        kept[number] = room.version
        if room.compare is not None:
            kept[room.compare.number] = room.compare
    return kept[number]


def content_of(version: Version) -> Content:
    """The version's content, which `find_version` always brings."""
    if version.content is None:
        raise errors.NotFound
    return version.content


def save_work(desk: Desk) -> None:
    """Save what was typed or chosen since the last run; errors are shown, nothing is lost."""
    writing = desk.writing
    if writing is None:
        return
    messages = new_messages(writing)
    choices = draft_fields.read_choices(writing)
    if not messages and choices == writing.post.choices:
        return
    before = writing.state
    try:
        autosave.save(session.gateway(), writing, choices=choices, messages=messages)
    except errors.TandemError as error:
        feedback.show_error(error)
        if isinstance(error, errors.Conflict | errors.NotFound):
            forget(desk.draft.id)
        return
    if writing.voided or writing.moved or writing.state != before:
        _tell_change(desk, writing)


def _tell_change(desk: Desk, writing: Writing) -> None:
    """The save changed more than the text: say so at once, on the whole page."""
    if writing.voided:
        writing.voided = False
        feedback.flash(
            "The text is no longer the one that was approved. It is saved; send it for review "
            "again when you are done.",
            kind="warning",
            title=f"Your edit ended the approval of version {desk.draft.approved_version}",
        )
        st.session_state.pop(key_of("edit", desk.draft.id), None)
        forget(desk.draft.id)
    elif writing.state != raw_state(desk.draft):
        forget(desk.draft.id)
    st.rerun()


def start_watch(desk: Desk) -> None:
    """Look now and then whether somebody decided or commented; if so, draw the page anew."""
    st.session_state[key_of("drawn", desk.draft.id)] = True
    _watch(desk.draft.id, desk.draft.change_number)


@st.fragment(run_every=WATCH_SECONDS)
def _watch(draft_id: str, seen: int) -> None:
    if st.session_state.pop(key_of("drawn", draft_id), False):
        return  # The page read the draft in this very run.
    try:
        number = rooms.find_change_number(session.gateway(), draft_id=draft_id)
    except errors.Unavailable:
        return  # The editor itself says when it cannot save; the next look may succeed.
    except errors.TandemError:
        st.rerun()
    if number != seen:
        st.rerun()


def new_messages(writing: Writing) -> dict[str, Message]:
    """What the browser said and has no answer to, by the part's name."""
    heard = editor.heard_messages(writing.draft_id)
    return {name: message for name, message in heard.items() if writing.is_new(name, message)}


def _is_only_at_odds(desk: Desk) -> bool:
    """Whether all that is new belongs to parts of which the person has yet to choose a text."""
    writing = desk.writing
    if writing is None or draft_fields.read_choices(writing) != writing.post.choices:
        return False
    return new_messages(writing).keys() <= writing.clashes.keys()


def _has_work(desk: Desk) -> bool:
    writing = desk.writing
    if writing is None or writing.moved or desk.draft.state in CLOSED_STATES:
        return False
    return bool(new_messages(writing)) or (
        draft_fields.read_choices(writing) != writing.post.choices
    )


def _refresh(desk: Desk) -> Desk:
    """What was read earlier, with what this tab saved since."""
    seen, writing = desk.editor, desk.writing
    if writing is None:
        return desk
    choices = writing.post.choices
    state = seen.draft.state
    if raw_state(seen.draft) != writing.state:
        state = writing.state
    draft = replace(
        seen.draft,
        title=writing.post.title,
        publish_by=choices.publish_by,
        professionals_only=choices.professionals_only,
        state=state,
        updated_at=max(seen.draft.updated_at, writing.saved_at),
    )
    return replace(desk, editor=replace(seen, draft=draft, context=writing.post.context()))
