"""Lists whose every entry leads somewhere: a box each, all drawn by one element.

Streamlit's own boxes, columns and links would be six elements an entry, which is most of what a
run costs; here a list of twenty is one. Links are links: they can be opened in another tab, and a
plain click leads on within this one. Entries may have buttons, and may be chosen together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to do with an entry, a group, or the entries that were chosen.

    Args:
        name: what `draw_rows` answers with.
        icon: the name of a Material symbol.
    """

    name: str
    label: str
    icon: str

    def as_data(self) -> list[str]:
        """What the script draws."""
        return [self.name, self.label, self.icon]


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another page, with parameters of its address."""

    label: str
    page: links.PageName
    query: Query = ()

    @property
    def href(self) -> str:
        """Relative, so that it holds wherever the app is served."""
        return make_href(self.page, self.query)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: a title, lines below it, and a page to go on to.

    Args:
        action: the link's words; an entry without any leads nowhere.
        draft_id: the draft of that page, if it is about one.
        key: tells the entry from others; a list of drafts needs none.
        can_be_chosen: whether it has a box to tick, see `RowList`.
        outside: an address on the web, such as of the published post.
    """

    title: Line
    lines: tuple[Line, ...]
    action: str
    page: links.PageName
    draft_id: str = ""
    query: Query = ()
    buttons: tuple[Button, ...] = ()
    key: str = ""
    can_be_chosen: bool = False
    outside: str = ""

    @property
    def id(self) -> str:
        """What the script calls it."""
        return self.key or self.draft_id

    def as_data(self) -> dict[str, Any]:
        """What the script draws."""
        draft = (("draft", self.draft_id),) if self.draft_id else ()
        return {
            "id": self.id,
            "title": to_data(self.title),
            "lines": [to_data(line) for line in self.lines if line],
            "action": self.action,
            "href": make_href(self.page, (*draft, *self.query)),
            "buttons": [button.as_data() for button in self.buttons],
            "choose": self.can_be_chosen,
            "outside": self.outside if self.outside.startswith("https://") else "",
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together.

    Args:
        title: the heading above them, and what a screen reader calls the list.
        hint: a sentence below the heading.
        is_headed: whether the title is seen; a page's only list needs none.
        more: ways to what the list leaves out, below it.
        button: something to do with all of it, below it.
        is_compact: whether its entries are short, and close together.
    """

    title: str
    rows: tuple[Row, ...]
    hint: str = ""
    is_headed: bool = True
    more: tuple[Way, ...] = ()
    button: Button | None = None
    is_compact: bool = False

    def as_data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "title": self.title,
            "hint": self.hint,
            "headed": self.is_headed,
            "rows": [row.as_data() for row in self.rows],
            "more": [[way.label, way.href] for way in self.more],
            "button": self.button.as_data() if self.button else None,
            "compact": self.is_compact,
        }


@dataclass(frozen=True, slots=True)
class Tab:
    """Another view of the list, above it: a link and how many entries it has.

    Args:
        count: None where it is not known.
    """

    way: Way
    count: int | None
    is_current: bool

    def as_data(self) -> list[Any]:
        """What the script draws."""
        return [self.way.label, self.way.href, self.count, self.is_current]


@dataclass(frozen=True, slots=True)
class Strip:
    """Views to choose from, side by side; `title` says what of: "Show", "Order"."""

    title: str
    tabs: tuple[Tab, ...]

    def as_data(self) -> dict[str, Any]:
        """What the script draws."""
        return {"title": self.title, "tabs": [tab.as_data() for tab in self.tabs]}


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed, and the entries it was pressed for."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RowList:
    """Groups ready to be drawn: making them costs more than drawing them."""

    groups: tuple[Group, ...]
    strips: tuple[Strip, ...]
    data: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """The entries of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def ways(self) -> tuple[Way, ...]:
        """The links that are no entries."""
        more = tuple(way for group in self.groups for way in group.more)
        return tuple(tab.way for strip in self.strips for tab in strip.tabs) + more

    @classmethod
    def of(
        cls,
        groups: Sequence[Group],
        *,
        strips: Sequence[Strip] = (),
        choose: Button | None = None,
        choosing: int = 0,
    ) -> RowList:
        """Prepare groups; see `cached.make_once`.

        Args:
            strips: other views of the same list, above it.
            choose: what can be done with all entries that were ticked.
            choosing: another number unticks them all, once something was done with them.
        """
        data = {
            "groups": [group.as_data() for group in groups],
            "strips": [strip.as_data() for strip in strips],
            "choose": choose.as_data() if choose else None,
            "choosing": choosing,
        }
        return cls(tuple(groups), tuple(strips), json.dumps(data, ensure_ascii=False))


def make_href(page: links.PageName, query: Query) -> str:
    """The address of a page with its parameters."""
    path = "" if page == "home" else page
    return f"{path}?{urlencode(query)}" if query else path or "."


def draw_rows(
    found: RowList, *, key: str, on_open: Callable[[Row], None] | None = None
) -> Press | None:
    """Draw the groups; a click on a link leaves for its page and ends the run.

    Args:
        on_open: called with the entry that is followed, before its page is drawn.

    Returns the button that was pressed, if the entries it was pressed for are still here.
    """
    drawn: Any = _ROWS(key=key, data=found.data, on_press_change=_ignore)
    # It comes from the browser: it may be anything.
    pressed = drawn.press
    if not isinstance(pressed, dict) or not isinstance(pressed.get("ids"), list):
        return None
    name, ids = str(pressed.get("name")), pressed["ids"]
    if name == "way":
        way = next((way for way in found.ways if way.href in ids), None)
        if way is not None:
            links.go(way.page, query=dict(way.query))
        return None
    # By id: the list may have changed since the browser drew it.
    rows = tuple(row for row in found.rows if row.id in ids)
    if name == "open":
        if rows and rows[0].action:
            if on_open is not None:
                on_open(rows[0])
            links.go(rows[0].page, draft_id=rows[0].draft_id or None, query=dict(rows[0].query))
        return None
    if name in {group.button.name for group in found.groups if group.button}:
        return Press(name, ())
    return Press(name, rows) if rows and len(rows) == len(ids) else None


def _ignore() -> None:
    """The click is read where the list is drawn."""
