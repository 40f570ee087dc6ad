"""A professional's decision, what stands, and marking an approved post published."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from components import cached, feedback, history, keeper, links, review, session
from components import format as fmt
from components.review import Visit, key_of
from components.watching import watching
from services import decisions, drafts, publishing
from services.errors import Conflict, TandemError
from services.models import Decision

_LABELS = {"approved": "Approve", "changes_requested": "Send back", "declined": "Decline"}
_DONE = {
    "approved": "Approved. The author can publish exactly this text.",
    "changes_requested": "Sent back. The author sees your note first thing on Home.",
    "declined": "Declined. The author sees why.",
}
_NOT_APPROVED = (
    "This draft is no longer approved as you see it here, so nothing was recorded. "
    "Only an approved text can be marked published."
)


def draw_decision(visit: Visit, *, text_is_shown: bool) -> None:
    """What the reader can do about the draft, or why they cannot."""
    room = visit.room
    if room.draft.state != "in_review":
        _draw_standing(visit)
        _draw_kept_note(visit)
        return
    with st.container(border=True):
        if room.why_not is not None:
            _draw_why_not(visit)
        elif not visit.is_latest:
            st.markdown(
                f"You are reading version {room.version.number}. Version "
                f"{room.draft.submitted_version} is the one to decide on."
            )
            links.draw_link(
                "review",
                f"Read version {room.draft.submitted_version}",
                icon=":material/arrow_forward:",
                draft_id=room.draft.id,
            )
        elif not text_is_shown:
            st.markdown("You can decide once you have read the text.")
        else:
            _draw_form(visit)


def draw_publishing(visit: Visit) -> None:
    """For the author and coordinators: record that exactly the approved text is out."""
    draft = visit.room.draft
    if draft.state == "published":
        _draw_published(visit)
        return
    may = visit.is_author or "coordinator" in visit.roles
    if draft.state != "approved" or not may or draft.approved_hash is None:
        return
    with st.container(border=True):
        st.header("Publish", anchor=False)
        st.markdown(
            f"Post exactly version {draft.approved_version} on "
            f"{fmt.platform_label(draft.platform)}, then record it here."
        )
        if visit.room.version.number == draft.approved_version and visit.room.version.content:
            with st.expander("Copy the approved text", icon=":material/content_copy:"):
                st.code(visit.room.version.content.caption, language=None, wrap_lines=True)
        key = key_of("url", draft.id)
        url = st.text_input(
            "Address of the post (optional)",
            key=key,
            max_chars=500,
            placeholder="https://",
            on_change="ignore",
            persist_state="session",
        )
        # The text is part of the key: a press meant for one text never counts for another.
        if st.button(
            f"Mark version {draft.approved_version} as published",
            key=key_of(f"publish_{history.short_hash(draft.approved_hash)}", draft.id),
            type="primary",
            icon=":material/public:",
        ):
            _publish(visit, draft.approved_hash, url or "", key)


def draw_decisions(visit: Visit) -> None:
    """Every decision with its note, credential and what it covers."""
    if not visit.room.decisions:
        return
    st.header("Decisions", anchor=False)
    latest, *earlier = visit.room.decisions
    with st.container(border=True):
        _draw_one(latest, visit)
    if earlier:
        with st.expander(f"Earlier decisions ({len(earlier)})"):
            for decision in earlier:
                _draw_one(decision, visit)


def say_validity(decision: Decision, visit: Visit) -> str:
    """Whether an approval still lets the text be published; empty for other decisions."""
    draft = visit.room.draft
    if decision.kind != "approved" or decision.valid_until is None:
        return ""
    until = fmt.day(fmt.today_in(visit.zone, decision.valid_until))
    stands = draft.approved_hash == decision.content_hash
    if draft.state == "published" and stands:
        return "This is the text that was published."
    if stands and draft.state == "approved":
        return f"Good through {until}."
    if decision.valid_until <= visit.now:
        return f"It ended on {until}."
    return "It no longer counts: the draft was changed, sent in anew or taken back since."


def _draw_form(visit: Visit) -> None:
    room = visit.room
    draft_id = room.draft.id
    st.header("Your decision", anchor=False)
    kind = st.radio(
        "Your decision",
        list(_LABELS),
        index=None,
        format_func=_LABELS.__getitem__,
        horizontal=True,
        key=key_of("kind", draft_id),
        label_visibility="collapsed",
        persist_state="session",
    )
    if kind is None:
        st.caption(
            f"On version {room.version.number}, fingerprint "
            f"{history.short_hash(room.version.content_hash)}. Choose one to see what it means."
        )
        return
    _draw_covers(visit, kind)
    reason = None
    if kind != "approved":
        reason = st.selectbox(
            "Reason",
            list(decisions.REASONS),
            index=None,
            format_func=fmt.reason_label,
            key=key_of("reason", draft_id),
            placeholder="Choose the main one",
            persist_state="session",
        )
    note = st.text_area(
        review.FIELD_LABELS["note"][0 if kind == "approved" else 1],
        key=key_of("note", draft_id),
        max_chars=4000,
        on_change="ignore",
        persist_state="session",
    )
    # The text is part of the key: if the room shows a newer version by the time a press arrives,
    # that press finds no button.
    fingerprint = history.short_hash(room.version.content_hash)
    pressed = st.button(
        f"{_LABELS[kind]} version {room.version.number}",
        key=key_of(f"decide_{kind}_{fingerprint}", draft_id),
        type="primary",
    )
    if pressed and kind == "declined":
        _confirm_decline(visit, reason, note or "")
    elif pressed:
        _try_to_decide(visit, kind, reason, note or "")


def _draw_covers(visit: Visit, kind: str) -> None:
    room, held = visit.room, visit.room.my_credential
    st.markdown(
        f"**It covers exactly version {room.version.number}**, fingerprint "
        f"`{history.short_hash(room.version.content_hash)}`, and no other text."
    )
    if held is not None:
        st.markdown(
            f"**You decide as {fmt.plain(held.name)}**, {fmt.plain(held.profession)}, "
            f"{fmt.plain(held.jurisdiction)}. Register entry checked on "
            f"{fmt.day(fmt.today_in(visit.zone, held.checked_at))}, good through "
            f"{fmt.day(held.expires_on)}."
        )
    if kind == "approved":
        until = fmt.today_in(visit.zone, visit.now + timedelta(days=room.approval_days))
        st.markdown(
            f"**It is good for {fmt.count(room.approval_days, 'day')}**, through {fmt.day(until)}. "
            "An edit ends it at once."
        )
    elif kind == "changes_requested":
        st.markdown("**The author can change the text and send it in again.**")
    else:
        st.markdown("**It closes the draft.** To have it changed instead, send it back.")
    st.caption(f"Kept with your decision: “{room.statement}”")


def _try_to_decide(visit: Visit, kind: str, reason: str | None, note: str) -> None:
    try:
        _decide(visit, kind, reason, note)
    except Conflict as conflict:
        _show_conflict(conflict, visit)
    except TandemError as error:
        feedback.show_error(error)
    else:
        st.rerun()


def _decide(visit: Visit, kind: str, reason: str | None, note: str) -> None:
    room = visit.room
    decisions.decide_draft(
        session.gateway(),
        draft_id=room.draft.id,
        version=room.version.number,
        content_hash=room.version.content_hash,
        kind=kind,
        reason_code=reason,
        note=note,
    )
    review.clear_later(
        {
            key_of("kind", room.draft.id): None,
            key_of("reason", room.draft.id): None,
            key_of("note", room.draft.id): "",
        }
    )
    keeper.forget(room.draft.id, "note")
    feedback.flash(_DONE[kind])
    cached.forget_drafts()


def _confirm_decline(visit: Visit, reason: str | None, note: str) -> None:
    feedback.confirm(
        title="Decline this draft?",
        body=(
            "It closes the draft for good. The author sees your reason and note, and can start "
            "a new draft from the text. To have it changed instead, send it back."
        ),
        action_label=f"Decline version {visit.room.version.number}",
        on_confirm=lambda: _decide(visit, "declined", reason, note),
    )


def _publish(visit: Visit, content_hash: str, url: str, key: str) -> None:
    try:
        draft = visit.room.draft
        publishing.mark_published(
            session.gateway(),
            draft_id=draft.id,
            content_hash=content_hash,
            links={draft.platform: url},
            **watching(draft, watcher_id=visit.person.profile_id, now=visit.now),
        )
    except TandemError as error:
        if error.detail == "not_approved":
            error = Conflict(_NOT_APPROVED, detail=error.detail)
        if isinstance(error, Conflict):
            _show_conflict(error, visit)
        else:
            feedback.show_error(error)
    else:
        review.clear_later({key: ""})
        feedback.flash("Marked as published.")
        cached.forget_drafts()
        st.rerun()


def _show_conflict(conflict: Conflict, visit: Visit) -> None:
    """What happened meanwhile; the screen stays as it is until the reader asks for the news."""
    feedback.show_error(conflict)
    st.button(
        "Show what is new",
        key=key_of("conflict", visit.room.draft.id),
        icon=":material/sync:",
        on_click=review.show_news,
        args=(visit.room.version.number,),
    )


def _draw_why_not(visit: Visit) -> None:
    why = visit.room.why_not or ""
    st.markdown("**In review**")
    if visit.is_author:
        st.markdown(
            "A professional will approve it or send it back. You can go on writing; they decide "
            "on the version you sent."
        )
        links.draw_link("draft", "Edit", icon=":material/edit:", draft_id=visit.room.draft.id)
        return
    st.markdown(decisions.WHY_NOT.get(why, "You cannot decide on this draft."))
    if why == "no_credential":
        links.draw_link("settings", "Your credential", icon=":material/badge:")


def _draw_standing(visit: Visit) -> None:
    draft = visit.room.draft
    words = {
        "drafting": "The author is changing the text. Nothing can be published until a new "
        "version is approved.",
        "changes_requested": "It went back to the author. A new version will come in for review.",
        "expired": "The approval has ended. The author can send the text for review again.",
        "declined": "It was declined, so it is closed.",
        "withdrawn": "The author took it back.",
        "on_hold": "It is on hold.",
    }.get(draft.state)
    if words is None and not visit.is_author:
        return
    with st.container(border=True):
        if words is not None:
            st.markdown(words)
        if visit.is_author and draft.state in drafts.OPEN_STATES:
            if draft.state == "approved":
                st.markdown("Editing the text ends its approval.")
            links.draw_link("draft", "Edit", icon=":material/edit:", draft_id=draft.id)


def _draw_kept_note(visit: Visit) -> None:
    """A note that came too late, so that it can still be of use."""
    key = key_of("note", visit.room.draft.id)
    note = st.session_state.get(key)
    if not note or visit.is_author:
        return
    with st.container(border=True):
        st.markdown("**The note you were writing**")
        st.text(note)
        st.button(
            "Move it to the comments",
            key=key_of("move", visit.room.draft.id),
            icon=":material/move_item:",
            on_click=_move_note,
            args=(visit.room.draft.id,),
        )


def _move_note(draft_id: str) -> None:
    note_key, comment_key = key_of("note", draft_id), key_of("comment", draft_id)
    note = st.session_state.get(note_key) or ""
    st.session_state[note_key] = ""
    keeper.forget(draft_id, "note")
    before = st.session_state.get(comment_key) or ""
    st.session_state[comment_key] = f"{before}\n\n{note}".strip()


def _draw_published(visit: Visit) -> None:
    draft = visit.room.draft
    with st.container(border=True):
        when = visit.ago(draft.published_at) if draft.published_at else "some time ago"
        st.markdown(f":material/public: **Published** {when}, version {draft.approved_version}.")
        if draft.published_url:
            st.link_button(
                "Open the post",
                draft.published_url,
                icon=":material/open_in_new:",
                key=key_of("post", draft.id),
            )


def _draw_one(decision: Decision, visit: Visit) -> None:
    held = decision.credential
    st.markdown(
        f"**{fmt.plain(held.name)}** {history.say_decision(decision)} · "
        f":small[{visit.ago(decision.decided_at)}]"
    )
    if decision.note:
        st.text(decision.note)
    facts = [
        f"As {decision.capacity}: {fmt.plain(history.say_credential(decision))}.",
        f"Covers fingerprint {history.short_hash(decision.content_hash)} only.",
        say_validity(decision, visit),
    ]
    st.caption(" ".join(fact for fact in facts if fact))
    with st.popover("What was stated", icon=":material/format_quote:"):
        st.markdown(decision.statement)
