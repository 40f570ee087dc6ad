"""The library's list: search and filters, how much is checked, and the way to other pages of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from math import ceil

import streamlit as st

from components import countries, feedback, paging
from components import format as fmt
from services import languages
from services.library.models import KINDS, TOPICS, Library, Resource
from services.library.store import EVERYTHING, MOST_AT_ONCE, Asked
from services.person import Person

PAGE_SIZE = 12
_WIDTH = 230

# What the address holds, and what it asks for.
SHOWS: dict[str, str] = {
    "Ready to give": "usable",
    "To check": "to_check",
    "Not checked": "unchecked",
    "Check has ended": "overdue",
    "Check ends soon": "due",
    "Withdrawn": "withdrawn",
}
_DEFAULTS: dict[str, object] = {
    "library_search": "",
    "library_country": None,
    "library_topic": None,
    "library_language": None,
    "library_kind": None,
    "library_show": None,
}

_PAGE = "library_page"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at the page, and when."""

    person: Person
    now: datetime

    @property
    def today(self) -> date:
        """The reader's date."""
        return fmt.today_in(self.person.time_zone, self.now)

    @property
    def is_checker(self) -> bool:
        """Whether the reader may add, correct and check."""
        return not self.person.roles.isdisjoint(("professional", "coordinator"))


def pick_filter() -> Asked:
    """Draw search and filters, which are part of the address; the rarer ones are folded away."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    search = row.text_input(
        "Search",
        key="library_search",
        type="search",
        placeholder="Name, number or words",
        icon=":material/search:",
        live="400ms",
        max_chars=100,
        width=320,
        on_change=to_first_page,
        bind="query-params",
    )
    with row:
        country = _pick("Country", countries.COUNTRIES, "library_country", "Any country")
    box = st.expander(
        _say_filters(), icon=":material/tune:", key="library_filters", on_change="rerun"
    )
    with box.container(horizontal=True, vertical_alignment="bottom"):
        topic = _pick("Topic", TOPICS, "library_topic", "Any topic")
        language = _pick("Language", languages.LANGUAGES, "library_language", "Any language")
        kind = _pick("Kind", KINDS, "library_kind", "Anything")
        show = _pick("Show", {name: name for name in SHOWS}, "library_show", "Everything")
    return Asked(
        search=(search or "").strip(),
        country=country,
        topic=topic,
        language=language,
        kind=kind,
        state=SHOWS.get(show or ""),
    )


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
    folded = ("library_topic", "library_language", "library_kind", "library_show")
    set_now = sum(bool(st.session_state.get(key)) for key in folded)
    return f"More filters ({set_now})" if set_now else "More filters"


def find_page() -> int:
    """The page of the list the address asks for, from 1."""
    return paging.find_page(_PAGE, most=ceil(MOST_AT_ONCE / PAGE_SIZE))


def draw_pages(library: Library) -> None:
    """The way to the other pages of the list."""
    paging.draw_pages(_PAGE, ceil(library.groups / PAGE_SIZE))


def clear_filter() -> None:
    """Everything again. A callback, because the filters are drawn already."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = value
    to_first_page()


def draw_empty(library: Library, asked: Asked, desk: Desk) -> None:
    """Nothing to show: because nothing fits, or because there is nothing yet."""
    if asked != EVERYTHING or library.groups:
        feedback.empty_state(
            "Nothing fits",
            "Try other words, another country or all topics.",
            icon="search_off",
            action=lambda: st.button("Show everything", key="library_clear", on_click=clear_filter),
        )
        return
    way = (
        "Add a service that you know and trust, or import a list of them."
        if desk.is_checker
        else "Your coordinators and professionals add services and check them."
    )
    feedback.empty_state("The library is empty", way, icon="support")


def say_counts(library: Library) -> str:
    """How much of all there is is checked: "3 checked, 2 to check again, 169 not checked yet"."""
    counts = library.counts
    usable = counts.get("current", 0) + counts.get("due", 0)
    parts = [f"{usable:,} checked"]
    if soon := counts.get("due", 0):
        parts.append(f"{soon:,} of them to check again soon")
    if over := counts.get("overdue", 0):
        parts.append(f"{over:,} with a check that has ended")
    parts.append(f"{counts.get('unchecked', 0):,} not checked yet in your workspace")
    return ", ".join(parts)


def list_groups(resources: Iterable[Resource]) -> list[tuple[Resource, ...]]:
    """Entries that come together, in their order."""
    return [tuple(found) for _group, found in groupby(resources, key=lambda one: one.group)]


def say_total(library: Library) -> str:
    """How many entries fit: "12 entries"."""
    return fmt.count(library.total, "entry", "entries")


def say_about(resource: Resource) -> str:
    """Where, what about and in which languages, in one line of Markdown."""
    entry = resource.entry
    parts: Sequence[str] = (
        countries.COUNTRIES.get(entry.country, entry.country) or "Any country",
        *((KINDS[entry.kind],) if entry.kind != "helpline" else ()),
        ", ".join(TOPICS.get(topic, topic) for topic in entry.topics),
        languages.names_of(entry.languages)
        or ("Languages not known" if entry.kind == "helpline" else ""),
    )
    return " · ".join(fmt.plain(part) for part in parts if part)


def to_first_page() -> None:
    """Begin at the front again. A callback too: of what changes the list."""
    paging.to_first(_PAGE)
