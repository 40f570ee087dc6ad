"""Figures of review: how long drafts wait, how many rounds they need. Computed in the database.

What counts, exactly:

- A round is one stay of a draft with its reviewers: from being sent until a decision. A newer text
  sent meanwhile belongs to the same round; a draft taken back ends its round without a decision.
- First decisions count in the month in which they were made, approvals in the month in which they
  came to count: at the decision, or when the author accepted a professional's edits.
- Only a draft's way to its first approval counts. What happens to it afterwards does not.
- Days are 24 hours and months are those of UTC. Drafts the reader may not see do not count.

The database keeps sums by month, so that reading them costs the same however many drafts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from services import errors
from services.gateway.client import Gateway
from services.posts import Json

# The longest period.
MOST_MONTHS = 36
# Below this many drafts, a share or a mean says more about chance than about the work.
FEW_DRAFTS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """The figures of a period, a month or a person. Without drafts to count, None and not zero.

    Args:
        first_answers: drafts whose first decision falls in the period.
        approved_first: of them, approved as they were sent.
        edited_first: of them, approved with a professional's edits.
        first_answer_days: median, from the first sending to the first decision, holds included;
            right to the hour, beyond 30 days to the day. None of a person.
        approvals: drafts whose first approval falls in the period.
        rounds: mean of the decisions that they took, the approval among them.
        reviewer_days: mean of the days they lay with reviewers, up to the approval.
        author_days: mean of the days they lay with their authors between and after rounds.
        hold_days: mean of the days for which reviewers had set them aside.
    """

    first_answers: int = 0
    approved_first: int = 0
    edited_first: int = 0
    first_answer_days: float | None = None
    approvals: int = 0
    rounds: float | None = None
    reviewer_days: float | None = None
    author_days: float | None = None
    hold_days: float | None = None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one figure of `get_review_figures`."""
        return cls(
            first_answers=row["first_answers"],
            approved_first=row["approved_first"],
            edited_first=row["edited_first"],
            first_answer_days=row["first_answer_days"],
            approvals=row["approvals"],
            rounds=row["rounds"],
            reviewer_days=row["reviewer_days"],
            author_days=row["author_days"],
            hold_days=row["hold_days"],
        )

    @property
    def first_share(self) -> float | None:
        """Approved in the first round, as sent: 0 to 1."""
        return self.approved_first / self.first_answers if self.first_answers else None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a professional decided in the period, also after a first approval.

    `answer_days` is the mean from a round's sending to their decision, holds left out.
    """

    name: str
    answers: int
    approved: int
    edited: int
    sent_back: int
    declined: int
    answer_days: float

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `professionals`."""
        return cls(
            row["name"],
            row["answers"],
            row["approved"],
            row["edited"],
            row["sent_back"],
            row["declined"],
            row["answer_days"],
        )


@dataclass(frozen=True, slots=True)
class OpenReviews:
    """What is with reviewers now, on hold or not; days since it was sent, None without any."""

    drafts: int
    on_hold: int
    over_three_days: int
    median_days: float | None
    longest_days: float | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the `open` of `get_review_figures`."""
        return cls(
            row["drafts"],
            row["on_hold"],
            row["over_three_days"],
            row["median_days"],
            row["longest_days"],
        )


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """Everything about a period. Months without anything to count are not in `months`.

    `authors` are by who sent the drafts. Influencers find only themselves there, and nobody in
    `professionals`. Both hold the 30 with most; `author_count` and `professional_count` have all.
    """

    total: Figure
    months: dict[date, Figure]
    authors: tuple[tuple[str, Figure], ...]
    professionals: tuple[Answers, ...]
    approvals_withdrawn: int
    open: OpenReviews
    author_count: int
    professional_count: int

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the answer of `get_review_figures`."""
        return cls(
            total=Figure.from_json(row["total"]),
            months={
                date.fromisoformat(f"{one['month']}-01"): Figure.from_json(one)
                for one in row["months"]
            },
            authors=tuple((one["name"], Figure.from_json(one)) for one in row["authors"]),
            professionals=tuple(Answers.from_json(one) for one in row["professionals"]),
            approvals_withdrawn=row["approvals_withdrawn"],
            open=OpenReviews.from_json(row["open"]),
            author_count=_count_people(row["authors"]),
            professional_count=_count_people(row["professionals"]),
        )


def _count_people(rows: Sequence[Json]) -> int:
    return int(rows[0]["people"]) if rows else 0


def get_review_figures(
    gateway: Gateway, *, workspace_id: str, since: date, to: date
) -> ReviewFigures:
    """The figures of whole months (UTC), from that of one day to that of another.

    Raises:
        Invalid: `period_invalid`, more than MOST_MONTHS.
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read(
        "get_review_figures",
        {"p_workspace": workspace_id, "p_from": since.isoformat(), "p_to": to.isoformat()},
    )
    if row is None:
        raise errors.NotFound
    return ReviewFigures.from_json(row)
