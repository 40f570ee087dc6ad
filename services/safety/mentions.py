"""Words that are mentioned and not used: quoted, struck through, titles (tests C1 and C4)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from services.safety.reading import Reading

# Begins with a plain set of characters, so that the engine skips through what is no quotation mark.
QUOTES = re.compile(
    r"[“„«\"‘'`~*](?:(?<=“)[^“”]{1,300}”|(?<=„)[^„“”]{1,300}[“”]|(?<=«)[^«»]{1,300}»"
    r"|(?<=\")[^\"]{1,300}\"|(?<=[‘'`])(?<!\w[‘'`])(?:[^‘’'`\n]|['’](?=\w)){1,200}[’'`](?!\w)"
    r"|(?<=~)~[^~]{1,200}~~|(?<=\*)(?<![*\w]\*)[^*\n]{1,80}\*(?!\w))"
)
STRIKES = "\u0335\u0336\u0337\u0338"
CROSSES = re.compile(r"[❌✖✗✘❎🚫⛔👎]|(?:^|\s)[xX](?=\s)")
TICKS = re.compile(r"[✅✔☑👍]|→|➡|⇒|->|=>|➔")
BULLETED = re.compile(r"\s*(?:[-*•·‣▪◦–—>→\"“'‘❌✖✗✘❎🚫⛔👎✅✔☑👉]|\d{1,2}[.)])")
LINE = 600  # characters of a line on either side that are looked at
LINES_BACK = 14  # how far above an item the heading of its list may stand


class Mentions:
    """The quoted stretches of one text, found once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text = reading.text
        self.quotes = sorted(found.span() for found in QUOTES.finditer(self.text))
        self.starts = [start for start, _ in self.quotes]
        self.crossed = CROSSES.search(self.text) is not None
        self.struck = any(one in self.text for one in STRIKES)

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether the span stands inside quotation marks or is struck through."""
        place = bisect_right(self.starts, start)
        if place and self.quotes[place - 1][1] >= end:
            return True
        return self.struck and any(one in STRIKES for one in self.text[start : end + 1])

    def is_crossed(self, start: int) -> bool:
        """Whether the span stands right of a cross mark on its line, with no tick in between."""
        if not self.crossed:
            return False
        before = self.text[self.line_start(start) : start]
        crosses = [found.end() for found in CROSSES.finditer(before)]
        return bool(crosses) and not TICKS.search(before, crosses[-1])

    def is_swapped(self, end: int) -> bool:
        """Whether an arrow or a tick follows on the line: what to write in its place."""
        return bool(TICKS.search(self.text, end, self.line_end(end)))

    def line_start(self, at: int) -> int:
        """Where the line begins."""
        found = self.text.rfind("\n", max(0, at - LINE), at)
        return found + 1 if found >= 0 else max(0, at - LINE)

    def line_end(self, at: int) -> int:
        """Where the line ends."""
        end = self.text.find("\n", at, at + LINE)
        return min(len(self.text), at + LINE) if end < 0 else end

    def list_stretches(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where a cue may stand: the line, and the heading of the list it belongs to."""
        left = self.line_start(start)
        yield left, self.line_end(end)
        item = BULLETED.match(self.text, left) is not None
        for _ in range(LINES_BACK if item else 1):
            if left == 0:
                return
            right = left - 1
            left = self.line_start(right)
            line = self.text[left:right]
            if line.strip() and not BULLETED.match(line):
                if item or line.rstrip().endswith(":"):
                    yield left, right
                return


def is_title(reading: Reading, start: int, end: int) -> bool:
    """Whether a capitalised span stands next to another capitalised word inside a sentence."""
    text = reading.text
    if not text[start].isupper() or text[start:end].isupper():
        return False
    before = re.search(r"(\w+)['’]?s?[ \"“'‘]+\Z", text[max(0, start - 40) : start])
    after = re.match(r"[ ]+(?:(?:of|the|and|&|for|a)[ ]+){0,2}(\w)", text[end : end + 40])
    return bool(
        (before and before[1][0].isupper() and len(before[1]) > 1 and not before[1].isupper())
        or (after and after[1].isupper())
    )
