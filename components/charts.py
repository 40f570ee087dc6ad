"""Charts: rows in, a plotly figure out. Nothing here draws, so plain tests can look at them.

Figures carry no colours of their own: Streamlit's theme gives them those of the product, in light
and in dark. A month without anything to count is a gap, never a zero. Titles are the page's: they
state the finding, above the chart, where everybody reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

# Pixels; tall enough for a phone, low enough to see the table below.
HEIGHT = 320
_BAR_HEIGHT = 46
_AROUND_PEOPLE = 130
# Without the tools above a chart: there is nothing to zoom into.
CONFIG = {"displayModeBar": False, "scrollZoom": False}

# Up to one at least: a few minutes in days would fill the chart, with "600n" beside them.
_FROM_ZERO = {"rangemode": "tozero", "autorangeoptions": {"include": 1}}

Values = Sequence[float | None]


def build_bars(
    labels: Sequence[str],
    series: Mapping[str, Values],
    *,
    unit: str,
    places: int = 1,
    is_share: bool = False,
) -> go.Figure:
    """Bars over months, stacked where there are several series.

    Args:
        labels: of the months, in order, each of them, also those without values.
        series: values by name, a value a label; None is a gap.
        unit: of the values, as the axis says it.
        places: decimals shown.
        is_share: the values are from 0 to 1, shown as percent.
    """
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                x=list(labels),
                y=list(values),
                text=[_write(value, places, is_share=is_share) for value in values],
                textposition="outside" if len(series) == 1 else "auto",
                cliponaxis=False,
                hovertemplate=f"%{{x}}: %{{text}} {'' if is_share else unit}<extra>{name}</extra>",
            )
            for name, values in series.items()
        ]
    )
    figure.update_layout(height=HEIGHT, **_layout(len(series)))
    figure.update_xaxes(
        type="category",
        fixedrange=True,
        title=None,
        tickvals=list(labels),
        ticktext=_shorten(labels),
        tickangle=0,
    )
    figure.update_yaxes(fixedrange=True, title=unit, **_FROM_ZERO)
    if is_share:
        figure.update_yaxes(tickformat=".0%", range=[0, 1.08], tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure


def build_people(
    names: Sequence[str], series: Mapping[str, Values], *, unit: str, places: int = 0
) -> go.Figure:
    """Stacked bars, one a person, the first name on top."""
    figure = go.Figure(
        [
            go.Bar(
                name=name,
                y=list(names),
                x=list(values),
                orientation="h",
                text=[_write(value, places, is_share=False) for value in values],
                textposition="auto",
                hovertemplate=f"%{{y}}: %{{text}} {unit}<extra>{name}</extra>",
            )
            for name, values in series.items()
        ]
    )
    height = _AROUND_PEOPLE + _BAR_HEIGHT * max(2, len(names))
    figure.update_layout(height=height, **_layout(len(series)))
    figure.update_xaxes(fixedrange=True, title=unit, **_FROM_ZERO)
    # What people call themselves is text, never markup.
    figure.update_yaxes(
        type="category", fixedrange=True, autorange="reversed", title=None, automargin=True
    )
    return figure


def _layout(series: int) -> dict[str, Any]:
    """Stacked, nothing to drag, the legend below: on a phone it takes several lines."""
    return {
        "barmode": "stack",
        "margin": {"l": 0, "r": 0, "t": 12, "b": 0},
        "showlegend": series > 1,
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "traceorder": "normal",
        },
        "dragmode": False,
    }


def _shorten(labels: Sequence[str]) -> list[str]:
    """The months by name, the year below the first of each."""
    short: list[str] = []
    last = ""
    for label in labels:
        month, _, year = label.partition(" ")
        short.append(f"{month}<br>{year}" if year != last else month)
        last = year
    return short


def escape(name: str, *, longest: int = 22) -> str:
    """A person's name as a label: plotly would read some characters as markup."""
    short = name if len(name) <= longest else f"{name[: longest - 1]}…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write(value: float | None, places: int, *, is_share: bool) -> str:
    if value is None:
        return ""
    if is_share:
        return f"{value:.0%}"
    # A part that takes no room has no label either.
    return f"{value:.{places}f}" if value else ""
