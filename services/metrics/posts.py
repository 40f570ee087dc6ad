"""A row of a recognised file into a post, or the reason why not.

Everything that holds for the whole file (what a column means, which number is the month, what
"1.234" means) is decided before; a row is read or refused by itself, and no guess puts it right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from services.metrics.dates import BadDate, Moment, UnknownForm, read_moment, to_utc
from services.metrics.identity import Identity, instant_of, read_id, read_link
from services.metrics.models import (
    METRICS,
    Amount,
    Cell,
    Column,
    DateOrder,
    Metric,
    Precision,
    Reason,
    Record,
    Rejection,
    Row,
    Skip,
    ZoneSource,
)
from services.metrics.numbers import (
    BadNumber,
    DecimalMark,
    is_approximate,
    is_missing,
    read_count,
    read_seconds,
)
from services.metrics.sources import NOTED, OLDER, Match

Outcome: TypeAlias = Record | Rejection | Skip

# What a row of totals calls itself, in the first cell or in that of the date.
TOTALS = frozenset(
    {"total", "totals", "grand total", "gesamt", "totalt", "totaal", "итого", "合計"}
)
# Counts of a chosen period that can fall: likes taken back, comments deleted.
_CAN_FALL = frozenset({"likes", "comments", "shares", "saves", "follows"})
_SECONDS = "watch_time_seconds"
# What names the account of a row, the best first.
_ACCOUNTS = ("account_username", "account_name", "page_name", "account_id", "page_id")
_PLAIN = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was decided for a whole file.

    Args:
        year_from: For dates without a year in rows whose id tells none: the first day of the year
            before the export.
        ids_rounded: A spreadsheet program cut the ids, so links are believed first.
    """

    order: DateOrder
    mark: DecimalMark
    time_zone: str
    zone_source: ZoneSource
    separator: str | None = None
    year_from: date | None = None
    ids_rounded: bool = False


