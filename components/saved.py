"""Filters kept under a name: come back to them, name them anew, let them go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import cached, feedback, session
from components import format as fmt
from services import overview
from services.errors import TandemError
from services.overview import SavedView
from services.person import Person

Query = dict[str, Any]


def draw_saved(
    person: Person,
    views: tuple[SavedView, ...],
    *,
    page: str,
    read: Callable[[], Query],
    apply: Callable[[Query], None],
) -> None:
    """The button with the person's saved filters of a page.

    Args:
        read: the filters as they are now.
        apply: sets filters; called before the page runs again.
    """
    mine = tuple(view for view in views if view.page == page)
    box = st.popover(
        "Saved filters", icon=":material/bookmark:", key=f"{page}_saved", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        for view in mine:
            st.button(
                fmt.plain(view.name),
                key=f"{page}_saved_{view.id}",
                icon=":material/arrow_forward:",
                width="stretch",
                on_click=apply,
                args=(dict(view.query),),
            )
        _draw_keeping(person, page, read)
        if mine:
            _draw_changing(page, mine)


def _draw_keeping(person: Person, page: str, read: Callable[[], Query]) -> None:
    name = st.text_input(
        "Keep these filters as",
        key=f"{page}_saved_name",
        max_chars=60,
        placeholder="Due this week",
        help="Only you see them. The same name again replaces what it stood for.",
    )
    if st.button("Save these filters", key=f"{page}_saved_save", icon=":material/bookmark_add:"):
        _do(lambda: _save(person, page, name, read()), "The filters are saved.")


def _draw_changing(page: str, views: tuple[SavedView, ...]) -> None:
    chosen = st.selectbox(
        "Change",
        views,
        index=None,
        format_func=lambda view: fmt.one_line(view.name),
        key=f"{page}_saved_chosen",
        placeholder="Choose saved filters",
    )
    if chosen is None:
        return
    new_name = st.text_input("New name", key=f"{page}_saved_new_name", max_chars=60)
    with st.container(horizontal=True):
        if st.button("Rename", key=f"{page}_saved_rename"):
            _do(lambda: _rename(chosen.id, new_name), "The filters have their new name.")
        if st.button("Delete", key=f"{page}_saved_delete", icon=":material/delete:"):
            _do(lambda: _delete(chosen.id), "The saved filters are gone.")


def _save(person: Person, page: str, name: str, query: Query) -> None:
    overview.save_view(
        session.gateway(), workspace_id=person.workspace_id, page=page, name=name, query=query
    )


def _rename(view_id: str, name: str) -> None:
    overview.rename_view(session.gateway(), view_id=view_id, name=name)


def _delete(view_id: str) -> None:
    overview.delete_view(session.gateway(), view_id=view_id)


def _do(action: Callable[[], None], message: str) -> None:
    try:
        action()
    except TandemError as error:
        feedback.show_error(error)
        return
    cached.forget_choices()
    feedback.flash(message)
    st.rerun()
