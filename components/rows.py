"""Lists whose every entry leads somewhere: a box each, all drawn by one element.

Streamlit's own boxes, columns and links would be six elements an entry, which is most of what a
run costs; here a list of twenty is one. Links are links: they can be opened in another tab, and a
plain click leads on within this one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components import links
from components.words import Line, to_data

_HERE = Path(__file__).parent

_ROWS = st.components.v2.component(
    "tandem_rows",
    html='<div id="groups"></div>\n<!-- filled by the script -->',
    css=(_HERE / "rows.css").read_text(encoding="utf-8"),
    js=(_HERE / "rows.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: a title, lines below it, and a draft's page to go on to."""

    title: Line
    lines: tuple[Line, ...]
    action: str
    page: links.PageName
    draft_id: str

    def as_data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "title": to_data(self.title),
            "lines": [to_data(line) for line in self.lines if line],
            "action": self.action,
            # Relative, so that it holds wherever the app is served. An id needs no escaping.
            "href": f"{self.page}?draft={self.draft_id}",
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together.

    Args:
        title: the heading above them, and what a screen reader calls the list.
        hint: a sentence below the heading.
        is_headed: whether the title is seen; a page's only list needs none.
    """

    title: str
    rows: tuple[Row, ...]
    hint: str = ""
    is_headed: bool = True

    def as_data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "title": self.title,
            "hint": self.hint,
            "headed": self.is_headed,
            "rows": [row.as_data() for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class RowList:
    """Groups ready to be drawn: making them costs more than drawing them."""

    rows: tuple[Row, ...]
    data: str

    @classmethod
    def of(cls, groups: Sequence[Group]) -> RowList:
        """Prepare groups; see `cached.make_once`."""
        rows = tuple(row for group in groups for row in group.rows)
        return cls(rows, json.dumps([group.as_data() for group in groups], ensure_ascii=False))


def draw_rows(found: RowList, *, key: str) -> None:
    """Draw the groups; a click on an entry leaves for its page and ends the run."""
    drawn: Any = _ROWS(key=key, data=found.data, on_open_change=_ignore)
    # A number comes from the browser: it may be anything.
    number = drawn.open
    if isinstance(number, int) and 0 <= number < len(found.rows):
        row = found.rows[number]
        links.go(row.page, draft_id=row.draft_id)


def _ignore() -> None:
    """The click is read where the list is drawn."""
