"""An open page after its session was lost: the app was started again, or a phone slept for long.

When it reconnects, Streamlit asks for a run of the page only where something runs by itself.
Without that run nobody knows the page's fragments, and what their elements ask for goes nowhere.
"""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

# Never while anybody looks: that there is such a fragment is what counts.
_SELDOM = timedelta(days=1)


@st.fragment(run_every=_SELDOM)
def come_back() -> None:
    """Have this page run once when its connection is back. Draws nothing."""
