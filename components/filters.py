"""The filters above the drafts, bound to the address, and what they ask for.

One set for all views: whoever has found the drafts they care about keeps them when they look at
the same ones as a board or in a calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

import streamlit as st

from components import format as fmt
from components import paging
from components.switch import draw_switch
from services.drafts import TOPICS
from services.overview import Choices, Narrowing, names_of
from services.platforms import PLATFORMS

PAGE_SIZE = 20
_PLATFORMS = {code: platform.name for code, platform in PLATFORMS.items()}
# The database counts no further; see list_drafts.
_MOST = 1000

# Those a draft can be in.
STATES = (
    "drafting",
    "in_review",
    "on_hold",
    "changes_requested",
    "approved",
    "expired",
    "published",
    "declined",
    "withdrawn",
)

VIEWS: dict[str, str] = {
    "list": "List",
    "board": "Board",
    "calendar": "Calendar",
    "table": "Table",
}

# Pixels of a filter.
_WIDTH = 260

# Days back from today, by how they are called.
SINCE: dict[str, int] = {"Last 7 days": 7, "Last 30 days": 30, "Last 90 days": 90}

_DEFAULTS: dict[str, Any] = {
    "drafts_search": "",
    "drafts_state": [],
    "drafts_platform": None,
    "drafts_topic": None,
    "drafts_author": None,
    "drafts_campaign": None,
    "drafts_since": None,
    "drafts_mine": False,
}
_VIEW = "drafts_view"
_PAGE = "drafts_page"


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """What the reader asked for. `since` is a key of SINCE."""

    search: str
    states: tuple[str, ...]
    platform: str | None
    topic: str | None
    author_id: str | None
    since: str | None
    mine: bool
    campaign_id: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search or self.count)

    @property
    def count(self) -> int:
        """How many filters are set, the search not counted."""
        people = (self.author_id, self.mine)
        asked = (self.states, self.platform, self.topic, self.since, self.campaign_id)
        return sum(bool(one) for one in (*people, *asked))

    def narrow(self, *, viewer_id: str, today: date) -> Narrowing:
        """The same for a service. `today` is a day of UTC."""
        days = None if self.since is None else SINCE[self.since]
        return Narrowing(
            search=self.search,
            states=self.states,
            platform=self.platform,
            author_id=viewer_id if self.mine else self.author_id,
            topic=self.topic,
            since=None if days is None else today - timedelta(days=days),
            campaign_id=self.campaign_id,
        )


def pick_view() -> str:
    """Draw the choice of views, which is part of the address; a key of VIEWS."""
    asked = st.query_params.get(_VIEW, "")
    view = asked if asked in VIEWS else "list"
    draw_switch(
        "View",
        VIEWS,
        current=view,
        address=lambda name: f"drafts?{_VIEW}={name}",
        on_choice=set_view,
        key="drafts_switch",
    )
    return view


def set_view(view: str) -> None:
    """Look at the drafts in another way. A callback."""
    st.query_params[_VIEW] = view


def needs_choices() -> bool:
    """Whether somebody looks at the filters or the saved ones, or has chosen from what is there."""
    open_now = any(st.session_state.get(key) for key in ("drafts_filters", "drafts_saved"))
    named = ("drafts_author", "drafts_campaign")
    return open_now or any(key in st.query_params or st.session_state.get(key) for key in named)


def pick_search() -> str:
    """Draw the search, which is part of the address."""
    search = st.text_input(
        "Search",
        key="drafts_search",
        type="search",
        placeholder="Title or first words",
        icon=":material/search:",
        live="400ms",
        max_chars=100,
        width=320,
        label_visibility="collapsed",
        on_change=to_first_page,
        bind="query-params",
    )
    return (search or "").strip()


def pick_drafts(search: str, choices: Choices, *, offer_mine: bool) -> DraftFilter:
    """Draw the filters, folded away until somebody wants them; all are part of the address.

    Args:
        search: what `pick_search` gave.
        choices: What there is to choose from.
        offer_mine: Whether the reader writes drafts.
    """
    box = st.expander(
        _say_filters(), icon=":material/tune:", key="drafts_filters", on_change="rerun"
    )
    with box.container(horizontal=True, vertical_alignment="bottom"):
        states = st.multiselect(
            "State",
            STATES,
            format_func=fmt.state_label,
            key="drafts_state",
            placeholder="Any state",
            width=_WIDTH,
            on_change=to_first_page,
            bind="query-params",
        )
        platform = _pick("Platform", _PLATFORMS, "drafts_platform", "Any platform")
        topic = _pick("Topic", TOPICS, "drafts_topic", "Any topic")
        author_id = _pick("Author", names_of(choices.authors), "drafts_author", "Anybody")
        campaign_id = _pick(
            "Campaign", names_of(choices.campaigns), "drafts_campaign", "Any or no campaign"
        )
        since = _pick("Changed", {name: name for name in SINCE}, "drafts_since", "At any time")
        mine = offer_mine and st.toggle(
            fmt.switch_label("Only mine", meaning="Drafts that I write."),
            key="drafts_mine",
            on_change=to_first_page,
            bind="query-params",
        )
    return DraftFilter(search, tuple(states), platform, topic, author_id, since, mine, campaign_id)


def _pick(label: str, options: dict[str, str], key: str, nothing: str) -> str | None:
    return st.selectbox(
        label,
        list(options),
        index=None,
        format_func=lambda one: options.get(one, one),
        key=key,
        placeholder=nothing,
        width=_WIDTH,
        on_change=to_first_page,
        bind="query-params",
    )


def _say_filters() -> str:
    # As of the last run: the filters themselves are drawn inside.
    set_now = sum(bool(st.session_state.get(key)) for key in _DEFAULTS if key != "drafts_search")
    return f"Filters ({set_now})" if set_now else "Filters"


def clear() -> None:
    """All drafts again. A callback, because the filters are drawn already."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = value
    to_first_page()


