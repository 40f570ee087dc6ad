"""The review room for whoever posts: an edit to accept, the hand-off, and what is out already."""

from __future__ import annotations

import streamlit as st

from components import cached, feedback, links, offers, published, review, session
from components import format as fmt
from components.handing_off import Post, draw_steps
from components.offers import Offer
from components.published import draw_alarm, draw_published, draw_take_down, draw_why
from components.refusals import show_refusal
from components.review import Visit, key_of
from services.decisions import Accepted
from services.errors import Conflict, TandemError
from services.models import Decision
from services.posts import Content

_NOT_APPROVED = (
    "This draft is no longer approved as you see it here, so nothing was recorded. "
    "Only an approved text can be marked published."
)


def draw_above(visit: Visit) -> None:
    """What comes before the text: a post that has to come down, an edit to accept."""
    draft = visit.room.draft
    if draft.approval_withdrawn_at is not None:
        _draw_alarm(visit)
    elif draft.offered_version is not None and visit.is_author:
        _draw_offer(visit)


def _draw_alarm(visit: Visit) -> None:
    draft = visit.room.draft
    may = may_post(visit)
    step = (
        "Take it down on the platform now, then record it here."
        if may
        else "The author and the coordinators are told; they take it down and record it."
    )
    withdrawal = find_withdrawal(visit)
    draw_alarm(draft, withdrawal, zone=visit.zone, now=visit.now, next_step=step)
    if may and draft.taken_down_at is None:
        published.draw_links(
            draft.platform,
            visit.room.handoff.links,
            key_of=lambda name: key_of(f"above_{name}", draft.id),
        )
        draw_take_down(_make_post(visit, _content(visit)), is_first=True)
    draw_why(withdrawal)
    if visit.is_author:
        links.draw_link(
            "draft", "Start a new draft from the text", icon=":material/add:", draft_id=draft.id
        )


def find_withdrawal(visit: Visit) -> Decision | None:
    """The decision that withdrew the approval."""
    return next((one for one in visit.room.decisions if one.kind == "approval_withdrawn"), None)


def draw_publishing(visit: Visit) -> None:
    """The steps of posting, or where the post is."""
    draft = visit.room.draft
    if draft.state == "published":
        _draw_published(visit)
    elif draft.state == "approved" and may_post(visit):
        _draw_steps(visit)
    offers.say_too_late(draft, key_of=key_of)


def _draw_steps(visit: Visit) -> None:
    draft, version = visit.room.draft, visit.room.version
    with st.container(border=True, key=review.PUBLISHING):
        st.header("Publish", anchor=False)
        if version.number != draft.approved_version:
            links.draw_link(
                "review",
                f"Read version {draft.approved_version}, which is approved",
                icon=":material/arrow_forward:",
                draft_id=draft.id,
            )
            return
        until = ""
        if draft.approved_until is not None:
            until = f", until {fmt.moment(draft.approved_until, visit.zone)}"
        st.markdown(f"Exactly version {draft.approved_version} can be posted{until}.")
        draw_steps(_make_post(visit, _content(visit)))


def _draw_published(visit: Visit) -> None:
    draft = visit.room.draft
    when = visit.ago(draft.published_at) if draft.published_at else "some time ago"
    with st.container(border=True):
        st.markdown(f":material/public: **Published** {when}, version {draft.approved_version}.")
        if draft.taken_down_at is not None and draft.approval_withdrawn_at is None:
            st.markdown(f":material/public_off: **Taken down** {visit.ago(draft.taken_down_at)}.")
        draw_published(_make_post(visit, _content(visit)), may_change=may_post(visit))


def _draw_offer(visit: Visit) -> None:
    """The same edit that stands on the author's own page."""
    draft = visit.room.draft
    try:
        editor = cached.get_editor(
            session.gateway(), visit.person, draft_id=draft.id, change_number=draft.change_number
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    decision = offers.find_decision(editor.decision, editor.draft)
    if editor.offered is None or editor.buffer is None or decision is None:
        show_refusal(Conflict("This edit is no longer on offer."), visit)
        return
    sent = next((one for one in visit.room.versions if one.number == draft.submitted_version), None)
    offers.draw_offer(
        Offer(
            draft=draft,
            before=_content(visit, number=draft.submitted_version),
            offered=editor.offered,
            decision=decision,
            revision=editor.buffer.revision,
            wrote_on=sent is None or editor.buffer.content_hash != sent.content_hash,
        ),
        zone=visit.zone,
        now=visit.now,
        key_of=key_of,
        after=_say_accepted,
        refused=lambda error: show_refusal(error, visit),
        draw_other_way=lambda: links.draw_link(
            "draft", "Keep writing my own", icon=":material/edit:", draft_id=draft.id
        ),
    )


def _say_accepted(_accepted: Accepted) -> None:
    feedback.flash("Accepted. Exactly this text is approved and can be published.")
    cached.forget_drafts()
    st.rerun()


def _make_post(visit: Visit, content: Content) -> Post:
    draft = visit.room.draft

    def after(said: str) -> None:
        feedback.flash(said)
        cached.forget_drafts()
        st.rerun()

    def refused(error: TandemError) -> None:
        if error.detail == "not_approved":
            error = Conflict(_NOT_APPROVED, detail=error.detail)
        show_refusal(error, visit)

    return Post(
        draft=draft,
        content=content,
        handoff=visit.room.handoff,
        people=visit.room.people,
        person=visit.person,
        now=visit.now,
        key_of=key_of,
        button=f"Mark version {draft.approved_version} as published",
        after=after,
        refused=refused,
    )


def may_post(visit: Visit) -> bool:
    """Whether the reader records where this post is: its author and coordinators do."""
    return visit.is_author or "coordinator" in visit.roles


def _content(visit: Visit, *, number: int | None = None) -> Content:
    """The post of a version on the screen, by default the one that is read."""
    room = visit.room
    for version in (room.version, room.compare):
        if version is not None and version.content is not None and number in (None, version.number):
            return version.content
    read = cached.get_room(
        session.gateway(), visit.person, draft_id=room.draft.id, version=number, compare=None
    )
    if read.version.content is None:
        raise ValueError("a version in the room comes with its content")
    return read.version.content
