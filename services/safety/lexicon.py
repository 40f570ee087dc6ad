"""Words as characters: a text of 400 words becomes a string of about 400 characters.

Words that no rule tells apart share a character, so that a list of a hundred medicines is one
character and a phrase over words becomes a short regular expression, run by the standard library's
engine over a string a fifth as long as the text. Which phrases are run at all is decided by the
characters that occur: each phrase hangs on the rarest set of words it cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from services.safety.nodes import (
    Node,
    crosses_sentences,
    list_needed,
    list_word_sets,
    longest,
    stretch,
    write_expression,
)

# The characters that stand for words are taken from one plain block; the same word with a capital,
# which may be part of a name, from another.
FIRST = 0x4E00
CAPITALS = 0x2200
NAMES = f"{chr(FIRST + CAPITALS)}-{chr(FIRST + 2 * CAPITALS)}"
# Words so common that a capital means the beginning of a sentence and no name.
NO_NAME = 8.0
OTHER, NAME, NEW_NAME, NUMBER, HANDLE, ADDRESS = "x", "N", "M", "0", "@", "u"
SENTENCE, CLAUSE, COLON = "\n", ",", ":"
STAND_INS = {
    "NUM": NUMBER,
    "NAME": NAME,
    "NEW-NAME": NEW_NAME,
    "HANDLE": HANDLE,
    "URL": ADDRESS,
}
NUMERIC = re.compile(r"\d[\d.,:/]*\Z")
FREQUENT_FILE = Path(__file__).parent / "data" / "frequent.txt"
# In 10,000 words: any other word, and the words that stand for kinds of words.
RARE = 0.5
KINDS = {"NUM": 120.0, "NAME": 250.0, "NEW-NAME": 120.0, "HANDLE": 10.0, "URL": 10.0}
# So many of the rarest words of a phrase decide where it is looked for.
FEW = 3
# What no gap of a rule that knows denial reaches across.
DENIAL = frozenset(
    "not|never|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|won't|can't|cannot|couldn't"
    "|wouldn't|hasn't|haven't".split("|")
)


@lru_cache(maxsize=1)
def load_frequencies() -> dict[str, float]:
    """How often the commonest words come in 10,000."""
    lines = FREQUENT_FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return {word: float(count) for word, count in pairs} | KINDS


@lru_cache(maxsize=20_000)
def weigh(words: frozenset[str]) -> float:
    """How often one of these words is to be expected; the lowest makes the best anchor."""
    frequencies = load_frequencies()
    return sum(frequencies.get(word, RARE) for word in words)


@dataclass(eq=False)
class Phrase:
    """A phrase ready to be looked for in encoded text."""

    source: str
    node: Node
    # Known once all phrases are: `Lexicon.prepare` sets it.
    lexicon: Lexicon = field(init=False, repr=False)
    # Gaps of a rule that denial silences do not reach across a "not".
    stops_at_denial: bool = False
    # The sets of characters that it cannot do without, the rarest first; it hangs on that one.
    needs: tuple[frozenset[str], ...] = ()
    # Whether it goes on in the next sentence.
    crosses: bool = False

    def may_stand(self, present: Set[str]) -> bool:
        """Whether a text in which these characters occur can hold the phrase."""
        return not any(map(present.isdisjoint, self.needs))

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled when first needed: most phrases never are."""
        barred = self.lexicon.denial if self.stops_at_denial else ""
        return re.compile(write_expression(self.node, self.lexicon.write_set, barred))

    @cached_property
    def search(self) -> Callable[[str, int, int], re.Match[str] | None]:
        """Look for the phrase between two words of an encoded text."""
        return self.expression.search

    @cached_property
    def covering(self) -> re.Pattern[str]:
        """The same, with a gap at the end taking in as much as it may: for exceptions."""
        return re.compile(write_expression(stretch(self.node), self.lexicon.write_set))

    @cached_property
    def cover(self) -> Callable[[str, int, int], re.Match[str] | None]:
        """Look for the covering form between two words of an encoded text."""
        return self.covering.search

    @cached_property
    def before(self) -> re.Pattern[str]:
        """The same, when the phrase has to end where the searched stretch ends."""
        return re.compile(write_expression(self.node, self.lexicon.write_set) + r"\Z")

    @cached_property
    def reach(self) -> int:
        """How many words a match may stretch to either side of any of its words."""
        return longest(self.node) + 1

    @cached_property
    def quotes(self) -> bool:
        """Whether only a part of the phrase is quoted."""
        return "quoted" in self.expression.groupindex


