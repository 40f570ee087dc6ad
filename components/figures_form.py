"""Figures that somebody reads off a screen and types, one post at a time; made for a phone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import uuid4

import streamlit as st

from components import cached_measures, feedback, links, measures, session
from components import format as fmt
from components.library import Desk
from components.posts_list import EARLIEST, say_title
from services.errors import TandemError
from services.measures import posts
from services.measures.models import Account, Figures, Post
from services.metrics import METRICS, Metric

# A whole number, its thousands apart or not. "1.2K" is refused: it is not what the post did.
_NUMBER = re.compile(r"[0-9]{1,13}|[0-9]{1,3}([., '\u2019\u00a0\u202f][0-9]{3}){1,4}")
_BETWEEN = re.compile(r"[^0-9]")
# What each platform shows under a post, first what people look at first.
_USUAL: Mapping[str, tuple[Metric, ...]] = {
    "instagram": ("views", "reach", "likes", "comments", "shares", "saves", "follows"),
    "facebook": ("views", "reach", "likes", "comments", "shares", "link_clicks"),
    "tiktok": ("views", "likes", "comments", "shares", "saves"),
    "youtube": ("views", "likes", "comments", "impressions"),
    "x": ("impressions", "likes", "comments", "shares", "saves", "link_clicks", "profile_visits"),
    "linkedin": ("impressions", "likes", "comments", "shares"),
}
_ELSEWHERE: tuple[Metric, ...] = ("views", "likes", "comments", "shares", "link_clicks")


def ask_figures(desk: Desk, *, accounts: Mapping[str, Account], post: Post | None = None) -> None:
    """Type the figures of a post that is here, or of another by its address."""
    # Fields of a form opened before must not show here.
    form = uuid4().hex

    def draw() -> None:
        if post is not None:
            st.markdown(f"**{fmt.plain(say_title(post))}**")
            _draw_fields(desk, form, post.account_id, post.platform, post)
            return
        if not accounts:
            st.markdown("Figures belong to an account on a platform. Add yours first.")
            links.draw_link("imports", "Add an account", icon=":material/add:")
            return
        account_id = _pick_account(accounts, form)
        if account_id is not None:
            _draw_fields(desk, form, account_id, accounts[account_id].platform, None)

    st.dialog("Type figures", icon=":material/dialpad:")(draw)()


def _pick_account(accounts: Mapping[str, Account], form: str) -> str | None:
    options = list(accounts)
    return st.selectbox(
        "Account",
        options,
        0 if len(options) == 1 else None,
        format_func=lambda one: measures.say_account(accounts[one]),
        key=f"typed_account_{form}",
        placeholder="Choose an account",
    )


def _draw_fields(desk: Desk, form: str, account_id: str, platform: str, post: Post | None) -> None:
    link, published = "", None
    if post is None:
        link = st.text_input(
            "Address of the post",
            key=f"typed_link_{form}",
            max_chars=500,
            placeholder="https://",
            type="url",
        )
        published = st.date_input(
            "Published on",
            None,
            min_value=EARLIEST,
            max_value=desk.today,
            key=f"typed_published_{form}",
            format="DD/MM/YYYY",
        )
    st.caption("All that the post did so far. Leave empty what the platform does not show.")
    known: Figures = post.figures if post is not None else {}
    usual = _USUAL.get(platform, _ELSEWHERE)
    typed = {metric: _draw_number(metric, known, form) for metric in usual}
    with st.expander("Other figures", icon=":material/more_horiz:"):
        for metric in METRICS:
            if metric not in usual:
                typed[metric] = _draw_number(metric, known, form)
    read_on = st.date_input(
        "Read on",
        desk.today,
        min_value=EARLIEST,
        max_value=desk.today,
        key=f"typed_day_{form}",
        format="DD/MM/YYYY",
    )
    if not st.button("Save", key=f"typed_save_{form}", type="primary"):
        return
    figures = {metric: read_number(text) for metric, text in typed.items() if text}
    wrong = [measures.say_label(metric) for metric, number in figures.items() if number is None]
    if wrong:
        st.warning(
            f"{fmt.listing(wrong)}: type whole numbers, such as 1204. Nothing was saved yet.",
            icon=":material/edit_note:",
        )
        return
    try:
        done = posts.type_figures(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            account_id=account_id,
            post_id=None if post is None else post.id,
            captured_on=read_on,
            figures={metric: number for metric, number in figures.items() if number is not None},
            permalink=link or "",
            published_on=published,
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    cached_measures.forget_all()
    found = " Its draft was found by its address." if done.matched else ""
    feedback.flash(f"The figures are saved, marked as typed by you.{found}")
    st.rerun()


def _draw_number(metric: Metric, known: Figures, form: str) -> str:
    """A field for one figure. Not Streamlit's own for numbers: its buttons for one more and one
    less are too small for a thumb, and nobody counts views with them.
    """
    label = measures.say_label(metric)
    if metric == "watch_time_seconds":
        label = "Watch time in seconds"
    before = known.get(metric)
    typed = st.text_input(
        label,
        "" if before is None or before < 0 else f"{int(before):,}",
        type="phone",
        icon=":material/numbers:",
        key=f"typed_{metric}_{form}",
        placeholder="Not shown",
        autocomplete="off",
        max_chars=20,
        validate="",
    )
    return (typed or "").strip()


def read_number(text: str) -> int | None:
    """The whole number in a field, with or without marks between thousands; None for any other
    text.
    """
    return int(_BETWEEN.sub("", text)) if _NUMBER.fullmatch(text) else None
