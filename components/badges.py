"""A draft's state as a word with its icon, and a draft as one entry of a list."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from components import format as fmt
from components import links
from components.rows import Row
from components.words import Colour, Line, Words, join, to_markdown
from services.models import Draft

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


def state_words(state: str) -> Words:
    """The state as a badge inside a line."""
    icon, colour = _STATES.get(state, ("help", "gray"))
    return Words(fmt.state_label(state), look="badge", icon=icon, colour=colour)


def state_markdown(state: str) -> str:
    """The state as a badge inside a Markdown line."""
    return to_markdown((state_words(state),))


def mark_words(draft: Draft) -> Line:
    """What the state alone does not say: an approval withdrawn, a post taken down, an edit.

    Badges with a space before each; empty for most drafts.
    """
    marks: list[Words] = []
    if draft.approval_withdrawn_at is not None:
        colour: Colour = "red" if draft.taken_down_at is None else "gray"
        marks.append(Words("Approval withdrawn", look="badge", icon="gpp_bad", colour=colour))
    if draft.taken_down_at is not None:
        marks.append(Words("Taken down", look="badge", icon="public_off", colour="gray"))
    if draft.offered_version is not None and draft.state == "changes_requested":
        marks.append(Words("Edit to accept", look="badge", icon="edit_square", colour="green"))
    return tuple(word for mark in marks for word in (Words(" "), mark))


def state_text(draft: Draft) -> str:
    """The state and every mark in plain words: "Published, approval withdrawn"."""
    marks = (word.text.lower() for word in mark_words(draft) if word.look == "badge")
    return ", ".join((fmt.state_label(draft.state), *marks))


def draft_words(draft: Draft) -> Line:
    """The state and every mark as badges inside a line."""
    return (state_words(draft.state), *mark_words(draft))


def draft_markdown(draft: Draft) -> str:
    """The state and every mark as badges inside a Markdown line."""
    return to_markdown(draft_words(draft))


def describe_draft(draft: Draft, *, zone: str, now: datetime, viewer_id: str) -> str:
    """One Markdown line of facts about a draft, most pressing first."""
    return to_markdown(list_facts(draft, zone=zone, now=now, viewer_id=viewer_id))


def list_facts(draft: Draft, *, zone: str, now: datetime, viewer_id: str) -> Line:
    """The same as words."""
    facts: list[Line] = []
    if draft.state == "published" and draft.published_at:
        facts.append((Words(f"Published {fmt.ago(draft.published_at, now, zone)}"),))
    elif draft.publish_by and draft.state not in ("declined", "withdrawn"):
        facts.append(say_publish_by(draft.publish_by, fmt.today_in(zone, now)))
    facts.append((Words(fmt.platform_label(draft.platform)),))
    facts.append((Words(fmt.topic_label(draft.topic)),))
    if draft.author_id == viewer_id:
        facts.append((Words("Yours"),))
    else:
        facts.append((Words("By "), Words(draft.author_name, is_typed=True)))
    if draft.state != "published":
        facts.append((Words(f"Changed {fmt.ago(draft.updated_at, now, zone)}"),))
    return join(facts, " · ")


def say_publish_by(on: date, today: date) -> Line:
    """The day a draft is to go out, marked once it is late."""
    due, exact = fmt.due(on, today), fmt.day(on)
    words = f"Publish by {exact}" if due == exact else f"Publish by {exact} ({due})"
    if fmt.is_late(on, today):
        return (Words(words, look="strong", icon="schedule"),)
    return (Words(words),)


def draft_row(
    draft: Draft,
    *,
    zone: str,
    now: datetime,
    viewer_id: str,
    note: Line = (),
    action: str = "",
    own_page: links.PageName | None = None,
) -> Row:
    """A draft in a list: title, state, what matters about it, and the way to go on with it.

    Args:
        zone: IANA name of the reader's zone.
        viewer_id: The reader; what they write on opens in the editor, all else in the room.
        note: A line of the page's own, such as why something waits.
        action: The link's words, if the page knows better ones.
        own_page: Where the reader's own drafts lead, if not where they usually do.
    """
    page, words = find_way(draft, viewer_id)
    if own_page is not None and draft.author_id == viewer_id:
        page = own_page
    facts = list_facts(draft, zone=zone, now=now, viewer_id=viewer_id)
    return Row(
        title=(Words(draft.title, is_typed=True),),
        lines=(note, (*draft_words(draft), Words(" "), *facts)),
        action=action or words,
        page=page,
        draft_id=draft.id,
    )


def find_way(draft: Draft, viewer_id: str) -> tuple[links.PageName, str]:
    """Where a draft leads this reader, and in which words."""
    if draft.author_id != viewer_id:
        return "review", "Review" if draft.state == "in_review" else "Read"
    writing: dict[str, str] = {
        "drafting": "Go on writing",
        "changes_requested": "Go on writing",
        "expired": "Send it again",
        "withdrawn": "Open",
    }
    if draft.state in writing or draft.submitted_version is None:
        return "draft", writing.get(draft.state, "Open")
    return "review", "Publish" if draft.state == "approved" else "Read"
