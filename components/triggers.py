"""What the browser said through one of our components, for a callback."""

from __future__ import annotations

from typing import Any

import streamlit as st


def read(key: str, name: str) -> Any:
    """The value of the trigger `name` of the component `key`: anything, as it comes from a browser.

    None also where Streamlit calls back without having kept the component's state, which it was
    seen to do under load; nothing has happened then, and what is drawn next may still have it.
    """
    state = st.session_state.get(key)
    return None if state is None else state.get(name)
