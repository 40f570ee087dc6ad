"""Library: where people find help; everybody looks it up, those who may keep it right."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import (
    cached,
    feedback,
    library,
    library_cards,
    library_dialogs,
    library_files,
    library_form,
    library_public,
    links,
    session,
)
from services.errors import TandemError

desk = library.Desk(session.require(), datetime.now(UTC))

heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("Library", anchor=False, width="content")
adding = desk.is_checker and heading.button(
    "Add an entry", key="library_add", type="primary", icon=":material/add:"
)
feedback.draw_flash()
asked = library.pick_filter()

try:
    found = cached.list_library(
        session.gateway(),
        desk.person,
        asked=asked,
        offset=(library.find_page() - 1) * library.PAGE_SIZE,
        limit=library.PAGE_SIZE,
    )
except TandemError as error:
    feedback.show_error(error)
    st.stop()

if not found.resources and library.find_page() > 1:
    # A page from an old address, or the list got shorter.
    library.to_first_page()
    st.rerun()

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.caption(library.say_total(found), width="content")
    filing = st.button(
        "Export and import" if desk.is_checker else "Export",
        key="library_files",
        icon=":material/table:",
    )
if found.counts:
    st.markdown(
        f"In your library: {library.say_counts(found)}. Only what somebody here has checked may be "
        "given to people who look for help."
    )
if desk.is_checker and found.counts.get("unchecked"):
    links.draw_link(
        "campaigns", "What your campaigns need checked first", icon=":material/campaign:"
    )
library_public.draw_way(asked, desk)
if not found.resources:
    library.draw_empty(found, asked, desk)

chosen: library_cards.Chosen | None = None
for group in library.list_groups(found.resources):
    chosen = library_cards.draw_group(group, desk) or chosen
library.draw_pages(found)

# One dialog a run.
if adding:
    library_form.ask_entry(desk)
elif filing:
    library_files.ask_files(asked, found, desk)
elif chosen is not None:
    library_dialogs.ask(chosen, desk)
