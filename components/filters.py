"""The filters above the list of drafts, bound to the address, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import streamlit as st

from components import format as fmt
from services.drafts import PLATFORMS

PAGE_SIZE = 20
# The database counts no further; see list_drafts.
_MOST = 1000

# Those a draft can be in. "On hold" has no way in yet.
STATES = (
    "drafting",
    "in_review",
    "changes_requested",
    "approved",
    "expired",
    "published",
    "declined",
    "withdrawn",
)

_DEFAULTS: dict[str, object] = {
    "drafts_search": "",
    "drafts_state": [],
    "drafts_platform": None,
    "drafts_mine": False,
    "drafts_page": 1,
}


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """What the reader asked for."""

    search: str
    states: tuple[str, ...]
    platform: str | None
    mine: bool

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search or self.states or self.platform or self.mine)


def pick_drafts(*, offer_mine: bool) -> DraftFilter:
    """Draw the filters; every one of them is part of the address.

    Args:
        offer_mine: Whether the reader writes drafts.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            key="drafts_search",
            type="search",
            placeholder="Title or first words",
            icon=":material/search:",
            live="400ms",
            max_chars=100,
            width=320,
            on_change=_to_first_page,
            bind="query-params",
        )
        states = st.multiselect(
            "State",
            STATES,
            format_func=fmt.state_label,
            key="drafts_state",
            placeholder="Any state",
            width=260,
            on_change=_to_first_page,
            bind="query-params",
        )
        platform = st.selectbox(
            "Platform",
            list(PLATFORMS),
            index=None,
            format_func=fmt.platform_label,
            key="drafts_platform",
            placeholder="Any platform",
            width=200,
            on_change=_to_first_page,
            bind="query-params",
        )
        mine = offer_mine and st.toggle(
            "Only mine", key="drafts_mine", on_change=_to_first_page, bind="query-params"
        )
    return DraftFilter((search or "").strip(), tuple(states), platform, mine)


def clear() -> None:
    """All drafts again. A callback, because the filters are drawn already."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = value


def find_page() -> int:
    """The page of the list the address asks for, from 1."""
    asked = st.session_state.get("drafts_page", st.query_params.get("drafts_page", "1"))
    try:
        return min(max(1, int(asked)), ceil(_MOST / PAGE_SIZE))
    except ValueError:
        return 1


def draw_pages(total: int) -> None:
    """The way to the other pages of the list."""
    pages = max(1, ceil(total / PAGE_SIZE))
    if pages > 1:
        st.pagination(pages, key="drafts_page", bind="query-params")


def _to_first_page() -> None:
    st.session_state["drafts_page"] = 1
