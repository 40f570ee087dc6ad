"""Taking an approval back, also after publication: any professional who could have decided."""

from __future__ import annotations

import streamlit as st

from components import cached, covers, feedback, keeper, review, session
from components import format as fmt
from components.review import Visit, key_of
from services import decisions

_STATES = ("approved", "published")


def may_withdraw(visit: Visit) -> bool:
    """Whether there is an approval that the reader could take back."""
    draft = visit.room.draft
    return (
        draft.state in _STATES
        and draft.approval_withdrawn_at is None
        and draft.approved_hash is not None
        and visit.room.why_not is None
    )


def draw_withdrawing(visit: Visit) -> None:
    """A quiet button; once pressed, the reason and what will happen."""
    draft = visit.room.draft
    if not may_withdraw(visit):
        return
    opened = key_of("withdrawing", draft.id)
    if not st.session_state.get(opened):
        st.button(
            "Withdraw the approval",
            key=key_of("withdraw_open", draft.id),
            type="tertiary",
            icon=":material/gpp_bad:",
            on_click=_set,
            args=(opened, True),
        )
        return
    with st.container(border=True):
        st.header("Withdraw the approval", anchor=False)
        st.markdown(covers.say_covers(visit, "approval_withdrawn"))
        st.markdown(_say_consequence(visit))
        reason = st.selectbox(
            "Reason",
            list(decisions.REASONS),
            index=None,
            format_func=fmt.reason_label,
            key=key_of("withdraw_reason", draft.id),
            placeholder="Choose the main one",
            persist_state="session",
        )
        note = st.text_area(
            review.FIELD_LABELS["withdrawal"][0],
            key=key_of("withdrawal", draft.id),
            max_chars=4000,
            on_change="ignore",
            persist_state="session",
        )
        with st.container(horizontal=True):
            # The text is part of the key: a press meant for one text never counts for another.
            pressed = st.button(
                f"Withdraw the approval of version {draft.approved_version}",
                key=key_of(f"withdraw_{(draft.approved_hash or '')[:8]}", draft.id),
                type="primary",
            )
            st.button(
                "Leave it as it is",
                key=key_of("withdraw_close", draft.id),
                on_click=_set,
                args=(opened, False),
            )
    if pressed:
        _ask(visit, reason, note or "")


def _set(key: str, value: bool) -> None:
    st.session_state[key] = value


def _say_consequence(visit: Visit) -> str:
    if visit.room.draft.state == "published":
        return (
            "**The post is out.** Tandem cannot take it down: author and coordinators see first "
            "thing that they should, and record that they did."
        )
    return "**It has not been published yet**, and cannot be any more: it goes back to the author."


def _ask(visit: Visit, reason: str | None, note: str) -> None:
    feedback.confirm(
        title="Withdraw the approval?",
        body="The author and the coordinators are told at once. This cannot be undone; a new "
        f"version can be approved. {_say_consequence(visit)}",
        action_label="Withdraw it",
        on_confirm=lambda: _withdraw(visit, reason, note),
        icon=":material/gpp_bad:",
    )


def _withdraw(visit: Visit, reason: str | None, note: str) -> None:
    draft = visit.room.draft
    decisions.withdraw_approval(
        session.gateway(),
        draft_id=draft.id,
        content_hash=draft.approved_hash or "",
        reason_code=reason,
        note=note,
    )
    review.clear_later(
        {
            key_of("withdrawing", draft.id): False,
            key_of("withdraw_reason", draft.id): None,
            key_of("withdrawal", draft.id): "",
        }
    )
    keeper.forget(draft.id, "withdrawal")
    feedback.flash("The approval is withdrawn. The author and the coordinators are told.")
    cached.forget_drafts()
