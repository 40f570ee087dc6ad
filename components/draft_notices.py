"""Above an author's text: where the draft stands, who said what about it, and what comes next."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import (
    asking,
    badges,
    feedback,
    links,
    offers,
    published,
    requests,
    taking_back,
    text,
)
from components import desk as desks
from components import format as fmt
from components.desk import Desk, key_of
from components.offers import Offer
from services import errors
from services.decisions import Accepted
from services.models import Decision
from services.posts import Content


def draw_notice(desk: Desk) -> None:
    """Above the text: where the draft stands, and who said what about it."""
    notice = _NOTICES.get(desk.draft.state)
    if notice is not None:
        notice(desk)
    offers.say_too_late(desk.draft, key_of=key_of)


def is_offer_open(desk: Desk) -> bool:
    """Whether a professional's edit waits for the author, who has not chosen to write on."""
    is_put_aside = st.session_state.get(key_of("own_way", desk.draft.id)) == (
        desk.draft.offered_version
    )
    return desk.draft.offered_version is not None and not is_put_aside


_APPROVALS = ("approved", "approved_with_edits")


def _say_drafting(desk: Desk) -> None:
    draft, decision = desk.draft, desk.editor.decision
    if draft.submitted_version is None:
        st.caption("Only you can see this until you send it for review.")
    elif decision is not None and decision.kind in _APPROVALS:
        st.caption(
            f"{fmt.plain(decision.credential.name)} approved version {decision.version_number}; "
            "that ended when the text was changed. It needs a new review."
        )
    else:
        st.caption("It is not in review at the moment. Send it when you are ready.")


def _say_in_review(desk: Desk) -> None:
    draft = desk.draft
    sent = f", sent {desk.ago(draft.submitted_at)}," if draft.submitted_at else ""
    st.info(
        f"A professional can decide on version {draft.submitted_version}{sent} at any time. "
        "You may go on writing here; send again to replace it.",
        icon=":material/rate_review:",
        title="In review",
    )
    _say_taken_back(desk)
    _draw_holders(desk)


def _say_taken_back(desk: Desk) -> None:
    """What became of an edit that the author could have accepted."""
    decision = desk.editor.decision
    if decision is None or not taking_back.is_news(decision, desk.draft):
        return
    with st.container(border=True):
        st.markdown(
            taking_back.say_taken_back(decision, desk.draft, when=desk.ago(decision.decided_at))
        )
        if decision.note:
            text.draw_text(
                decision.note, label="What they wrote", key=key_of("note_read", desk.draft.id)
            )


def _draw_holders(desk: Desk) -> None:
    """Who has the draft and since when; asking somebody; the way to the room."""
    said = requests.say_holders_markdown(
        desk.editor.requests,
        reader_id=desk.person.profile_id,
        now=desk.now,
        zone=desk.person.time_zone,
        is_mine=True,
    )
    st.markdown(f":material/assignment_ind: {said}")
    with st.container(horizontal=True, vertical_alignment="center"):
        asking.draw_asking(desk.draft.id, desk.editor.people, desk.editor.requests)
        _draw_room_link(desk)


def _say_changes_requested(desk: Desk) -> None:
    decision = desk.editor.decision
    if decision is None:
        return
    if desk.draft.offered_version is not None:
        _draw_offer(desk)
    elif decision.kind == "approval_withdrawn":
        _draw_decision(desk, decision, said="withdrew the approval of version {}")
    elif decision.kind == "approved_with_edits":
        _draw_decision(desk, decision, said="approved version {} with edits")
    else:
        _draw_decision(desk, decision, said="sent version {} back")


def _draw_offer(desk: Desk) -> None:
    """The edit to accept; a line about it once the author chose to write on."""
    draft, buffer = desk.draft, desk.editor.buffer
    decision = offers.find_decision(desk.editor.decision, draft)
    offered, writing = desk.editor.offered, desk.writing
    if decision is None or offered is None or buffer is None or writing is None:
        return
    own_way = key_of("own_way", draft.id)
    if not is_offer_open(desk):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/edit_square: You can still accept the edit by "
                f"{fmt.plain(decision.credential.name)}, until you send a text of your own.",
                width="stretch",
            )
            if st.button("Show the edit", key=key_of("offer_again", draft.id)):
                st.session_state.pop(own_way, None)
                st.rerun()
        return
    sent_hash = next(
        (one.content_hash for one in desk.editor.versions if one.number == draft.submitted_version),
        "",
    )
    offers.draw_offer(
        Offer(
            draft=draft,
            before=_sent_content(desk, sent_hash),
            offered=offered,
            decision=decision,
            revision=writing.revision,
            wrote_on=writing.content_hash != sent_hash,
        ),
        zone=desk.person.time_zone,
        now=desk.now,
        key_of=key_of,
        after=lambda accepted: _say_accepted(desk, accepted),
        refused=lambda error: _show_refusal(desk, error),
        draw_other_way=lambda: _draw_own_way(desk),
    )


def _draw_own_way(desk: Desk) -> None:
    key = key_of("own_way", desk.draft.id)
    if st.button("Keep writing my own", key=f"{key}_button", icon=":material/edit:"):
        st.session_state[key] = desk.draft.offered_version
        st.rerun()


def _sent_content(desk: Desk, sent_hash: str) -> Content:
    """The version that was edited; read only when the text being written is another."""
    buffer = desk.editor.buffer
    if buffer is not None and buffer.content_hash == sent_hash:
        return buffer.content
    number = desk.draft.submitted_version or 0
    return desks.content_of(desks.find_version(desk.draft.id, number=number))


