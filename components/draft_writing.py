"""Writing a draft: the text field, two windows at odds, comparing, sending."""

from __future__ import annotations

import streamlit as st

from components import (
    autosave,
    diff,
    draft_fields,
    draft_images,
    draft_notices,
    draft_states,
    editor,
    feedback,
    images,
    session,
    text,
)
from components import desk as desks
from components import format as fmt
from components.autosave import Clash, Writing
from components.desk import Desk, key_of
from services import drafts, errors
from services.drafts import LONGEST_CAPTION


def draw_writing(desk: Desk) -> None:
    """The text and everything that depends on it."""
    writing = desk.writing
    if writing is None:
        return
    # Nothing above the field may come or go, or the browser would make a new field.
    notes = st.container()
    with notes:
        if writing.clash is not None:
            _draw_clash(desk, writing, writing.clash)
    fields = writing.fields
    message = editor.draw_editor(
        writing,
        profile_id=desk.person.profile_id,
        limits=editor.Limits(
            fmt.platform_label(fields.platform), editor.PLATFORM_LIMITS.get(fields.platform)
        ),
        saved_label=f"Saved {fmt.clock(writing.saved_at, desk.person.time_zone)}",
    )
    if writing.is_new(message):
        # A new session learns only here what the browser had to say; the next run saves it.
        st.rerun()
    if writing.clash is None:
        draft_images.draw_part(desk, writing)
        _draw_sending(desk, writing)
        _draw_comparison(desk, writing)


def why_not_send(desk: Desk, writing: Writing) -> str:
    """Why the text cannot be sent for review now; empty when it can."""
    length = len(writing.caption)
    if desk.draft.state == "on_hold":
        return "The draft is on hold."
    if writing.refusal is not None:
        return "Your latest words are not saved yet."
    if not writing.caption.strip() and not writing.fields.media:
        return "Write something first."
    if length > LONGEST_CAPTION:
        return (
            f"The text has {length:,} characters; {LONGEST_CAPTION:,} is the most that can be sent."
        )
    if desk.draft.state == "in_review" and _is_as_sent(desk, writing):
        return "This text is in review already."
    if desk.draft.state == "approved":
        return "This text is approved already."
    return ""


def _draw_sending(desk: Desk, writing: Writing) -> None:
    draft = desk.draft
    why_not = why_not_send(desk, writing) or images.why_not_send(writing.fields.media)
    again = draft.submitted_version is not None
    # The number is part of the key, so that a note is not offered again for the next version.
    note = st.text_input(
        "What changed, and why (optional)" if again else "A note for the reviewer (optional)",
        key=key_of(f"note_{draft.version_count}", draft.id),
        max_chars=500,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        sends = st.button(
            "Send for review" if not again else "Send again for review",
            key=key_of("send", draft.id),
            type="secondary" if draft_notices.is_offer_open(desk) else "primary",
            icon=":material/send:",
            disabled=bool(why_not),
        )
        newest = draft.version_count and _hash_of(desk, draft.version_count)
        keeps = st.button(
            "Save a version",
            key=key_of("keep", draft.id),
            icon=":material/bookmark_add:",
            disabled=not writing.caption.strip() or newest == writing.content_hash,
        )
        draft_states.draw_withdraw(desk)
    if why_not:
        st.caption(f":material/info: {why_not}")
    elif draft.state == "changes_requested" and _is_as_sent(desk, writing):
        st.caption(f"Nothing has changed since version {draft.submitted_version} yet.")
    if sends:
        _send(desk, writing, note)
    if keeps:
        _keep_version(desk, writing, note)


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
    if not st.toggle(f"Show what changed since version {number}", key=key):
        return
    try:
        before = desks.content_of(desks.find_version(desk.draft.id, number=number))
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    theirs = draft_fields.describe_content_change(before, writing.fields)
    for line in theirs:
        st.markdown(line)
    with st.container(border=True):
        diff.draw_diff(
            before.caption,
            writing.caption,
            label=f"What changed since version {number}",
            key=key_of("diff", desk.draft.id),
        )


def _is_as_sent(desk: Desk, writing: Writing) -> bool:
    return _hash_of(desk, desk.draft.submitted_version) == writing.content_hash


def _hash_of(desk: Desk, number: int | None) -> str:
    for version in desk.editor.versions:
        if version.number == number:
            return version.content_hash
    return ""


# -- two windows -----------------------------------------------------------------------------


def _draw_clash(desk: Desk, writing: Writing, clash: Clash) -> None:
    """Both texts side by side, what differs, and the choice. Nothing is lost before it."""
    draft_id = desk.draft.id
    theirs = autosave.fields_of(
        clash.other.content, title=clash.other_title, publish_by=clash.other_publish_by
    )
    with st.container(border=True):
        st.warning(
            "This draft was changed in another window or on another device since you opened it "
            "here. Both texts are kept; choose which one to go on with.",
            icon=":material/sync_problem:",
            title="Two texts",
        )
        here, there = st.columns(2)
        with here, st.container(border=True):
            st.markdown("**Yours, in this window**")
            text.draw_text(clash.text, label="Your text", key=key_of("clash_mine", draft_id))
        with there, st.container(border=True):
            st.markdown(f"**From the other window**, saved {desk.ago(clash.other.updated_at)}")
            text.draw_text(
                clash.other.content.caption,
                label="The other text",
                key=key_of("clash_theirs", draft_id),
            )
        for line in draft_fields.describe_difference(clash.fields, theirs):
            st.markdown(line)
        with st.expander("What differs, from the other text to yours", expanded=True):
            diff.draw_diff(
                clash.other.content.caption,
                clash.text,
                label="What differs",
                key=key_of("clash_diff", draft_id),
            )
        with st.container(horizontal=True):
            mine = st.button(
                "Keep mine",
                key=key_of("keep_mine", draft_id),
                type="primary",
                icon=":material/check:",
            )
            other = st.button("Take the other one", key=key_of("take_other", draft_id))
        if mine or other:
            _resolve(desk, writing, keeps_mine=mine)


def _resolve(desk: Desk, writing: Writing, *, keeps_mine: bool) -> None:
    message = editor.heard_message(desk.draft.id)
    try:
        if keeps_mine:
            autosave.keep_mine(session.gateway(), writing, message=message)
        else:
            autosave.take_other(writing, message=message)
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    desks.forget(desk.draft.id)
    kept = "Your text is kept" if keeps_mine else "The other text is here now"
    feedback.flash(f"{kept}. The other window will show it too.", kind="info")
    st.rerun()
