"""Text fields whose text outlives a reload, and a session that ended while somebody typed.

The browser keeps it under names that begin with "tandem:", one a person, place and field; signing
out empties the browser's storage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from components import feedback, triggers

NOTE = "note"

_KEY = "keeper"
_FORGOTTEN = "keeper_forgotten"

_KEEPER = st.components.v2.component(
    "tandem_keeper",
    html="<span hidden></span>",
    js=(Path(__file__).parent / "keeper.js").read_text(encoding="utf-8"),
)


def forget(place: str, *names: str) -> None:
    """Tell the browser, at the next run that draws a keeper, that these texts have arrived."""
    for name in names:
        _forgotten()[f"{place}:{name}"] = uuid4().hex[:8]


def draw_forgetting(profile_id: str) -> None:
    """For a page without fields of its own, whose dialogs have some: what `forget` said."""
    if _forgotten():
        draw_keeper(profile_id=profile_id, place="", fields={}, labels={})


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
    tells: bool = True,
) -> None:
    """Watch the fields of this page or dialog. Shows nothing.

    Args:
        place: Where the text belongs, such as one draft's room.
        fields: The widget key of each field, by its name.
        labels: The labels a field may have, by its name.
        pristine: What a field holds before anybody types; empty by default.
        stamp: What the typed texts build on, kept with them.
        key: Of this keeper, where a page has several.
        then: Called when a kept text came back, with the stamp that was kept with it.
        tells: Whether the page says so; a dialog has no place for it but the field.
    """
    begun = pristine or {}
    _KEEPER(
        key=key,
        data={
            "owner": f"tandem:kept:{profile_id}:",
            "place": place,
            "fields": {name: list(labels[name]) for name in fields},
            "values": {name: st.session_state.get(field) or "" for name, field in fields.items()},
            "pristine": dict(begun),
            "stamp": stamp,
            "forgotten": dict(_forgotten()),
        },
        on_found_change=partial(_fill, key, dict(fields), dict(begun), then, tells),
    )


def keep_note(
    place: str, field: str, *labels: str, profile_id: str, key: str, tells: bool = False
) -> None:
    """Watch one field, a note that goes with what a button does; `forget(place, NOTE)` ends it.

    Args:
        field: The widget key of the field.
        labels: The labels it may have.
    """
    draw_keeper(
        profile_id=profile_id,
        place=place,
        fields={NOTE: field},
        labels={NOTE: labels},
        key=key,
        tells=tells,
    )


def _fill(
    keeper: str,
    fields: Mapping[str, str],
    pristine: Mapping[str, str],
    then: Callable[[str], None] | None,
    tells: bool,
) -> None:
    """Put what the browser had kept into fields that nobody has typed into."""
    found: Any = triggers.read(keeper, "found")
    texts = found.get("texts") if isinstance(found, Mapping) else None
    if not isinstance(texts, Mapping):
        return
    came_back = False
    for name, key in fields.items():
        text, now = texts.get(name), st.session_state.get(key)
        # Also where it has the text: the run that was to draw it may have been broken off.
        if isinstance(text, str) and text and (not now or now in (pristine.get(name), text)):
            st.session_state[key] = text
            came_back = True
    if came_back and tells:
        feedback.flash("What you had typed here is back.", kind="info")
    if came_back and then is not None:
        then(str(found.get("stamp", ""))[:20])


def _forgotten() -> dict[str, str]:
    """By place and name: another mark for each time that a text was let go of."""
    marks: dict[str, str] = st.session_state.setdefault(_FORGOTTEN, {})
    return marks