class Lexicon:
    """Gives every word that occurs in a phrase its character."""

    def __init__(self, nodes: Iterable[Node], extra: Iterable[frozenset[str]] = ()) -> None:
        sets = list(dict.fromkeys([*(s for node in nodes for s in list_word_sets(node)), *extra]))
        numbers = {word for words in sets for word in words if NUMERIC.match(word)}
        members: dict[str, list[int]] = {}
        for number, words in enumerate(sets):
            for word in sorted(words | numbers if "NUM" in words else words):
                members.setdefault(word, []).append(number)
        self.codes: dict[str, str] = {}
        signatures: dict[tuple[int, ...], str] = {}
        for word, places in members.items():
            if word in STAND_INS:
                self.codes[word] = STAND_INS[word]
                continue
            code = signatures.setdefault(tuple(places), chr(FIRST + len(signatures)))
            self.codes[word] = code
        self.numbers = numbers
        frequencies = load_frequencies()
        self.capitals = {
            word: chr(ord(code) + CAPITALS)
            for word, code in self.codes.items()
            if word not in STAND_INS and word.isalpha() and frequencies.get(word, 0.0) < NO_NAME
        }
        self.denial = "".join(sorted({self.codes[word] for word in DENIAL if word in self.codes}))

    def prepare(self, phrases: Iterable[Phrase]) -> None:
        """Make the lexicon that of the phrases, and work out which sets they cannot do without."""
        for phrase in phrases:
            phrase.lexicon = self
            sets = sorted(list_needed(phrase.node, weigh), key=weigh)
            phrase.needs = tuple(map(self.encode_set, sets[:FEW]))
            phrase.crosses = crosses_sentences(phrase.node)

    def encode_set(self, words: frozenset[str]) -> frozenset[str]:
        """The characters of these words."""
        if "NUM" in words:
            words |= self.numbers
        codes = {STAND_INS.get(word) or self.codes[word] for word in words}
        codes.update(self.capitals[word] for word in words if word in self.capitals)
        if "NAME" in words:
            codes.update(self.capitals.values())
        return frozenset(codes)

    def write_set(self, words: frozenset[str]) -> str:
        """A set of words as part of a regular expression."""
        if "NAME" in words:
            return f"[{''.join(sorted(self.encode_set(words - {'NAME'})))}{NAME}{NAMES}]"
        codes = "".join(sorted(self.encode_set(words)))
        return codes if len(codes) == 1 else f"[{codes}]"


# What a character means to the search for phrases: a bit for every set that it is in, and the
# phrases that hang on it, each with the bits of the sets that have to be in the same sentence.
Anchor = tuple[int, list[tuple[Phrase, int]]]


class Hanger:
    """Hangs phrases on the characters that they cannot do without."""

    def __init__(self) -> None:
        self.bits: dict[str, int] = {}
        self.hung: dict[str, list[tuple[Phrase, int]]] = {}
        self.numbers: dict[frozenset[str], int] = {}

    def mark(self, sets: Iterable[frozenset[str]]) -> int:
        """A bit for each of these sets, which their characters bear from now on."""
        marks = 0
        for codes in sets:
            bit = 1 << self.numbers.setdefault(codes, len(self.numbers))
            marks |= bit
            for code in codes:
                self.bits[code] = self.bits.get(code, 0) | bit
        return marks

    def hang(self, phrase: Phrase) -> None:
        """Hang a phrase on each character of its rarest set."""
        beside = self.mark(phrase.needs[1:])
        for code in phrase.needs[0]:
            self.hung.setdefault(code, []).append((phrase, beside))

    def list_anchors(self) -> dict[str, Anchor]:
        """What each character means; the end of a sentence means nothing else."""
        codes = {**self.bits, **self.hung}
        anchors = {code: (self.bits.get(code, 0), self.hung.get(code, [])) for code in codes}
        return {**anchors, SENTENCE: (0, [])}
