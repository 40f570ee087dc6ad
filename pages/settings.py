"""Settings: everybody's own name, time zone, credential and sessions."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import cached, connections, feedback, profile, session
from services.errors import TandemError
from services.people import Asked

person = session.require()
now = datetime.now(UTC)

st.title("Settings", anchor=False)
feedback.draw_flash()

left, right = st.columns([3, 2], gap="large")
with left:
    profile.draw_profile(person, now)
    try:
        found = cached.get_people(
            session.gateway(), person, Asked(profile_id=person.profile_id)
        ).members
    except TandemError as error:
        feedback.show_error(error)
        found = ()
    for me in found:
        if "professional" in person.roles:
            profile.draw_own_credentials(person, me, now)
        if person.roles & {"influencer", "professional"}:
            profile.draw_away(person, me, now)
with right:
    profile.draw_workspaces(person)
    connections.draw_connections(person)
    profile.draw_sign_out()
