"""Masked words: "su1cide", "k!ll", "s.u.i.c.i.d.e"; only where the whole of a word comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.safety.folding import fold_word

# One sign can stand for either of i and l, so words are compared with both written as i.
SWAPS = str.maketrans("1!|¡l034@5$7€68", "iiiiioeaasstegb")
TWINS = str.maketrans("l", "i")
JOINTS = re.compile(r"[.\-_·•~/'’]+")
SPLIT_LETTERS = re.compile(r"[^\W_](?:[.\-_*·•][^\W_]){2,}")
PART = re.compile(r"[^.\-_·•/\s]+")
SHORTEST = 3
LONGEST = 24


class Masks:
    """Knows which words are worth looking for behind a mask."""

    def __init__(self, words: frozenset[str]) -> None:
        self.words = {word.translate(TWINS): word for word in sorted(words)}
        self.by_length: dict[int, list[str]] = {}
        for word in sorted(words):
            self.by_length.setdefault(len(word), []).append(word)

    def find_all(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """The masked words of a chunk with where they stand: the whole of it, or its parts."""
        left, right = trim(text, start, end)
        if not left < right:
            return
        word = self.find(text[left:right])
        if word is not None:
            yield left, right, word
            return
        for part in PART.finditer(text, left, right):
            first, last = trim(text, part.start(), part.end())
            word = self.find(text[first:last]) if last > first else None
            if word is not None:
                yield first, last, word

    def find(self, chunk: str) -> str | None:
        """The word behind a chunk, None when it hides none (or is simply written out)."""
        if not SHORTEST <= len(chunk) <= LONGEST * 2:
            return None
        lower = fold_word(chunk.lower())
        if lower.isalpha():
            return None
        joined = "".join(JOINTS.split(lower))
        if joined.isalpha() and not is_split(lower, joined):
            return None
        bare = (
            joined
            if "*" not in joined or not SPLIT_LETTERS.fullmatch(lower)
            else joined.replace("*", "")
        )
        if len(bare) < SHORTEST or sum(one.isalpha() for one in bare) * 2 < len(bare):
            return None
        if "*" in bare:
            return self.find_starred(bare)
        return self.words.get(bare.translate(SWAPS))

    def find_starred(self, chunk: str) -> str | None:
        """The only word that fits where each star hides one letter (or a run of them does)."""
        swapped = chunk.translate(SWAPS)
        for word in self.by_length.get(len(chunk), ()):
            if all(a in ("*", b) for a, b in zip(swapped, word.translate(TWINS), strict=True)):
                return word
        return None


def is_split(lower: str, joined: str) -> bool:
    """Whether signs cut a word where no one would: single letters, or a dot inside a word."""
    parts = [part for part in JOINTS.split(lower) if part]
    if len(parts) < 2 or (len(joined) < 5 and not all(len(part) == 1 for part in parts)):
        return False
    return (
        all(len(part) == 1 for part in parts)
        or "." in lower
        or ("-" in lower and len(parts[0]) < 4)
    )


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The chunk without the signs that belong to the sentence around it."""
    while start < end and text[start] in "\"'“”‘’([{.,:;-–—#":
        start += 1
    while start < end and text[end - 1] in "\"'“”‘’)]}.,:;?!-–—…":
        end -= 1
    return start, end
