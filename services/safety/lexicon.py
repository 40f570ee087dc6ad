"""Words as characters: a text of 400 words becomes a string of about 400 characters.

Words that no rule tells apart share a character, so that a list of a hundred medicines is one
character and a phrase over words becomes a short regular expression, run by the standard library's
engine over a string a fifth as long as the text. Which phrases are run at all is decided by the
characters that occur: each phrase hangs on the rarest set of words it cannot do without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from services.safety.phrases import (
    Node,
    list_needed,
    list_word_sets,
    longest,
    stretch,
    write_expression,
)

FIRST = 0x4E00  # the characters that stand for words are taken from one plain block
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
# The commonest words: a phrase should not hang on one of these if it has anything rarer.
COMMON = frozenset(
    "a an the i you he she it we they my your his her our their me him us them is are was were be been being"
    " 's 'm 're 've 'll 'd am to of in on at for and or but not no with this that so just have has had having"
    " do does did don't will would can all from by as if when what who how out up about get got more than very"
    " there then now here one like know think want need people time day days make makes made take go going say"
    " said feel good help really because who's it's i'm can't never always only after before over into some any"
    " could should too also even back way well still life new first last year years day week today been much many"
    " see come too most other own u ur im which where why while these those through down off again every".split()
)
DENIAL = frozenset(
    "not never isn't aren't wasn't weren't don't doesn't didn't won't can't cannot couldn't wouldn't hasn't haven't".split()
)
COMMON_WEIGHT = 12
STAND_IN_WEIGHT = 20


def weigh(words: frozenset[str]) -> int:
    """How often one of these words is to be expected, roughly; the lowest makes the best anchor."""
    stand_ins = sum(1 for word in words if word in STAND_INS)
    return len(words) + COMMON_WEIGHT * len(words & COMMON) + STAND_IN_WEIGHT * stand_ins


@dataclass(eq=False)
class Phrase:
    """A phrase ready to be looked for in encoded text."""

    source: str
    node: Node
    lexicon: Lexicon = field(repr=False)
    # Gaps of a rule that denial silences do not reach across a "not".
    stops_at_denial: bool = False

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled when first needed: most phrases never are."""
        barred = self.lexicon.denial if self.stops_at_denial else ""
        return re.compile(write_expression(self.node, self.lexicon.write_set, barred))

    @cached_property
    def covering(self) -> re.Pattern[str]:
        """The same, with a gap at the end taking in as much as it may: for exceptions."""
        return re.compile(write_expression(stretch(self.node), self.lexicon.write_set))

    @cached_property
    def before(self) -> re.Pattern[str]:
        """The same, when the phrase has to end where the searched stretch ends."""
        return re.compile(write_expression(self.node, self.lexicon.write_set) + r"\Z")

    @cached_property
    def needed(self) -> list[frozenset[str]]:
        """Sets of characters; a text without a member of each cannot match. The rarest first."""
        sets = sorted(list_needed(self.node, weigh), key=weigh)
        return [self.lexicon.encode_set(words) for words in sets]

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
        self.denial = "".join(sorted({self.codes[word] for word in DENIAL if word in self.codes}))

    def encode_set(self, words: frozenset[str]) -> frozenset[str]:
        """The characters of these words."""
        if "NUM" in words:
            words |= self.numbers
        return frozenset(STAND_INS.get(word) or self.codes[word] for word in words)

    def write_set(self, words: frozenset[str]) -> str:
        """A set of words as part of a regular expression."""
        codes = "".join(sorted(self.encode_set(words)))
        return codes if len(codes) == 1 else f"[{codes}]"


def group_by_anchor(phrases: Iterable[Phrase]) -> dict[str, list[Phrase]]:
    """The phrases by each character of the set they hang on; "" holds those that hang on none."""
    groups: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        for code in phrase.needed[0] if phrase.needed else ("",):
            groups.setdefault(code, []).append(phrase)
    return groups
