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
from dataclasses import dataclass
from functools import cache
from typing import assert_never

from services.safety.inflections import inflect

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


@dataclass(frozen=True)
class Words:
    """Any one word of a set."""

    words: frozenset[str]


@dataclass(frozen=True)
class Gap:
    """Up to so many words; `wide` reaches across commas."""

    longest: int
    wide: bool
    greedy: bool = False


@dataclass(frozen=True)
class Mark:
    """A place or a sign: `.`, `,`, `:`, `^` or `$`."""

    sign: str


@dataclass(frozen=True)
class Sequence:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True)
class Maybe:
    """This or nothing."""

    part: Node


@dataclass(frozen=True)
class Quoted:
    """The part that a finding quotes."""

    part: Node


@dataclass(frozen=True)
class Barred:
    """Not this, ahead or behind; matches no word itself."""

    part: Node
    behind: bool


Node = Words | Gap | Mark | Sequence | Choice | Maybe | Quoted | Barred
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


def shortest(node: Node) -> int:
    """The least number of words a phrase takes up."""
    match node:
        case Words():
            return 1
        case Mark(sign):
            return 1 if sign == "." else 0
        case Sequence(parts):
            return sum(map(shortest, parts))
        case Choice(options):
            return min(map(shortest, options))
        case Quoted(part):
            return shortest(part)
        case _:
            return 0


def longest(node: Node) -> int:
    """The greatest number of words and signs a phrase looks at from where it starts."""
    match node:
        case Words() | Mark():
            return 1
        case Gap(most, _, _):
            return most
        case Sequence(parts):
            return sum(map(longest, parts))
        case Choice(options):
            return max(map(longest, options))
        case Maybe(part) | Quoted(part) | Barred(part, _):
            return longest(part)


def count_quotes(node: Node) -> int:
    """How many parts of a phrase are marked to be quoted."""
    match node:
        case Sequence(parts) | Choice(parts):
            return sum(map(count_quotes, parts))
        case Quoted(part):
            return 1 + count_quotes(part)
        case Maybe(part) | Barred(part, _):
            return count_quotes(part)
        case _:
            return 0


def crosses_sentences(node: Node) -> bool:
    """Whether a phrase can go on behind the end of a sentence."""
    match node:
        case Mark(sign):
            return sign == ";"
        case Sequence(parts) | Choice(parts):
            return any(map(crosses_sentences, parts))
        case Maybe(part) | Quoted(part) | Barred(part, _):
            return crosses_sentences(part)
        case _:
            return False


def list_word_sets(node: Node) -> list[frozenset[str]]:
    """Every set of words in the phrase."""
    match node:
        case Words(words):
            return [words]
        case Sequence(parts) | Choice(parts):
            return [words for part in parts for words in list_word_sets(part)]
        case Maybe(part) | Quoted(part) | Barred(part, _):
            return list_word_sets(part)
        case _:
            return []


def list_needed(node: Node, weigh: Callable[[frozenset[str]], float]) -> list[frozenset[str]]:
    """Sets of words of which each must have a member in the text for the phrase to match.

    Where a phrase has alternatives, the set holds what weighs least of each.
    """
    match node:
        case Words(words):
            return [words]
        case Sequence(parts):
            return [words for part in parts for words in list_needed(part, weigh)]
        case Choice(options):
            needed = [list_needed(option, weigh) for option in options]
            if not all(needed):
                return []
            return [frozenset[str]().union(*(min(sets, key=weigh) for sets in needed))]
        case Quoted(part):
            return list_needed(part, weigh)
        case _:
            return []


def stretch(node: Node) -> Node:
    """The phrase with a gap at its very end taking as many words as it may."""
    if isinstance(node, Sequence) and isinstance(node.parts[-1], Gap):
        last = node.parts[-1]
        return Sequence((*node.parts[:-1], Gap(last.longest, last.wide, greedy=True)))
    return node


def write_expression(
    node: Node, write_set: Callable[[frozenset[str]], str], barred: str = ""
) -> str:
    """The phrase as a regular expression over a text in which each word is one character.

    `barred` are the characters that no gap reaches across.
    """

    def write(node: Node) -> str:
        match node:
            case Words(words):
                made = write_set(words)
            case Gap(most, wide, greedy):
                signs = "\\n" if wide else ",:\\n"
                made = f"[^{signs}{barred}]{{0,{most}}}{'' if greedy else '?'}"
            case Mark(sign):
                made = MARKS[sign]
            case Sequence(parts):
                made = "".join(map(write, parts))
            case Choice(options):
                made = f"(?:{'|'.join(map(write, options))})"
            case Maybe(part):
                made = f"(?:{write(part)})?"
            case Quoted(part):
                made = f"(?P<quoted>{write(part)})"
            case Barred(part, behind):
                made = f"(?{'<' if behind else ''}!{write(part)})"
            case _:
                assert_never(node)
        return made

    return write(node)


MARKS = {
    ".": "[^,:\\n]",
    ",": "[,:]",
    ":": ":",
    ";": "\\n",
    "&": "(?<=[^\\n])",
    "^": "(?<![^\\n])",
    "$": "(?![^\\n])",
}
