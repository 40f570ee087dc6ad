"""A professional's edit as its author sees it: exactly what changes, and taking it as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from components import changes, checks, history, session, text
from components import format as fmt
from components.jump import draw_jump
from services import decisions
from services.decisions import Accepted
from services.errors import TandemError
from services.models import Decision, Draft, Version
from services.posts import Content

_PRESSED = "accepting"


@dataclass(frozen=True, slots=True)
class Offer:
    """An edit that the author may accept.

    Args:
        before: The version that was edited.
        offered: The edit, with its content.
        revision: Of the text being written, which accepting replaces.
        wrote_on: Whether the author has another text in the editor by now.
    """

    draft: Draft
    before: Content
    offered: Version
    decision: Decision
    revision: int
    wrote_on: bool

    def is_over(self, now: datetime) -> bool:
        """Whether the approval of the edit has expired."""
        until = self.decision.valid_until
        return until is not None and until <= now


def find_decision(decision: Decision | None, draft: Draft) -> Decision | None:
    """The decision that came with the edit on offer, if it is this one."""
    if decision is None or decision.kind != "approved_with_edits":
        return None
    return decision if decision.version_number == draft.offered_version else None


def draw_offer(
    offer: Offer,
    *,
    zone: str,
    now: datetime,
    key_of: Callable[[str, str], str],
    after: Callable[[Accepted], None],
    refused: Callable[[TandemError], None],
    draw_other_way: Callable[[], object],
) -> None:
    """The edit, part by part, the professional's note, and the two ways on.

    Args:
        after: Called once it is accepted.
        draw_other_way: Draws the button or link for writing on.
    """
    draft, decision = offer.draft, offer.decision
    who = fmt.plain(decision.credential.name)
    is_over = offer.is_over(now)
    with st.container(border=True):
        st.header(f"{who} edited your post and approved it like this", anchor=False)
        # Below all that the edit changes, which may be long.
        choice = f"offer_choice_{draft.id}"
        draw_jump(choice, label="Go to your choice")
        st.markdown(_say_offer(offer, who=who, zone=zone, is_over=is_over))
        if decision.note:
            st.caption(f"{who} wrote")
            text.draw_text(decision.note, label="Note", key=key_of("offer_note", draft.id))
        _draw_changes(offer, key_of)
        if offer.wrote_on:
            st.markdown(
                ":material/bookmark: You have written on since you sent it. If you accept, that "
                "text stays as a version of your own."
            )
        with st.container(horizontal=True, key=choice):
            # The text is part of the key: a press meant for one edit never counts for another.
            fingerprint = history.short_hash(offer.offered.content_hash)
            if not is_over:
                st.button(
                    "Accept: approved at once",
                    key=key_of(f"accept_{fingerprint}", draft.id),
                    type="primary",
                    icon=":material/verified:",
                    on_click=_note_press,
                    args=(key_of(_PRESSED, draft.id), offer.offered.content_hash),
                )
            draw_other_way()
    pressed = st.session_state.get(key_of(_PRESSED, draft.id))
    if pressed == offer.offered.content_hash and not is_over:
        del st.session_state[key_of(_PRESSED, draft.id)]
        _accept(offer, after=after, refused=refused)


def say_too_late(draft: Draft, *, key_of: Callable[[str, str], str]) -> None:
    """After everything else: somebody pressed to accept an edit that is not on offer any more."""
    if st.session_state.pop(key_of(_PRESSED, draft.id), None) is not None:
        st.warning(
            "There is no such edit to accept any more, so nothing was accepted. This is the draft "
            "as it is now.",
            icon=":material/sync_problem:",
        )


def _note_press(key: str, content_hash: str) -> None:
    st.session_state[key] = content_hash


def _say_offer(offer: Offer, *, who: str, zone: str, is_over: bool) -> str:
    until = offer.decision.valid_until
    if is_over:
        when = f" on {fmt.moment(until, zone)}" if until is not None else ""
        return (
            f"**This approval has expired**{when}, so the edit cannot be accepted any more. Send "
            "your text for review again; you can take over what you like."
        )
    through = f", valid until {fmt.moment(until, zone)}" if until is not None else ""
    return (
        f"If you accept, exactly this text is approved at once, as version "
        f"{offer.offered.number}, fingerprint `{history.short_hash(offer.offered.content_hash)}`"
        f"{through}. {who} approves no other text: if you change anything, it needs a new review."
    )


def _draw_changes(offer: Offer, key_of: Callable[[str, str], str]) -> None:
    after = offer.offered.content
    if after is None:
        raise ValueError("an offer comes with its content")
    changes.draw_changes(
        changes.compare_contents(offer.before, after),
        label="what the edit changes",
        key=key_of("offer_diff", offer.draft.id),
    )


def _accept(
    offer: Offer, *, after: Callable[[Accepted], None], refused: Callable[[TandemError], None]
) -> None:
    checks.have_read(offer.draft.id)
    try:
        accepted = decisions.accept_edits(
            session.gateway(),
            draft_id=offer.draft.id,
            version=offer.offered.number,
            content_hash=offer.offered.content_hash,
            expected_revision=offer.revision,
        )
    except TandemError as error:
        refused(error)
    else:
        after(accepted)
