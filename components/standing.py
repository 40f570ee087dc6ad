"""Where a draft stands when there is nothing to decide, and a note that came too late."""

from __future__ import annotations

import streamlit as st

from components import cached, feedback, keeper, links, session, taking_back
from components import format as fmt
from components.refusals import show_refusal
from components.review import Visit, key_of
from services import decisions, drafts
from services.errors import TandemError

_WORDS = {
    "drafting": "The author is changing the text. Nothing can be published until a new "
    "version is approved.",
    "changes_requested": "It went back to the author. A new version will come in for review.",
    "expired": "The approval has ended. The author can send the text for review again.",
    "declined": "It was declined, so it is closed.",
    "withdrawn": "The author took it back.",
}


def draw_standing(visit: Visit) -> None:
    """Where the draft stands; for its author, the way to go on writing.

    What `draw_on_hold` says is not said again.
    """
    draft = visit.room.draft
    words = _WORDS.get(draft.state)
    if draft.offered_version is not None:
        words = (
            f"Version {draft.offered_version} is a professional's edit, approved as it is. It "
            "counts once the author accepts exactly that text."
        )
    if draft.state == "on_hold" or (words is None and not visit.is_author):
        return
    if visit.is_author and draft.offered_version is not None:
        return  # The offer itself says it, with what to do.
    with st.container(border=True):
        if words is not None:
            st.markdown(words)
        if draft.offered_version not in (None, visit.room.version.number):
            links.draw_link(
                "review",
                f"Read version {draft.offered_version}",
                icon=":material/arrow_forward:",
                draft_id=draft.id,
                query={"version": str(draft.offered_version)},
            )
        if visit.is_author and draft.state in drafts.OPEN_STATES:
            _draw_edit(visit)


def draw_on_hold(visit: Visit) -> None:
    """Above the text of a draft on hold: who set it aside and why, and taking it up again."""
    if visit.room.draft.state != "on_hold":
        return
    hold = visit.room.handoff.hold
    with st.container(border=True):
        who = (
            "" if hold is None else f" by {fmt.plain(hold.held_by_name)} {visit.ago(hold.held_at)}"
        )
        st.markdown(f":material/pause_circle: **The review was put on hold**{who}.")
        if hold is not None:
            st.text(hold.note)
        if visit.is_author:
            _draw_edit(visit)
        if visit.room.why_not is None and st.button(
            "Resume the review",
            key=key_of("resume", visit.room.draft.id),
            type="primary",
            icon=":material/play_circle:",
        ):
            _resume(visit)


def draw_kept_note(visit: Visit) -> None:
    """Notes that came too late, so that they can still be of use."""
    if visit.is_author:
        return
    draw_kept(visit, "note")
    if taking_back.find_offer(visit) is None:
        draw_kept(visit, "taking_back")


def draw_kept(visit: Visit, name: str) -> None:
    """What stands in this field of the room, which is not on the page any more; nothing if empty.

    Args:
        name: A key of `review.FIELD_LABELS`.
    """
    note = st.session_state.get(key_of(name, visit.room.draft.id))
    if not note:
        return
    with st.container(border=True):
        st.markdown("**The note you were writing**")
        st.text(note)
        st.button(
            "Move it to the comments",
            key=key_of(f"move_{name}", visit.room.draft.id),
            icon=":material/move_item:",
            on_click=_move_note,
            args=(visit.room.draft.id, name),
        )


def draw_why_not(visit: Visit) -> None:
    """In review, and the reader cannot decide: why, and what they can do."""
    why = visit.room.why_not or ""
    st.markdown("**In review**")
    if visit.is_author:
        st.markdown(
            "A professional will approve it or send it back. You can go on writing; they decide "
            "on the version you sent."
        )
        links.draw_link("draft", "Edit", icon=":material/edit:", draft_id=visit.room.draft.id)
        return
    st.markdown(decisions.WHY_NOT.get(why, "You cannot decide on this draft."))
    if why == "no_credential":
        links.draw_link("settings", "Your credential", icon=":material/badge:")


def _draw_edit(visit: Visit) -> None:
    if visit.room.draft.state == "approved":
        st.markdown("Editing the text ends its approval.")
    links.draw_link("draft", "Edit", icon=":material/edit:", draft_id=visit.room.draft.id)


def _resume(visit: Visit) -> None:
    try:
        decisions.resume_draft(session.gateway(), draft_id=visit.room.draft.id)
    except TandemError as error:
        show_refusal(error, visit)
        return
    feedback.flash("The review goes on. Nothing was decided yet.")
    cached.forget_drafts()
    st.rerun()


def _move_note(draft_id: str, name: str) -> None:
    note_key, comment_key = key_of(name, draft_id), key_of("comment", draft_id)
    note = st.session_state.get(note_key) or ""
    st.session_state[note_key] = ""
    keeper.forget(draft_id, name)
    before = st.session_state.get(comment_key) or ""
    st.session_state[comment_key] = f"{before}\n\n{note}".strip()
