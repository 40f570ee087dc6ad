"""Every decision on a draft, with what it covers, and saving one as a page."""

from __future__ import annotations

import streamlit as st

from components import decision_page, feedback, help_given, history, noticed, session
from components import format as fmt
from components.review import Visit, key_of
from services import rooms
from services.errors import TandemError
from services.models import Decision
from services.posts import Content

_APPROVALS = ("approved", "approved_with_edits")


def draw_decisions(visit: Visit, *, text_is_shown: bool) -> None:
    """Every decision with its note, credential and what it covers."""
    if not visit.room.decisions:
        return
    st.header("Decisions", anchor=False)
    latest, *earlier = visit.room.decisions
    with st.container(border=True):
        _draw_one(latest, visit, text_is_shown=text_is_shown)
    if earlier:
        with st.expander(f"Earlier decisions ({len(earlier)})"):
            for decision in earlier:
                _draw_one(decision, visit, text_is_shown=text_is_shown)


def say_validity(decision: Decision, visit: Visit) -> str:
    """Whether an approval still lets the text be published; empty for other decisions."""
    draft = visit.room.draft
    if decision.kind not in _APPROVALS or decision.valid_until is None:
        return ""
    until = fmt.day(fmt.today_in(visit.zone, decision.valid_until))
    stands = draft.approved_hash == decision.content_hash
    if draft.offered_version == decision.version_number:
        return f"It counts once the author accepts exactly this text, through {until}."
    if draft.state == "published" and stands:
        if draft.approval_withdrawn_at is not None:
            return "This is the text that was published. Its approval was withdrawn since."
        return "This is the text that was published."
    if stands and draft.state == "approved":
        return f"Good through {until}."
    if decision.valid_until <= visit.now:
        return f"It ended on {until}."
    why = "the draft was changed, sent in anew or withdrawn since"
    if _is_taken_back(decision, visit):
        why = "it was taken back before the author accepted it"
    return f"It no longer counts: {why}."


def _is_taken_back(decision: Decision, visit: Visit) -> bool:
    return any(
        one.kind == "edits_taken_back" and one.version_number == decision.version_number
        for one in visit.room.decisions
    )


def _draw_one(decision: Decision, visit: Visit, *, text_is_shown: bool) -> None:
    held = decision.credential
    st.markdown(
        f"**{fmt.plain(held.name)}** {history.say_decision(decision)} · "
        f":small[{visit.ago(decision.decided_at)}]"
    )
    if decision.note:
        st.text(decision.note)
    if decision.waivers:
        told = (noticed.say_waiver(one, text_is_shown=text_is_shown) for one in decision.waivers)
        st.markdown("\n\n".join(told))
    if given := help_given.say_given(decision):
        st.markdown(given)
    facts = [
        f"As {decision.capacity}: {fmt.plain(history.say_credential(decision))}.",
        f"Covers fingerprint {history.short_hash(decision.content_hash)} only.",
        say_validity(decision, visit),
    ]
    st.caption(" ".join(fact for fact in facts if fact))
    with st.container(horizontal=True):
        with st.popover("What was stated", icon=":material/format_quote:"):
            st.markdown(decision.statement)
        if st.button(
            "Save as a page", key=key_of("save", decision.id), icon=":material/description:"
        ):
            _offer_page(visit, decision)


def _offer_page(visit: Visit, decision: Decision) -> None:
    """The decision as a file, made when it is asked for."""
    try:
        content = _read_content(visit, decision)
    except TandemError as error:
        feedback.show_error(error)
        return
    page = decision_page.build_page(
        decision,
        content,
        draft=visit.room.draft,
        validity=say_validity(decision, visit),
        zone=visit.zone,
        made_at=visit.now,
    )

    def offer() -> None:
        st.markdown(
            "One page with what was decided, by whom and under which credential, the whole post "
            "as it was decided on, and how to check its fingerprint. It opens in any browser, "
            "without Tandem; print it there to have it on paper or as a PDF."
        )
        st.download_button(
            "Download the page",
            page.encode(),
            file_name=decision_page.name_file(decision),
            mime="text/html",
            key=key_of("download", decision.id),
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )

    st.dialog("This decision as one page", icon=":material/description:")(offer)()


def _read_content(visit: Visit, decision: Decision) -> Content:
    """The post that was decided on; read if it is not on the screen."""
    for version in (visit.room.version, visit.room.compare):
        if (
            version is not None
            and version.number == decision.version_number
            and version.content is not None
        ):
            return version.content
    room = rooms.get_room(
        session.gateway(), draft_id=visit.room.draft.id, version=decision.version_number
    )
    if room.version.content is None:
        raise ValueError("a version in the room comes with its content")
    return room.version.content
