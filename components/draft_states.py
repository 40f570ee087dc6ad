"""What an author does with a draft that is approved, closed, or to be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from components import autosave, changes, draft_notices, editor, feedback, links, session, text
from components import desk as desks
from components import format as fmt
from components.desk import Desk, key_of
from components.handing_off import Post, draw_steps
from components.messages import Message
from components.published import draw_published, draw_take_down, draw_why
from components.writing import NO_MESSAGES
from components.written import LABELS, take_apart, with_texts
from services import campaigns, drafts, errors
from services.posts import Content

EDITABLE = ("drafting", "in_review", "changes_requested", "expired", "on_hold")


def draw_approved(desk: Desk) -> None:
    """The steps of publishing, and below them the approved text exactly as it may be published."""
    draft = desk.draft
    approved = _approved_content(desk)
    with st.container(border=True):
        st.header("Publish", anchor=False)
        st.markdown(
            f"Post exactly the text below on {fmt.platform_label(draft.platform)}, then record "
            "it here."
        )
        draw_steps(_make_post(desk, approved))
    with st.container(border=True):
        text.draw_post(approved, label="The approved text", key=key_of("approved", draft.id))
    if desk.writing is not None and desk.writing.content_hash != draft.approved_hash:
        _draw_newer_text(desk, approved)
    with st.container(horizontal=True):
        if st.button("Edit the text", key=key_of("edit_on", draft.id), icon=":material/edit:"):
            st.session_state[key_of("edit", draft.id)] = True
            st.rerun()
        draw_withdraw(desk)


def draw_closed(desk: Desk) -> None:
    """A published, declined or withdrawn draft: how to go on, and below that its text."""
    draft = desk.draft
    content = _closed_content(desk)
    is_alarm = draft.approval_withdrawn_at is not None and draft.taken_down_at is None
    if draft.state == "published":
        post = _make_post(desk, content)
        if is_alarm:
            draw_take_down(post, is_first=True)
        draw_published(post, may_change=True)
        draw_why(draft_notices.find_withdrawal(desk))
    with st.container(horizontal=True):
        if draft.state == "withdrawn" and st.button(
            "Reopen", key=key_of("reopen", draft.id), type="primary", icon=":material/unarchive:"
        ):
            _reopen(desk)
        if st.button(
            "Start a new draft from this",
            key=key_of("copy", draft.id),
            type="secondary" if draft.state == "withdrawn" or is_alarm else "primary",
            icon=":material/content_copy:",
        ):
            start_copy(desk, content)
    with st.container(border=True):
        text.draw_post(content, key=key_of("closed", draft.id))


def draw_rescue(desk: Desk) -> None:
    """Text this browser kept that was never saved, now that the draft takes no more."""
    writing = desk.writing
    if writing is None:
        return
    left = editor.draw_closed(writing, profile_id=desk.person.profile_id)
    if not left:
        return
    with st.container(border=True):
        st.markdown("**You wrote this here, and it was not saved before the draft was closed.**")
        for name, message in left.items():
            label = "Not saved" if name == "caption" else f"Not saved: {LABELS[name]}"
            st.caption(LABELS[name])
            text.draw_text(message.text, label=label, key=key_of(f"rescued_{name}", desk.draft.id))
        with st.container(horizontal=True):
            keeps = st.button("Start a new draft with it", key=key_of("rescue", desk.draft.id))
            drops = st.button("Throw it away", key=key_of("drop", desk.draft.id), type="tertiary")
    if drops:
        editor.drop(writing, left)
        st.rerun()
    if keeps:
        start_copy(desk, desk.content, rescued=left)


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


def start_copy(
    desk: Desk, content: Content, *, rescued: Mapping[str, Message] = NO_MESSAGES
) -> None:
    """Start a new draft with this post, its images and its card, and go there.

    Args:
        rescued: Texts to put over the post's, which are then safe.
    """
    draft = desk.draft
    post = with_texts(take_apart(draft, content, desk.editor.context), rescued)
    try:
        new_id = drafts.create_draft(
            session.gateway(),
            workspace_id=draft.workspace_id,
            title=post.title,
            content=post.content(),
            publish_by=None,
            context=post.context(),
            professionals_only=draft.professionals_only,
            copy_of=draft.id,
        )
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    if draft.campaign is not None and not draft.campaign.closed:
        # The copy is made: without its campaign, if need be, and its author sees that.
        with suppress(errors.TandemError):
            campaigns.choose_for_draft(
                session.gateway(),
                draft_id=new_id,
                campaign_id=draft.campaign.id,
                expected_id=None,
            )
    if desk.writing is not None:
        editor.drop(desk.writing, rescued)
    desks.forget(draft.id)
    feedback.flash("This is a new draft with the same text.", kind="info")
    links.go("draft", draft_id=new_id)


# -- approved and closed ---------------------------------------------------------------------


def _draw_newer_text(desk: Desk, approved: Content) -> None:
    """The author went on writing after sending: two texts, one of them approved."""
    draft = desk.draft
    with st.container(border=True):
        st.markdown(
            f"**You changed the text after sending version {draft.approved_version}.** "
            "The approval is for the text above; this is what your newer one changes."
        )
        changes.draw_changes(
            changes.compare_contents(approved, desk.content),
            label="what your newer text changes",
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
            autosave.save_as_is(session.gateway(), desk.writing)
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


def _make_post(desk: Desk, content: Content) -> Post:
    def after(said: str) -> None:
        desks.forget(desk.draft.id)
        feedback.flash(said)
        st.rerun()

    def refused(error: errors.TandemError) -> None:
        feedback.show_error(error)
        if isinstance(error, errors.Conflict):
            desks.forget(desk.draft.id)

    return Post(
        draft=desk.draft,
        content=content,
        handoff=desk.editor.handoff,
        people=desk.editor.people,
        person=desk.person,
        now=desk.now,
        key_of=key_of,
        button="Mark as published",
        after=after,
        refused=refused,
    )


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
    draft, buffer = desk.draft, desk.editor.buffer
    if buffer is not None and buffer.content_hash == draft.approved_hash:
        return buffer.content
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
