"""Draft: an influencer writes a post here, sends it for review and records its publication."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import (
    badges,
    campaign_choice,
    draft_fields,
    draft_notices,
    draft_states,
    draft_writing,
    feedback,
    keeping,
    links,
    preview,
    session,
)
from components import desk as desks
from components import format as fmt
from components.desk import Desk
from components.writing import Writing
from services import drafts
from services.errors import NotFound, TandemError
from services.person import Person


def draw_new_draft(person: Person, now: datetime) -> None:
    """A few facts first; the text comes on the next page."""
    st.title("New draft", anchor=False)
    st.markdown("All of it can be changed later.")
    new = draft_fields.draw_new(today=fmt.today_in(person.time_zone, now))
    if new is None:
        return
    try:
        draft_id = drafts.create_draft(
            session.gateway(),
            workspace_id=person.workspace_id,
            title=new.title,
            content=new.content,
            publish_by=new.publish_by,
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    desks.forget(draft_id)
    links.go("draft", draft_id=draft_id)


def draw_missing() -> None:
    """An address that leads to no draft of this person's."""
    st.title("Draft", anchor=False)
    feedback.empty_state(
        "This draft is not here",
        "The address may be incomplete, or the draft is not shared with you.",
        icon="search_off",
        action=lambda: links.draw_link("drafts", "All drafts", icon=":material/arrow_back:"),
    )


def draw_header(desk: Desk) -> None:
    """The way back, the title, the state."""
    draft = desk.draft
    links.draw_link("drafts", "All drafts", icon=":material/arrow_back:")
    st.title(fmt.plain(draft.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(badges.draft_markdown(draft), width="content")
        st.caption(
            badges.describe_draft(
                draft,
                zone=desk.person.time_zone,
                now=desk.now,
                viewer_id=desk.person.profile_id,
            ),
            width="content",
        )


def draw_versions(desk: Desk) -> None:
    """Every version with its note; those that were sent lead to the review room."""
    versions = desk.editor.versions
    if not versions:
        return
    with st.expander(f"Versions ({len(versions)})", icon=":material/history:"):
        for version in versions:
            sent = "sent for review" if version.submitted else "kept for yourself"
            st.markdown(f"**Version {version.number}**, {sent} {desk.ago(version.created_at)}")
            if version.note:
                st.caption(fmt.plain(version.note))


def draw_about(desk: Desk, writing: Writing) -> None:
    """Beside the text: how it will look, what it is, and what colleagues should know."""
    preview.draw_preview(
        writing.content(),
        author=desk.person.name,
        key=desks.key_of("preview", desk.draft.id),
    )
    st.header("About the post", anchor=False)
    campaign_choice.draw_in_editor(desk, writing)
    draft_fields.draw_choices(writing)
    st.header("For your colleagues", anchor=False)
    st.caption("Three lines that tell a reviewer what to look for. They are not published.")
    draft_writing.draw_card(desk)
    draft_fields.draw_audience(writing)
    keeping.draw_switch(desk)


person = session.require()
now = datetime.now(UTC)
draft_id = st.query_params.get("draft", "")
if not draft_id:
    session.require("influencer")
    draw_new_draft(person, now)
    st.stop()

header = st.container()
try:
    desk = desks.open_desk(person, draft_id=draft_id, now=now)
except NotFound:
    draw_missing()
    st.stop()
except TandemError as error:
    st.title("Draft", anchor=False)
    feedback.show_error(error)
    st.stop()

with header:
    draw_header(desk)
    feedback.draw_flash()
if desk.writing is None:
    st.info(
        f"{fmt.plain(desk.draft.author_name)} writes this draft. You can read and discuss it in "
        "the review room.",
        icon=":material/edit_off:",
    )
    links.draw_link(
        "review", "Open the review room", icon=":material/rate_review:", draft_id=desk.draft.id
    )
    st.stop()

# The same places in every state, so that the text field survives a change of state.
notice = st.container()
main, side = st.columns([3, 2], gap="large")
with notice:
    draft_notices.draw_notice(desk)
is_writing = desk.draft.state in draft_states.EDITABLE or desk.is_editing_approved
with side:
    if is_writing:
        draw_about(desk, desk.writing)
    draw_versions(desk)
with main:
    if is_writing:
        draft_writing.draw_writing(desk)
    elif desk.draft.state == "approved":
        draft_states.draw_approved(desk)
    else:
        draft_states.draw_closed(desk)
        draft_states.draw_rescue(desk)
if is_writing:
    draft_writing.hear_more(desk)
if desk.draft.state in ("in_review", "approved", "on_hold") or desk.draft.offered_version:
    desks.start_watch(desk)
