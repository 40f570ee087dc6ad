"""The review room: read one version, say something about it, decide on exactly that text."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import (
    campaign_choice,
    coming_back,
    deciding,
    decisions_list,
    feedback,
    links,
    noticed,
    queueing,
    review,
    review_text,
    room_help,
    room_jump,
    room_posting,
    session,
    standing,
    talk,
)
from services.errors import NotFound, TandemError

person = session.require()
draft_id = st.query_params.get("draft", "")
review.clear_now()

try:
    room = review.open_room(person, draft_id=draft_id)
except NotFound:
    feedback.empty_state(
        "There is nothing to review here",
        "The draft may not have been sent for review yet, the version may not exist, or it is "
        "not shared with you.",
        icon="search_off",
        action=lambda: links.draw_link("drafts", "See all drafts", icon=":material/arrow_forward:"),
    )
    st.stop()
except TandemError as error:
    feedback.show_error(error)
    st.stop()

visit = review.Visit(person, room, datetime.now(UTC))
links.draw_link("drafts", "All drafts", icon=":material/arrow_back:")
review.draw_header(visit)
feedback.draw_flash()
room_posting.draw_above(visit)
standing.draw_on_hold(visit)
review.draw_context(visit)
queueing.draw_holding(visit)
queueing.draw_next(visit)
room_jump.draw_way(visit)

# Two rows, so that a phone shows text, decision and talk in this order. While somebody has to
# decide, earlier decisions are history: beside the text they would push the talk far down.
is_open = room.draft.state == "in_review"
left, right = st.columns([11, 9], gap="large")
with left:
    shown = review_text.draw_text(visit)
with right:
    room_posting.draw_publishing(visit)
    room_help.draw_help(visit)
    noticed.draw_noticed(visit, text_is_shown=shown)
    deciding.draw_decision(visit, text_is_shown=shown)
    if not is_open:
        decisions_list.draw_decisions(visit, text_is_shown=shown)
left, right = st.columns([11, 9], gap="large")
with left, st.container(key=review.COMMENTS):
    talk.draw_talk(visit, is_shown=shown)
with right:
    if is_open:
        decisions_list.draw_decisions(visit, text_is_shown=shown)
    campaign_choice.draw_in_room(visit)
    review.draw_history(visit)
review.keep_typed(visit)
coming_back.come_back()
