"""The language that rules are written in: phrases over words, not over letters.

    commit~ *3 suicide|suicides     `~` any form, `|` or, `*3` up to three words in between
    (end|take) <my> own? life       `(a b|c)` either phrase, `<my>` a list, `?` may be missing
    (end / take|give up)            with a slash in the brackets, `|` is between words again
    **8                             up to eight words of the sentence, across commas too
    . , : ;                         any word; a comma, a colon, the end of a sentence
    ^ $ &                           at its start, at its end, not at its start
    !word  <!word                   the next word, or the one before, is not this one
    [pills|tablets]                 the part of the phrase that a finding quotes

The lists are those of lists.yaml; `<num>`, `<name>` (a capitalised word), `<new-name>` (one that no
dictionary knows), `<handle>` and `<url>` are built in. Every repetition has a limit, so a phrase
looks at a bounded number of words from wherever it starts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from services.safety.inflections import inflect
from services.safety.nodes import (
    MARKS,
    Barred,
    Choice,
    Gap,
    Mark,
    Maybe,
    Node,
    Quoted,
    Sequence,
    Words,
    count_quotes,
    shortest,
)

# Stand-ins for words that are no particular word; a capital keeps them apart from real ones.
BUILT_IN = {
    "num": frozenset({"NUM"}),
    "name": frozenset({"NAME", "NEW-NAME"}),
    "new-name": frozenset({"NEW-NAME"}),
    "handle": frozenset({"HANDLE"}),
    "url": frozenset({"URL"}),
}
LONGEST_GAP = 12

TOKEN = re.compile(
    r"\s*(\*\*?\d+|<![^\s()\[\]]*|<[a-z0-9-]+>[^\s()\[\]?]*|[()\[\]?/^$.,:;!&]|[^\s()\[\]?/!]+)"
)


BEFORE_NOT = frozenset(
    "do does did is are was were ca wo could would should has have had ai need must".split()
)
PLAIN = re.compile(r"[a-z0-9']+")


class BadPhrase(ValueError):
    """A phrase that cannot be read; the message says where it stops making sense."""


FindList = Callable[[str], Node | None]


def parse_phrase(source: str, find_list: FindList) -> Node:
    """The phrase as a tree. Raises BadPhrase."""
    parser = Parser(source, find_list)
    node = parser.read_sequence()
    if parser.peek() is not None:
        raise BadPhrase(f"unexpected {parser.peek()!r} in {source!r}")
    if shortest(node) == 0:
        raise BadPhrase(f"{source!r} would match where there is no word at all")
    if count_quotes(node) > 1:
        raise BadPhrase(f"{source!r} quotes more than one part")
    return node


class Parser:
    """Reads one phrase from left to right."""

    def __init__(self, source: str, find_list: FindList) -> None:
        self.source = source
        self.find_list = find_list
        self.pieces = split_phrase(source)
        self.at = 0

    def peek(self) -> str | None:
        """The piece ahead, None at the end."""
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def take(self) -> str:
        """The piece ahead, and go on."""
        piece = self.pieces[self.at]
        self.at += 1
        return piece

    def expect(self, closing: str) -> None:
        """Go past a closing bracket. Raises BadPhrase."""
        if self.peek() != closing:
            raise BadPhrase(f"{closing!r} is missing in {self.source!r}")
        self.at += 1

    def read_sequence(self) -> Node:
        """Items up to a closing bracket, a slash or the end."""
        parts: list[Node] = []
        while (piece := self.peek()) is not None and piece not in (")", "]", "/"):
            part = self.read_item()
            if self.peek() == "?":
                self.at += 1
                part = Maybe(part)
            parts.append(part)
        if not parts:
            raise BadPhrase(f"nothing between two signs of {self.source!r}")
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def read_item(self) -> Node:
        """One word set, list, gap, mark or bracket."""
        piece = self.take()
        if piece == "(":
            return self.read_choice()
        if piece == "[":
            part = self.read_sequence()
            self.expect("]")
            return Quoted(part)
        if piece == "!":
            return Barred(self.read_item(), behind=False)
        if piece.startswith("<!"):
            return Barred(self.read_words(piece[2:]), behind=True)
        if piece.startswith("*") and piece.strip("*").isdigit():
            return self.read_gap(piece)
        if piece in MARKS:
            return Mark(piece)
        if piece == "?":
            raise BadPhrase(f"'?' follows nothing in {self.source!r}")
        return self.read_words(piece)

    def read_choice(self) -> Node:
        """The alternatives of a round bracket, whose opening is behind."""
        options = [self.read_sequence()]
        while self.peek() == "/":
            self.at += 1
            options.append(self.read_sequence())
        self.expect(")")
        return merge_choice(options)

    def read_gap(self, piece: str) -> Node:
        """`*3` or `**8`."""
        longest = int(piece.strip("*"))
        if not 1 <= longest <= LONGEST_GAP:
            raise BadPhrase(f"a gap of {longest} words in {self.source!r}; at most {LONGEST_GAP}")
        return Gap(longest, wide=piece.startswith("**"))

    def read_words(self, piece: str) -> Node:
        """`a|b~|<list>`."""
        if PLAIN.fullmatch(piece):
            return make_word(piece)
        options: list[Node] = []
        for word in piece.split("|"):
            if word.startswith("<"):
                name = word.strip("<>")
                if name in BUILT_IN:
                    options.append(Words(BUILT_IN[name]))
                elif (found := self.find_list(name)) is not None:
                    options.append(found)
                else:
                    raise BadPhrase(f"no list is called {name!r} in {self.source!r}")
            elif not word or word != word.lower():
                raise BadPhrase(f"{word!r} is no word in small letters in {self.source!r}")
            else:
                options.append(Words(inflect(word[:-1])) if word.endswith("~") else make_word(word))
        return merge_choice(options)


@cache
def make_word(word: str) -> Words:
    """A single word as a set; rules use the same words over and over."""
    return Words(frozenset({spell_out(word)}))


def spell_out(word: str) -> str:
    """`dont` as `don't`: texts leave the apostrophe out, and both are one word."""
    if word.endswith("nt") and word[:-2] in BEFORE_NOT:
        return f"{word[:-1]}'t"
    return word


def split_phrase(source: str) -> list[str]:
    """The phrase cut into its signs and words. Raises BadPhrase."""
    pieces: list[str] = []
    at = 0
    source = source.rstrip()
    while at < len(source):
        found = TOKEN.match(source, at)
        if found is None:
            raise BadPhrase(f"cannot read {source[at:]!r} in {source!r}")
        pieces.append(found[1])
        at = found.end()
    return loosen(pieces)


def loosen(pieces: list[str]) -> list[str]:
    """Between round brackets without a slash, `|` parts whole alternatives: make it a slash."""
    opened: list[int] = []
    slashed: set[int] = set()
    for at, piece in enumerate(pieces):
        if piece in ("(", "["):
            opened.append(at)
        elif piece in (")", "]") and opened:
            opened.pop()
        elif piece == "/" and opened:
            slashed.add(opened[-1])
    loose: list[str] = []
    opened = []
    for at, piece in enumerate(pieces):
        if piece in ("(", "["):
            opened.append(at)
        elif piece in (")", "]") and opened:
            opened.pop()
        inside = opened and pieces[opened[-1]] == "(" and opened[-1] not in slashed
        if inside and "|" in piece and not piece.startswith("<!"):
            for number, word in enumerate(piece.split("|")):
                loose += ["/"] * (number > 0) + [word] * bool(word)
        else:
            loose.append(piece)
    return loose


def merge_choice(options: list[Node]) -> Node:
    """The alternatives with all single words put into one set."""
    if len(options) == 1:
        return options[0]
    flat: list[Node] = []
    for option in options:
        flat += option.options if isinstance(option, Choice) else (option,)
    words = frozenset[str]().union(*(one.words for one in flat if isinstance(one, Words)))
    others = [one for one in flat if not isinstance(one, Words)]
    merged = ([Words(words)] if words else []) + others
    return merged[0] if len(merged) == 1 else Choice(tuple(merged))