class _Refusal(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Layout:
    """Where in a row each thing stands."""

    def __init__(self, match: Match) -> None:
        self.match = match
        self.platform = match.source.platform
        columns = match.columns
        while columns and not columns[-1].header:
            columns = columns[:-1]
        self.width = len(columns)
        self.header = tuple(column.header for column in columns)
        self.places = _find_places(columns)
        self.accounts = tuple(name for name in _ACCOUNTS if name in self.places)
        self.metrics: tuple[tuple[Metric, tuple[int, ...]], ...] = tuple(
            (metric, self.places[metric]) for metric in METRICS if metric in self.places
        )
        self.kept = tuple(
            (column.position, column.header or f"column {column.position + 1}")
            for column in columns
            if column.meaning is None or column.meaning in NOTED
        )

    def find(self, cells: tuple[Cell, ...], meaning: str) -> Cell:
        """The first cell of this meaning that is not empty, else an empty one."""
        for place in self.places.get(meaning, ()):
            if place < len(cells) and not _is_blank(cells[place]):
                return cells[place]
        return ""

    def fit(self, row: Row, separator: str | None) -> tuple[Cell, ...] | None:
        """The row's cells, as many as there are columns; None where that cannot be.

        Empty cells beyond the last column are no data. A title whose quotes were written carelessly
        falls apart into several cells: where a link to a post stands just as many cells too late,
        those before it are one title.
        """
        cells = row.cells
        while len(cells) > self.width and _is_blank(cells[-1]):
            cells = cells[:-1]
        if len(cells) == self.width:
            return None if row.fault else cells
        extra = len(cells) - self.width
        anchor = self.places.get(self.match.source.realign_on or "", ())
        titles = self.places.get("caption", ())
        if extra < 0 or len(anchor) != 1 or not titles or titles[0] > anchor[0]:
            return None
        if read_link(self.platform, cells[anchor[0] + extra]) is None:
            return None
        first = titles[0]
        title = (separator or ",").join(str(cell) for cell in cells[first : first + extra + 1])
        return (*cells[:first], title, *cells[first + extra + 1 :])

    def identify(self, cells: tuple[Cell, ...], *, rounded: bool = False) -> Identity | None:
        """Which post a row is about, by its id, or by its link where that is broken."""
        own = read_id(self.platform, self.find(cells, "external_id"))
        if own is not None and not rounded:
            return Identity(own)
        link = read_link(self.platform, self.find(cells, "permalink"))
        return link if link is not None or own is None else Identity(own)

    def is_total(self, cells: tuple[Cell, ...]) -> bool:
        """Whether a row without an identity calls itself a total.

        With a title and a date beside the word it is a post whose id is broken.
        """
        first = next((str(cell) for cell in cells if not _is_blank(cell)), "")
        named = _word(first) in TOTALS or _word(self.find(cells, "published")) in TOTALS
        texts = (_word(self.find(cells, meaning)) for meaning in ("caption", "published"))
        return named and all(text in TOTALS or is_missing(text) for text in texts)

    def is_description(self, cells: tuple[Cell, ...]) -> bool:
        """Whether a row describes the columns: no id, and no number in any column of figures."""
        figures = [self.find(cells, metric) for metric, _ in self.metrics]
        return self.identify(cells) is None and not any(
            any(sign.isdigit() for sign in str(cell)) for cell in figures
        )


def _find_places(columns: tuple[Column, ...]) -> Mapping[str, tuple[int, ...]]:
    """Positions by meaning, older names last: the first that is not empty in a row counts."""
    found: dict[str, list[tuple[bool, int]]] = {}
    for column in columns:
        if column.meaning is not None:
            found.setdefault(column.meaning, []).append((column.language == OLDER, column.position))
    return {meaning: tuple(at for _, at in sorted(places)) for meaning, places in found.items()}


def _is_blank(cell: Cell) -> bool:
    # Looks no further than the first character that says something.
    return isinstance(cell, str) and (not cell or cell.isspace())


def _word(cell: Cell) -> str:
    return str(cell).strip().casefold()


def is_blank_row(row: Row) -> bool:
    """Whether nothing stands in any cell."""
    return all(_is_blank(cell) for cell in row.cells)


class PostReader:
    """Reads one row after the other; it keeps nothing of them but whether the first has come."""

    def __init__(self, layout: Layout, settings: Settings) -> None:
        self.layout, self.settings = layout, settings
        self._zone = ZoneInfo(settings.time_zone)
        self._first = True

    def read(self, row: Row) -> Outcome:
        """The post, or why it is none."""
        if is_blank_row(row):
            return Skip(line=row.line)
        first, self._first = self._first, False
        layout = self.layout
        cells = layout.fit(row, self.settings.separator)
        known = row.cells if cells is None else cells
        identity = layout.identify(known, rounded=self.settings.ids_rounded)
        if identity is None and self._is_no_data(known, first=first):
            return Skip(line=row.line, totals=None if cells is None else self._read_totals(cells))
        if cells is None:
            return Rejection(line=row.line, reason=row.fault or "column_count_mismatch")
        if identity is None:
            return Rejection(line=row.line, reason="missing_identity")
        try:
            return self._read_post(row.line, cells, identity)
        except _Refusal as refusal:
            return Rejection(line=row.line, reason=refusal.reason)

    def _is_no_data(self, cells: tuple[Cell, ...], *, first: bool) -> bool:
        """Whether a row without an identity is no post that lost it."""
        layout = self.layout
        return (
            # Exports put one after the other repeat the header.
            tuple(map(_strip, cells)) == layout.header
            or (first and layout.match.shape.described and layout.is_description(cells))
            or layout.is_total(cells)
        )

    def _read_totals(self, cells: tuple[Cell, ...]) -> dict[Metric, Amount] | None:
        """The figures of a row of totals; None where they are none."""
        if not self.layout.match.shape.totals_first:
            return None
        try:
            return self._read_metrics(cells)[0]
        except _Refusal:
            return None

    def _read_post(self, line: int, cells: tuple[Cell, ...], identity: Identity) -> Record:
        layout = self.layout
        when = self._read_time(cells, identity.external_id)
        metrics, approximate = self._read_metrics(cells)
        return Record(
            line=line,
            external_id=identity.external_id,
            permalink=_text(layout.find(cells, "permalink")),
            account=self._find_account(cells, identity),
            published_local=when.local,
            published_at=when.instant,
            precision=when.precision,
            time_zone=when.zone,
            zone_source=when.source,
            caption=_text(layout.find(cells, "caption")) or _text(layout.find(cells, "title")),
            post_type=_text(layout.find(cells, "post_type")),
            metrics=metrics,
            raw={header: str(cells[at]) for at, header in layout.kept if not _is_blank(cells[at])},
            approximate=approximate,
        )

    def _find_account(self, cells: tuple[Cell, ...], identity: Identity) -> str | None:
        for meaning in self.layout.accounts:
            found = self.layout.find(cells, meaning)
            if found != "":
                return str(found)
        link = (
            identity
            if identity.account
            else read_link(self.layout.platform, self.layout.find(cells, "permalink"))
        )
        return link.account if link else None

    def _read_time(self, cells: tuple[Cell, ...], external_id: str) -> _When:
        """When the post was published. Raises _Refusal."""
        platform, settings = self.layout.platform, self.settings
        instant = instant_of(platform, external_id)
        cell = self.layout.find(cells, "published")
        if platform == "x" and instant is not None and is_missing(cell):
            return _of_id(instant)
        try:
            moment = read_moment(
                cell, settings.order, instant.date() if instant else settings.year_from
            )
        except (BadDate, UnknownForm) as error:
            raise _Refusal("invalid_date") from error
        at = to_utc(moment)
        if at is not None:
            zone = "UTC" if not moment.offset else None
            return _When(moment.local, at, moment.precision, zone, "file")
        if platform == "x" and instant is not None:
            return _of_id(instant)
        at = None if moment.precision == "day" else self._to_utc(moment)
        return _When(moment.local, at, moment.precision, settings.time_zone, settings.zone_source)

    def _to_utc(self, moment: Moment) -> datetime:
        return moment.local.replace(tzinfo=self._zone).astimezone(UTC)

    def _read_metrics(
        self, cells: tuple[Cell, ...]
    ) -> tuple[dict[Metric, Amount], tuple[Metric, ...]]:
        """The figures of a row. Raises _Refusal."""
        metrics: dict[Metric, Amount] = {}
        approximate: list[Metric] = []
        can_fall = self.layout.match.shape.kind == "posts_period"
        for metric, places in self.layout.metrics:
            cell = cells[places[0]]
            if isinstance(cell, str) and metric != _SECONDS and _PLAIN.fullmatch(cell):
                # Nearly every figure: nothing to decide.
                metrics[metric] = int(cell)
                continue
            cell = next((cells[at] for at in places if not is_missing(cells[at])), "")
            if cell == "":
                continue
            amount = self._read_amount(metric, cell)
            if amount is None:
                continue
            if amount < 0 and not (can_fall and metric in _CAN_FALL):
                raise _Refusal("invalid_number")
            metrics[metric] = amount
            if is_approximate(cell):
                approximate.append(metric)
        return metrics, tuple(approximate)

    def _read_amount(self, metric: Metric, cell: Cell) -> Amount | None:
        source, mark = self.layout.match.source, self.settings.mark
        try:
            if metric == _SECONDS:
                return read_seconds(cell, source.units.get(metric, 1), mark)
            return read_count(cell, mark)
        except BadNumber as error:
            raise _Refusal("invalid_number") from error


@dataclass(frozen=True, slots=True)
class _When:
    local: datetime
    instant: datetime | None
    precision: Precision
    zone: str | None
    source: ZoneSource


def _of_id(instant: datetime) -> _When:
    """The time that X puts into an id, which is exact where the file only names a day."""
    return _When(instant.replace(tzinfo=None), instant, "second", "UTC", "id")


def _strip(cell: Cell) -> str:
    return str(cell).strip()


def _text(cell: Cell) -> str | None:
    """A cell's text as it is; None for an empty one."""
    return None if _is_blank(cell) else str(cell)


def read_export_day(cell: Cell, newest: date | None) -> date | None:
    """The day of the export in a file that writes no years: the first on which all is uploaded."""
    try:
        return read_moment(cell, "month_first", newest).local.date()
    except (BadDate, UnknownForm):
        return None


def year_before(day: date) -> date:
    """The first day of the year that ends on `day`: a date without a year lies in it."""
    return day - timedelta(days=364)
