"""The names of countries as pages show them, and the field to choose some."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from services.countries import COUNTRIES

__all__ = ["COUNTRIES", "name_of", "names_of", "pick"]

# As many as content and campaigns can have.
_MOST = 60


def name_of(code: str) -> str:
    """The country's name with its code, as fields show it: "Germany (DE)"."""
    name = COUNTRIES.get(code)
    return code if name is None else f"{name} ({code})"


def names_of(codes: Iterable[str], *, most: int = 4) -> str:
    """A short list of names: "Austria, Germany and 3 more"; empty for no codes."""
    names = sorted(COUNTRIES.get(code, code) for code in codes)
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return ", ".join(names)


def pick(label: str, *, key: str, chosen: Iterable[str] = ()) -> list[str]:
    """Draw the field; the codes that are chosen.

    Args:
        chosen: what it begins with, unless the key has a value already.
    """
    held = st.session_state.get(key)
    start = list(chosen) if held is None else held
    # A code that is not in the table any more stays chosen until somebody removes it.
    unknown = [code for code in start if code not in COUNTRIES]
    return st.multiselect(
        label,
        [*COUNTRIES, *unknown],
        default=start if held is None else None,
        key=key,
        format_func=name_of,
        max_selections=_MOST,
        placeholder="Choose countries",
    )
