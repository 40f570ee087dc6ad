"""The Streamlit entry script: runs before every page, registers them all, and checks who looks.

It lies apart from `pages/` on purpose: beside that folder, a fresh server would run a page on a
deep link without this script.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import session

PAGES = "../pages"


def list_pages() -> list[st.Page]:
    """Every page there is. All are registered on every run, or addresses would not be kept."""
    return [
        st.Page(f"{PAGES}/home.py", title="Home", icon=":material/home:", default=True),
        st.Page(f"{PAGES}/drafts.py", title="Drafts", icon=":material/edit_note:"),
        st.Page(f"{PAGES}/draft.py", title="Draft", url_path="draft", visibility="hidden"),
        st.Page(f"{PAGES}/review.py", title="Review", url_path="review", visibility="hidden"),
        st.Page(f"{PAGES}/people.py", title="People", icon=":material/group:"),
        st.Page(f"{PAGES}/settings.py", title="Settings", icon=":material/settings:"),
    ]


# A picture of ours: the icon of a page would be fetched from a font service.
MARK = Path(__file__).parent / "static" / "mark.svg"

st.set_page_config(page_title="Tandem", page_icon=str(MARK), layout="wide")
st.logo(str(MARK), size="large")
# Registered in any case, or the address would be lost; an ended tab offers only the way back.
page = st.navigation(list_pages(), position="hidden" if session.is_over() else "sidebar")
session.draw_account()
page.run()
