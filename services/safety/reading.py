"""Reads a text as it is really written: which words stand where, sentence by sentence.

A reading never copies or changes the text. It holds one character a word (see lexicon.py) and where
each word starts and ends in the original, so every span it gives is a span of the original,
whatever the word was made of: curly quotes, invisible or combining characters, fullwidth and styled
letters, look-alikes of other alphabets, masked letters, parts of a hashtag.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress
from pathlib import Path

from services.safety.folding import FOLDABLE
from services.safety.lexicon import (
    ADDRESS,
    CAPITALS,
    CLAUSE,
    HANDLE,
    NAME,
    NAMES,
    NEW_NAME,
    OTHER,
    Lexicon,
)
from services.safety.masks import Masks
from services.safety.tags import Segmenter, TagPart, split_tag
from services.safety.vocabulary import Vocabulary

WORDS_FILE = Path(__file__).parent / "data" / "words.txt"

CLITIC = r"['’ʼ](?:s|m|re|ve|ll|d|S|M|RE|VE|LL|D)\b"
BULLET = r"(?:[-*•·‣▪◦–—>→➡✅☑✔❌✖✗✘❎🚫👉🔹🔸▶]️?|[0-9️⃣]{2,3}|\d{1,2}[.)])"
# One match after the other covers the whole text; the commonest come first.
TOKEN = re.compile(
    # Plain words and single spaces are most of any text, and told in few steps.
    r"[a-zA-Z]++(?![^\x00-\x26\x28-\x7f])|\ (?![\ -])"
    rf"|[^\W\d_]+(?:(?:['’ʼ](?!(?:s|m|re|ve|ll|d|S|M|RE|VE|LL|D)\b)|[{FOLDABLE}])[^\W\d_]+"
    rf"|[{FOLDABLE}])*"
    r"|\ -+(?=\s)|\ +"
    rf"|{CLITIC}"
    rf"|[{FOLDABLE}]+(?:[^\W\d_]+[{FOLDABLE}]*)*"
    r"|\d+(?:[.,:/]\d+)*"
    rf"|\s*\n\s*(?:{BULLET}[ \t]+)?"
    r"|\s+"
    r"|[.!?;…]+"
    r"|[^\w\s]|_+|.",
    re.DOTALL,
)
# Rare enough to be worth a look of their own: tags, addresses, masked words, abbreviations.
SPECIAL = re.compile(
    r"[#＃@*$|_€!.·/\d-](?:(?<=[#＃@*$|_€])|(?<=\w[!.·])(?=\w)|(?<=[^\W\d_]\d)|(?<=\d)(?=[^\W\d_])"
    r"|(?<=\b\w-)(?=\w-\w\b)|(?<=\b[sS]/)(?=[hH]\b)|(?<=\b[DM]r\.)|(?<=\bMrs\.)|(?<=\bMs\.)"
    r"|(?<=\bSt\.)"
    r"|(?<=\bvs\.))"
)
REACH = 60  # characters on either side of a special sign that may belong to it
EDGES = re.compile(r"\s|[\"“”()\[\]{}<>,;]")
ABBREVIATION = re.compile(r"(?:[DM]rs?|Ms|St|vs|[eEUuiIaApP]\.[gGSsKkeEMm])\.", re.IGNORECASE)
URL = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:org|com|net|edu|gov"
    r"|info|app|io|co|uk|au|ca|nz|ie"
    r"|de|fr|in|me|health|care|be|ly|link|bio|ee|nl|eu|us|za|sg)(?:/\S*)?(?!\w)",
    re.IGNORECASE,
)
# "plus s/h" in a price is shipping and handling.
SHIPPING = re.compile(r"(?:plus|\+|incl\w*|free|and|\d)\s*\Z", re.IGNORECASE)
AT_NAME = re.compile(r"@\w[\w.]*")
TAG = re.compile(rf"[#＃](?P<body>[\w{FOLDABLE}]*[^\W\d_][\w{FOLDABLE}]*)")


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag: where it stands, and its words."""

    start: int
    end: int
    body: str
    parts: tuple[TagPart, ...]


