"""The figures of review as charts: what they find, in words, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import plotly.graph_objects as go

from components import charts, periods
from components import format as fmt
from services.figures import FEW_DRAFTS, Answers, Figure, ReviewFigures

Row = dict[str, Any]

WHAT_COUNTS = """
- **A round** is one stay of a draft with its reviewers, from being sent until a decision. A newer
  text sent meanwhile belongs to the same round. A draft that its author takes back ends the round
  without a decision.
- **Approved in the first round** means that the first decision on a draft was to approve it as it
  was sent. Approved with a professional's edits is counted apart. Both count in the month of that
  first decision.
- **Rounds per draft** and the **days** cover a draft's way from being sent for the first time to
  its first approval, in the month in which the approval came to count (for edits: when the author
  accepted them). What happens to a draft after that, also an approval that is withdrawn, changes
  nothing about them.
- **Days with reviewers** are those in review; **days with the author** those between rounds and
  until edits were accepted; **on hold** those for which a professional had set the review aside.
  All three are averages, so that they add up.
- **Time to the first decision** is the median: half of the drafts waited less. It includes holds,
  because whoever waits does so then, too. It is right to the hour, and beyond 30 days to the day.
- A draft counts for the person who sent it, also when it was handed over later. A decision counts
  for the professional who made it.
- Days have 24 hours and months are those of UTC. Drafts you may not see do not count.
"""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart with its words: `title` states the finding, `rows` are the table behind it.

    Args:
        name: of its keys and its file.
        alt: what the chart shows, for those who do not see it.
        note: what to be careful about.
    """

    name: str
    title: str
    figure: go.Figure
    alt: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


def build_months(found: ReviewFigures, since: date, to: date) -> list[Exhibit]:
    """What happened month by month; without anything to count, nothing."""
    months = periods.list_months(since, to)
    figures = [found.months.get(month, Figure()) for month in months]
    labels = [fmt.month(month, short=True) for month in months]
    exhibits: list[Exhibit] = []
    if found.total.first_answers:
        exhibits += [
            _first_round(found.total, figures, labels),
            _first_decision(found.total, figures, labels),
        ]
    if found.total.approvals:
        exhibits += [
            _whose_days(found.total, figures, labels),
            _rounds(found.total, figures, labels),
        ]
    return exhibits


def _first_round(total: Figure, figures: Sequence[Figure], labels: list[str]) -> Exhibit:
    share = total.first_share or 0.0
    title = (
        f"{total.approved_first} of {fmt.count(total.first_answers, 'draft')} "
        f"({share:.0%}) {_was(total.approved_first)} approved in the first round"
    )
    return Exhibit(
        name="first-round",
        title=title,
        figure=charts.build_bars(
            labels,
            {"Approved in the first round": [one.first_share for one in figures]},
            unit="Share of drafts",
            is_share=True,
        ),
        alt=f"Bar chart by month. {title}.",
        columns=(
            "Month",
            "Drafts decided on",
            "Approved as sent",
            "Approved with edits",
            "Share approved as sent",
        ),
        rows=tuple(
            {
                "Month": label,
                "Drafts decided on": one.first_answers,
                "Approved as sent": one.approved_first,
                "Approved with edits": one.edited_first,
                "Share approved as sent": _percent(one.first_share),
            }
            for label, one in zip(labels, figures, strict=True)
        ),
        note=_say_few(labels, [one.first_answers for one in figures]),
    )


def _first_decision(total: Figure, figures: Sequence[Figure], labels: list[str]) -> Exhibit:
    title = f"Half of the first decisions came within {say_days(total.first_answer_days)}"
    return Exhibit(
        name="first-decision",
        title=title,
        figure=charts.build_bars(
            labels,
            {"Time to the first decision": [one.first_answer_days for one in figures]},
            unit="Days (median)",
        ),
        alt=f"Bar chart by month. {title}.",
        columns=("Month", "Drafts decided on", "Days to the first decision (median)"),
        rows=tuple(
            {
                "Month": label,
                "Drafts decided on": one.first_answers,
                "Days to the first decision (median)": _round(one.first_answer_days),
            }
            for label, one in zip(labels, figures, strict=True)
        ),
        note=_say_few(labels, [one.first_answers for one in figures]),
    )


def _whose_days(total: Figure, figures: Sequence[Figure], labels: list[str]) -> Exhibit:
    title = _say_whose_days(total)
    return Exhibit(
        name="days",
        title=title,
        figure=charts.build_bars(labels, _days_of(figures), unit="Days (average)"),
        alt=f"Stacked bar chart by month: days with reviewers, with the author, on hold. {title}.",
        columns=("Month", "Drafts approved", *_DAYS),
        rows=tuple(
            {"Month": label, "Drafts approved": one.approvals, **_day_cells(one)}
            for label, one in zip(labels, figures, strict=True)
        ),
        note=_say_few(labels, [one.approvals for one in figures]),
    )


def _rounds(total: Figure, figures: Sequence[Figure], labels: list[str]) -> Exhibit:
    title = f"A draft took {total.rounds or 0:.1f} rounds to its first approval"
    return Exhibit(
        name="rounds",
        title=title,
        figure=charts.build_bars(
            labels, {"Rounds per draft": [one.rounds for one in figures]}, unit="Rounds (average)"
        ),
        alt=f"Bar chart by month. {title}.",
        columns=("Month", "Drafts approved", "Rounds per draft"),
        rows=tuple(
            {
                "Month": label,
                "Drafts approved": one.approvals,
                "Rounds per draft": _round(one.rounds),
            }
            for label, one in zip(labels, figures, strict=True)
        ),
        note=_say_few(labels, [one.approvals for one in figures]),
    )


