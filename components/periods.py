"""The period above the figures: whole months, part of the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from components import format as fmt
from services.figures import MOST_MONTHS

# Months until today, this one among them, by how the periods are called.
PERIODS: dict[str, int] = {
    "Last 3 months": 3,
    "Last 6 months": 6,
    "Last 12 months": 12,
    "Last 36 months": 36,
}
USUAL = "Last 6 months"
CHOSEN = "Months of your choice"
# Months back from this one that can be chosen.
_BACK = 120
_WIDTH = 220


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day of one month to that of another, both months part of it."""

    first: date
    last: date

    @property
    def problem(self) -> str:
        """Why there can be no figures of it; empty when there can."""
        if self.first > self.last:
            return "The period ends before it begins. Choose another month."
        if len(list_months(self.first, self.last)) > MOST_MONTHS:
            return f"Figures cover at most {MOST_MONTHS} months. Choose a shorter period."
        return ""


def list_months(since: date, to: date) -> list[date]:
    """The first days of all months that the period touches."""
    count = (to.year - since.year) * 12 + to.month - since.month + 1
    return [add_months(since, step) for step in range(count)]


def add_months(day: date, months: int) -> date:
    """The first day of the month so many later, or earlier."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def pick_period(today: date) -> Period:
    """Draw the choice of a period, which is part of the address. `today` is a day of UTC."""
    names = [*PERIODS, CHOSEN]
    name = st.selectbox(
        "Period",
        names,
        index=names.index(USUAL),
        key="figures_period",
        width=_WIDTH,
        bind="query-params",
    )
    if name != CHOSEN:
        return Period(add_months(today, 1 - PERIODS[name or USUAL]), add_months(today, 0))
    months = [add_months(today, -back) for back in range(_BACK)]
    usual = PERIODS[USUAL] - 1
    return Period(
        _pick_month("From", "figures_from", months, usual),
        _pick_month("To", "figures_to", months, 0),
    )


def _pick_month(label: str, key: str, months: list[date], usual: int) -> date:
    by_name = {f"{month:%Y-%m}": month for month in months}
    chosen = st.selectbox(
        label,
        list(by_name),
        index=usual,
        format_func=lambda name: fmt.month(by_name[name]),
        key=key,
        width=_WIDTH,
        bind="query-params",
    )
    return by_name.get(chosen or "", months[usual])


def read_query() -> dict[str, Any]:
    """The period as it is, to be kept under a name; a period until today stays one."""
    name = st.session_state.get("figures_period") or USUAL
    if name != CHOSEN:
        return {"figures_period": name}
    return {
        "figures_period": name,
        "figures_from": st.session_state.get("figures_from"),
        "figures_to": st.session_state.get("figures_to"),
    }


def apply_query(query: dict[str, Any], today: date) -> None:
    """A period that was kept. A callback. What cannot be chosen any more is left out."""
    name = query.get("figures_period")
    st.session_state["figures_period"] = name if name in (*PERIODS, CHOSEN) else USUAL
    if name != CHOSEN:
        return
    offered = {f"{add_months(today, -back):%Y-%m}" for back in range(_BACK)}
    for key in ("figures_from", "figures_to"):
        if query.get(key) in offered:
            st.session_state[key] = query[key]
