"""A second look: the reader decided on an earlier version, and this one answers it.

The room opens on what changed since then. Two taps decide: the first says what it would cover,
the second does it.
"""

from __future__ import annotations

import streamlit as st

from components import format as fmt
from components import history, links
from components.review import Visit, key_of
from services import rooms
from services.models import Decision

_SAID = {
    "approved": "You approved version {}",
    "approved_with_edits": "You approved it with edits, as version {}",
    "changes_requested": "You sent version {} back",
    "approval_withdrawn": "You withdrew the approval of version {}",
}


def find_earlier(visit: Visit) -> Decision | None:
    """What the reader decided on an earlier version, if this one is for a second look."""
    return rooms.find_earlier_decision(visit.room, profile_id=visit.person.profile_id)


def draw_second_look(visit: Visit, earlier: Decision, *, kind_key: str) -> None:
    """What the reader said then, and the two ways on; each only opens the decision.

    Args:
        kind_key: Key of the choice between decisions.
    """
    room = visit.room
    said = _SAID.get(earlier.kind, "You decided on version {}").format(earlier.version_number)
    why = f": {fmt.reason_label(earlier.reason_code)}" if earlier.reason_code else ""
    st.markdown(f"**{said}** {visit.ago(earlier.decided_at)}{why}.")
    if earlier.note:
        st.text(earlier.note)
    if room.compare is None or room.compare.number != earlier.version_number:
        links.draw_link(
            "review",
            f"Show what changed since version {earlier.version_number}",
            icon=":material/difference:",
            draft_id=room.draft.id,
            query={"compare": str(earlier.version_number)},
        )
    if st.session_state.get(kind_key) is not None:
        return
    # The text is part of the key: a tap meant for one version never counts for another.
    fingerprint = history.short_hash(room.version.content_hash)
    with st.container(horizontal=True):
        for kind, label in (
            ("approved", "Approve these changes"),
            ("changes_requested", "Send back again"),
        ):
            st.button(
                label,
                key=key_of(f"second_{kind}_{fingerprint}", room.draft.id),
                type="primary" if kind == "approved" else "secondary",
                on_click=_choose,
                args=(kind_key, kind),
            )


def _choose(kind_key: str, kind: str) -> None:
    st.session_state[kind_key] = kind
