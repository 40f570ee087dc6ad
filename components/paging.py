"""Long lists in pages: which one the address asks for, and the way to the others.

Streamlit's own pagination puts targets of 36 pixels beside one another, which a thumb misses.
"""

from __future__ import annotations

import streamlit as st


def find_page(key: str, *, most: int) -> int:
    """The page that the address asks for under this name, from 1 to `most`; 1 if it is none."""
    asked = st.query_params.get(key, "1")
    return min(max(1, int(asked)), most) if asked.isdecimal() and len(asked) < 10 else 1


def to_first(key: str) -> None:
    """Begin at the front again. A callback too: of what changes the list."""
    st.query_params.pop(key, None)


def draw_pages(key: str, pages: int) -> None:
    """The way to the pages before and after, if there are several."""
    if pages < 2:
        return
    page = find_page(key, most=pages)
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        st.button(
            "Previous",
            key=f"{key}_previous",
            icon=":material/chevron_left:",
            disabled=page == 1,
            on_click=_go,
            args=(key, page - 1),
        )
        st.markdown(f"Page {page:,} of {pages:,}", width="content")
        st.button(
            "Next",
            key=f"{key}_next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page == pages,
            on_click=_go,
            args=(key, page + 1),
        )


def _go(key: str, page: int) -> None:
    if page == 1:
        to_first(key)
    else:
        st.query_params[key] = str(page)
