"""What a draft's state means for its author, and what they can do about it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import autosave, badges, diff, editor, feedback, links, session, text
from components import desk as desks
from components import format as fmt
from components.autosave import Message
from components.desk import Desk, key_of
from components.watching import watching
from services import drafts, errors, publishing
from services.models import Decision
from services.posts import Content

EDITABLE = ("drafting", "in_review", "changes_requested", "expired", "on_hold")


def draw_notice(desk: Desk) -> None:
    """Above the text: where the draft stands, and who said what about it."""
    notice = _NOTICES.get(desk.draft.state)
    if notice is not None:
        notice(desk)


def draw_approved(desk: Desk) -> None:
    """An approved text exactly as it may be published, and recording that it was."""
    draft = desk.draft
    approved = _approved_content(desk)
    with st.container(border=True):
        text.draw_post(approved, label="The approved text", key=key_of("approved", draft.id))
    if approved != desk.content:
        _draw_newer_text(desk, approved)
    with st.container(border=True):
        st.header("Publish", anchor=False)
        st.markdown(
            f"Post exactly this text on {fmt.platform_label(draft.platform)}, then record it here."
        )
        with st.expander("Copy the text", icon=":material/content_copy:"):
            st.code(approved.caption, language=None, wrap_lines=True)
        url = st.text_input(
            "Address of the post (optional)",
            key=key_of("url", draft.id),
            max_chars=500,
            placeholder="https://",
        )
        if st.button(
            "Mark as published",
            key=key_of("publish", draft.id),
            type="primary",
            icon=":material/public:",
        ):
            _publish(desk, url)
    with st.container(horizontal=True):
        if st.button("Edit the text", key=key_of("edit_on", draft.id), icon=":material/edit:"):
            st.session_state[key_of("edit", draft.id)] = True
            st.rerun()
        draw_withdraw(desk)


def draw_closed(desk: Desk) -> None:
    """A published, declined or withdrawn draft: its text, and how to go on."""
    draft = desk.draft
    content = _closed_content(desk)
    with st.container(border=True):
        text.draw_post(content, key=key_of("closed", draft.id))
    with st.container(horizontal=True):
        if draft.state == "withdrawn" and st.button(
            "Reopen", key=key_of("reopen", draft.id), type="primary", icon=":material/unarchive:"
        ):
            _reopen(desk)
        if st.button(
            "Start a new draft from this",
            key=key_of("copy", draft.id),
            type="secondary" if draft.state == "withdrawn" else "primary",
            icon=":material/content_copy:",
        ):
            start_copy(desk, content)


def draw_rescue(desk: Desk) -> None:
    """Text this browser kept that was never saved, now that the draft takes no more."""
    writing = desk.writing
    if writing is None:
        return
    left = editor.draw_closed(writing, profile_id=desk.person.profile_id)
    if left is None:
        return
    with st.container(border=True):
        st.markdown("**You wrote this here, and it was not saved before the draft was closed.**")
        text.draw_text(left.text, label="Not saved", key=key_of("rescued", desk.draft.id))
        with st.container(horizontal=True):
            keeps = st.button("Start a new draft with it", key=key_of("rescue", desk.draft.id))
            drops = st.button("Throw it away", key=key_of("drop", desk.draft.id), type="tertiary")
    if drops:
        editor.drop(writing, left)
        st.rerun()
    if keeps:
        start_copy(desk, writing.fields.content(left.text), rescued=left)


def draw_withdraw(desk: Desk) -> None:
    """The button that takes a draft back, after a question."""
    draft = desk.draft

    def withdraw() -> None:
        drafts.withdraw_draft(session.gateway(), draft_id=draft.id, expected_state=draft.state)
        desks.forget(draft.id)
        feedback.flash("Withdrawn. Nobody can decide on it now; you can reopen it.", kind="info")

    if st.button(
        "Withdraw", key=key_of("withdraw", draft.id), type="tertiary", icon=":material/archive:"
    ):
        ends = " Its approval ends." if draft.state in ("approved", "expired") else ""
        feedback.confirm(
            title="Withdraw this draft?",
            body=f"Nobody can decide on it any more.{ends} Text, versions and comments stay, "
            "and you can reopen it.",
            action_label="Withdraw it",
            on_confirm=withdraw,
            icon=":material/archive:",
        )


def start_copy(desk: Desk, content: Content, *, rescued: Message | None = None) -> None:
    """Start a new draft with this post and go there; a rescued text is then safe."""
    draft = desk.draft
    try:
        new_id = drafts.create_draft(
            session.gateway(),
            workspace_id=draft.workspace_id,
            title=draft.title,
            content=content,
            publish_by=None,
        )
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    if rescued is not None and desk.writing is not None:
        editor.drop(desk.writing, rescued)
    desks.forget(draft.id)
    feedback.flash("This is a new draft with the same text.", kind="info")
    links.go("draft", draft_id=new_id)


# -- notices ---------------------------------------------------------------------------------


def _say_drafting(desk: Desk) -> None:
    draft, decision = desk.draft, desk.editor.decision
    if draft.submitted_version is None:
        st.caption("Only you can see this until you send it for review.")
    elif decision is not None and decision.kind == "approved":
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
    _draw_room_link(desk)


def _say_changes_requested(desk: Desk) -> None:
    decision = desk.editor.decision
    if decision is None:
        return
    _draw_decision(desk, decision, said="sent version {} back")


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
    if decision is not None and decision.kind == "approved" and decision.note:
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


def _say_published(desk: Desk) -> None:
    draft = desk.draft
    when = ""
    if draft.published_at is not None:
        when = f" {desk.ago(draft.published_at)}"
    st.success(
        f"Version {draft.approved_version} was marked published{when}. "
        "It cannot be changed any more.",
        icon=":material/public:",
        title="Published",
    )
    if draft.published_url:
        st.link_button("Open the post", draft.published_url, icon=":material/open_in_new:")


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
    del desk
    st.info(
        "It is on hold: you can go on writing, but not send it for review for now.",
        icon=":material/pause_circle:",
        title="On hold",
    )


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


# -- approved and closed ---------------------------------------------------------------------


def _draw_newer_text(desk: Desk, approved: Content) -> None:
    """The author went on writing after sending: two texts, one of them approved."""
    draft = desk.draft
    with st.container(border=True):
        st.markdown(
            f"**You changed the text after sending version {draft.approved_version}.** "
            "The approval is for the text above; this is what your newer one changes."
        )
        diff.draw_diff(
            approved.caption,
            desk.content.caption,
            label="What your newer text changes",
            key=key_of("newer", draft.id),
        )
        with st.container(horizontal=True):
            if st.button(
                "Go back to the approved text",
                key=key_of("put_back", draft.id),
                icon=":material/undo:",
            ):
                _change_buffer(desk, approved, said="The approved text is back.")
            if st.button("Go on with the newer text", key=key_of("go_on", draft.id)):
                _ask_to_end_approval(desk)


def _ask_to_end_approval(desk: Desk) -> None:
    def go_on() -> None:
        if desk.writing is not None:
            autosave.save(session.gateway(), desk.writing, fields=desk.writing.fields)
            desk.writing.voided = False
        desks.forget(desk.draft.id)
        feedback.flash("The approval has ended. Send the newer text for review.", kind="info")

    feedback.confirm(
        title="End the approval?",
        body=f"Version {desk.draft.approved_version} can then no longer be published, and the "
        "newer text needs a review of its own.",
        action_label="End the approval",
        on_confirm=go_on,
    )


def _change_buffer(desk: Desk, content: Content, *, said: str) -> None:
    if desk.writing is None:
        return
    try:
        autosave.put_back(session.gateway(), desk.writing, content=content)
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    desks.forget(desk.draft.id)
    feedback.flash(said)
    st.rerun()


def _publish(desk: Desk, url: str) -> None:
    draft = desk.draft
    try:
        publishing.mark_published(
            session.gateway(),
            draft_id=draft.id,
            content_hash=draft.approved_hash or "",
            links={draft.platform: url.strip()},
            **watching(draft, watcher_id=desk.person.profile_id, now=desk.now),
        )
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    desks.forget(draft.id)
    feedback.flash("Marked as published. Well done, all of you.")
    st.rerun()


def _reopen(desk: Desk) -> None:
    try:
        drafts.reopen_draft(session.gateway(), draft_id=desk.draft.id)
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    desks.forget(desk.draft.id)
    feedback.flash("Reopened. You can go on writing.")
    st.rerun()


def _approved_content(desk: Desk) -> Content:
    """The approved post; read only when the text being written is another."""
    draft, writing = desk.draft, desk.writing
    if writing is not None and writing.content_hash == draft.approved_hash:
        return desk.content
    number = draft.approved_version or 0
    return desks.content_of(desks.find_version(draft.id, number=number))


def _closed_content(desk: Desk) -> Content:
    """What was published or declined; of a withdrawn draft, the text as it was left."""
    draft, decision = desk.draft, desk.editor.decision
    if draft.state == "published":
        return _approved_content(desk)
    if draft.state == "declined" and decision is not None:
        return desks.content_of(desks.find_version(draft.id, number=decision.version_number))
    return desk.content
