"""The images of a draft on its page: what is changed there is saved with the rest of the draft."""

from __future__ import annotations

import streamlit as st

from components import draft_fields, images
from components import format as fmt
from components.autosave import Writing
from components.desk import Desk
from components.images import AltLimit

# Characters of a description that the platforms take; None where there is no limit worth a warning.
ALT_LIMITS: dict[str, int] = {"instagram": 1_000, "facebook": 1_000, "x": 1_000, "linkedin": 4_086}


def draw_part(desk: Desk, writing: Writing) -> None:
    """The images of the draft; ends the run when something is to be saved."""
    key = draft_fields.keys_of(writing.draft_id)["media"]
    known = st.session_state.get(key, writing.fields.media)
    platform = writing.fields.platform
    now = images.draw_images(
        known,
        saved=writing.fields.media,
        media=desk.editor.media,
        draft_id=writing.draft_id,
        workspace_id=desk.draft.workspace_id,
        profile_id=desk.person.profile_id,
        limit=AltLimit(fmt.platform_label(platform), ALT_LIMITS.get(platform)),
    )
    if now != known:
        st.session_state[key] = now
        st.rerun()
