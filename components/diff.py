"""What changed between two texts, word by word, and drawing it.

`word_diff` is pure and its work is bounded: two unrelated texts of 20,000 characters, or two
built to be hard to compare, take a fraction of a second and come out coarser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Literal

from components import reading
from components.marks import reveal

Kind = Literal["same", "added", "removed"]

# Looks at pairs of equal words before settling for a coarser answer; about 0.2 s of work.
_MOST_STEPS = 1_500_000

# One character of scripts written without spaces; a word with the space after it; a break; a sign.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
    r"|[^\s!-/:-@\[-`{-~\u2010-\u2027\u3000-\u303f]+[^\S\n]?|\n|[^\S\n]|."
)
_FINE_TOKEN = re.compile(r"[^\s!-/:-@\[-`{-~]+|\n|[^\S\n]|.")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch that stayed, came or went."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> tuple[Segment, ...]:
    """The two texts as one list of segments, removed before added.

    Without the added segments it reads as `old`, without the removed ones as `new`.
    """
    if old == new:
        return (Segment("same", old),) if old else ()
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    segments: list[Segment] = []
    for same, removed, added in _blocks(before, after):
        segments.append(Segment("same", same))
        segments.extend(_refine(removed, added))
    return _merge(segments)


def count_changes(segments: Iterable[Segment]) -> tuple[int, int]:
    """How many words came and how many went."""
    added = removed = 0
    for segment in segments:
        words = len(segment.text.split())
        added += words if segment.kind == "added" else 0
        removed += words if segment.kind == "removed" else 0
    return added, removed


def draw_diff(old: str, new: str, *, label: str = "What changed", key: str | None = None) -> None:
    """Draw both texts as one; see `draw_segments`."""
    draw_segments(word_diff(old, new), label=label, key=key)


def draw_segments(
    segments: Iterable[Segment], *, label: str = "What changed", key: str | None = None
) -> None:
    """Draw two texts as one, with what went struck through and what came underlined.

    Screen readers hear "removed" and "added". Invisible characters are named.

    Args:
        segments: Of `word_diff`.
        label: What a screen reader calls the region.
        key: Needed where two diffs on a page could be equal.
    """
    pieces = [
        (segment.kind, piece.text, piece.mark)
        for segment in segments
        for piece in reveal(segment.text)
    ]
    reading.draw_pieces(pieces, label=label, key=key)


def _blocks(before: list[str], after: list[str]) -> Iterator[tuple[str, str, str]]:
    """What stayed, then what went and came after it, in order."""
    at_old = at_new = 0
    for start_old, start_new, size in [*_matches(before, after), (len(before), len(after), 0)]:
        removed, added = before[at_old:start_old], after[at_new:start_new]
        yield "", "".join(removed), "".join(added)
        yield "".join(before[start_old : start_old + size]), "", ""
        at_old, at_new = start_old + size, start_new + size


def _matches(before: list[str], after: list[str]) -> list[tuple[int, int, int]]:
    """Equal stretches as (start before, start after, length), until the work is too much."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    matcher = SequenceMatcher(None, before, after)
    # The cost of one look is the number of places where the words in its range occur. The
    # matcher leaves out words that make up more than a hundredth of a long text, and so do we.
    most = len(after) // 100 + 1 if len(after) >= 200 else len(after)
    places = {token: n if n <= most else 0 for token, n in Counter(after).items()}
    cost = list(accumulate((places.get(token, 0) + 1 for token in before), initial=0))
    found = [(0, 0, head)] if head else []
    todo = [(head, len(before) - tail, head, len(after) - tail)]
    steps = 0
    while todo:
        low, high, low_new, high_new = todo.pop()
        steps += cost[high] - cost[low]
        if low >= high or low_new >= high_new or steps > _MOST_STEPS:
            continue
        match = matcher.find_longest_match(low, high, low_new, high_new)
        if match.size:
            found.append((match.a, match.b, match.size))
            todo.append((low, match.a, low_new, match.b))
            todo.append((match.a + match.size, high, match.b + match.size, high_new))
    if tail:
        found.append((len(before) - tail, len(after) - tail, tail))
    return sorted(found)


def _common(one: list[str], other: list[str]) -> int:
    """How many tokens two lists share at their start."""
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared


def _refine(removed: str, added: str) -> Iterator[Segment]:
    """A replacement without what its two sides share at their ends ("sad", "sad today")."""
    if not (removed and added):
        yield Segment("removed", removed)
        yield Segment("added", added)
        return
    one, other = _FINE_TOKEN.findall(removed), _FINE_TOKEN.findall(added)
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    yield Segment("same", "".join(one[:head]))
    yield Segment("removed", "".join(one[head : len(one) - tail]))
    yield Segment("added", "".join(other[head : len(other) - tail]))
    yield Segment("same", "".join(one[len(one) - tail :]))


def _merge(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Without empty segments, and neighbours of one kind as one."""
    merged: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if merged and merged[-1].kind == segment.kind:
            merged[-1] = Segment(segment.kind, merged[-1].text + segment.text)
        else:
            merged.append(segment)
    return tuple(merged)