def build_professionals(answers: Sequence[Answers], *, of: int) -> Exhibit | None:
    """Who decided what; None where nobody did or the reader sees nobody.

    Args:
        of: How many professionals decided, of whom `answers` has those with most.
    """
    if not answers:
        return None
    total = sum(one.answers for one in answers)
    most = max(answers, key=lambda one: one.answers)
    title = (
        f"{fmt.count(total, 'decision')} by {_say_people(len(answers), of, 'professional')}, "
        f"{most.answers / total:.0%} of them by one"
        if len(answers) > 1
        else f"All {fmt.count(total, 'decision')} were made by one person"
    )
    series: dict[str, charts.Values] = {
        "Approved": [one.approved for one in answers],
        "Approved with edits": [one.edited for one in answers],
        "Sent back": [one.sent_back for one in answers],
        "Declined": [one.declined for one in answers],
    }
    return Exhibit(
        name="professionals",
        title=title,
        figure=charts.build_people(
            [charts.escape(one.name) for one in answers], series, unit="Decisions"
        ),
        alt=f"Stacked bar chart by professional. {title}.",
        columns=("Professional", "Decisions", *series, "Days to decide (average)"),
        rows=tuple(
            {
                "Professional": one.name,
                "Decisions": one.answers,
                "Approved": one.approved,
                "Approved with edits": one.edited,
                "Sent back": one.sent_back,
                "Declined": one.declined,
                "Days to decide (average)": _round(one.answer_days),
            }
            for one in answers
        ),
        note="Counts every decision of the period. Days run from a sending, holds left out."
        + _say_more(len(answers), of),
    )


def build_authors(
    authors: Sequence[tuple[str, Figure]], *, of: int, is_own: bool
) -> Exhibit | None:
    """How long drafts of each author were under way; None without any approval.

    Args:
        of: How many authors there are, of whom `authors` has those with most drafts.
        is_own: The reader is the only one they see.
    """
    approved = [(name, one) for name, one in authors if one.approvals]
    if not approved:
        return None
    if is_own:
        title = f"Yours: {_say_whose_days(approved[0][1], start_small=True)}"
    else:
        title = f"{fmt.count(sum(one.approvals for _, one in approved), 'approved draft')} by " + (
            _say_people(len(approved), of, "author")
        )
    return Exhibit(
        name="authors",
        title=title,
        figure=charts.build_people(
            [charts.escape(name) for name, _ in approved],
            _days_of([one for _, one in approved]),
            unit="Days to the first approval (average)",
            places=1,
        ),
        alt=f"Stacked bar chart by author: days with reviewers, with the author, on hold. {title}.",
        columns=(
            "Author",
            "Drafts decided on",
            "Share approved as sent",
            "Drafts approved",
            "Rounds per draft",
            *_DAYS,
        ),
        rows=tuple(
            {
                "Author": name,
                "Drafts decided on": one.first_answers,
                "Share approved as sent": _percent(one.first_share),
                "Drafts approved": one.approvals,
                "Rounds per draft": _round(one.rounds),
                **_day_cells(one),
            }
            for name, one in authors
        ),
        note=_say_few([name for name, _ in approved], [one.approvals for _, one in approved])
        + _say_more(len(authors), of),
    )


def say_days(days: float | None) -> str:
    """A number of days: "1.5 days", "4 hours" below one."""
    if days is None:
        return "no time yet"
    if days < 1:
        return fmt.count(max(1, round(days * 24)), "hour")
    return f"{days:.1f} days"


_DAYS = ("Days with reviewers", "Days with the author", "Days on hold")


def _days_of(figures: Sequence[Figure]) -> dict[str, charts.Values]:
    return {
        "With reviewers": [one.reviewer_days for one in figures],
        "With the author": [one.author_days for one in figures],
        "On hold": [one.hold_days for one in figures],
    }


def _day_cells(one: Figure) -> Row:
    values = (one.reviewer_days, one.author_days, one.hold_days)
    return {name: _round(value) for name, value in zip(_DAYS, values, strict=True)}


def _say_whose_days(one: Figure, *, start_small: bool = False) -> str:
    reviewers, author = one.reviewer_days or 0.0, one.author_days or 0.0
    start = "on average" if start_small else "On average"
    return (
        f"{start} {say_days(reviewers)} with reviewers and {say_days(author)} with the author "
        "until a draft is approved"
    )


def _say_few(labels: Sequence[str], counts: Sequence[int]) -> str:
    few = [label for label, count in zip(labels, counts, strict=True) if 0 < count < FEW_DRAFTS]
    if not few:
        return ""
    return (
        f"Fewer than {FEW_DRAFTS} drafts in {fmt.listing(few)}: "
        "too few to read much into the difference."
    )


def _say_people(shown: int, of: int, what: str) -> str:
    return f"the {shown} {what}s with most" if of > shown else fmt.count(shown, what)


def _say_more(shown: int, of: int) -> str:
    if of <= shown:
        return ""
    return (
        f" The {shown} people with most are listed; {of - shown} more count in all figures above."
    )


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
