"""Text fields whose text outlives a reload, and a session that ended while somebody typed.

The browser keeps it under names that begin with "tandem:", one a person, place and field; signing
out empties the browser's storage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    *,
    profile_id: str,
    place: str,
    fields: Mapping[str, str],
    labels: Mapping[str, Sequence[str]],
    pristine: Mapping[str, str] | None = None,
    stamp: str = "",
    key: str = _KEY,
    then: Callable[[str], None] | None = None,
) -> None:
    """Watch the fields of this page. Shows nothing.

    Args:
        place: Where the text belongs, such as one draft's room.
        fields: The widget key of each field, by its name.
        labels: The labels a field may have, by its name.
        pristine: What a field holds before anybody types; empty by default.
        stamp: What the typed texts build on, kept with them.
        key: Of this keeper, where a page has several.
        then: Called when a kept text came back, with the stamp that was kept with it.
    """
    counts = st.session_state.get(_CLEARED, {})
    begun = pristine or {}
    _KEEPER(
        key=key,
        data={
            "shelf": f"tandem:kept:{profile_id}:{place}:",
            "fields": {name: list(labels[name]) for name in fields},
            "values": {name: st.session_state.get(field) or "" for name, field in fields.items()},
            "pristine": dict(begun),
            "stamp": stamp,
            "cleared": {name: counts.get((place, name), 0) for name in fields},
        },
        on_found_change=partial(_fill, key, dict(fields), dict(begun), then),
    )


def _fill(
    keeper: str,
    fields: Mapping[str, str],
    pristine: Mapping[str, str],
    then: Callable[[str], None] | None,
) -> None:
    """Put what the browser had kept into fields that nobody has typed into."""
    found: Any = st.session_state[keeper].get("found")
    texts = found.get("texts") if isinstance(found, Mapping) else None
    if not isinstance(texts, Mapping):
        return
    came_back = False
    for name, key in fields.items():
        text, now = texts.get(name), st.session_state.get(key)
        if isinstance(text, str) and text and (not now or now == pristine.get(name)):
            st.session_state[key] = text
            came_back = True
    if came_back:
        feedback.flash("What you had typed here is back.", kind="info")
        if then is not None:
            then(str(found.get("stamp", ""))[:20])
