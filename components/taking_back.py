"""Taking back an edit that its author has not accepted, and saying that it was taken back."""

from __future__ import annotations

import streamlit as st

from components import cached, feedback, session
from components import format as fmt
from components.refusals import show_refusal
from components.review import Visit
from components.undoing import Panel
from services import decisions
from services.errors import TandemError
from services.models import Decision, Draft

KIND = "edits_taken_back"
PANEL = Panel(
    name="taking",
    field="taking_back",
    label="Take the edit back",
    icon=":material/undo:",
    stay="Leave it on offer",
)


def find_offer(visit: Visit) -> Decision | None:
    """The reader's own edit that waits for the author, if they may still decide on the draft."""
    room = visit.room
    if room.draft.offered_version is None or room.why_not is not None:
        return None
    return next(
        (
            one
            for one in room.decisions
            if one.kind == "approved_with_edits"
            and one.version_number == room.draft.offered_version
            and one.decided_by == visit.person.profile_id
        ),
        None,
    )


def draw_taking_back(visit: Visit) -> None:
    """A quiet button; once pressed, what will happen, a note, and the button that does it."""
    offer = find_offer(visit)
    if offer is None or not PANEL.is_open(visit):
        return
    with st.container(border=True):
        st.header("Take your edit back?", anchor=False)
        st.markdown(_say_consequence(visit, offer))
        note = PANEL.draw_note(visit)
        pressed = PANEL.draw_buttons(
            visit, f"Take version {offer.version_number} back", content_hash=offer.content_hash
        )
    if pressed:
        _take_back(visit, offer, note)


def draw_taken_back(visit: Visit) -> None:
    """In the room of a draft in review: that an edit was taken back, and why."""
    latest = next(iter(visit.room.decisions), None)
    if latest is None or not is_news(latest, visit.room.draft):
        return
    mine = latest.decided_by == visit.person.profile_id
    st.markdown(
        say_taken_back(latest, visit.room.draft, when=visit.ago(latest.decided_at), is_mine=mine)
    )


def is_news(decision: Decision, draft: Draft) -> bool:
    """Whether the latest decision took an edit back and nothing was sent since."""
    sent = draft.submitted_at
    return decision.kind == KIND and (sent is None or sent < decision.decided_at)


def say_taken_back(decision: Decision, draft: Draft, *, when: str, is_mine: bool = False) -> str:
    """Who took the edit back and what that means for the text; Markdown."""
    who = "You" if is_mine else fmt.plain(decision.credential.name)
    whose = "your" if is_mine else "their"
    return (
        f":material/undo: **{who} took back {whose} edit** {when}, to look at the post once more. "
        f"Version {draft.submitted_version} is in review again, word for word as it was sent."
    )


def _say_consequence(visit: Visit, offer: Decision) -> str:
    draft = visit.room.draft
    author = fmt.plain(draft.author_name)
    return (
        f"{author} can then no longer accept version {offer.version_number}. Version "
        f"{draft.submitted_version}, as {author} sent it, is in review again and with you to "
        f"decide. {author} is told at once. Your edit stays among the versions."
    )


def _take_back(visit: Visit, offer: Decision, note: str) -> None:
    draft_id = visit.room.draft.id
    try:
        decisions.take_back_edits(
            session.gateway(),
            draft_id=draft_id,
            version=offer.version_number,
            content_hash=offer.content_hash,
            note=note,
        )
    except TandemError as error:
        show_refusal(error, visit)
        return
    PANEL.close(draft_id)
    st.query_params.pop("version", None)
    feedback.flash("Your edit is taken back. The draft is in review again, and you have it.")
    cached.forget_drafts()
    st.rerun()
