"""The review queue: its list, what the reader can do with an entry, and going on to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

import streamlit as st

from components import badges, cached, feedback, links, queue_dialogs, requests, session
from components import format as fmt
from components.review import Visit
from components.rows import Button, Group, Press, Row, RowList, Strip, Tab, Way
from components.words import Line, Words, join
from services import reviews
from services.errors import Conflict, TandemError
from services.models import Draft
from services.person import Person
from services.reviews import Queue, QueueEntry, Request

PAGE_SIZE = 25
# The database counts no further; see get_queue.
_MOST = 1000
# A room that was opened from the queue leads on along it.
ALONG: dict[str, str] = {"queue": "mine"}

_TAKE = Button("take", "Take", "front_hand")
_PASS_ON = Button("pass_on", "Pass on", "forward")
_ASSIGN = Button("assign", "Assign", "person_add")
_ASSIGN_CHOSEN = Button("assign", "Assign the chosen", "person_add")

_EMPTY: dict[str, tuple[str, str]] = {
    "mine": ("Nothing is waiting for you", "Drafts you take or are asked about appear here."),
    "unassigned": ("Somebody has every draft", "New ones appear here as soon as they are sent in."),
    "others": ("Nobody else has a draft", "What colleagues take or are given appears here."),
    "overdue": ("Nothing is overdue", "Drafts whose day has come, or that wait for three days."),
    "all": ("Nothing is in review", "Drafts appear here as soon as they are sent in."),
}


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for, by keys of SHOWS and SORTS; pages count from 1."""

    show: str
    sort: str
    number: int

    @property
    def offset(self) -> int:
        """Entries before this page."""
        return (self.number - 1) * PAGE_SIZE

    def way(self, label: str, **changes: str) -> Way:
        """A link to the same list seen otherwise; it begins at the first page."""
        asked = {"show": self.show, "sort": self.sort} | changes
        return Way(label, "reviews", tuple(asked.items()))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the queue, and when."""

    person: Person
    now: datetime

    @property
    def is_coordinator(self) -> bool:
        """Whether they assign drafts."""
        return "coordinator" in self.person.roles

    @property
    def sees_all(self) -> bool:
        """Whether more than what they were asked about concerns them."""
        return bool(self.person.roles & {"professional", "coordinator"})

    @property
    def today(self) -> date:
        """Their date."""
        return fmt.today_in(self.person.time_zone, self.now)


def read_view(reader: Reader, asked: Mapping[str, str]) -> View:
    """The view of an address; what it does not know falls back to the usual."""
    usual = "mine" if "professional" in reader.person.roles else "all"
    show = asked.get("show", usual) if reader.sees_all else "mine"
    sort, page = asked.get("sort", "risk"), asked.get("page", "1")
    most = ceil(_MOST / PAGE_SIZE)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    return View(
        show if show in reviews.SHOWS else usual,
        sort if sort in reviews.SORTS else "risk",
        min(max(1, number), most),
    )


def build_list(queue: Queue, view: View, reader: Reader) -> RowList:
    """The entries of this page below the views there are."""
    rows = tuple(_make_row(entry, view, reader) for entry in queue.entries)
    group = Group(reviews.SHOWS[view.show], rows, is_headed=False, more=_list_more(queue, view))
    return RowList.of(
        [group] if rows else [],
        strips=_list_strips(queue, view) if reader.sees_all else (),
        choose=_ASSIGN_CHOSEN if reader.is_coordinator else None,
        choosing=queue_dialogs.count_assignments(),
    )


def draw_empty(view: View, reader: Reader) -> None:
    """When this view has no entries: what would be here, and where to look."""
    title, body = _EMPTY[view.show]
    if not reader.sees_all:
        body = "When somebody asks for your advice on a draft, it appears here."
    feedback.empty_state(
        title,
        body,
        icon="done_all",
        action=lambda: links.draw_link("drafts", "All drafts", icon=":material/arrow_forward:"),
    )


def act(press: Press, queue: Queue, reader: Reader) -> None:
    """Do what a button of the list asks for; a dialog where there is more to say."""
    ids = {row.draft_id for row in press.rows}
    entries = [entry for entry in queue.entries if entry.draft.id in ids]
    if not entries:
        return
    if press.name == "take":
        take(entries[0].draft.id)
    elif press.name == "pass_on":
        mine = find_mine(entries[0].requests, reader.person)
        if mine is not None:
            queue_dialogs.ask_pass_on(entries[0].draft, mine, reader.person)
    elif press.name == "assign":
        queue_dialogs.ask_assign(entries, reader.person)


def take(draft_id: str) -> None:
    """Say that the reader will decide on it, and draw the page anew."""
    try:
        reviews.take(session.gateway(), draft_id=draft_id)
    except TandemError as error:
        cached.forget_drafts()
        feedback.show_error(error)
        return
    cached.forget_drafts()
    feedback.flash("You have it now. Others see that, and leave it to you.")
    st.rerun()


def review_next(person: Person) -> None:
    """Go to the draft to decide on next, taking it if nobody has it; says so when there is none."""
    try:
        # Twice: somebody may take the same one in this very moment.
        entry = _find_and_take(person) or _find_and_take(person)
    except TandemError as error:
        feedback.show_error(error)
        return
    cached.forget_drafts()
    if entry is None:
        feedback.flash("Nothing waits for your decision.", kind="info")
        st.rerun()
    links.go("review", draft_id=entry.draft.id, query=ALONG)


def find_mine(asked: tuple[Request, ...], person: Person) -> Request | None:
    """The request by which this person has a draft."""
    return next((one for one in asked if one.assignee_id == person.profile_id), None)


def draw_next(visit: Visit) -> None:
    """In a room where this professional has nothing left to decide: the way to the next draft."""
    draft, decided = visit.room.draft, visit.room.decisions
    is_open = draft.state == "in_review" and visit.room.why_not is None
    by_me = bool(decided) and decided[0].decided_by == visit.person.profile_id
    if is_open or "professional" not in visit.roles or not (by_me or "queue" in st.query_params):
        return
    try:
        entry = cached.find_next_review(
            session.gateway(), visit.person, workspace_id=draft.workspace_id, after_id=draft.id
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    if entry is None:
        st.markdown(":material/done_all: Nothing else waits for your decision.")
        links.draw_link("reviews", "All reviews", icon=":material/arrow_forward:")
    elif st.button(
        f"Next: {fmt.plain(entry.draft.title)}",
        key=f"queue_next_{entry.draft.id}",
        type="primary",
        icon=":material/arrow_forward:",
    ):
        links.go("review", draft_id=entry.draft.id, query=ALONG)


def draw_holding(visit: Visit) -> None:
    """In a room: who has the draft and since when; taking it or passing it on."""
    room = visit.room
    if room.draft.state not in ("in_review", "on_hold"):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = requests.say_holders_markdown(
            room.requests,
            reader_id=visit.person.profile_id,
            now=visit.now,
            zone=visit.zone,
            is_mine=visit.is_author,
        )
        st.markdown(f":small[:material/assignment_ind: {said}]", width="content")
        mine = find_mine(room.requests, visit.person)
        held = any(one.kind == "professional" for one in room.requests)
        if mine is not None:
            if st.button("Pass on", key="queue_pass_on", icon=":material/forward:"):
                queue_dialogs.ask_pass_on(room.draft, mine, visit.person, people=room.people)
        elif (
            room.why_not is None
            and not held
            and st.button("Take it", key="queue_take", icon=":material/front_hand:")
        ):
            take(room.draft.id)


def _find_and_take(person: Person) -> QueueEntry | None:
    gateway = session.gateway()
    entry = reviews.find_next(gateway, workspace_id=person.workspace_id)
    if entry is None or entry.holders:
        return entry
    try:
        reviews.take(gateway, draft_id=entry.draft.id)
    except Conflict:
        return None
    return entry


def _list_strips(queue: Queue, view: View) -> tuple[Strip, ...]:
    shows = tuple(
        Tab(view.way(label, show=show), queue.counts[show], show == view.show)
        for show, label in reviews.SHOWS.items()
    )
    sorts = tuple(
        Tab(view.way(label, sort=sort), None, sort == view.sort)
        for sort, label in reviews.SORTS.items()
    )
    return (Strip("Show", shows), Strip("Order", sorts))


def _list_more(queue: Queue, view: View) -> tuple[Way, ...]:
    """To the pages before and after this one."""
    ways = []
    if view.number > 1:
        ways.append(view.way("Those before", page=str(view.number - 1)))
    if queue.counts[view.show] > view.offset + PAGE_SIZE and view.number < _MOST / PAGE_SIZE:
        ways.append(view.way("Those after", page=str(view.number + 1)))
    return tuple(ways)


def _make_row(entry: QueueEntry, view: View, reader: Reader) -> Row:
    draft = entry.draft
    mine = find_mine(entry.requests, reader.person)
    can_decide = draft.why_not is None
    action = "Review" if can_decide else "Read"
    if mine is not None and mine.kind == "peer" and not can_decide:
        action = "Read and advise"
    return Row(
        title=(Words(draft.title, is_typed=True),),
        lines=(
            join(
                (
                    *_list_badges(entry),
                    requests.say_overdue(draft, now=reader.now, today=reader.today),
                ),
                " ",
            ),
            _say_who(entry, mine, reader),
            _list_facts(draft, reader),
        ),
        action=action,
        page="review",
        draft_id=draft.id,
        query=tuple(ALONG.items()) if can_decide and view.show == "mine" else (),
        buttons=_list_buttons(entry, mine, reader),
        can_be_chosen=reader.is_coordinator,
    )


def _list_badges(entry: QueueEntry) -> list[Line]:
    """What to know before opening it."""
    parts: list[Line] = []
    if entry.draft.state != "in_review":
        parts.append((badges.state_words(entry.draft.state),))
    if requests.is_second_look(entry):
        parts.append((requests.SECOND_LOOK,))
    parts.append(requests.say_risk(entry.draft))
    return parts


def _say_who(entry: QueueEntry, mine: Request | None, reader: Reader) -> Line:
    zone, now = reader.person.time_zone, reader.now
    if mine is None:
        return requests.say_holders(
            entry.requests, reader_id=reader.person.profile_id, now=now, zone=zone
        )
    asked = requests.say_asked(mine, now=now, zone=zone)
    others = [one for one in entry.requests if one is not mine]
    return join((asked, requests.say_others(others, now=now, zone=zone)), " ")


def _list_facts(draft: Draft, reader: Reader) -> Line:
    """When it is due, since when it waits, what it is about."""
    zone, parts = reader.person.time_zone, []
    if draft.publish_by:
        parts.append(badges.say_publish_by(draft.publish_by, reader.today))
    if draft.submitted_at:
        since = requests.say_since(draft.submitted_at, now=reader.now, zone=zone)
        parts.append((Words(f"Waiting since {since}"),))
    parts += [
        (Words(fmt.topic_label(draft.topic)),),
        (Words(fmt.platform_label(draft.platform)),),
        (Words("By "), Words(draft.author_name, is_typed=True)),
    ]
    return join(parts, " · ")


def _list_buttons(entry: QueueEntry, mine: Request | None, reader: Reader) -> tuple[Button, ...]:
    found = []
    if entry.draft.why_not is None and not entry.holders:
        found.append(_TAKE)
    if mine is not None:
        found.append(_PASS_ON)
    if reader.is_coordinator:
        found.append(_ASSIGN)
    return tuple(found)
