"""A draft's state as a word with its icon, and a draft as one entry of a list."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import streamlit as st

from components import format as fmt
from components import links
from services.models import Draft

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]

# The word and the icon say it; the colour only helps.
_STATES: dict[str, tuple[str, Colour]] = {
    "drafting": ("edit_note", "gray"),
    "in_review": ("rate_review", "blue"),
    "changes_requested": ("reply", "orange"),
    "approved": ("verified", "green"),
    "expired": ("event_busy", "orange"),
    "published": ("public", "violet"),
    "on_hold": ("pause_circle", "gray"),
    "declined": ("block", "red"),
    "withdrawn": ("archive", "gray"),
}


def icon_of(state: str) -> str:
    """The state's Material symbol, as Streamlit writes it."""
    return f":material/{_STATES.get(state, ('help', 'gray'))[0]}:"


def colour_of(state: str) -> Colour:
    """The state's colour family, never to be used alone."""
    return _STATES.get(state, ("help", "gray"))[1]


def state_badge(state: str) -> None:
    """The state by itself, in a row or above a title."""
    st.badge(fmt.state_label(state), icon=icon_of(state), color=colour_of(state))


def state_markdown(state: str) -> str:
    """The state as a badge inside a Markdown line."""
    return f":{colour_of(state)}-badge[{icon_of(state)} {fmt.state_label(state)}]"


def describe_draft(draft: Draft, *, zone: str, now: datetime, viewer_id: str) -> str:
    """One Markdown line of facts about a draft, most pressing first."""
    facts = []
    today = fmt.today_in(zone, now)
    if draft.state == "published" and draft.published_at:
        facts.append(f"Published {fmt.ago(draft.published_at, now, zone)}")
    elif draft.publish_by and draft.state not in ("declined", "withdrawn"):
        words = f"Publish by {fmt.day(draft.publish_by)} ({fmt.due(draft.publish_by, today)})"
        late = fmt.is_late(draft.publish_by, today)
        facts.append(f":material/schedule: **{words}**" if late else words)
    facts.append(fmt.platform_label(draft.platform))
    facts.append(fmt.topic_label(draft.topic))
    facts.append("Yours" if draft.author_id == viewer_id else f"By {fmt.plain(draft.author_name)}")
    facts.append(f"Changed {fmt.ago(draft.updated_at, now, zone)}")
    return " · ".join(facts)


def draft_card(
    draft: Draft,
    *,
    zone: str,
    now: datetime,
    viewer_id: str,
    page: links.PageName | None = None,
    note: str = "",
) -> None:
    """A draft in a list: title that leads to it, state, and what matters about it.

    Args:
        zone: IANA name of the reader's zone.
        viewer_id: The reader; their own drafts open in the editor, others in the review room.
        page: Where the title leads instead.
        note: A Markdown line of the page's own, such as why something waits.
    """
    to = page or ("draft" if draft.author_id == viewer_id else "review")
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            links.draw_link(to, f"**{fmt.plain(draft.title)}**", icon="", draft_id=draft.id)
            st.markdown(state_markdown(draft.state), width="content")
        if note:
            st.markdown(note)
        st.caption(describe_draft(draft, zone=zone, now=now, viewer_id=viewer_id))
