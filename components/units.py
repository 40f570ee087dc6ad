"""Places in a text as the browser counts them: UTF-16 units, of which most emoji take two.

This is the one place where characters (code points, as Python counts) become units.
"""

from __future__ import annotations

_LAST_OF_ONE_UNIT = "\uffff"


def count_units(text: str) -> int:
    """How long the browser finds a text."""
    return len(text) + sum(sign > _LAST_OF_ONE_UNIT for sign in text)


def to_units(text: str, start: int, end: int) -> tuple[int, int]:
    """The span `text[start:end]` in units, so that `slice` finds the same words there."""
    first = count_units(text[:start])
    return first, first + count_units(text[start:end])
