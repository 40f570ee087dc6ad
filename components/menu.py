"""The way to the pages, in the sidebar: links as high as a thumb, with how many news are unread.

Streamlit's own links are 32 pixels high, which a thumb misses. These are drawn by one element;
each has an address, so that it can be opened in another tab, and a plain click leads on within
this one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from components import session, triggers

_HERE = Path(__file__).parent

_MENU = st.components.v2.component(
    "tandem_menu",
    html='<nav class="tandem-menu" aria-label="Pages"></nav>',
    # The menu is on every page, and so is what makes Streamlit's own controls fit for thumbs.
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("menu.css", "reach.css")),
    js=(_HERE / "menu.js").read_text(encoding="utf-8"),
    # In a tree of its own, the page's first link would be hidden from what judges the link that
    # skips to the content.
    isolate_styles=False,
)
_KEY = "menu"
# The page whose link counts what is unread.
_COUNTED = "news"


def draw_menu(pages: Sequence[st.Page], current: st.Page) -> None:
    """Draw the links; a click on one opens its page.

    Args:
        pages: All there are; hidden ones have no link.
        current: The one that is about to be drawn.
    """
    shown = [page for page in pages if page.visibility == "visible"]
    unread = session.find_unread()
    links = [_make_link(page, current, unread) for page in shown]
    with st.sidebar:
        # Before the run, so that the page that is left is not drawn again.
        drawn: Any = _MENU(
            key=_KEY,
            data=json.dumps(links),
            on_go_change=lambda: _open(shown, triggers.read(_KEY, "go")),
        )
    if drawn.go != current.url_path:
        _open(shown, drawn.go)


def _open(shown: Sequence[st.Page], path: Any) -> None:
    page = next((page for page in shown if page.url_path == path), None)
    if page is not None:
        st.switch_page(page)


def _make_link(page: st.Page, current: st.Page, unread: int) -> dict[str, Any]:
    count = unread if page.url_path == _COUNTED else 0
    return {
        "path": page.url_path,
        "label": page.title,
        "icon": page.icon.removeprefix(":material/").removesuffix(":"),
        "current": page.url_path == current.url_path,
        "count": f"{count:,} new" if count else "",
    }
