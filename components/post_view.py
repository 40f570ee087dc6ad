"""One post: its figures and where they come from, its draft, and what was approved of it."""

from __future__ import annotations

import streamlit as st

from components import cached_measures, diff, feedback, links, measures, session
from components import format as fmt
from components.library import Desk
from components.posts_list import say_draft, say_part, say_title
from components.words import to_markdown
from services.errors import TandemError
from services.measures import importing, posts
from services.measures.models import Post
from services.measures.posts import Moment, PostView
from services.metrics import METRICS
from services.posts import write_hashtags


def draw_missing() -> None:
    """An address that leads to no post of this person's."""
    feedback.empty_state(
        "This post is not here",
        "Its import may have been taken back, or it belongs to an account that you do not see.",
        icon="search_off",
        action=lambda: links.draw_link("posts", "All posts", icon=":material/arrow_back:"),
    )


def draw_post(view: PostView, desk: Desk) -> bool:
    """All of it; whether the reader wants to type figures."""
    post = view.post
    links.draw_link("posts", "All posts", icon=":material/arrow_back:")
    st.title(fmt.plain(say_title(post)), anchor=False)
    feedback.draw_flash()
    on = f"published {fmt.day(post.published_on)}" if post.published_on else "day not given"
    where = fmt.plain(measures.say_name(post.platform, post.account_name))
    st.markdown(f"{where} · {on}{_say_kind(post)}")
    typing = _draw_actions(post)
    _draw_figures(view, desk)
    _draw_draft(view, desk)
    _draw_text(view)
    return typing


def _say_kind(post: Post) -> str:
    return f" · {fmt.plain(post.post_type)}" if post.post_type else ""


def _draw_actions(post: Post) -> bool:
    with st.container(horizontal=True):
        typing = post.may_write and st.button(
            "Type newer figures", key="post_type", type="primary", icon=":material/dialpad:"
        )
        if post.permalink and post.permalink.startswith("https://"):
            st.link_button(
                "See it where it was posted", post.permalink, icon=":material/open_in_new:"
            )
    return typing


def _draw_figures(view: PostView, desk: Desk) -> None:
    post = view.post
    st.header("Figures", anchor=False)
    part = to_markdown(say_part(post)).strip()
    origin = fmt.plain(measures.say_origin(post.source, desk.person.time_zone, line=post.line))
    st.markdown(f"Figures {measures.say_cover(post.source)} {part}  \n:small[{origin}]")
    if post.figures:
        st.table(
            [
                {
                    "Figure": measures.say_label(metric),
                    "So far": measures.say_amount(metric, amount, about=metric in post.approximate),
                }
                for metric, amount in post.figures.items()
            ],
            hide_index=True,
            width="content",
            alt="The figures of this post",
        )
    missing = [measures.say_label(metric) for metric in METRICS if metric not in post.figures]
    if missing:
        st.caption(f"Not given, which is not zero: {fmt.listing(missing)}.")
    with st.expander("What each figure counts", icon=":material/menu_book:"):
        st.markdown("\n\n".join(measures.list_meanings()))
    if len(view.history) > 1 or post.may_write:
        _draw_history(view, desk)


def _draw_history(view: PostView, desk: Desk) -> None:
    label = f"Figures over time ({len(view.history)})"
    with st.expander(label, icon=":material/history:", key="post_history"):
        st.caption(
            "Each line says all that the post did until then. They are never added to each other."
        )
        for moment in view.history:
            with st.container(
                horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
            ):
                st.markdown(_say_moment(moment, view.post, desk), width="content")
                if moment.source.is_typed and view.post.may_write:
                    st.button(
                        "Take back",
                        key=f"post_undo_{moment.source.id}",
                        icon=":material/undo:",
                        on_click=_undo,
                        args=(moment, desk),
                    )


def _say_moment(moment: Moment, post: Post, desk: Desk) -> str:
    figures = measures.say_figures(moment.figures)
    origin = fmt.plain(measures.say_origin(moment.source, desk.person.time_zone, line=moment.line))
    now = " :blue-badge[In force]" if moment.source.id == post.source.id else ""
    cover = measures.say_cover(moment.source)
    return f"**Figures {cover}**{now}  \n{figures or 'No figure'}  \n:small[{origin}]"


def _undo(moment: Moment, desk: Desk) -> None:
    """Take typed figures back. A callback: they can be typed again at once."""
    try:
        importing.undo_import(
            session.gateway(), workspace_id=desk.person.workspace_id, import_id=moment.source.id
        )
    except TandemError as error:
        feedback.flash(error.message, kind="warning")
    else:
        feedback.flash("The typed figures are taken back.")
    cached_measures.forget_all()


def _draw_draft(view: PostView, desk: Desk) -> None:
    post = view.post
    st.header("Draft", anchor=False)
    if post.draft is not None:
        how = "found by its address" if post.matched_by == "address" else "said by a person"
        st.markdown(f"**{fmt.plain(post.draft.title)}** :small[{how}]")
        with st.container(horizontal=True):
            links.draw_link(
                "review", "Its reviews", draft_id=post.draft.id, icon=":material/rate_review:"
            )
            if post.may_write:
                st.button(
                    "It was not this one",
                    key="post_unmatch",
                    on_click=_match,
                    args=(post, None, desk),
                )
        return
    st.markdown(to_markdown(say_draft(post)))
    if not post.may_write:
        return
    if not view.candidates:
        st.caption(
            "No published draft of that time fits. Record the post's address where the draft is "
            "marked published, and it is found."
        )
    for one in view.candidates:
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            on = fmt.moment(one.published_at, desk.person.time_zone)
            alike = f"{round(one.likeness * 100)} % of the text is the same"
            st.markdown(
                f"**{fmt.plain(one.title)}**  \n:small[marked published {on} · {alike}]",
                width="content",
            )
            st.button(
                "It was this one",
                key=f"post_match_{one.draft_id}",
                on_click=_match,
                args=(post, one.draft_id, desk),
            )
    if post.matched_by is None:
        st.button("None of ours", key="post_foreign", on_click=_match, args=(post, None, desk))


def _match(post: Post, draft_id: str | None, desk: Desk) -> None:
    """Say which draft it was. A callback: it can be said otherwise at once."""
    try:
        posts.match_post(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            post_id=post.id,
            draft_id=draft_id,
        )
    except TandemError as error:
        feedback.flash(error.message, kind="warning")
    else:
        feedback.flash(
            "Noted." if draft_id is None else "Noted: the post and its draft belong together."
        )
    cached_measures.forget_all()


def _draw_text(view: PostView) -> None:
    st.header("Text", anchor=False)
    if not view.caption:
        st.caption("The file gave no text.")
        return
    if view.approved is None:
        st.text(view.caption)
        return
    approved = say_approved(*view.approved)
    if same_text(approved, view.caption):
        st.markdown(":green-badge[:material/verified: Posted as approved]")
        st.text(view.caption)
        return
    st.markdown(":orange-badge[:material/difference: Differs from what was approved]")
    diff.draw_diff(approved, view.caption, label="From the approved text to the posted one")


def say_approved(caption: str, hashtags: tuple[str, ...]) -> str:
    """The approved caption as it is copied: hashtags below."""
    return "\n\n".join(part for part in (caption, write_hashtags(hashtags)) if part)


def same_text(approved: str, posted: str) -> bool:
    """Whether the same words stand there; platforms change line breaks and spaces."""
    return approved.split() == posted.split()
