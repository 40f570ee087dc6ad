"""What the browser sends while somebody writes: one text a message, and what it builds on."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

# The database takes 100,000 characters; more than that is cut off here only to be refused there.
_MOST_CHARACTERS = 200_000
_MOST_FINGERPRINTS = 50
_LARGEST_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class Message:
    """A text as the browser sent it.

    Args:
        page: The document it comes from; changes with a reload.
        seq: Grows with every message of a document.
        known: Fingerprints of the text it was written on, and of texts this browser sent since
            and had no answer to.
    """

    page: str
    seq: int
    text: str
    known: frozenset[str] = frozenset()

    def builds_on(self, text: str) -> bool:
        """Whether whoever wrote the message had that text before them, or wrote it."""
        return fingerprint(text) in self.known


def fingerprint(text: str) -> str:
    """Length and checksum of a text in UTF-16, as the browser computes them."""
    units = text.encode("utf-16-le", "surrogatepass")
    return f"{len(units) // 2}-{zlib.crc32(units):x}"


def read_message(state: object) -> Message | None:
    """The message in what the browser sent, or None when it is none. Trusts nothing."""
    if not isinstance(state, Mapping):
        return None
    page, seq, text, known = (state.get(name) for name in ("page", "seq", "text", "known"))
    if not isinstance(page, str) or not isinstance(text, str) or not _is_number(seq):
        return None
    marks = known[:_MOST_FINGERPRINTS] if isinstance(known, list) else []
    return Message(
        page=page[:40],
        seq=int(seq),
        text=_mend(text[:_MOST_CHARACTERS]),
        known=frozenset(mark for mark in marks if isinstance(mark, str)),
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < _LARGEST_NUMBER


def _mend(text: str) -> str:
    """Without halves of characters, which no database can keep, and without NUL."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")
