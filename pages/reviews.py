"""Reviews: professionals clear their queue here, coordinators assign, influencers give advice."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import cached, feedback, keeper, queue_dialogs, queueing, session, tables
from components.rows import draw_rows
from services.errors import TandemError

person = session.require()
reader = queueing.Reader(person, datetime.now(UTC))
view = queueing.read_view(reader, st.query_params)

heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("Reviews", anchor=False, width="content")
actions = heading.container(horizontal=True, width="content")
feedback.draw_flash()
queue_dialogs.draw_undo(person)

try:
    queue = cached.get_queue(
        session.gateway(),
        person,
        show=view.show,
        sort=view.sort,
        offset=view.offset,
        limit=queueing.PAGE_SIZE,
    )
except TandemError as error:
    feedback.show_error(error)
    st.stop()

with actions:
    if queue.has_next and st.button(
        "Review the next", key="reviews_next", type="primary", icon=":material/rate_review:"
    ):
        queueing.review_next(person)

found = cached.make_once(
    f"queue {view} {person.time_zone} {queue_dialogs.count_assignments()}",
    queue,
    lambda: queueing.build_list(queue, view, reader),
)
pressed = draw_rows(found, key="reviews_list")
if not queue.entries:
    queueing.draw_empty(view, reader)
else:
    st.download_button(
        "Export this page",
        lambda: tables.write_csv(
            tables.QUEUE_COLUMNS, tables.list_queue_rows(queue.entries, zone=person.time_zone)
        ),
        file_name=f"tandem-reviews-{reader.today.isoformat()}.csv",
        mime="text/csv",
        key="reviews_export",
        icon=":material/download:",
        on_click="ignore",
    )
keeper.draw_forgetting(person.profile_id)
if pressed is not None:
    queueing.act(pressed, queue, reader)
