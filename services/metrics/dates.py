"""Dates as exports write them: the known forms, and nothing guessed from any other.

An unknown form is an error of the whole file, since rows without a date would silently be missing
from every month (reference on exports, section 2). Which of two numbers is the month is decided
once a file from all its rows; a row that contradicts is refused, never turned round.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from services.metrics.models import Cell, DateOrder, OrderSource, Precision

DATA = Path(__file__).parent / "data"
# Years a post of these platforms can have; what lies outside is a broken cell.
FIRST_YEAR, LAST_YEAR = 2003, 2100
_LONGEST = 60

_TIME = (
    r"(?:(?:,?\s+|T)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[ap]\.?m\.?)?\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})" + _TIME, re.IGNORECASE | re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/-])(\d{1,2})\2(\d{1,2})" + _TIME, re.IGNORECASE | re.ASCII)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NUMBERED = re.compile(r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]", re.ASCII)
_WEEKDAY = re.compile(r"[^\W\d_]+\.?,\s+")
_VIETNAMESE = re.compile(r"(\d{1,2}) tháng (\d{1,2})(?:,? (?:năm )?(\d{4}))?", re.ASCII)
_DAY_NAME = re.compile(
    r"(?P<day>\d{1,2})(?:\.|º)?\s+(?:de\s+)?(?P<name>[^\d,]+?)\.?(?:,?\s+(?:de\s+)?(?P<year>\d{4}))?"
    + _TIME,
    re.IGNORECASE | re.ASCII,
)
_NAME_DAY = re.compile(
    r"(?P<name>[^\d,]+?)\.?\s+(?P<day>\d{1,2})(?:,?\s+(?P<year>\d{4}))?" + _TIME,
    re.IGNORECASE | re.ASCII,
)


class BadDate(ValueError):
    """No date, an impossible one, or one that contradicts the order of its file."""


class UnknownForm(ValueError):
    """Something like a date in a form nobody has taught us."""


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it was written, before order and year are decided.

    `first` and `second` are month and day, unless `open_order`: then as they stand. `year` is 0
    where none is written. `clock` is hour, minute, second, and None where no time is written.
    """

    year: int
    first: int
    second: int
    open_order: bool = False
    clock: tuple[int, int, int] | None = None
    precision: Precision = "day"
    offset_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as the file says it, and its distance from UTC where that is written as well."""

    local: datetime
    precision: Precision
    offset: timedelta | None = None


@cache
def load_months() -> dict[str, int]:
    """Month by name, in all languages at once."""
    with (DATA / "months.toml").open("rb") as file:
        languages = tomllib.load(file)
    return {
        name: number
        for names in languages.values()
        for number, spellings in enumerate(names, start=1)
        for name in spellings.split("|")
    }


@lru_cache(maxsize=8192)
def parse_text(text: str) -> Written:
    """A date in one of the known forms. Raises BadDate without any digit, else UnknownForm."""
    text = " ".join(text.split())
    if len(text) > _LONGEST or not any(sign.isdigit() for sign in text):
        raise BadDate("no date")
    match = _NUMERIC.fullmatch(text)
    if match is not None:
        first, sign, second, year = match.group(1, 2, 3, 4)
        # With points the day leads, in every language that writes them.
        if sign == ".":
            return _write(match, int(year), int(second), int(first))
        return _write(match, int(year), int(first), int(second), open_order=True)
    match = _YEAR_FIRST.fullmatch(text)
    if match is not None:
        return _write(match, int(match[1]), int(match[3]), int(match[4]))
    match = _NUMBERED.fullmatch(text) or _BASIC.fullmatch(text)
    if match is not None:
        return Written(int(match[1] or 0), int(match[2]), int(match[3]))
    return _parse_words(text)


def _parse_words(text: str) -> Written:
    text = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    match = _VIETNAMESE.fullmatch(text)
    if match is not None:
        return Written(int(match[3] or 0), int(match[2]), int(match[1]))
    for pattern in (_NAME_DAY, _DAY_NAME):
        match = pattern.fullmatch(text)
        month = load_months().get(match["name"].lower().removesuffix(" de")) if match else None
        if match is not None and month is not None:
            return _write(match, int(match["year"] or 0), month, int(match["day"]))
    raise UnknownForm("an unknown form of date")


def _write(
    match: re.Match[str], year: int, first: int, second: int, *, open_order: bool = False
) -> Written:
    """Add the time of day, where one is written. Raises BadDate."""
    if match["hour"] is None:
        return Written(year, first, second, open_order)
    hour, half = int(match["hour"]), (match["half"] or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            raise BadDate("no such hour")
        hour = hour % 12 + (12 if half == "p" else 0)
    clock = (hour, int(match["minute"]), int(match["second"] or 0))
    if clock > (23, 59, 59) or clock[1] > 59 or clock[2] > 59:
        raise BadDate("no such time of day")
    precision: Precision = "minute" if match["second"] is None else "second"
    return Written(year, first, second, open_order, clock, precision, _offset(match["zone"]))


def _offset(zone: str | None) -> int | None:
    """Minutes east of UTC."""
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0
    minutes = 60 * int(zone[1:3]) + int(zone[-2:])
    if minutes > 14 * 60:
        raise BadDate("no such zone")
    return -minutes if zone[0] == "-" else minutes


def is_day(cell: Cell) -> bool:
    """Whether a cell names a day, in a known form or an unknown one."""
    if not isinstance(cell, str):
        return isinstance(cell, date)
    try:
        parse_text(cell)
    except BadDate:
        return False
    except UnknownForm:
        return True
    return True


class OrderEvidence:
    """What the rows of a file say about which number is the month."""

    def __init__(self) -> None:
        self.month_first = 0
        self.day_first = 0
        self.open = 0
        self.known = 0
        self.without_year = 0
        self.unknown: str | None = None

    def add(self, cell: Cell) -> None:
        """Look at one cell; an empty or broken one says nothing."""
        if not isinstance(cell, str):
            self.known += isinstance(cell, date)
            if not isinstance(cell, date):
                self.unknown = self.unknown or str(cell)
            return
        try:
            written = parse_text(cell)
        except BadDate:
            return
        except UnknownForm:
            self.unknown = self.unknown or cell.strip()
            return
        self.known += 1
        self.without_year += not written.year
        if written.open_order:
            self.open += 1
            self.day_first += written.first > 12 >= written.second
            self.month_first += written.second > 12 >= written.first

    def decide(
        self, default: DateOrder, given: DateOrder | None = None
    ) -> tuple[DateOrder, OrderSource]:
        """The order of the whole file, and how it is known.

        Where rows contradict each other the larger part decides; the others will be refused.
        """
        if given is not None:
            return given, "given"
        if self.month_first != self.day_first:
            return ("month_first" if self.month_first > self.day_first else "day_first"), "proven"
        return default, "assumed" if self.open else "written"


def read_moment(cell: Cell, order: DateOrder, not_before: date | None = None) -> Moment:
    """The time a cell names. Raises BadDate or UnknownForm.

    Args:
        not_before: For a date without a year, a day it cannot be much earlier than, such as the
            upload of the post: the first year that fits is taken. Without it such a date is bad.
    """
    if isinstance(cell, datetime):
        return Moment(cell.replace(tzinfo=None), "second")
    if isinstance(cell, date):
        return Moment(datetime(cell.year, cell.month, cell.day), "day")  # noqa: DTZ001 - local
    if not isinstance(cell, str):
        raise UnknownForm("a number in place of a date")
    written = parse_text(cell)
    month, day = written.first, written.second
    if written.open_order and order == "day_first":
        month, day = day, month
    year = written.year or _find_year(month, day, not_before)
    clock = written.clock or (0, 0, 0)
    try:
        local = datetime(year, month, day, *clock)  # noqa: DTZ001 - the file's own clock
    except ValueError as error:
        raise BadDate("no such day") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadDate("no such year")
    offset = written.offset_minutes
    return Moment(local, written.precision, None if offset is None else timedelta(minutes=offset))


def _find_year(month: int, day: int, not_before: date | None) -> int:
    """The year of a date without one: the first in which it is not before the given day.

    A day of tolerance, since the file's day and the given one may be of different zones. Four years
    are tried for 29 February, and eight as 2100 is no leap year. Raises BadDate.
    """
    if not_before is None:
        raise BadDate("a date without a year, and nothing tells the year")
    earliest = not_before - timedelta(days=1)
    for year in range(earliest.year, earliest.year + 9):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate >= earliest:
            return year
    raise BadDate("no such day")


def to_utc(moment: Moment) -> datetime | None:
    """The instant, where the file writes the distance from UTC."""
    if moment.offset is None:
        return None
    return (moment.local - moment.offset).replace(tzinfo=UTC)
