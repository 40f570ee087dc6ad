"""A second look: the reader decided on an earlier version, and this one answers it.

The room opens on what changed since then. Two taps decide: the first says what it would cover,
the second does it.
"""

from __future__ import annotations

from collections.abc import Callable

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
    "edits_taken_back": "You took your edit back, version {}",
}


def find_earlier(visit: Visit) -> Decision | None:
    """What the reader decided on an earlier version, if this one is for a second look."""
    return rooms.find_earlier_decision(visit.room, profile_id=visit.person.profile_id)


def draw_second_look(visit: Visit, earlier: Decision) -> None:
    """What the reader said then."""
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


def draw_two_ways(
    visit: Visit, *, on_click: Callable[[str, str | None], None], kind_key: str
) -> None:
    """The first of the two taps: each only opens a decision.

    Args:
        on_click: Opens the decision; takes `kind_key` and the kind.
        kind_key: Where the chosen decision is kept.
    """
    # The text is part of the key: a tap meant for one version never counts for another.
    fingerprint = history.short_hash(visit.room.version.content_hash)
    with st.container(horizontal=True):
        for kind, label in (
            ("approved", "Approve these changes"),
            ("changes_requested", "Send back again"),
        ):
            st.button(
                label,
                key=key_of(f"second_{kind}_{fingerprint}", visit.room.draft.id),
                type="primary" if kind == "approved" else "secondary",
                on_click=on_click,
                args=(kind_key, kind),
            )
