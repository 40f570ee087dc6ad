"""The review room as a place to talk: threads, notes among professionals, a peer's advice.

All of it is one element, whatever was said, and a fragment of its own: what others say appears in
it without the rest of the page running, and nothing that is being typed is touched. The element's
script looks for news by itself (web/routes/rooms.py) and asks for them when there are some.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from components import cached, lookout, review, session, talk_acts, talk_words, triggers
from components.review import Visit, key_of
from components.talk_acts import Answers
from services import discussion, rooms
from services.errors import NotFound, TandemError, Unavailable
from services.ids import is_id
from services.news import Ticket

NEWS = "Something changed in this draft since you opened it."

_HERE = Path(__file__).parent
_NOTED = "review_noted"

_TALK = st.components.v2.component(
    "tandem_talk",
    html='<div id="talk"></div>\n<!-- filled by the script -->',
    css=(_HERE / "talk.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_HERE / name).read_text(encoding="utf-8")
        for name in ("mounted.js", "talk_parts.js", "talk_box.js", "talk_watch.js", "talk.js")
    ),
)


@st.fragment
def draw_talk(visit: Visit, *, is_shown: bool) -> None:
    """Everything that is said in the room, and where to say something.

    Args:
        is_shown: Whether the reader has the text before them, not only a word of warning.
    """
    draft_id = visit.room.draft.id
    if st.session_state.pop(key_of("anew", draft_id), False):
        st.rerun()
    visit = replace(visit, room=review.kept_room(visit))
    told = cached.make_once(
        f"talk {visit.now:%d%H}", visit.room, partial(talk_words.make_talk, visit)
    )
    focus = st.query_params.get("comment", "")
    _TALK(
        key=key_of("talk", draft_id),
        data={
            "talk": told,
            "profile": visit.person.profile_id,
            "draft": draft_id,
            "answer": _answers(draft_id).as_data(),
            "news": st.session_state.get(key_of("news", draft_id), ""),
            "watch": _make_watch(visit, is_shown=is_shown),
            "offer": st.session_state.get(key_of("comment", draft_id), ""),
            "focus": focus if is_id(focus) else "",
        },
        on_act_change=partial(_act, visit),
        on_ring_change=partial(_catch_up, visit),
        on_read_change=partial(_note_look, visit),
    )


def _make_watch(visit: Visit, *, is_shown: bool) -> dict[str, Any]:
    """What the script needs to look for news, and to say that the text was read."""
    room = visit.room
    ticket = Ticket(room.draft.id, reads_notes=room.notes is not None)
    return {
        "address": lookout.open_room(ticket, session=session.id_hash()),
        "changes": room.seen.changes,
        "notes": room.seen.notes,
        "away": lookout.is_away(),
        "unread": is_shown and st.session_state.get(_NOTED) != _name_look(visit),
    }


def _name_look(visit: Visit) -> tuple[str, int, float]:
    """One visit to one version; reading counts once in each."""
    return visit.room.draft.id, visit.room.version.number, review.opened_at()


def _note_look(visit: Visit) -> None:
    """Remember that the reader has had the text before them for a while."""
    if lookout.is_away():
        return
    room = visit.room
    try:
        discussion.note_look(session.gateway(), draft_id=room.draft.id, version=room.version.number)
    except TandemError:
        # Said again by the script; what went wrong shows where the room is read.
        return
    st.session_state[_NOTED] = _name_look(visit)


def _answers(draft_id: str) -> Answers:
    answers: Answers = st.session_state.setdefault(key_of("answers", draft_id), Answers())
    return answers


def _act(visit: Visit) -> None:
    """Do what somebody pressed for, and show the room with it."""
    draft_id = visit.room.draft.id
    act = talk_acts.read_act(triggers.read(key_of("talk", draft_id), "act"))
    answers = _answers(draft_id)
    if act is None or not answers.is_new(act):
        return
    if act.kind == "news":
        answers.note(act)
        review.show_news(visit.room.version.number)
        st.session_state[key_of("anew", draft_id)] = True
        return
    try:
        if lookout.is_away():
            raise Unavailable
        talk_acts.perform(session.gateway(), act, room=visit.room)
    except TandemError as error:
        answers.note(act, error)
    else:
        answers.note(act)
        cached.forget_lists()
    _catch_up(visit)


def _catch_up(visit: Visit) -> None:
    """Read the room anew: talk shows by itself, anything else when the reader asks for it."""
    if lookout.is_away():
        return
    room = review.kept_room(visit)
    draft_id, compare = room.draft.id, room.compare
    try:
        newer = rooms.get_room(
            session.gateway(),
            draft_id=draft_id,
            version=room.version.number,
            compare=None if compare is None else compare.number,
        )
    except NotFound:
        # No longer shared with the reader: the whole page says so.
        cached.forget_drafts()
        st.session_state[key_of("anew", draft_id)] = True
        return
    except Unavailable:
        # The process's own look meets the same, and the next ring comes after it.
        return
    if room.differs_from(newer):
        said = talk_words.say_news(room, newer)
        st.session_state[key_of("news", draft_id)] = f"{NEWS} {said}".strip()
    review.keep_room(visit.person, room.with_talk_of(newer))
