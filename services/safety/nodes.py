"""Phrases as trees: what a phrase is made of, and what follows from it for looking it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never


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
