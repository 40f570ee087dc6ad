"""Charts of the figures: gaps stay gaps, names are no markup, colours are the theme's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from components import charts, periods
from components import review_figures as review
from services.figures import Answers, Figure, OpenReviews, ReviewFigures

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
NOTHING_OPEN = OpenReviews(0, 0, 0, None, None)


def figure(**changes: Any) -> Figure:
    whole = {
        "first_answers": 8,
        "approved_first": 6,
        "edited_first": 1,
        "first_answer_days": 1.5,
        "approvals": 7,
        "rounds": 1.25,
        "reviewer_days": 2.0,
        "author_days": 0.5,
        "hold_days": 0.0,
    }
    return Figure(**{**whole, **changes})


def found(**months: Figure) -> ReviewFigures:
    by_month = {date(2026, int(name[1:]), 1): one for name, one in months.items()}
    return ReviewFigures(figure(), by_month, (), (), 0, NOTHING_OPEN, 0, 0)


class TestMonths:
    def test_without_drafts_are_gaps_and_no_zeros(self) -> None:
        exhibits = review.build_months(found(m5=figure(), m7=figure()), MAY, JULY)
        assert len(exhibits) == 4
        for exhibit in exhibits:
            for bar in exhibit.figure.data:
                assert bar.y[1] is None, exhibit.name
            assert [row["Month"] for row in exhibit.rows] == ["May 2026", "Jun 2026", "Jul 2026"]

    def test_are_all_months_that_the_period_touches(self) -> None:
        months = periods.list_months(date(2025, 11, 30), date(2026, 2, 1))
        assert months == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]

    def test_with_few_drafts_are_named(self) -> None:
        exhibits = review.build_months(found(m5=figure(first_answers=4), m6=figure()), MAY, JUNE)
        assert exhibits[0].note.startswith("Fewer than 5 drafts in May 2026:")
        assert exhibits[3].note == ""

    def test_say_the_year_once(self) -> None:
        labels = ["Nov 2025", "Dec 2025", "Jan 2026"]
        axis = charts.build_bars(labels, {"a": [1, 2, 3]}, unit="Days").layout.xaxis
        assert list(axis.ticktext) == ["Nov<br>2025", "Dec", "Jan<br>2026"]


class TestFindings:
    def test_are_the_titles(self) -> None:
        titles = [one.title for one in review.build_months(found(m5=figure()), MAY, JUNE)]
        assert titles == [
            "6 of 8 drafts (75%) were approved in the first round",
            "Half of the first decisions came within 1.5 days",
            review._say_whose_days(figure()),
            "A draft took 1.2 rounds to its first approval",
        ]

    def test_tell_whose_days_they_were(self) -> None:
        said = review._say_whose_days(figure())
        assert said.startswith("On average 2.0 days with reviewers and 12 hours with the author")

    def test_without_approvals_only_of_first_decisions(self) -> None:
        none = figure(approvals=0, rounds=None)
        some = ReviewFigures(none, {MAY: none}, (), (), 0, NOTHING_OPEN, 0, 0)
        names = [one.name for one in review.build_months(some, MAY, JUNE)]
        assert names == ["first-round", "first-decision"]

    @pytest.mark.parametrize(
        ("days", "said"),
        [(None, "no time yet"), (0.01, "1 hour"), (0.5, "12 hours"), (3, "3.0 days")],
    )
    def test_say_days_as_people_do(self, days: float | None, said: str) -> None:
        assert review.say_days(days) == said


class TestPeople:
    def test_names_are_no_markup(self) -> None:
        exhibit = review.build_professionals(
            (Answers("<b>Eve</b> & co", 3, 2, 0, 1, 0, 1.0),), of=1
        )
        assert exhibit is not None
        assert list(exhibit.figure.data[0].y) == ["&lt;b&gt;Eve&lt;/b&gt; &amp; co"]
        assert exhibit.rows[0]["Professional"] == "<b>Eve</b> & co"

    def test_nobody_has_no_chart(self) -> None:
        assert review.build_professionals((), of=0) is None
        assert review.build_authors((("Ines", figure(approvals=0)),), of=1, is_own=True) is None

    def test_authors_without_approvals_are_in_the_table_alone(self) -> None:
        authors = (("Ines", figure()), ("Marco", figure(approvals=0, rounds=None)))
        exhibit = review.build_authors(authors, of=2, is_own=False)
        assert exhibit is not None
        assert list(exhibit.figure.data[0].y) == ["Ines"]
        assert [row["Author"] for row in exhibit.rows] == ["Ines", "Marco"]

    def test_those_left_out_are_counted(self) -> None:
        shown = (("Ines", figure()), ("Marco", figure()))
        exhibit = review.build_authors(shown, of=40, is_own=False)
        assert exhibit is not None
        assert exhibit.title == "14 approved drafts by the 2 authors with most"
        assert "38 more count in all figures above." in exhibit.note


class TestPeriods:
    def test_say_what_is_wrong_with_them(self) -> None:
        assert periods.Period(MAY, JULY).problem == ""
        assert periods.Period(JULY, MAY).problem.startswith("The period ends before it begins.")
        assert periods.Period(date(2023, 7, 1), date(2026, 6, 1)).problem == ""
        assert periods.Period(date(2023, 6, 1), date(2026, 6, 1)).problem.startswith(
            "Figures cover at most 36 months."
        )

    def test_go_over_the_turn_of_the_year(self) -> None:
        assert periods.add_months(date(2026, 1, 31), -1) == date(2025, 12, 1)
        assert periods.add_months(date(2025, 12, 31), 1) == date(2026, 1, 1)


def test_figures_carry_no_colours() -> None:
    exhibits = review.build_months(found(m5=figure()), MAY, JUNE)
    for exhibit in exhibits:
        for bar in exhibit.figure.data:
            assert bar.marker.color is None


def test_a_few_minutes_fill_no_chart_of_days() -> None:
    minutes = {"Ines": [0.001]}
    for drawn in (
        charts.build_bars(["May 2026"], minutes, unit="Days").layout.yaxis,
        charts.build_people(["Ines"], minutes, unit="Days").layout.xaxis,
    ):
        assert drawn.autorangeoptions.include == 1
