"""Posts: what each did, where its figures come from, and which draft it was."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import (
    accounts,
    cached_measures,
    feedback,
    figures_form,
    links,
    post_view,
    posts_list,
    session,
)
from components.library import Desk
from services.errors import NotFound, TandemError


def draw_all(desk: Desk) -> None:
    """The list, and the ways to bring figures."""
    heading = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    heading.title("Posts", anchor=False, width="content")
    with heading.container(horizontal=True, width="content", vertical_alignment="center"):
        typing = accounts.may_add(desk) and st.button(
            "Type figures", key="posts_type", icon=":material/dialpad:"
        )
        links.draw_link("imports", "Import figures", icon=":material/upload_file:")
    feedback.draw_flash()
    asked = posts_list.pick_filter(desk)
    posts_list.draw_posts(posts_list.read_page(asked, desk), asked, desk)
    if typing:
        found = cached_measures.get_accounts(session.gateway(), desk.person)
        figures_form.ask_figures(desk, accounts={one.id: one for one in found.writable})


def draw_one(post_id: str, desk: Desk) -> None:
    """A post."""
    view = cached_measures.get_post(session.gateway(), desk.person, post_id=post_id)
    if post_view.draw_post(view, desk):
        figures_form.ask_figures(desk, accounts={}, post=view.post)


desk = Desk(session.require(), datetime.now(UTC))
post_id = st.query_params.get("post", "")
try:
    if post_id:
        draw_one(post_id, desk)
    else:
        draw_all(desk)
except NotFound:
    post_view.draw_missing()
except TandemError as error:
    feedback.show_error(error)
