"""People: everybody sees who is here; coordinators invite, give roles and check credentials."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import cached, feedback, people, people_dialogs, session, tables
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
search, show = people.pick_filter()

try:
    found = cached.get_people(session.gateway(), desk.person)
except TandemError as error:
    feedback.show_error(error)
    st.stop()

taken_back = people.draw_invitations(found, desk)
members = people.filter_members(found.members, search=search, show=show, today=desk.today)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.caption(fmt.count(len(members), "person", "people"), width="content")
    if members:
        st.download_button(
            "Export this list",
            lambda: tables.write_csv(
                tables.PEOPLE_COLUMNS,
                tables.list_people_rows(members, zone=desk.person.time_zone, today=desk.today),
            ),
            file_name=f"tandem-people-{desk.today.isoformat()}.csv",
            mime="text/csv",
            key="people_export",
            icon=":material/download:",
            on_click="ignore",
        )

if not members:
    feedback.empty_state(
        "Nobody fits",
        "Try another name or show everybody.",
        icon="person_search",
        action=lambda: st.button(
            "Show everybody", key="people_clear", on_click=people.clear_filter
        ),
    )

chosen: people.Chosen | None = None
for member in people.cut_page(members):
    chosen = people.draw_member(member, desk) or chosen
people.draw_pages(len(members))

# One dialog a run.
if inviting:
    people_dialogs.ask_invitation(desk)
elif taken_back is not None:
    people_dialogs.take_back(taken_back, desk)
elif chosen is not None:
    people_dialogs.ask(chosen, found.members, desk)
