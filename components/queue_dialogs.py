"""Passing a draft on, and assigning drafts to somebody: each in a dialog that says who is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import streamlit as st

from components import cached, colleagues, feedback, keeper, session
from components import format as fmt
from components.colleagues import Choice
from components.messages import fingerprint
from services import reviews
from services.errors import TandemError
from services.models import Draft
from services.person import Person
from services.reviews import Colleague, QueueEntry, Request

_UNDO = "queue_undo"
_CHOOSING = "queue_choosing"
_MOST_NAMED = 5
_WORD = "A word with it (optional)"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What an assignment changed: who has the drafts now, and who had each before, if anybody."""

    assignee_id: str
    name: str
    before: dict[str, str | None]


def ask_pass_on(
    draft: Draft, mine: Request, person: Person, *, people: Sequence[Colleague] | None = None
) -> None:
    """Why the reader passes the draft on, and to whom.

    Args:
        people: who may see the draft, where that was read already.
    """

    def draw() -> None:
        st.markdown(f"**{fmt.plain(draft.title)}**")
        reason = st.radio(
            "Why",
            list(reviews.PASS_ON),
            format_func=reviews.PASS_ON.__getitem__,
            key=f"queue_why_{draft.id}",
        )
        choices = _list_successors(draft, mine, person, people)
        if choices is None:
            return
        asks_too = reason == "second_opinion"
        to_id = colleagues.pick_colleague(
            "Whose opinion" if asks_too else "To whom",
            choices,
            key=f"queue_to_{asks_too}_{draft.id}",
            nobody=None if asks_too else _say_nobody(mine),
        )
        note = _draw_word(f"{draft.id}:passing", person)
        st.caption(
            "You keep it as well; either of you can decide."
            if asks_too
            else "You no longer have it. The author sees who does."
        )
        if st.button("Pass on", key="queue_pass_on_go", type="primary", disabled=to_id is None):
            _pass_on(draft, reason, to_id or None, note)

    st.dialog("Pass on", icon=":material/forward:")(draw)()


def ask_assign(entries: Sequence[QueueEntry], person: Person) -> None:
    """Who is to decide on these drafts."""
    drafts = [entry.draft for entry in entries]
    many = fmt.count(len(drafts), "draft")

    def draw() -> None:
        _name_drafts(drafts)
        try:
            members = cached.get_people(session.gateway(), person).members
        except TandemError as error:
            feedback.show_error(error)
            return
        choices = colleagues.list_deciders(members, drafts, today=today_utc())
        to_id = colleagues.pick_colleague("To whom", choices, key="queue_assignee")
        note = _draw_word(_place_of(entries), person)
        if any(entry.holders for entry in entries):
            st.caption("Whoever has one of them now no longer does.")
        if st.button("Assign", key="queue_assign_go", type="primary", disabled=not to_id):
            _assign(entries, next(one for one in choices if one.profile_id == to_id), note, person)

    st.dialog(f"Assign {many}", icon=":material/person_add:")(draw)()


def draw_undo(person: Person) -> None:
    """Taking the last assignment back, for as long as nothing else was done here."""
    done: Assigned | None = st.session_state.get(_UNDO)
    if done is not None and st.button("Undo", key="queue_undo_go", icon=":material/undo:"):
        _undo(done, person)


def forget_undo() -> None:
    """Something else was done since."""
    st.session_state.pop(_UNDO, None)


def count_assignments() -> int:
    """How often this tab assigned drafts; what was ticked for one is not for the next."""
    return int(st.session_state.get(_CHOOSING, 0))


def find_before(entries: Sequence[QueueEntry], assignee_id: str) -> dict[str, str | None] | None:
    """Who had each draft before it was assigned; None when it cannot be put back as it was."""
    before: dict[str, str | None] = {}
    for entry in entries:
        holders = [one.assignee_id for one in entry.holders]
        if len(holders) > 1:
            return None
        if holders != [assignee_id]:
            before[entry.draft.id] = holders[0] if holders else None
    return before


