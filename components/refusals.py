"""What the review room says when the database refused: what happened, and what is kept."""

from __future__ import annotations

import streamlit as st

from components import feedback, review
from components.review import Visit, key_of
from services.errors import Conflict, TandemError


def show_refusal(error: TandemError, visit: Visit) -> None:
    """The error's own sentence; after a conflict, the way to what is new.

    The screen stays as it is until the reader asks for the news.
    """
    feedback.show_error(error)
    if isinstance(error, Conflict):
        st.button(
            "Show what is new",
            key=key_of("conflict", visit.room.draft.id),
            icon=":material/sync:",
            on_click=review.show_news,
            args=(visit.room.version.number,),
        )
