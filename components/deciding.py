"""A professional's decision on exactly the text they read."""

from __future__ import annotations

import streamlit as st

from components import (
    cached,
    covers,
    editing_offer,
    feedback,
    history,
    keeper,
    links,
    noticed,
    review,
    second_look,
    session,
    taking_back,
)
from components import format as fmt
from components.refusals import show_refusal
from components.review import Visit, key_of
from components.standing import draw_kept, draw_kept_note, draw_standing, draw_why_not
from components.withdrawing import draw_withdrawing
from services import decisions
from services.errors import TandemError

_HOLD = "hold"
_LABELS = {
    "approved": "Approve",
    editing_offer.KIND: "Approve with edits",
    "changes_requested": "Send back",
    _HOLD: "Hold",
    "declined": "Decline",
}
_DONE = {
    "approved": "Approved. The author can publish exactly this text.",
    "changes_requested": "Sent back. The author sees your note first thing on Home.",
    "declined": "Declined. The author sees why.",
    _HOLD: "On hold. The author sees why; you or a colleague can resume it.",
}
# Which of the note's labels each kind has.
_NOTE_LABEL = {"approved": 0, "changes_requested": 1, "declined": 1, _HOLD: 2}


def draw_decision(visit: Visit, *, text_is_shown: bool) -> None:
    """What the reader can do about the draft, or why they cannot."""
    room = visit.room
    if room.draft.state != "in_review":
        draw_standing(visit)
        taking_back.draw_taking_back(visit)
        draw_withdrawing(visit)
        draw_kept_note(visit)
        editing_offer.draw_left_over(visit)
        return
    may = room.why_not is None
    with st.container(border=True, key=review.DECISION):
        taking_back.draw_taken_back(visit)
        if not may:
            draw_why_not(visit)
        elif not visit.is_latest:
            _draw_latest(visit)
        elif not text_is_shown:
            st.markdown("You can decide once you have read the text.")
        else:
            _draw_form(visit)
    draw_kept(visit, "taking_back")
    if may and visit.is_latest:
        editing_offer.keep_typed(visit)


def _draw_latest(visit: Visit) -> None:
    room = visit.room
    st.markdown(
        f"You are reading version {room.version.number}. Version "
        f"{room.draft.submitted_version} is the one to decide on."
    )
    links.draw_link(
        "review",
        f"Read version {room.draft.submitted_version}",
        icon=":material/arrow_forward:",
        draft_id=room.draft.id,
    )


def _draw_form(visit: Visit) -> None:
    room = visit.room
    kind_key = key_of("kind", room.draft.id)
    earlier = second_look.find_earlier(visit)
    st.header("Your second look" if earlier else "Your decision", anchor=False)
    if earlier is not None:
        second_look.draw_second_look(visit, earlier)
        if st.session_state.get(kind_key) is None:
            second_look.draw_two_ways(visit, on_click=choose, kind_key=kind_key)
            st.caption("Or decide in another way:")
    kind = st.session_state.get(kind_key)
    if kind is None:
        _draw_choice(visit, kind_key)
        return
    if kind == editing_offer.KIND:
        editing_offer.draw_editing(visit)
    else:
        _draw_kind(visit, kind)
    st.button(
        "Decide otherwise",
        key=key_of("otherwise", room.draft.id),
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=choose,
        args=(kind_key, None),
    )


def choose(kind_key: str, kind: str | None) -> None:
    """Open one decision, to see what it means; None goes back to the choice."""
    st.session_state[kind_key] = kind


def _draw_choice(visit: Visit, kind_key: str) -> None:
    """A button for each decision, which only opens it: buttons, because a finger hits them."""
    room = visit.room
    with st.container(horizontal=True):
        for kind, label in _LABELS.items():
            st.button(
                label,
                key=key_of(f"choose_{kind}", room.draft.id),
                on_click=choose,
                args=(kind_key, kind),
            )
    st.caption(
        f"On version {room.version.number}, fingerprint "
        f"{history.short_hash(room.version.content_hash)}. Choose one to see what it means."
    )


def _draw_kind(visit: Visit, kind: str) -> None:
    """What the decision covers, what it takes, and the button."""
    room = visit.room
    if kind == "approved" and (stopped := noticed.say_stopped(visit)):
        st.markdown(stopped)
        return
    if kind == _HOLD:
        st.markdown(
            "Nobody decides while it is on hold, and nothing is decided by it. The author reads "
            "why it waits. Any professional who could decide can resume it."
        )
    else:
        st.markdown(covers.say_covers(visit, kind))
    reason = None
    if kind in ("changes_requested", "declined"):
        reason = st.selectbox(
            "Reason",
            list(decisions.REASONS),
            index=None,
            format_func=fmt.reason_label,
            key=key_of("reason", room.draft.id),
            placeholder="Choose the main one",
            persist_state="session",
        )
    note = st.text_area(
        review.FIELD_LABELS["note"][_NOTE_LABEL[kind]],
        key=key_of("note", room.draft.id),
        max_chars=4000,
        on_change="ignore",
        persist_state="session",
    )
    # The text is part of the key: if the room shows a newer version by the time a press arrives,
    # that press finds no button.
    fingerprint = history.short_hash(room.version.content_hash)
    pressed = st.button(
        "Put it on hold" if kind == _HOLD else f"{_LABELS[kind]} version {room.version.number}",
        key=key_of(f"decide_{kind}_{fingerprint}", room.draft.id),
        type="primary",
    )
    if kind != _HOLD:
        st.caption(covers.say_statement(visit))
    if pressed and kind == "declined":
        _confirm_decline(visit, reason, note or "")
    elif pressed:
        _try_to_decide(visit, kind, reason, note or "")


def _try_to_decide(visit: Visit, kind: str, reason: str | None, note: str) -> None:
    try:
        _decide(visit, kind, reason, note)
    except TandemError as error:
        show_refusal(error, visit)
    else:
        st.rerun()


def _decide(visit: Visit, kind: str, reason: str | None, note: str) -> None:
    room = visit.room
    if kind == _HOLD:
        decisions.hold_draft(session.gateway(), draft_id=room.draft.id, note=note)
    else:
        decisions.decide_draft(
            session.gateway(),
            draft_id=room.draft.id,
            version=room.version.number,
            content_hash=room.version.content_hash,
            kind=kind,
            reason_code=reason,
            note=note,
        )
    review.clear_later(
        {
            key_of("kind", room.draft.id): None,
            key_of("reason", room.draft.id): None,
            key_of("note", room.draft.id): "",
        }
    )
    keeper.forget(room.draft.id, "note")
    feedback.flash(_DONE[kind])
    cached.forget_drafts()


def _confirm_decline(visit: Visit, reason: str | None, note: str) -> None:
    feedback.confirm(
        title="Decline this draft?",
        body=(
            "It closes the draft for good. The author sees your reason and note, and can start "
            "a new draft from the text. To have it changed instead, send it back."
        ),
        action_label=f"Decline version {visit.room.version.number}",
        on_confirm=lambda: _decide(visit, "declined", reason, note),
    )
