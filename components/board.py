"""The board and the calendar: which drafts stand where, and in which words."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from components import badges
from components import format as fmt
from components.sheet import Card, Part, Sheet
from components.words import Line, Words, join
from services.models import Draft
from services.overview import MOST_COUNTED, Board, Day

# Columns, from the first thought to the public, and the states in them.
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Being written", ("drafting",)),
    ("With reviewers", ("in_review", "on_hold")),
    ("Back with the author", ("changes_requested",)),
    ("Approved", ("approved", "expired")),
    ("Published", ("published",)),
    ("Declined or withdrawn", ("declined", "withdrawn")),
)
# A column's heading says these already.
_PLAIN = frozenset({"drafting", "in_review", "changes_requested", "approved", "published"})
_CARDS_A_DAY = 3
_ALARM = Words("Approval withdrawn", look="badge", icon="warning", colour="red")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom it is drawn for. `zone` is an IANA name."""

    profile_id: str
    zone: str
    now: datetime

    @property
    def today(self) -> date:
        """Their date."""
        return fmt.today_in(self.zone, self.now)


def list_columns(states: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """The columns to show: those with one of these states, without any all that are open."""
    if not states:
        return [column for column in COLUMNS if column[1] != ("declined", "withdrawn")]
    shown = [(name, tuple(s for s in of if s in states)) for name, of in COLUMNS]
    return [column for column in shown if column[1]]


def build_board(board: Board, states: Sequence[str], reader: Reader) -> Sheet:
    """Columns with the newest drafts of each, and the way to all of them."""
    parts: list[Part] = []
    for title, of in list_columns(states):
        drafts = [draft for draft in board.drafts if draft.state in of][:6]
        total = sum(board.counts.get(state, 0) for state in of)
        many = f"{MOST_COUNTED}+" if total > MOST_COUNTED else str(total)
        query = (("drafts_state", ",".join(fmt.state_label(state) for state in of)),)
        parts.append(
            Part(
                title=title,
                count=many,
                cards=tuple(_board_card(draft, reader) for draft in drafts),
                more=_say_more(of, total, len(drafts), many),
                query=query if total > len(drafts) else (),
            )
        )
    return Sheet.of("board", "Drafts by state", parts)


def _say_more(of: tuple[str, ...], total: int, shown: int, many: str) -> str:
    if not total:
        return "Only authors see what they have not sent" if of == ("drafting",) else "Nothing here"
    return f"See all {many}" if total > shown else ""


def _board_card(draft: Draft, reader: Reader) -> Card:
    facts: list[Line] = []
    if draft.state not in _PLAIN:
        facts.append((badges.state_words(draft.state),))
    if is_alarm(draft):
        facts.append((_ALARM,))
    if draft.state == "published" and draft.published_at:
        facts.append((Words(f"Published {fmt.ago(draft.published_at, reader.now, reader.zone)}"),))
    elif draft.publish_by and draft.state not in ("declined", "withdrawn"):
        facts.append(_say_due(draft.publish_by, reader.today))
    facts.append((Words(fmt.platform_label(draft.platform)),))
    facts.append(_say_author(draft, reader))
    return _card(draft, join(facts, " · "), reader)


def is_alarm(draft: Draft) -> bool:
    """Whether a post is out there though its approval was withdrawn."""
    return draft.approval_withdrawn_at is not None and draft.taken_down_at is None


def _say_due(on: date, today: date) -> Line:
    if fmt.is_late(on, today):
        return (Words(fmt.due(on, today), look="strong", icon="schedule"),)
    return (Words(f"Due {fmt.due(on, today)}"),)


def _say_author(draft: Draft, reader: Reader) -> Line:
    if draft.author_id == reader.profile_id:
        return (Words("Yours"),)
    return (Words(draft.author_name, is_typed=True),)


def _card(draft: Draft, facts: Line, reader: Reader) -> Card:
    page, _words = badges.find_way(draft, reader.profile_id)
    title = (Words(draft.title, is_typed=True),)
    return Card(title=title, facts=facts, page=page, draft_id=draft.id)


def build_month(first: date, days: Sequence[Day], reader: Reader) -> Sheet:
    """All days of the month that begins on `first`."""
    found = {day.on: day for day in days}
    parts: list[Part] = []
    for number in range(monthrange(first.year, first.month)[1]):
        on = first + timedelta(days=number)
        day = found.get(on, Day(on, (), 0))
        hidden = day.count - len(day.drafts)
        parts.append(
            Part(
                title=f"{fmt.weekday(on)} {fmt.day(on)}",
                short=str(on.day),
                cards=tuple(_day_card(draft, on, reader) for draft in day.drafts),
                more=f"and {fmt.count(hidden, 'other')}" if hidden else "",
                is_now=on == reader.today,
                column=first.isoweekday() if number == 0 else 0,
                open_cards=_CARDS_A_DAY if len(day.drafts) > _CARDS_A_DAY + 1 else 99,
            )
        )
    return Sheet.of("month", f"{fmt.month(first)}: publish-by and published days", parts)


def _day_card(draft: Draft, on: date, reader: Reader) -> Card:
    if is_alarm(draft):
        state: Line = (_ALARM,)
    elif draft.state == "published":
        state = (Words("Out", look="badge", icon="public", colour="violet"),)
    elif fmt.is_late(on, reader.today):
        state = (Words("Late", look="badge", icon="schedule", colour="red"),)
    else:
        state = (Words("Due", look="badge", icon="event", colour="blue"),)
    facts: list[Line] = [state]
    if draft.state != "published":
        facts.append((Words(fmt.state_label(draft.state)),))
    return _card(draft, join(facts, " "), reader)
