"""Where pages are, for links from one to another.

Paths are relative to the entry script, as Streamlit wants them. Parameters carry ids only: a
page asks for what they name as the person who opened it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NoReturn

import streamlit as st

PageName = Literal[
    "home",
    "drafts",
    "draft",
    "reviews",
    "review",
    "campaigns",
    "posts",
    "imports",
    "news",
    "library",
    "rules",
    "figures",
    "people",
    "settings",
]


def path_of(page: PageName) -> str:
    """The page's script, seen from web/main.py."""
    return f"../pages/{page}.py"


def draw_link(
    page: PageName,
    label: str,
    *,
    icon: str | None = None,
    draft_id: str | None = None,
    query: Mapping[str, str] | None = None,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A link to a page, to one draft there if given. `label` is Markdown: see `format.plain`.

    Args:
        query: More parameters of the address, such as a filter bound to it.
    """
    params = {**({"draft": draft_id} if draft_id else {}), **(query or {})}
    st.page_link(path_of(page), label=label, icon=icon, query_params=params or None, width=width)


def go(
    page: PageName, *, draft_id: str | None = None, query: Mapping[str, str] | None = None
) -> NoReturn:
    """Leave for another page; nothing after it runs. Parameters as for `draw_link`."""
    params = {**({"draft": draft_id} if draft_id else {}), **(query or {})}
    st.switch_page(path_of(page), query_params=params)