def _say_accepted(desk: Desk, _accepted: Accepted) -> None:
    desks.forget(desk.draft.id)
    feedback.flash("Accepted. Exactly this text is approved and can be published.")
    st.rerun()


def _show_refusal(desk: Desk, error: errors.TandemError) -> None:
    """Why it was not accepted; the draft as it is now comes with the next run."""
    if not isinstance(error, errors.Conflict):
        feedback.show_error(error)
        return
    desks.forget(desk.draft.id)
    feedback.flash(error.message, kind="warning", title="Not accepted")
    st.rerun()


def _say_approved(desk: Desk) -> None:
    draft = desk.draft
    until = ""
    if draft.approved_until is not None:
        until = f" until {fmt.moment(draft.approved_until, desk.person.time_zone)}"
    if desk.is_editing_approved:
        st.warning(
            "The first change ends the approval, and the text needs a new review before it can "
            "be published.",
            icon=":material/warning:",
            title="You are about to change an approved text",
        )
        if st.button("Leave it as it is", key=key_of("edit_off", draft.id)):
            st.session_state.pop(key_of("edit", draft.id), None)
            st.rerun()
        return
    st.success(
        f"You can publish exactly this text{until}. Any edit ends the approval.",
        icon=":material/verified:",
        title=f"Version {draft.approved_version} is approved by "
        f"{fmt.plain(draft.approved_by_name or 'a professional')}",
    )
    decision = desk.editor.decision
    if decision is not None and decision.kind in _APPROVALS and decision.note:
        with st.container(border=True):
            st.caption(f"{fmt.plain(decision.credential.name)} added")
            text.draw_text(decision.note, label="Note", key=key_of("note_read", draft.id))


def _say_expired(desk: Desk) -> None:
    until = desk.draft.approved_until
    when = f" on {fmt.day(until.astimezone(fmt.zone_of(desk.person.time_zone)))}" if until else ""
    st.warning(
        f"It ended{when}, before the post was published. Send it for review again; nothing has "
        "to change in the text.",
        icon=":material/event_busy:",
        title="The approval has expired",
    )


def find_withdrawal(desk: Desk) -> Decision | None:
    """The decision that ended the approval of this draft, if it was the last one."""
    decision = desk.editor.decision
    return decision if decision is not None and decision.kind == "approval_withdrawn" else None


def _say_published(desk: Desk) -> None:
    draft = desk.draft
    if draft.approval_withdrawn_at is not None:
        published.draw_alarm(
            draft,
            find_withdrawal(desk),
            zone=desk.person.time_zone,
            now=desk.now,
            next_step="Take the post down on the platform now, then record it here. You can "
            "start a new draft from the text.",
        )
        return
    when = "" if draft.published_at is None else f" {desk.ago(draft.published_at)}"
    if draft.taken_down_at is not None:
        st.info(
            f"Version {draft.approved_version} was published{when} and taken down "
            f"{desk.ago(draft.taken_down_at)}.",
            icon=":material/public_off:",
            title="Taken down",
        )
        return
    st.success(
        f"Version {draft.approved_version} was marked published{when}. "
        "It cannot be changed any more.",
        icon=":material/public:",
        title="Published",
    )


def _say_declined(desk: Desk) -> None:
    decision = desk.editor.decision
    if decision is not None:
        _draw_decision(desk, decision, said="declined version {}")


def _say_withdrawn(desk: Desk) -> None:
    del desk
    st.info(
        "You took it back. Nobody can decide on it, and it takes no edits until you reopen it.",
        icon=":material/archive:",
        title="Withdrawn",
    )


def _say_on_hold(desk: Desk) -> None:
    hold = desk.editor.handoff.hold
    who = "" if hold is None else f" by {fmt.plain(hold.held_by_name)} {desk.ago(hold.held_at)}"
    st.info(
        f"The review was set aside{who}. You can go on writing, but not send it for review "
        "until a professional takes it up again.",
        icon=":material/pause_circle:",
        title="On hold",
    )
    if hold is not None:
        with st.container(border=True):
            st.caption("Why it waits")
            text.draw_text(hold.note, label="Why it waits", key=key_of("hold_note", desk.draft.id))


_NOTICES: dict[str, Callable[[Desk], None]] = {
    "drafting": _say_drafting,
    "in_review": _say_in_review,
    "changes_requested": _say_changes_requested,
    "approved": _say_approved,
    "expired": _say_expired,
    "published": _say_published,
    "declined": _say_declined,
    "withdrawn": _say_withdrawn,
    "on_hold": _say_on_hold,
}


def _draw_decision(desk: Desk, decision: Decision, *, said: str) -> None:
    """Who decided, why, and their words, where they cannot be missed."""
    with st.container(border=True):
        st.markdown(
            f"{badges.icon_of(decision.kind)} **{fmt.plain(decision.credential.name)} "
            f"{said.format(decision.version_number)}** {desk.ago(decision.decided_at)} "
            f":{badges.colour_of(decision.kind)}-badge[{fmt.reason_label(decision.reason_code)}]"
        )
        text.draw_text(
            decision.note, label="What they wrote", key=key_of("note_read", desk.draft.id)
        )
        _draw_room_link(desk)


def _draw_room_link(desk: Desk) -> None:
    links.draw_link(
        "review",
        "Open the review room",
        icon=":material/forum:",
        draft_id=desk.draft.id,
    )
