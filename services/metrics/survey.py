"""The first look at all rows of a file: what only the whole file can decide.

Which number is the month, whether rows are of posts or of posts and days, whether a spreadsheet
program cut the ids, which mark stands before decimals, and the year of dates without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from services.metrics.dates import OrderEvidence, is_day
from services.metrics.identity import instant_of, looks_rounded
from services.metrics.models import Cell, Corrections, Row
from services.metrics.numbers import DecimalMark
from services.metrics.posts import Layout, Settings, is_blank_row, read_export_day, year_before
from services.metrics.sources import DECIMAL_COMMA

_POINT = re.compile(r"[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0\.[0-9]+")
# Rows of a daily breakdown: 28 for a post in the files seen, 1.004 in the others.
_FEWEST_IDS = 0.5
_FEWEST_IDS_WITH_DAYS = 0.9
_MOST_IDS_LOOKED_AT = 200


@dataclass(slots=True)
class Survey:
    """What was seen; `rows` counts those with an identity."""

    order: OrderEvidence = field(default_factory=OrderEvidence)
    rows: int = 0
    ids: set[str] = field(default_factory=set)
    days: int = 0
    own_ids: list[str] = field(default_factory=list)
    points: int = 0
    newest: date | None = None
    export_cell: Cell = ""

    @property
    def ids_rounded(self) -> bool:
        """Whether a spreadsheet program cut the ids."""
        return looks_rounded(self.own_ids)


def survey(layout: Layout, rows: Iterable[Row], separator: str | None) -> Survey:
    """Look at every row once. Raises Refused as the rows do."""
    found = Survey()
    first = True
    for row in rows:
        if is_blank_row(row):
            continue
        described, first = first and layout.match.shape.described, False
        cells = layout.fit(row, separator)
        if cells is None or (described and layout.is_description(cells)):
            continue
        identity = layout.identify(cells)
        if identity is None:
            continue
        _look(found, layout, cells, identity.external_id)
    return found


def _look(found: Survey, layout: Layout, cells: tuple[Cell, ...], external_id: str) -> None:
    found.rows += 1
    found.ids.add(external_id)
    own_id = layout.find(cells, "external_id")
    if own_id != "" and len(found.own_ids) < _MOST_IDS_LOOKED_AT:
        found.own_ids.append(str(own_id).strip())
    found.order.add(layout.find(cells, "published"))
    if layout.match.shape.guards_days:
        found.days += is_day(layout.find(cells, "grain"))
    hours = layout.find(cells, "watch_time_seconds")
    found.points += isinstance(hours, str) and _POINT.fullmatch(hours.strip()) is not None
    if found.export_cell == "":
        found.export_cell = layout.find(cells, "exported_on")
    instant = instant_of(layout.platform, external_id)
    if instant is not None and (found.newest is None or instant.date() > found.newest):
        found.newest = instant.date()


def is_daily_breakdown(layout: Layout, found: Survey) -> bool:
    """Whether rows are of posts and days: one screen of Meta exports both shapes.

    A column of days alone proves nothing, nor do a few repeated posts. No views with posts that
    repeat do, and so do days in place of "Lifetime" (in any language) with posts that repeat, or
    without any views.
    """
    if not layout.match.shape.guards_days or not found.rows:
        return False
    no_views = "views" not in layout.places and "impressions" not in layout.places
    share = len(found.ids) / found.rows
    has_days = found.days * 2 >= found.rows
    if has_days:
        return no_views or share < _FEWEST_IDS_WITH_DAYS
    return no_views and share <= _FEWEST_IDS


def decide_mark(layout: Layout, found: Survey, separator: str | None) -> DecimalMark:
    """The mark before decimals: by the headers' language, and by the program that saved the file.

    A file with semicolons was saved where decimals have a comma, unless its hours show a point.
    """
    if layout.match.language in DECIMAL_COMMA:
        return ","
    return "," if separator == ";" and not found.points else "."


def find_export_day(found: Survey, corrections: Corrections) -> date | None:
    """The day of the export, as said by a person or by the file."""
    if corrections.exported_on is not None:
        return corrections.exported_on
    return read_export_day(found.export_cell, found.newest) if found.export_cell != "" else None


def decide(
    layout: Layout, found: Survey, corrections: Corrections, separator: str | None
) -> Settings:
    """What holds for every row of the file."""
    source = layout.match.source
    order, _ = found.order.decide(source.date_order, corrections.date_order)
    exported_on = find_export_day(found, corrections)
    return Settings(
        order=order,
        mark=decide_mark(layout, found, separator),
        time_zone=corrections.time_zone or source.time_zone,
        zone_source="account setting" if corrections.time_zone else "assumed",
        separator=separator,
        year_from=year_before(exported_on) if exported_on else None,
        ids_rounded=found.ids_rounded,
    )