def _draw_word(place: str, person: Person) -> str:
    """A word to whoever gets the drafts; the browser keeps it until `keeper.forget`."""
    field = f"queue_word_{place}"
    word = st.text_input(_WORD, key=field, max_chars=500, on_change="ignore")
    keeper.keep_note(place, field, _WORD, profile_id=person.profile_id, key=f"queue_keeper_{place}")
    return word or ""


def _place_of(entries: Sequence[QueueEntry]) -> str:
    """Where a word that goes with just these drafts belongs."""
    ids = ",".join(sorted(entry.draft.id for entry in entries))
    return f"{fingerprint(ids)}:assigning"


def _list_successors(
    draft: Draft, mine: Request, person: Person, people: Sequence[Colleague] | None
) -> list[Choice] | None:
    if people is not None:
        found = colleagues.list_among(people, kind=mine.kind, author_id=draft.author_id)
        return colleagues.without(found, person.profile_id)
    try:
        members = cached.get_people(session.gateway(), person).members
    except TandemError as error:
        feedback.show_error(error)
        return None
    if mine.kind == "peer":
        found = colleagues.list_advisers(members, [draft])
    else:
        found = colleagues.list_deciders(members, [draft], today=today_utc())
    return colleagues.without(found, person.profile_id)


def _say_nobody(mine: Request) -> str:
    return "Nobody: back to the queue" if mine.kind == "professional" else "Nobody in particular"


def _name_drafts(drafts: Sequence[Draft]) -> None:
    named = [f"- {fmt.plain(draft.title)}" for draft in drafts[:_MOST_NAMED]]
    if len(drafts) > _MOST_NAMED:
        named.append(f"- and {len(drafts) - _MOST_NAMED} more")
    st.markdown("\n".join(named))


def _pass_on(draft: Draft, reason: str, to_id: str | None, note: str) -> None:
    try:
        reviews.pass_on(session.gateway(), draft_id=draft.id, reason=reason, to_id=to_id, note=note)
    except TandemError as error:
        feedback.show_error(error)
        return
    keeper.forget(f"{draft.id}:passing", keeper.NOTE)
    forget_undo()
    cached.forget_drafts()
    cached.forget_people()
    said = "Asked." if reason == "second_opinion" else "Passed on."
    feedback.flash(said if to_id else "It is back in the queue.")
    st.rerun()


def _assign(entries: Sequence[QueueEntry], to: Choice, note: str, person: Person) -> None:
    try:
        reviews.assign(
            session.gateway(),
            workspace_id=person.workspace_id,
            draft_ids=[entry.draft.id for entry in entries],
            assignee_id=to.profile_id,
            note=note,
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    keeper.forget(_place_of(entries), keeper.NOTE)
    before = find_before(entries, to.profile_id)
    forget_undo()
    st.session_state[_CHOOSING] = count_assignments() + 1
    if before:
        st.session_state[_UNDO] = Assigned(to.profile_id, to.name, before)
    cached.forget_drafts()
    cached.forget_people()
    has = "has it" if len(entries) == 1 else "has them"
    feedback.flash(f"{fmt.plain(to.name)} {has} now: {fmt.count(len(entries), 'draft')}.")
    st.rerun()


def _undo(done: Assigned, person: Person) -> None:
    forget_undo()
    by_holder: dict[str | None, list[str]] = {}
    for draft_id, holder in done.before.items():
        by_holder.setdefault(holder, []).append(draft_id)
    try:
        for holder, draft_ids in by_holder.items():
            _give_back(draft_ids, holder, done, person)
    except TandemError as error:
        feedback.show_error(error)
        cached.forget_drafts()
        return
    cached.forget_drafts()
    cached.forget_people()
    feedback.flash("Undone: the drafts are with whom they were before.", kind="info")
    st.rerun()


def _give_back(draft_ids: list[str], holder: str | None, done: Assigned, person: Person) -> None:
    gateway = session.gateway()
    if holder is None:
        reviews.take_back(
            gateway,
            workspace_id=person.workspace_id,
            draft_ids=draft_ids,
            assignee_id=done.assignee_id,
        )
    else:
        reviews.assign(
            gateway, workspace_id=person.workspace_id, draft_ids=draft_ids, assignee_id=holder
        )


def today_utc() -> date:
    """The day as the database counts absences and credentials."""
    return datetime.now(UTC).date()
