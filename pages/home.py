"""Home: everybody comes here first, to see what waits for them and to go there."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import (
    cached,
    credentials,
    feedback,
    hidden_posts,
    links,
    queueing,
    session,
    waiting,
)
from services.errors import TandemError

person = session.require()
reader = waiting.Reader(person, datetime.now(UTC))

heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("What waits for you", anchor=False, width="content")
actions = heading.container(horizontal=True, width="content")
summary = st.container()
feedback.draw_flash()

try:
    home = cached.get_home(session.gateway(), person)
except TandemError as error:
    feedback.show_error(error)
    st.stop()

is_professional = "professional" in home.roles

with actions:
    if home.has_next and st.button(
        "Review the next draft", key="home_review", type="primary", icon=":material/rate_review:"
    ):
        queueing.review_next(person)
    if "influencer" in home.roles and st.button(
        "New draft",
        key="home_new",
        type="secondary" if home.has_next else "primary",
        icon=":material/add:",
    ):
        links.go("draft")

summary.markdown(waiting.say_summary(home))
with summary.container(horizontal=True):
    credentials.draw_credential_counts(home)
if is_professional:
    credentials.draw_own_credential(home.credential, today=reader.today, zone=person.time_zone)

hidden_posts.draw_hidden_posts(home.hidden_alarms, reader)
waiting.draw_nothing(home)
pressed = waiting.draw_lists(home, reader)
if pressed is not None:
    waiting.act(pressed)
