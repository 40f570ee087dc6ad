"""Help with a post in the editor: what goes with it, and what its approval still needs."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import cached, feedback, post_help, session
from components.desk import Desk, key_of
from components.hints import Hints
from components.post_help import Shelf
from services import errors
from services.checking import list_sensitive
from services.library import attached
from services.library.attached import Help

_CHECKERS = {"professional", "coordinator"}
_UNDER_REVIEW = ("in_review", "on_hold")


def draw_help(desk: Desk, hints: Hints) -> None:
    """Draw the part; not while the post is empty or its author may be in danger."""
    if hints.about_author or not hints.texts:
        return
    topics = cached.make_once(
        f"topics {hints.draft_id}", hints.content, lambda: list_sensitive(hints.content)
    )
    draft = desk.draft
    post_help.draw_part(
        Shelf(
            draft_id=draft.id,
            workspace_id=draft.workspace_id,
            help=_read_help(desk, hints, topics),
            topics=topics,
            names_place="Choose its countries first, under “About the post”.",
            is_sent=draft.state in _UNDER_REVIEW or draft.offered_version is not None,
            may_check=not desk.person.within(draft.workspace_id).roles.isdisjoint(_CHECKERS),
        )
    )


def _read_help(desk: Desk, hints: Hints, topics: tuple[str, ...]) -> Help:
    """As it came with the draft; all of it where it is needed, or other countries were saved."""
    known = desk.editor.help
    is_same = set(known.countries) == set(hints.content.audience_countries)
    if is_same and (known.is_whole or not topics):
        return known
    try:
        read = attached.get_help(session.gateway(), draft_id=desk.draft.id)
    except errors.TandemError as error:
        feedback.show_error(error)
        return known
    st.session_state[key_of("seen", desk.draft.id)] = replace(desk.editor, help=read)
    return read
