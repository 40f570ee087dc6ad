"""Writing a draft: the fields, comparing with what was sent, sending."""

from __future__ import annotations

import streamlit as st

from components import (
    at_risk,
    changes,
    checks,
    draft_help,
    draft_images,
    draft_notices,
    draft_parts,
    draft_states,
    editor,
    feedback,
    hints_list,
    images,
    keeper,
    keeping,
    session,
)
from components import desk as desks
from components import format as fmt
from components import hints as reading
from components.desk import Desk, key_of
from components.draft_clash import draw_clashes
from components.writing import Writing
from services import drafts, errors
from services.formats import is_written, part_label
from services.posts import LONGEST_SENT

_NOTE_LABELS = ("A note for the reviewer (optional)", "What changed, and why (optional)")


def draw_writing(desk: Desk) -> None:
    """The post and everything that depends on it."""
    writing = desk.writing
    if writing is None:
        return
    # Nothing above the fields may come or go, or the browser would make new ones.
    with st.container():
        draw_clashes(desk, writing)
    _draw_group(desk, writing, "head", [draft_parts.title_field()])
    hints = reading.read_hints(desk)
    _draw_group(desk, writing, "post", draft_parts.post_fields(writing.post), hints)
    with st.container():
        at_risk.draw_care(desk, hints)
    draft_images.draw_part(desk, writing)
    with st.container():
        hints_list.draw_whole(hints, card=writing.post.context())
    with st.container():
        draft_help.draw_help(desk, hints)
    _draw_sending(desk, writing)
    _draw_comparison(desk, writing)


def draw_card(desk: Desk) -> None:
    """The card that tells colleagues what the post is for."""
    if desk.writing is not None:
        _draw_group(desk, desk.writing, "card", draft_parts.card_fields())


def hear_more(desk: Desk) -> None:
    """Run again if a new session learned only now what the browser had to say.

    Called once all fields are drawn; the next run saves it.
    """
    if desk.writing is not None and desks.new_messages(desk.writing):
        st.rerun()


def why_not_send(desk: Desk, writing: Writing) -> str:
    """Why the post cannot be sent for review now; empty when it can."""
    if desk.draft.state == "on_hold":
        return "The draft is on hold."
    if keeping.is_kept(desk):
        return "You keep this draft to yourself."
    if writing.clashes:
        return "Choose which one to go on with first."
    if writing.refusals:
        return "Your latest words are not saved yet."
    if not is_written(writing.content()):
        return "Write something first."
    return (
        _why_too_long(writing)
        or images.why_not_send(writing.post.choices.media)
        or _why_nothing_new(desk, writing)
    )


def _why_too_long(writing: Writing) -> str:
    for name, longest in LONGEST_SENT.items():
        length = len(writing.post.texts[name])
        if length > longest:
            part = part_label(writing.post.choices.format, name)
            return f"{part}: {length:,} characters; {longest:,} is the most that can be sent."
    return ""


def _why_nothing_new(desk: Desk, writing: Writing) -> str:
    if desk.draft.state == "in_review" and _is_as_sent(desk, writing):
        return "This text is in review already."
    if desk.draft.state == "approved":
        return "This text is approved already."
    return ""


def _draw_group(
    desk: Desk,
    writing: Writing,
    group: str,
    fields: list[editor.Field],
    hints: reading.Hints | None = None,
) -> None:
    editor.draw_fields(
        writing,
        group,
        fields,
        profile_id=desk.person.profile_id,
        saved_label=f"Saved {fmt.clock(writing.saved_at, desk.person.time_zone)}",
        hints={} if hints is None else reading.field_hints(hints),
        care={} if hints is None else at_risk.care_in(hints),
        on_answer=None if hints is None else reading.hear_answer,
    )


