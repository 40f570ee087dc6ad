"""Drafts: everybody finds a draft here: as a list, on a board, in a calendar, in a table.

One page and not one more: whoever looks at a board or a calendar looks for the same drafts, with
the same filters, and wants to go back and forth between the views.
"""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import cached, draft_views, feedback, filters, links, saved, session
from components.draft_views import Look
from services.errors import TandemError
from services.overview import NO_CHOICES

person = session.require()
now = datetime.now(UTC)
writes = "influencer" in person.roles

heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("Drafts", anchor=False, width="content")
if writes and heading.button("New draft", key="drafts_new", type="primary", icon=":material/add:"):
    links.go("draft")
feedback.draw_flash()

try:
    # A request more, so only for whoever looks at what there is to choose.
    chooses = filters.needs_choices()
    choices = cached.get_choices(session.gateway(), person) if chooses else NO_CHOICES
except TandemError as error:
    feedback.show_error(error)
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    view = filters.pick_view()
    search = filters.pick_search()
    saved.draw_saved(
        person,
        choices.views,
        page="drafts",
        read=filters.read_query,
        apply=lambda query: filters.apply_query(query, choices),
    )

asked = filters.pick_drafts(search, choices, offer_mine=writes)

look = Look(person, now, asked)
try:
    {
        "list": draft_views.draw_list,
        "table": draft_views.draw_table,
        "board": draft_views.draw_board,
        "calendar": draft_views.draw_calendar,
    }[view](look)
except TandemError as error:
    feedback.show_error(error)
