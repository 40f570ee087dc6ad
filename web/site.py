"""The pages there are, as Streamlit registers them."""

from __future__ import annotations

from copy import copy

import streamlit as st

_PAGES = "../pages"
_made: list[st.Page] = []


def list_pages() -> list[st.Page]:
    """Every page there is. All are registered on every run, or addresses would not be kept.

    To be called in a run. Making a page looks for its file, so it is done once a process; each
    run gets copies, because Streamlit marks in them which one it may run.
    """
    if not _made:
        _made[:] = [
            st.Page(f"{_PAGES}/home.py", title="Home", icon=":material/home:", default=True),
            st.Page(f"{_PAGES}/drafts.py", title="Drafts", icon=":material/edit_note:"),
            st.Page(f"{_PAGES}/reviews.py", title="Reviews", icon=":material/rate_review:"),
            st.Page(f"{_PAGES}/draft.py", title="Draft", url_path="draft", visibility="hidden"),
            st.Page(f"{_PAGES}/review.py", title="Review", url_path="review", visibility="hidden"),
            st.Page(f"{_PAGES}/campaigns.py", title="Campaigns", icon=":material/campaign:"),
            st.Page(f"{_PAGES}/posts.py", title="Posts", icon=":material/web_stories:"),
            st.Page(
                f"{_PAGES}/imports.py", title="Import", url_path="imports", visibility="hidden"
            ),
            st.Page(f"{_PAGES}/news.py", title="News", icon=":material/notifications:"),
            st.Page(f"{_PAGES}/library.py", title="Library", icon=":material/support:"),
            st.Page(f"{_PAGES}/rules.py", title="Safety rules", icon=":material/rule:"),
            st.Page(f"{_PAGES}/figures.py", title="Figures", icon=":material/bar_chart:"),
            st.Page(f"{_PAGES}/people.py", title="People", icon=":material/group:"),
            st.Page(f"{_PAGES}/settings.py", title="Settings", icon=":material/settings:"),
        ]
    return [copy(page) for page in _made]
