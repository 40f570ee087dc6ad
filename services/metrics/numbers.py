"""Numbers as exports write them: exact, or refused.

What "1.234" means cannot be told from the value, only from the file: `decimal_mark` is decided once
a file, from the language of its headers (reference on exports, section 2).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from services.metrics.models import Amount, Cell

DecimalMark: TypeAlias = Literal[".", ","]

# What stands in a cell without a value. A word such as "n/a" was seen nowhere and is an error.
MISSING = frozenset({"", "-", "--", "undefined"})
# The database keeps counts in 64 bits.
LARGEST = 2**63 - 1

# Characters of a number: with more, a sum could no longer be exact in 28 digits.
LONGEST = 24

_SPACES = "\u00a0\u202f\u2009 "
_PLAIN = re.compile(r"[+-]?[0-9]{1,19}")
_ABBREVIATED = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]{1,2})?) ?([KMB])", re.IGNORECASE)
_POWERS = {"K": 3, "M": 6, "B": 9}
_CLOCK = re.compile(r"(?:([0-9]{1,6}):)?([0-9]{1,2}):([0-5][0-9](?:\.[0-9]{1,6})?)")


def _compile(mark: str, group: str) -> re.Pattern[str]:
    """Digits in groups of three, or without groups, and perhaps decimals."""
    grouped = rf"[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+"
    return re.compile(rf"([+-]?(?:{grouped}|[0-9]+))(?:{re.escape(mark)}([0-9]+))?")


_STYLES = {".": _compile(".", "," + _SPACES), ",": _compile(",", "." + _SPACES)}
_NOT_DIGITS = re.compile(r"[^0-9+-]")


class BadNumber(ValueError):
    """A cell that is neither a number nor empty."""


def is_missing(cell: Cell) -> bool:
    """Whether a cell holds no value, which is not zero."""
    return isinstance(cell, str) and cell.strip(_SPACES + "\t\r\n").lower() in MISSING


def read_count(cell: Cell, mark: DecimalMark = ".") -> int | None:
    """A whole number; None for a missing one. Raises BadNumber.

    "1203.0" is 1203, as older exports of X write counts; "1203.5" is no count.
    """
    if isinstance(cell, str) and _PLAIN.fullmatch(cell):
        return int(_within(int(cell)))
    amount = read_amount(cell, mark)
    if amount is None:
        return None
    if isinstance(amount, Decimal):
        if amount != amount.to_integral_value():
            raise BadNumber("no whole number")
        return int(amount)
    return amount


def read_amount(cell: Cell, mark: DecimalMark = ".") -> Amount | None:
    """A number that may have decimals, exact; None for a missing one. Raises BadNumber."""
    if isinstance(cell, date):
        raise BadNumber("a date")
    if not isinstance(cell, str):
        return _within(cell)
    if is_missing(cell):
        return None
    text = cell.strip(_SPACES + "\t\r\n")
    if len(text) > LONGEST:
        raise BadNumber("too long")
    match = _STYLES[mark].fullmatch(text)
    if match is not None:
        whole, decimals = _NOT_DIGITS.sub("", match[1]), match[2]
        return _within(Decimal(f"{whole}.{decimals}") if decimals else int(whole))
    short = _ABBREVIATED.fullmatch(text)
    if short is not None:
        number = Decimal(short[1].replace(",", "."))
        return _within(number.scaleb(_POWERS[short[2].upper()]))
    raise BadNumber("no number")


def is_approximate(cell: Cell) -> bool:
    """Whether a number is written in the short form, such as "1.2K"."""
    return isinstance(cell, str) and _ABBREVIATED.fullmatch(cell.strip()) is not None


def read_seconds(cell: Cell, unit: int, mark: DecimalMark = ".") -> Amount | None:
    """A duration in seconds: a number of `unit` seconds each, or H:MM:SS. Raises BadNumber.

    Hours with decimals become seconds exactly: 0.6667 h is 2400.12 s.
    """
    if isinstance(cell, str):
        clock = _CLOCK.fullmatch(cell.strip())
        if clock is not None:
            hours, minutes = int(clock[1] or 0), int(clock[2])
            return shorten(Decimal(clock[3]) + 60 * minutes + 3600 * hours)
    amount = read_amount(cell, mark)
    if amount is None:
        return None
    if amount < 0:
        raise BadNumber("a negative duration")
    return _within(shorten(Decimal(amount) * unit))


def shorten(amount: Decimal) -> Amount:
    """The same number, whole where it has no decimals."""
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()


def _within(amount: Amount) -> Amount:
    if not -LARGEST <= amount <= LARGEST:
        raise BadNumber("too large")
    return amount
