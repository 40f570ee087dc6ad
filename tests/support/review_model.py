"""The figures of review in plain Python, from the record alone: what get_review_figures must say.

Written as differently from the SQL as can be: each draft's story is walked through once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, median
from typing import Any

NOTHING = timedelta()
DECISIONS = {
    "draft_approved": "approved",
    "draft_approved_with_edits": "approved_with_edits",
    "draft_changes_requested": "changes_requested",
    "draft_declined": "declined",
}


@dataclass(frozen=True)
class Event:
    """One line of a draft's record."""

    draft_id: str
    at: datetime
    actor_id: str
    action: str


@dataclass
class Answer:
    """A decision: `waited` is the time of its round with reviewers, holds left out."""

    at: datetime
    outcome: str
    decided_by: str
    author_id: str
    number: int
    waited: timedelta
    since_first: timedelta


@dataclass
class Approval:
    """The first approval of a draft, once it counts."""

    at: datetime
    author_id: str
    rounds: int
    reviewing: timedelta
    writing: timedelta
    holding: timedelta


@dataclass
class Story:
    """One draft, walked through. `place` is where it is: author, reviewers or hold."""

    answers: list[Answer] = field(default_factory=list)
    approval: Approval | None = None
    place: str = "nowhere"
    since: datetime | None = None
    first: datetime | None = None
    sent: datetime | None = None
    sender: str = ""
    held_in_round: timedelta = NOTHING
    spent: dict[str, timedelta] = field(default_factory=lambda: defaultdict(timedelta))

    def move(self, place: str, at: datetime) -> None:
        """Where it lay until now gets the time."""
        if self.since is not None:
            self.spent[self.place] += at - self.since
            if self.place == "hold":
                self.held_in_round += at - self.since
        self.place, self.since = place, at

    def tell(self, event: Event) -> None:
        """What happened next."""
        with_reviewers = self.place in ("reviewers", "hold")
        if event.action == "draft_submitted" and not with_reviewers:
            self.move("reviewers", event.at)
            self.first = self.first or event.at
            self.sent, self.sender, self.held_in_round = event.at, event.actor_id, NOTHING
        elif event.action == "draft_held":
            self.move("hold", event.at)
        elif event.action == "draft_resumed":
            self.move("reviewers", event.at)
        elif event.action == "draft_withdrawn" and with_reviewers:
            self.move("author", event.at)
        elif event.action in DECISIONS:
            self.move("author", event.at)
            self.answer(event)
            if event.action == "draft_approved":
                self.approve(event.at)
        elif event.action == "edits_taken_back":
            # No answer after all: it was with reviewers all the time.
            self.answers.pop()
            self.place = "reviewers"
        elif event.action == "edits_accepted":
            self.move("author", event.at)
            self.approve(event.at)

    def answer(self, event: Event) -> None:
        """Count a decision."""
        assert self.sent is not None
        assert self.first is not None
        self.answers.append(
            Answer(
                event.at,
                DECISIONS[event.action],
                event.actor_id,
                self.sender,
                len(self.answers) + 1,
                event.at - self.sent - self.held_in_round,
                event.at - self.first,
            )
        )

    def approve(self, at: datetime) -> None:
        """Only the first approval counts."""
        self.approval = self.approval or Approval(
            at,
            self.sender,
            len(self.answers),
            self.spent["reviewers"],
            self.spent["author"],
            self.spent["hold"],
        )


def tell_stories(events: Iterable[Event]) -> dict[str, Story]:
    """The stories of drafts by their ids; events in the order they were recorded."""
    stories: dict[str, Story] = defaultdict(Story)
    for event in events:
        stories[event.draft_id].tell(event)
    return stories


def days(span: timedelta) -> float:
    """In days of 24 hours."""
    return span / timedelta(days=1)


def figure(answers: list[Answer], approvals: list[Approval]) -> dict[str, Any]:
    """The figures of some first answers and some first approvals."""
    return {
        "first_answers": len(answers),
        "approved_first": sum(one.outcome == "approved" for one in answers),
        "edited_first": sum(one.outcome == "approved_with_edits" for one in answers),
        "first_answer_days": median(days(a.since_first) for a in answers) if answers else None,
        "approvals": len(approvals),
        "rounds": fmean(a.rounds for a in approvals) if approvals else None,
        "reviewer_days": fmean(days(a.reviewing) for a in approvals) if approvals else None,
        "author_days": fmean(days(a.writing) for a in approvals) if approvals else None,
        "hold_days": fmean(days(a.holding) for a in approvals) if approvals else None,
    }


def compute(stories: Iterable[Story], since: date, to: date) -> dict[str, Any]:
    """Total, months, authors and professionals, each by name or id where the SQL has a list.

    Of whole months, from that of one day to that of another.
    """
    low = datetime(since.year, since.month, 1, tzinfo=UTC)
    high = datetime(to.year + to.month // 12, to.month % 12 + 1, 1, tzinfo=UTC)
    told = list(stories)
    answers = [a for s in told for a in s.answers if low <= a.at < high]
    firsts = [a for a in answers if a.number == 1]
    approvals = [s.approval for s in told if s.approval and low <= s.approval.at < high]

    def only(key: Any) -> dict[str, dict[str, Any]]:
        names = {key(one) for one in (*firsts, *approvals)}
        return {
            name: figure(
                [a for a in firsts if key(a) == name], [a for a in approvals if key(a) == name]
            )
            for name in names
        }

    return {
        "total": figure(firsts, approvals),
        "months": only(lambda one: f"{one.at.astimezone(UTC):%Y-%m}"),
        "authors": {
            who: {**one, "first_answer_days": None}
            for who, one in only(lambda one: one.author_id).items()
        },
        "professionals": {
            who: {
                "answers": len(theirs),
                "approved": sum(a.outcome == "approved" for a in theirs),
                "edited": sum(a.outcome == "approved_with_edits" for a in theirs),
                "sent_back": sum(a.outcome == "changes_requested" for a in theirs),
                "declined": sum(a.outcome == "declined" for a in theirs),
                "answer_days": fmean(days(a.waited) for a in theirs),
            }
            for who in {a.decided_by for a in answers}
            for theirs in [[a for a in answers if a.decided_by == who]]
        },
    }
