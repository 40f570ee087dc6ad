"""News: everybody reads here what happened to drafts that concern them, and goes there."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import cached, feedback, session, telling
from components.news_list import PAGE_SIZE, build_list, draw_empty, read_view
from components.rows import draw_rows
from services.errors import TandemError

person = session.require()
now = datetime.now(UTC)
view = read_view(st.query_params)

heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("News", anchor=False, width="content")
feedback.draw_flash()

try:
    # One more than is shown tells whether there are others.
    news = cached.list_news(
        session.gateway(),
        person,
        before=view.before,
        unread_only=view.unread_only,
        limit=PAGE_SIZE + 1,
    )
except TandemError as error:
    feedback.show_error(error)
    st.stop()

if news.unread and heading.button(
    "Mark all read", key="news_mark", type="primary", icon=":material/done_all:"
):
    try:
        telling.mark_all()
    except TandemError as error:
        feedback.show_error(error)
    else:
        st.rerun()

found = cached.make_once(
    f"news {view} {person.time_zone}", news, lambda: build_list(news, view, person=person, now=now)
)
draw_rows(found, key="news_list", on_open=telling.note_open)
if not news.notifications:
    draw_empty(view)
