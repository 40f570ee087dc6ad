"""A draft that its author keeps to themselves: nothing of it can be sent until they say so."""

from __future__ import annotations

import streamlit as st

from components import desk as desks
from components import feedback, session
from components import format as fmt
from components.desk import Desk, key_of
from services import errors, hints


def is_kept(desk: Desk) -> bool:
    """Whether the author keeps the draft to themselves."""
    return desk.editor.answers.kept


def set_kept(draft_id: str, kept: bool | None = None) -> None:
    """Keep it, or end that; called before a run, `None` takes what the switch says."""
    switch = key_of("kept", draft_id)
    wish = bool(st.session_state.get(switch)) if kept is None else kept
    try:
        hints.keep_draft(session.gateway(), draft_id=draft_id, kept=wish)
    except errors.TandemError as error:
        feedback.flash(error.message, kind="warning")
    st.session_state.pop(switch, None)
    desks.forget(draft_id)


def draw_switch(desk: Desk) -> None:
    """Draw the switch, and what it means."""
    key = key_of("kept", desk.draft.id)
    st.session_state[key] = is_kept(desk)
    kept = st.toggle(
        fmt.switch_label("Keep this draft to myself", meaning="None of it can be sent."),
        key=key,
        on_change=set_kept,
        args=(desk.draft.id,),
    )
    if kept:
        st.caption(
            "What you are writing is yours alone. It cannot be sent, and nobody can hand it on. "
            "Versions that you sent before stay where they are."
        )
