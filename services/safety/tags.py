"""Hashtags as words: #CommittedSuicide by its capitals, #committedsuicide by the dictionary."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.safety.folding import fold_word
from services.safety.masks import Masks

CAMEL = re.compile(r"[^\W\d_a-z]+(?![a-z])|[^\W\d_][a-z]*|[^\W\d_]+|\d+")
# Short words that may be part of a tag; others of one or two letters are too likely chance.
SHORT = frozenset(
    "a i to in of is it my me we no up on at be do go so us an or by as he if am ok".split()
)
# Tags that stand for something else, by the word that rules know it by.
CODES = {"sh": "s:h"}
LONGEST_TAG = 60
LONGEST_WORD = 20
LEAST_EVIDENCE = 8  # letters; shorter tags of nothing but tiny words are names, not phrases


@dataclass(frozen=True, slots=True)
class TagPart:
    """A word of a tag and where it stands in the text."""

    start: int
    end: int
    word: str


class Segmenter:
    """Cuts letters that run together into the fewest words."""

    def __init__(self, common: Iterable[str], known: Collection[str]) -> None:
        self.common = frozenset(common)
        self.known: frozenset[str] = frozenset()
        # "selfcare" is a word to some rules, and two words in a tag.
        self.known = frozenset(
            word
            for word in known
            if word.isalpha() and (word in self.common or len(self.split(word) or [word]) == 1)
        )

    def is_word(self, word: str) -> bool:
        """Whether a dictionary or a rule knows the word."""
        if len(word) < 3:
            return word in SHORT
        return word in self.common or word in self.known

    def split(self, letters: str) -> list[str] | None:
        """The words, None when it does not come out even; one that is a word stays whole."""
        if self.is_word(letters):
            return [letters]
        if not 4 < len(letters) <= LONGEST_TAG:
            return None
        best: list[tuple[float, int] | None] = [(0.0, 0), *[None] * len(letters)]
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - LONGEST_WORD), end):
                before = best[start]
                if before is None or not self.is_word(letters[start:end]):
                    continue
                cost = before[0] + self.cost(letters[start:end])
                held = best[end]
                if held is None or cost < held[0]:
                    best[end] = (cost, start)
        return trace(letters, best)

    def cost(self, word: str) -> float:
        """Long words and words of the rules are the likelier reading."""
        return 1.0 + (0.0 if word in self.known else 0.4) + (0.5 if len(word) < 4 else 0.0)


def trace(letters: str, best: list[tuple[float, int] | None]) -> list[str] | None:
    """The words along the cheapest way to the end."""
    words: list[str] = []
    end = len(letters)
    while end:
        step = best[end]
        if step is None:
            return None
        words.insert(0, letters[step[1] : end])
        end = step[1]
    return words


def split_tag(body: str, at: int, segmenter: Segmenter, masks: Masks) -> tuple[TagPart, ...]:
    """The words of a tag whose body stands at `at` in the text."""
    hidden = CODES.get(body.lower()) or masks.find(body)
    if hidden is not None:
        return (TagPart(at, at + len(body), hidden),)
    parts: list[TagPart] = []
    for found in CAMEL.finditer(body):
        parts += split_run(found[0], at + found.start(), segmenter)
    return tuple(parts)


def split_run(run: str, at: int, segmenter: Segmenter) -> list[TagPart]:
    """A run of letters of one tag, cut further where it hides several words."""
    lower = fold_word(run.lower())
    words = segmenter.split(lower) if len(lower) == len(run) and lower.isalpha() else None
    if words is None or (len(lower) < LEAST_EVIDENCE and max(map(len, words)) < 4):
        return [TagPart(at, at + len(run), lower)]
    parts = []
    for word in words:
        parts.append(TagPart(at, at + len(word), word))
        at += len(word)
    return parts