@dataclass(frozen=True, slots=True)
class Masked:
    """A word behind swapped, starred or split letters, and what it is read as."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text that is not read word by word: start, end and character of each word."""

    start: int
    end: int
    tokens: tuple[tuple[int, int, str], ...]

    def encode(self) -> str:
        """One character a word."""
        return "".join(code for _, _, code in self.tokens)

    def place(self, starts: list[int], ends: list[int]) -> None:
        """Append where its words start and end."""
        starts += (start for start, _, _ in self.tokens)
        ends += (end for _, end, _ in self.tokens)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the text that is read word by word: all of it cut up, "" for what is no word."""

    start: int
    tokens: list[str]
    codes: list[str]

    def encode(self) -> str:
        """One character a word."""
        return "".join(self.codes)

    def place(self, starts: list[int], ends: list[int]) -> None:
        """Append where its words start and end."""
        places = list(accumulate(map(len, self.tokens), initial=self.start))
        starts += compress(places, self.codes)
        ends += compress(places[1:], self.codes)


class Reader:
    """Knows a vocabulary and reads texts with it."""

    def __init__(self, lexicon: Lexicon, maskable: frozenset[str]) -> None:
        common = [
            line
            for line in WORDS_FILE.read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
        ]
        self.vocabulary = Vocabulary(lexicon, common)
        self.masks = Masks(maskable)
        self.segmenter = Segmenter(common, lexicon.codes)

    def read(self, text: str) -> Reading:
        """The words of the text and where they stand. Time grows with the length and no faster."""
        lookup = self.vocabulary.__getitem__
        tags: list[Tag] = []
        masked: list[Masked] = []
        stretches: list[Stretch | Piece] = []
        at = 0
        for piece in self.find_pieces(text, tags, masked):
            stretches += (read_plain(text[at : piece.start], at, lookup), piece)
            at = piece.end
        stretches.append(read_plain(text[at:] if at else text, at, lookup))
        return Reading(text, stretches, tags, masked)

    def find_pieces(self, text: str, tags: list[Tag], masked: list[Masked]) -> Iterable[Piece]:
        """Tags, addresses, masked words and abbreviations, in order and apart from each other."""
        done = 0
        for sign in SPECIAL.finditer(text):
            if sign.start() < done:
                continue
            start, end = find_edges(text, sign.start(), sign.end(), done)
            piece = self.read_special(text, start, end, sign.start(), tags, masked)
            if piece is not None:
                done = piece.end
                yield piece

    def read_special(
        self, text: str, start: int, end: int, sign: int, tags: list[Tag], masked: list[Masked]
    ) -> Piece | None:
        """What a special sign belongs to, None if it is nothing special after all."""
        if text[sign] in "#＃" and (found := TAG.match(text, sign)):
            return self.read_tag(found, tags)
        if found := URL.match(text, start, end):
            return Piece(start, found.end(), ((start, found.end(), ADDRESS),))
        if text[sign] == "@" and sign == start and (found := AT_NAME.match(text, sign)):
            word = self.masks.find(text[start:end])
            if word is None:
                return Piece(start, found.end(), ((start, found.end(), HANDLE),))
        if text[start:end].lower().strip(".,") == "s/h" and not SHIPPING.search(
            text, max(0, start - 20), start
        ):
            return Piece(start, start + 3, ((start, start + 3, self.vocabulary["s:h"]),))
        if found := ABBREVIATION.match(text, start):
            code = self.vocabulary[found[0].rstrip(".").lower()]
            return Piece(start, found.end(), ((start, found.end(), code or OTHER),))
        return self.read_masked(text, start, end, masked)

    def read_masked(self, text: str, start: int, end: int, masked: list[Masked]) -> Piece | None:
        """The masked words of a chunk, None if there is none."""
        tokens = []
        for left, right, word in self.masks.find_all(text, start, end):
            masked.append(Masked(left, right, word))
            tokens.append((left, right, self.vocabulary[word]))
        if not tokens:
            return None
        return Piece(tokens[0][0], tokens[-1][1], tuple(tokens))

    def read_tag(self, found: re.Match[str], tags: list[Tag]) -> Piece:
        """A hashtag as its words; tags that follow each other do not form a phrase."""
        body, at = found["body"], found.start("body")
        parts = split_tag(body, at, self.segmenter, self.masks)
        tags.append(Tag(found.start(), found.end(), body, parts))
        tokens = [(part.start, part.end, self.vocabulary[part.word]) for part in parts]
        if len(tags) > 1 and tags[-2].end + 3 >= found.start():
            tokens.insert(0, (found.start(), found.start(), CLAUSE))
        kept = [(start, end, code or OTHER) for start, end, code in tokens]
        return Piece(found.start(), found.end(), tuple(kept))


def read_plain(text: str, at: int, lookup: Callable[[str], str]) -> Stretch:
    """The words of a stretch that stands at `at`."""
    tokens = TOKEN.findall(text)
    return Stretch(at, tokens, list(map(lookup, tokens)))


def find_edges(text: str, start: int, end: int, floor: int) -> tuple[int, int]:
    """The chunk between white space, quotes or brackets around a sign, within reach."""
    left = max(floor, start - REACH)
    before = text[left:start]
    for found in EDGES.finditer(before):
        left = start - len(before) + found.end()
    found_edge = EDGES.search(text, end, min(len(text), end + REACH))
    right = found_edge.start() if found_edge else min(len(text), end + REACH)
    return left, right


# A capital at the beginning of a sentence makes no name, unless another one follows.
OPENING = re.compile(
    f"[{NAME}{NAMES}](?:(?<=\n.)|(?<=\\A.))(?![{NAME}{NEW_NAME}{NAMES}])", re.DOTALL
)


def write_small(found: re.Match[str]) -> str:
    """The character of the word in small letters."""
    code = found[0]
    return OTHER if code == NAME else chr(ord(code) - CAPITALS)


class Reading:
    """A text that has been read. Words are counted by their place in `code`."""

    def __init__(
        self,
        text: str,
        stretches: list[Stretch | Piece],
        tags: list[Tag],
        masked: list[Masked],
    ) -> None:
        self.text = text
        self.stretches = stretches
        self.code = OPENING.sub(write_small, "".join([one.encode() for one in stretches]))
        self.tags = tags
        self.masked = masked

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts in the text; worked out when something was found."""
        return self.locate()[0]

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends in the text."""
        return self.locate()[1]

    def locate(self) -> tuple[list[int], list[int]]:
        """Starts and ends of all words; keeps both."""
        starts: list[int] = []
        ends: list[int] = []
        for one in self.stretches:
            one.place(starts, ends)
        self.__dict__.update(starts=starts, ends=ends)
        return starts, ends

    @cached_property
    def present(self) -> frozenset[str]:
        """The characters that occur."""
        return frozenset(self.code)

    def find_places(self, code: str) -> list[int]:
        """Where a character stands."""
        text = self.code
        places = []
        at = text.find(code)
        while at >= 0:
            places.append(at)
            at = text.find(code, at + 1)
        return places

    @cached_property
    def breaks(self) -> list[int]:
        """Where sentences end; several signs in a row end one sentence."""
        return [found.end() - 1 for found in re.finditer("\n+", self.code)]

    def sentence_of(self, place: int) -> int:
        """The number of the sentence a word stands in."""
        return bisect_left(self.breaks, place)

    def bounds(self, sentence: int) -> tuple[int, int]:
        """From the first word of a sentence (or the last sentence) to behind its last."""
        breaks = self.breaks
        sentence = min(sentence, len(breaks))
        start = breaks[sentence - 1] + 1 if sentence > 0 else 0
        return start, breaks[sentence] if sentence < len(breaks) else len(self.code)

    def count_sentences(self) -> int:
        """How many sentences there are, empty ones included."""
        return len(self.breaks) + 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words from `first` to before `last` stand, without signs at the ends."""
        code = self.code
        while last > first and code[last - 1] in ",:\n":
            last -= 1
        while first < last and code[first] in ",:\n":
            first += 1
        if first == last:
            return self.starts[first], self.starts[first]
        return self.starts[first], self.ends[last - 1]

    def place_at(self, offset: int) -> int:
        """The word that stands at or after a place in the text."""
        return min(bisect_right(self.ends, offset), max(0, len(self.code) - 1))

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence at a place in the text."""
        return self.sentence_of(self.place_at(offset))
