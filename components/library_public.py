"""The way to the public help page of what the reader looks at, and its address to pass on."""

from __future__ import annotations

import streamlit as st

from components import copying, countries, session
from components.library import Desk
from services.library.store import Asked


def find_address(asked: Asked, desk: Desk) -> str:
    """The public page of the chosen country and topic, with this workspace's checks."""
    path = ""
    if asked.country:
        topic = f"/{asked.topic.replace('_', '-')}" if asked.topic else ""
        path = f"/{asked.country.lower()}{topic}"
    return f"{session.find_origin()}/help{path}?w={desk.person.workspace_id}"


def draw_way(asked: Asked, desk: Desk) -> None:
    """The link, and a button that copies it."""
    address = find_address(asked, desk)
    place = countries.COUNTRIES.get(asked.country or "", "")
    with st.container(horizontal=True):
        st.link_button(
            f"Public page for {place}" if place else "Public help pages",
            address,
            icon=":material/open_in_new:",
            key="library_public",
            help="For anybody, without an account: what is checked here, with numbers to tap.",
        )
        copying.draw_copies([copying.Copy("the link", address)], key="library_public_copy")
