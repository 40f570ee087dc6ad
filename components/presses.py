"""Presses of buttons that must not be lost.

When one thing happens right after another in a browser (a field is left and a button pressed, while
news arrive), Streamlit stops the run that had the press and begins another, which does not have
it. A press that is noted before the run counts in the next one that draws its button, for a while.
"""

from __future__ import annotations

from time import monotonic

import streamlit as st

_NOTED = "presses_noted"
# Longer than a run takes on a slow machine; whoever sees nothing happen presses again by then.
SECONDS = 10.0


def note(key: str) -> None:
    """Note a press of the button with this key. Its callback."""
    st.session_state[_NOTED] = (key, monotonic())


def take(key: str, *, pressed: bool) -> bool:
    """Whether the button with this key was pressed, now or in a run that was stopped.

    A press counts once, and only for the same key: name in it what it is meant for.

    Args:
        pressed: what the button answered.
    """
    noted_key, at = st.session_state.get(_NOTED, ("", 0.0))
    if noted_key != key:
        return pressed
    del st.session_state[_NOTED]
    return pressed or monotonic() - at < SECONDS