def show_list(*, states: tuple[str, ...]) -> None:
    """The list of these states, other filters left as they are. A callback."""
    set_view("list")
    st.session_state["drafts_state"] = list(states)
    to_first_page()


def read_query() -> dict[str, Any]:
    """View and filters as they are, to be kept under a name: those that are set."""
    kept = {key: st.session_state.get(key) for key in _DEFAULTS}
    return {
        _VIEW: st.query_params.get(_VIEW, "list"),
        **{key: value for key, value in kept.items() if value},
    }


def apply_query(query: dict[str, Any], choices: Choices) -> None:
    """Filters that were kept. A callback. What there is no more (somebody, a state) is left out."""
    clear()
    view = query.get(_VIEW)
    set_view(view if view in VIEWS else "list")
    options: dict[str, Mapping[str, object]] = {
        "drafts_platform": _PLATFORMS,
        "drafts_topic": TOPICS,
        "drafts_author": dict(choices.authors),
        "drafts_campaign": dict(choices.campaigns),
        "drafts_since": SINCE,
    }
    for key, there in options.items():
        if query.get(key) in there:
            st.session_state[key] = query[key]
    states = query.get("drafts_state", [])
    st.session_state["drafts_state"] = [state for state in STATES if state in states]
    st.session_state["drafts_search"] = str(query.get("drafts_search", ""))[:100]
    st.session_state["drafts_mine"] = query.get("drafts_mine") is True


def find_page() -> int:
    """The page of the list the address asks for, from 1."""
    return paging.find_page(_PAGE, most=ceil(_MOST / PAGE_SIZE))


def draw_pages(total: int) -> None:
    """The way to the other pages of the list."""
    paging.draw_pages(_PAGE, ceil(total / PAGE_SIZE))


def to_first_page() -> None:
    """Begin at the front again. A callback too: of what changes the list."""
    paging.to_first(_PAGE)
