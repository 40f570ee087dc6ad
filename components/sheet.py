"""Drafts laid out in two dimensions: columns of a board, days of a month. One element draws all.

Both are a list of headed lists, and that is what a screen reader and a narrow screen get: the
columns one below the other, the days that have something on them in order. A grid is only how they
look where there is room. Cards are links: a plain click leads on within the tab.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st

from components import links, triggers
from components.words import Line, to_data

_HERE = Path(__file__).parent

_SHEET = st.components.v2.component(
    "tandem_sheet",
    html='<div class="frame"><div id="sheet"></div></div>\n<!-- filled by the script -->',
    css=(_HERE / "sheet.css").read_text(encoding="utf-8"),
    js=(_HERE / "sheet.js").read_text(encoding="utf-8"),
)

Layout = Literal["board", "month"]


@dataclass(frozen=True, slots=True)
class Card:
    """A draft: its title, a line of facts, the page it leads to."""

    title: Line
    facts: Line
    page: links.PageName
    draft_id: str

    def as_data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "title": to_data(self.title),
            "facts": to_data(self.facts),
            "href": f"{self.page}?draft={self.draft_id}",
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A column or a day.

    Args:
        title: its heading.
        short: the heading where the grid says the rest: the day's number.
        cards: those shown at once and, from `open_cards` on, those shown on demand.
        more: words for what is not here at all; a link where `query` says to which list.
        query: of the Drafts page.
        is_now: today.
        column: where a month's first day stands, 1 for Monday.
    """

    title: str
    cards: tuple[Card, ...]
    short: str = ""
    count: str = ""
    more: str = ""
    query: tuple[tuple[str, str], ...] = ()
    is_now: bool = False
    column: int = 0
    open_cards: int = 20

    def as_data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "title": self.title,
            "short": self.short,
            "count": self.count,
            "cards": [card.as_data() for card in self.cards],
            "open": self.open_cards,
            "more": self.more,
            "href": f"drafts?{urlencode(self.query)}" if self.query else "",
            "now": self.is_now,
            "column": self.column,
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """Parts ready to be drawn: see `cached.make_once`."""

    cards: tuple[Card, ...]
    data: str

    @classmethod
    def of(cls, layout: Layout, label: str, parts: Sequence[Part]) -> Sheet:
        """Prepare parts. `label` is what a screen reader calls the whole."""
        cards = tuple(card for part in parts for card in part.cards)
        data = {"layout": layout, "label": label, "parts": [part.as_data() for part in parts]}
        return cls(cards, json.dumps(data, ensure_ascii=False))


def draw_sheet(sheet: Sheet, *, key: str, on_list: Callable[[int], None] | None = None) -> None:
    """Draw the parts; a click on a card leaves for its page and ends the run.

    Args:
        on_list: called with a part's number, before the page runs again, when somebody asks for
            all that it has.
    """
    drawn: Any = _SHEET(
        key=key,
        data=sheet.data,
        on_open_change=_ignore,
        on_list_change=lambda: _call(key, on_list),
    )
    # A number comes from the browser: it may be anything.
    number = drawn.open
    if isinstance(number, int) and 0 <= number < len(sheet.cards):
        card = sheet.cards[number]
        links.go(card.page, draft_id=card.draft_id)


def _call(key: str, on_list: Callable[[int], None] | None) -> None:
    number = triggers.read(key, "list")
    if on_list is not None and isinstance(number, int):
        on_list(number)


def _ignore() -> None:
    """The click is read where the sheet is drawn."""
