"""Taking an approval back, also after publication: any professional who could have decided."""

from __future__ import annotations

import streamlit as st

from components import cached, covers, feedback, session
from components import format as fmt
from components.review import Visit, key_of
from components.undoing import Panel
from services import decisions

_STATES = ("approved", "published")
PANEL = Panel(
    name="withdrawing",
    field="withdrawal",
    label="Withdraw the approval",
    icon=":material/gpp_bad:",
    stay="Leave it as it is",
)


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
    if not may_withdraw(visit) or not PANEL.is_open(visit):
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
        note = PANEL.draw_note(visit)
        pressed = PANEL.draw_buttons(
            visit,
            f"Withdraw the approval of version {draft.approved_version}",
            content_hash=draft.approved_hash or "",
        )
    if pressed:
        _ask(visit, reason, note)


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
    PANEL.close(draft.id, withdraw_reason=None)
    feedback.flash("The approval is withdrawn. The author and the coordinators are told.")
    cached.forget_drafts()
