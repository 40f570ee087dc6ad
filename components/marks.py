"""Characters that nobody sees but that change what a text says, made visible.

Direction overrides, zero-width characters and hidden tags can make a reader approve something
other than what is published. `reveal` cuts a text into pieces and names such characters; joiners
inside emoji, in Persian or in Indian scripts, and direction marks in right-to-left text, are
ordinary and stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_DIRECTION_MARKS = "\u200e\u200f\u061c"

_SUSPECT = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffc"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
# The flags of England, Scotland and Wales are a black flag and hidden letters.
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f")

_NAMES = {
    "\u00ad": "soft hyphen",
    "\u200b": "zero-width space",
    _ZWNJ: "zero-width non-joiner",
    _ZWJ: "zero-width joiner",
    "\u2028": "line separator",
    "\u2029": "paragraph separator",
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "end of embedding or override",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
    "\u2060": "word joiner",
    "\u2066": "left-to-right isolate",
    "\u2067": "right-to-left isolate",
    "\u2068": "first-strong isolate",
    "\u2069": "end of isolate",
    "\ufeff": "zero-width no-break space",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `mark` names it if it cannot be seen, else it is empty."""

    text: str
    mark: str = ""


def reveal(text: str) -> tuple[Piece, ...]:
    """Cut a text so that its invisible characters are pieces of their own.

    Runs of one kind stay together. Joining the pieces' texts gives the text back.
    """
    spans = [(m.start(), m.end()) for m in _FLAG.finditer(text)]
    mixed = _RIGHT_TO_LEFT.search(text) is not None
    pieces: list[Piece] = []
    done = 0
    for start, end in _suspects(text, spans, is_mixed=mixed):
        if start > done:
            pieces.append(Piece(text[done:start]))
        pieces.append(Piece(text[start:end], _name(text[start], end - start)))
        done = end
    if done < len(text):
        pieces.append(Piece(text[done:]))
    return tuple(pieces)


def has_marks(text: str) -> bool:
    """Whether `reveal` would name anything in the text."""
    return any(piece.mark for piece in reveal(text))


def _suspects(
    text: str, flags: list[tuple[int, int]], *, is_mixed: bool
) -> Iterator[tuple[int, int]]:
    """Start and end of each run of one kind of invisible character."""
    start = end = -1
    for match in _SUSPECT.finditer(text):
        at = match.start()
        if _is_ordinary(text, at, is_mixed=is_mixed) or any(a < at < b for a, b in flags):
            continue
        if at == end and _kind(text[at]) == _kind(text[start]):
            end += 1
            continue
        if end > start:
            yield start, end
        start, end = at, at + 1
    if end > start:
        yield start, end


def _is_ordinary(text: str, at: int, *, is_mixed: bool) -> bool:
    """Whether an invisible character has a job where it stands."""
    char = text[at]
    if char in _DIRECTION_MARKS:
        return is_mixed
    if char not in (_ZWJ, _ZWNJ) or at == 0 or at + 1 == len(text):
        return False
    before, after = text[at - 1], text[at + 1]
    if char == _ZWJ and _is_symbol(after) and (_is_symbol(before) or before == "\ufe0f"):
        return True
    return _joins(before) and (_joins(after) or not after.isalnum())


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk")


def _joins(char: str) -> bool:
    """Whether the letter belongs to a script that needs joiners (Arabic to Myanmar, Khmer)."""
    return "\u0600" <= char <= "\u109f" or "\u1780" <= char <= "\u18af"


def _kind(char: str) -> str:
    return "tag" if char >= "\U000e0000" else char


def _name(char: str, number: int) -> str:
    """What a run is called: "zero-width space", "12 hidden characters"."""
    if char >= "\U000e0000":
        return "hidden character" if number == 1 else f"{number} hidden characters"
    name = _NAMES.get(char) or unicodedata.name(char, f"character {ord(char):04X}").lower()
    return name if number == 1 else f"{number} x {name}"
