"""A post that is out: where it is, who reads its comments, and what to do if it must not be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import streamlit as st

from components import addresses, feedback, handing_off, session, watching
from components import format as fmt
from components.handing_off import Post
from services import publishing
from services.models import Decision, Draft


def draw_published(post: Post, *, may_change: bool) -> None:
    """Where the post is and who reads its comments, with what the reader may do about it.

    Args:
        may_change: Whether the reader is its author or a coordinator.
    """
    draft = post.draft
    draw_links(draft.platform, post.handoff.links, key_of=post.key)
    for watch in post.handoff.watches:
        st.markdown(
            watching.say_watch(
                watch, me=post.person.profile_id, zone=post.person.time_zone, now=post.now
            )
        )
    _draw_done(post)
    if not may_change:
        return
    addresses.draw_addresses(post)
    if draft.taken_down_at is None and (post.handoff.watches or watching.is_sensitive(draft)):
        handing_off.draw_watching_again(post)
    if draft.taken_down_at is None and draft.approval_withdrawn_at is None:
        draw_take_down(post, is_first=False)


def draw_links(platform: str, links: Mapping[str, str], *, key_of: Callable[[str], str]) -> None:
    """A button for each address.

    Args:
        platform: The one to put first.
        key_of: Names a widget.
    """
    ordered = addresses.order_platforms(platform, links)
    if not ordered:
        return
    with st.container(horizontal=True):
        for name in ordered:
            st.link_button(
                f"Open it on {fmt.platform_label(name)}",
                links[name],
                icon=":material/open_in_new:",
                key=key_of(f"post_{name}"),
            )


def draw_take_down(post: Post, *, is_first: bool) -> None:
    """Record that the post is no longer public, after a question.

    Args:
        is_first: Whether it is the one thing to do now.
    """
    if st.button(
        "I have taken the post down" if is_first else "The post was taken down",
        key=post.key("take_down"),
        type="primary" if is_first else "tertiary",
        icon=":material/public_off:",
    ):
        ask_whether_down(post.draft.id, after=post.after)


def ask_whether_down(draft_id: str, *, after: Callable[[str], None]) -> None:
    """The question before a post is recorded as taken down.

    Args:
        after: Called with what to say once it is recorded.
    """

    def take_down() -> None:
        publishing.take_down(session.gateway(), draft_id=draft_id)
        after("Recorded: the post is taken down. Everybody concerned is told.")

    feedback.confirm(
        title="Is the post down?",
        body="Take it down on the platform first: Tandem cannot do that for you. Then record "
        "it here. The author, the coordinators and whoever approved it are told, and nobody "
        "has to read the comments any more.",
        action_label="Yes, it is down",
        on_confirm=take_down,
        icon=":material/public_off:",
    )


def draw_alarm(
    draft: Draft, decision: Decision | None, *, zone: str, now: datetime, next_step: str
) -> None:
    """Above everything else: the approval of what is out there was withdrawn.

    What to do about it comes next, then `draw_why`.

    Args:
        decision: The withdrawal, if it is known.
        next_step: What the reader does about it; Markdown.
    """
    at = draft.approval_withdrawn_at
    if at is None:
        return
    who = "A professional" if decision is None else fmt.plain(decision.credential.name)
    why = "" if decision is None else f": {fmt.reason_label(decision.reason_code).lower()}"
    said = f"{who} withdrew the approval {fmt.ago(at, now, zone)}{why}."
    if draft.taken_down_at is not None:
        st.info(
            f"{said} The post was taken down {fmt.ago(draft.taken_down_at, now, zone)}.",
            icon=":material/public_off:",
            title="Approval withdrawn, post taken down",
        )
    else:
        st.error(
            f"{said} {next_step}",
            icon=":material/gpp_bad:",
            title="The approval of this published post was withdrawn",
        )


def draw_why(decision: Decision | None) -> None:
    """What was written with the withdrawal, if it is known."""
    if decision is None or not decision.note:
        return
    with st.container(border=True):
        st.caption(f"What {fmt.plain(decision.credential.name)} wrote")
        st.text(decision.note)


def _draw_done(post: Post) -> None:
    mine = any(
        one.profile_id == post.person.profile_id
        for one in watching.list_open(post.handoff, post.now)
    )
    if mine and st.button(
        "I am done watching", key=post.key("watched"), icon=":material/visibility_off:"
    ):
        post.do(
            lambda: publishing.end_watch(session.gateway(), draft_id=post.draft.id),
            said="Thank you. You no longer watch the comments of this post.",
        )