def _draw_sending(desk: Desk, writing: Writing) -> None:
    draft = desk.draft
    why_not = why_not_send(desk, writing)
    again = draft.submitted_version is not None
    note = _draw_note(desk, is_first=not again)
    bar = st.bottom.container(gap="small")
    # Always in sight, however long the post is.
    with bar, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        sends = st.button(
            "Send for review" if not again else "Send again for review",
            key=key_of("send", draft.id),
            type="secondary" if draft_notices.is_offer_open(desk) else "primary",
            icon=":material/send:",
            disabled=bool(why_not),
        )
        if why_not:
            st.caption(f":material/info: {why_not}", width="content")
        elif draft.state == "changes_requested" and _is_as_sent(desk, writing):
            st.caption(
                f"Nothing has changed since version {draft.submitted_version} yet.",
                width="content",
            )
    with st.container(horizontal=True, vertical_alignment="center"):
        newest = draft.version_count and _hash_of(desk, draft.version_count)
        keeps = st.button(
            "Save a version",
            key=key_of("keep", draft.id),
            icon=":material/bookmark_add:",
            disabled=not is_written(writing.content()) or newest == writing.content_hash,
        )
        draft_states.draw_withdraw(desk)
    if sends:
        # A refusal is read where the button is, which may be far from the note.
        with bar:
            _send(desk, writing, note)
    if keeps:
        _keep_version(desk, writing, note)


def _draw_note(desk: Desk, *, is_first: bool) -> str:
    """What goes with the next version, from whichever window: kept until this one sent it."""
    draft_id = desk.draft.id
    key = key_of(f"note_{st.session_state.get(key_of('notes', draft_id), 0)}", draft_id)
    note = st.text_input(
        _NOTE_LABELS[0 if is_first else 1],
        key=key,
        max_chars=500,
        persist_state="session",
    )
    keeper.keep_note(
        _note_place(draft_id),
        key,
        *_NOTE_LABELS,
        profile_id=desk.person.profile_id,
        key="keeper_draft",
        tells=True,
    )
    return note or ""


def _forget_note(draft_id: str) -> None:
    """It went with a version: the next one begins with an empty field."""
    count = key_of("notes", draft_id)
    st.session_state[count] = st.session_state.get(count, 0) + 1
    keeper.forget(_note_place(draft_id), keeper.NOTE)


def _note_place(draft_id: str) -> str:
    return f"{draft_id}:sending"


def _send(desk: Desk, writing: Writing, note: str) -> None:
    try:
        number = drafts.submit_draft(
            session.gateway(),
            draft_id=desk.draft.id,
            expected_revision=writing.revision,
            note=note,
        )
    except errors.TandemError as error:
        _show_refusal(desk, error)
        return
    checks.have_read(desk.draft.id)
    _forget_note(desk.draft.id)
    desks.forget(desk.draft.id)
    feedback.flash(
        f"Version {number} is with the professionals. You hear from them here and on Home.",
        title="Sent for review",
    )
    st.rerun()


def _keep_version(desk: Desk, writing: Writing, note: str) -> None:
    try:
        number = drafts.save_version(
            session.gateway(),
            draft_id=desk.draft.id,
            expected_revision=writing.revision,
            note=note,
        )
    except errors.TandemError as error:
        _show_refusal(desk, error)
        return
    _forget_note(desk.draft.id)
    desks.forget(desk.draft.id)
    feedback.flash(f"Kept as version {number}. Only you see it.")
    st.rerun()


def _show_refusal(desk: Desk, error: errors.TandemError) -> None:
    """Another window was faster: the next run has its text, and the editor sorts it out."""
    feedback.show_error(error)
    if isinstance(error, errors.Conflict):
        desks.forget(desk.draft.id)


def _draw_comparison(desk: Desk, writing: Writing) -> None:
    """What changed since the version that others saw last."""
    number = desk.draft.submitted_version
    if number is None or _is_as_sent(desk, writing):
        return
    key = key_of("compare", desk.draft.id)
    label = fmt.switch_label(
        f"Show what changed since version {number}",
        meaning="Words added and taken out are marked.",
    )
    if not st.toggle(label, key=key):
        return
    try:
        before = desks.content_of(desks.find_version(desk.draft.id, number=number))
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    with st.container(border=True):
        changes.draw_changes(
            changes.compare_contents(before, writing.content()),
            label=f"what changed since version {number}",
            key=key_of("diff", desk.draft.id),
        )


def _is_as_sent(desk: Desk, writing: Writing) -> bool:
    return _hash_of(desk, desk.draft.submitted_version) == writing.content_hash


def _hash_of(desk: Desk, number: int | None) -> str:
    for version in desk.editor.versions:
        if version.number == number:
            return version.content_hash
    return ""
