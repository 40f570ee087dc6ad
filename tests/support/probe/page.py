"""A callback, a fragment that runs by itself, a text field, a secret and an error."""

from __future__ import annotations

import streamlit as st

from components import session


def act() -> None:
    """What a button does before the page runs."""
    st.session_state["acted"] = session.gateway().read("get_me")["name"]


@st.fragment(run_every=0.5)
def tick() -> None:
    """What runs without the page."""
    st.session_state["ticks"] = st.session_state.get("ticks", 0) + 1
    name = session.gateway().read("get_me")["name"]
    st.text(f"tick {st.session_state['ticks']} for {name}")


st.set_page_config(page_title="Probe")
person = session.person()
st.title("Probe")
st.text(f"This is for {person.name} only: {person.email}")
st.text_input("Note", key="note")
st.text(f"noted: {st.session_state['note']}")
st.button("Act", on_click=act)
if "acted" in st.session_state:
    st.text(f"acted as {st.session_state['acted']}")
if st.button("Break"):
    raise ValueError(st.session_state["note"])
tick()
