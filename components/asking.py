"""How an author gets another look at a draft: asking a peer for advice, or a professional."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import cached, colleagues, feedback, keeper, session
from components import format as fmt
from services import reviews
from services.errors import TandemError
from services.reviews import Colleague, Request

_KINDS = {
    "peer": "A peer, for advice",
    "professional": "A professional, for the decision",
}

_NOTE = "What should they look at? (optional)"


def draw_asking(draft_id: str, people: Sequence[Colleague], requests: Sequence[Request]) -> None:
    """The author's button "Ask for a look", and its dialog.

    Args:
        people: who may see the draft.
        requests: who has it now; a professional can be asked while none has it.
    """
    if st.button("Ask for a look", key=f"asking_open_{draft_id}", icon=":material/person_search:"):
        _ask(draft_id, people, requests)


def list_kinds(requests: Sequence[Request]) -> list[str]:
    """Whom the author can ask at the moment: keys of _KINDS."""
    held = any(one.kind == "professional" for one in requests)
    return ["peer"] if held else list(_KINDS)


def _ask(draft_id: str, people: Sequence[Colleague], requests: Sequence[Request]) -> None:
    me = session.person().profile_id
    asked = [one.assignee_id for one in requests]
    kinds = list_kinds(requests)

    def draw() -> None:
        kind = kinds[0]
        if len(kinds) > 1:
            kind = st.radio(
                "Whom", kinds, format_func=_KINDS.__getitem__, key=f"asking_kind_{draft_id}"
            )
        else:
            st.markdown("A professional has it already. You can ask a peer for advice.")
        choices = colleagues.list_among(people, kind=kind, author_id=me, asked=asked)
        to_id = colleagues.pick_colleague("Who", choices, key=f"asking_to_{kind}_{draft_id}")
        field = f"asking_note_{draft_id}"
        note = st.text_input(_NOTE, key=field, max_chars=500, on_change="ignore")
        keeper.keep_note(
            _place(draft_id), field, _NOTE, profile_id=me, key=f"asking_keeper_{draft_id}"
        )
        if st.button("Ask", key="asking_go", type="primary", disabled=not to_id):
            name = next(one.name for one in choices if one.profile_id == to_id)
            _send(draft_id, str(to_id), kind, note, name)

    st.dialog("Ask for a look", icon=":material/person_search:")(draw)()


def _send(draft_id: str, to_id: str, kind: str, note: str, name: str) -> None:
    try:
        reviews.ask(session.gateway(), draft_id=draft_id, assignee_id=to_id, kind=kind, note=note)
    except TandemError as error:
        feedback.show_error(error)
        return
    keeper.forget(_place(draft_id), keeper.NOTE)
    cached.forget_drafts()
    feedback.flash(f"{fmt.plain(name)} sees your question on Home.")
    st.rerun()


def _place(draft_id: str) -> str:
    return f"{draft_id}:asking"
