"""For coordinators: posts that have to come down and whose drafts they may not read.

The author kept the draft for professionals. What is needed to act is told all the same: whose post
it is, where it is out, who withdrew the approval. See docs/hidden-drafts.md.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import cached, feedback, published
from components import format as fmt
from components.waiting import Reader
from services.publishing import HiddenPost


def draw_hidden_posts(posts: tuple[HiddenPost, ...], reader: Reader) -> None:
    """A box each, with the way to the post and the button that records that it is down."""
    for post in posts:
        with st.container(border=True):
            st.markdown(say_post(post, reader))
            published.draw_links(post.platform, post.links, key_of=partial(_key, post))
            if st.button(
                "I have taken the post down",
                key=_key(post, "down"),
                type="primary",
                icon=":material/public_off:",
            ):
                published.ask_whether_down(post.draft_id, after=_say_done)


def say_post(post: HiddenPost, reader: Reader) -> str:
    """What happened, what the reader cannot see and why, and what to do; Markdown."""
    author = fmt.plain(post.author_name)
    who = fmt.plain(post.withdrawn_by_name or "A professional")
    when = fmt.ago(post.withdrawn_at, reader.now, reader.person.time_zone)
    where = (
        f"Take it down there, or ask {author} to, then record it here."
        if post.links
        else f"No address was recorded: ask {author} where it is. Record here that it is down."
    )
    place = fmt.platform_label(post.platform)
    return (
        f":red-badge[:material/gpp_maybe: Approval withdrawn] **A post by {author} on {place} has "
        f"to come down.** {who} withdrew its approval {when}. {where}\n\n"
        f":small[The draft is for professionals only, so you are not shown its text or the reason. "
        f"{who} can tell you more.]"
    )


def _key(post: HiddenPost, name: str) -> str:
    return f"home_{name}_{post.draft_id}"


def _say_done(said: str) -> None:
    feedback.flash(said)
    cached.forget_drafts()
    st.rerun()
