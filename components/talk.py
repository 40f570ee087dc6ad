"""The review room as a place to talk: threads, notes among professionals, a peer's advice.

All of it is one element, whatever was said, and a fragment of its own: what others say appears in
it without the rest of the page running, and nothing that is being typed is touched. A second
fragment, which draws nothing, looks for news in this process's memory and rings when there are
some; the element's script then asks for them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

import streamlit as st

from components import cached, lookout, review, session, talk_acts, talk_words
from components.review import Visit, key_of
from components.talk_acts import Answers
from services import discussion, rooms
from services.errors import NotFound, TandemError, Unavailable
from services.ids import is_id

# Together with the pause between the process's own looks: less than five seconds.
LOOK_SECONDS = 3.3
# Who leaves at once has not read it.
READ_SECONDS = 2.5

NEWS = "Something changed in this draft since you opened it."

_HERE = Path(__file__).parent
_NOTED = "review_noted"

_TALK = st.components.v2.component(
    "tandem_talk",
    html='<div id="talk"></div>\n<!-- filled by the script -->',
    css=(_HERE / "talk.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_HERE / name).read_text(encoding="utf-8")
        for name in ("talk_parts.js", "talk_box.js", "talk.js")
    ),
)
_BELL = st.components.v2.component(
    "tandem_talk_bell",
    html="<span hidden></span>\n<!-- rings only -->",
    js=(_HERE / "talk_bell.js").read_text(encoding="utf-8"),
)


@st.fragment(run_every=LOOK_SECONDS)
def watch(visit: Visit, *, is_shown: bool) -> None:
    """Look for news in memory; ask nobody. Rings when there are some.

    Args:
        is_shown: Whether the reader has the text before them, not only a word of warning.
    """
    draft_id = visit.room.draft.id
    news = lookout.news()
    numbers = news.look(draft_id)
    if is_shown and review.open_seconds() > READ_SECONDS:
        _note_look(draft_id, visit.room.version.number)
    room = review.kept_room(visit)
    is_behind = numbers is not None and room.is_behind(numbers)
    if is_behind or news.is_away != st.session_state.get(key_of("away", draft_id), False):
        # Another number each time: it rings until it was heard.
        _BELL(data={"draft": draft_id, "ring": int(monotonic() * 10)}, key=key_of("bell", draft_id))


def _note_look(draft_id: str, version: int) -> None:
    """Remember, once a visit and version, that the reader has it before them."""
    visit = (draft_id, version, st.session_state.get(review.OPENED_AT))
    if st.session_state.get(_NOTED) == visit or lookout.news().is_away:
        return
    try:
        discussion.note_look(session.gateway(), draft_id=draft_id, version=version)
    except TandemError:
        # Tried again at the next look; what went wrong shows where the room is read.
        return
    st.session_state[_NOTED] = visit


@st.fragment
def draw_talk(visit: Visit) -> None:
    """Everything that is said in the room, and where to say something."""
    draft_id = visit.room.draft.id
    if st.session_state.pop(key_of("anew", draft_id), False):
        st.rerun()
    visit = replace(visit, room=review.kept_room(visit))
    told = cached.make_once(
        f"talk {visit.now:%d%H}", visit.room, partial(talk_words.make_talk, visit)
    )
    is_away = st.session_state[key_of("away", draft_id)] = lookout.news().is_away
    focus = st.query_params.get("comment", "")
    _TALK(
        key=key_of("talk", draft_id),
        data={
            "talk": told,
            "profile": visit.person.profile_id,
            "draft": draft_id,
            "answer": _answers(draft_id).as_data(),
            "news": st.session_state.get(key_of("news", draft_id), ""),
            "away": is_away,
            "offer": st.session_state.get(key_of("comment", draft_id), ""),
            "focus": focus if is_id(focus) else "",
        },
        on_act_change=partial(_act, visit),
        on_ring_change=partial(_catch_up, visit),
    )


def _answers(draft_id: str) -> Answers:
    answers: Answers = st.session_state.setdefault(key_of("answers", draft_id), Answers())
    return answers


def _act(visit: Visit) -> None:
    """Do what somebody pressed for, and show the room with it."""
    draft_id = visit.room.draft.id
    act = talk_acts.read_act(st.session_state[key_of("talk", draft_id)].get("act"))
    answers = _answers(draft_id)
    if act is None or not answers.is_new(act):
        return
    if act.kind == "news":
        answers.note(act)
        review.show_news(visit.room.version.number)
        st.session_state[key_of("anew", draft_id)] = True
        return
    try:
        if lookout.news().is_away:
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
    if lookout.news().is_away:
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
