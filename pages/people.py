"""People: everybody sees who is here; coordinators invite, give roles and check credentials."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from components import feedback, people, people_dialogs, session
from components import format as fmt
from services.errors import TandemError

desk = people.Desk(session.require(), datetime.now(UTC))

heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("People", anchor=False, width="content")
inviting = desk.is_coordinator and heading.button(
    "Invite somebody", key="people_invite_open", type="primary", icon=":material/person_add:"
)
feedback.draw_flash()
asked = people.pick_filter(desk)

try:
    found = people.read_page(desk, asked)
except TandemError as error:
    feedback.show_error(error)
    st.stop()

taken_back = people.draw_invitations(found, desk)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.caption(fmt.count(found.total, "person", "people"), width="content")
    if found.total:
        st.download_button(
            "Export this list",
            partial(people.write_list, session.gateway(), desk, asked),
            file_name=f"tandem-people-{desk.today.isoformat()}.csv",
            mime="text/csv",
            key="people_export",
            icon=":material/download:",
            on_click="ignore",
        )

if not found.total:
    feedback.empty_state(
        "Nobody fits",
        "Try another name or show everybody.",
        icon="person_search",
        action=lambda: st.button(
            "Show everybody", key="people_clear", on_click=people.clear_filter
        ),
    )

chosen: people.Chosen | None = None
for member in found.members:
    chosen = people.draw_member(member, desk) or chosen
people.draw_pages(found.total)

# One dialog a run.
if inviting:
    people_dialogs.ask_invitation(desk)
elif taken_back is not None:
    people_dialogs.take_back(taken_back, desk)
elif chosen is not None:
    people_dialogs.ask(chosen, desk)
