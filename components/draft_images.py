"""The images of a draft on its page: what is changed there is saved with the rest of the draft."""

from __future__ import annotations

import streamlit as st

from components import draft_fields, images
from components.desk import Desk
from components.images import AltLimit
from components.writing import Writing, count_adopted_images, list_odd_images, meet_words
from services.platforms import platform_of


def draw_part(desk: Desk, writing: Writing) -> None:
    """The images of the draft; ends the run when something is to be saved."""
    key = draft_fields.keys_of(writing.draft_id)["media"]
    draft_id = writing.draft_id
    known = st.session_state.get(key, writing.post.choices.media)
    platform = platform_of(writing.post.choices.platform)
    now = images.draw_images(
        known,
        saved=writing.post.choices.media,
        odds=list_odd_images(writing),
        adopted=count_adopted_images(writing),
        media=desk.editor.media,
        draft_id=draft_id,
        workspace_id=desk.draft.workspace_id,
        profile_id=desk.person.profile_id,
        limit=AltLimit(platform.name, platform.alt_limit),
    )
    odds = images.heard_odds(draft_id)
    has_met = odds is not None and meet_words(writing, odds)
    if now != known:
        st.session_state[key] = now
    images.let_go(draft_id)
    if now != known or has_met:
        st.rerun()
