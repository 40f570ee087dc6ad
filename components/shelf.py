"""A tab's own store of answers, for a while: what `components.cached` keeps them in."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any, TypeVar

import streamlit as st

from services.person import Person

_KEPT = "cached_kept"
# Answers of one kind a tab keeps; the oldest goes first.
MOST = 8

T = TypeVar("T")


def keep(
    kind: str, person: Person, asked: tuple[Hashable, ...], seconds: float, ask: Callable[[], T]
) -> T:
    """The answer to `ask`, or the one this tab got less than `seconds` ago to the same."""
    shelf: dict[Hashable, tuple[float, Any]] = st.session_state.setdefault(_KEPT, {}).setdefault(
        kind, {}
    )
    kept = shelf.get((person.profile_id, person.workspace_id, *asked))
    if kept is not None and monotonic() < kept[0]:
        answer: T = kept[1]
        return answer
    answer = ask()
    put(kind, person, asked, seconds, answer)
    return answer


def put(
    kind: str, person: Person, asked: tuple[Hashable, ...], seconds: float, answer: object
) -> None:
    """Keep an answer for so many seconds."""
    shelf: dict[Hashable, tuple[float, Any]] = st.session_state.setdefault(_KEPT, {}).setdefault(
        kind, {}
    )
    key = (person.profile_id, person.workspace_id, *asked)
    shelf.pop(key, None)
    while len(shelf) >= MOST:
        del shelf[next(iter(shelf))]
    shelf[key] = (monotonic() + seconds, answer)


def forget(*kinds: str) -> None:
    """Drop all answers of these kinds."""
    kept = st.session_state.get(_KEPT, {})
    for kind in kinds:
        kept.pop(kind, None)
