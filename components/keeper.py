"""Text fields whose text outlives a reload, and a session that ended while somebody typed.

The browser keeps it under names that begin with "tandem:", one a person, place and field; signing
out empties the browser's storage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from components import feedback

_KEY = "keeper"
_CLEARED = "keeper_cleared"

_KEEPER = st.components.v2.component(
    "tandem_keeper",
    html="<span hidden></span>",
    js=(Path(__file__).parent / "keeper.js").read_text(encoding="utf-8"),
)


def forget(place: str, *names: str) -> None:
    """Tell the browser, at the next run, that these texts have arrived."""
    counts = st.session_state.setdefault(_CLEARED, {})
    for name in names:
        counts[place, name] = counts.get((place, name), 0) + 1


def draw_keeper(
    *, profile_id: str, place: str, fields: Mapping[str, str], labels: Mapping[str, Sequence[str]]
) -> None:
    """Watch the fields of this page. Shows nothing.

    Args:
        place: Where the text belongs, such as one draft's room.
        fields: The widget key of each field, by its name.
        labels: The labels a field may have, by its name.
    """
    counts = st.session_state.get(_CLEARED, {})
    _KEEPER(
        key=_KEY,
        data={
            "shelf": f"tandem:kept:{profile_id}:{place}:",
            "fields": {name: list(labels[name]) for name in fields},
            "values": {name: st.session_state.get(key) or "" for name, key in fields.items()},
            "cleared": {name: counts.get((place, name), 0) for name in fields},
        },
        on_found_change=partial(_fill, dict(fields)),
    )


def _fill(fields: Mapping[str, str]) -> None:
    """Put what the browser had kept into fields that are empty."""
    found: Any = st.session_state[_KEY].get("found")
    if not isinstance(found, Mapping):
        return
    for name, key in fields.items():
        text = found.get(name)
        if isinstance(text, str) and text and not st.session_state.get(key):
            st.session_state[key] = text
            feedback.flash("What you had typed here is back.", kind="info")
