"""What the checker knows once the rule files are read: rules and their cases, topics, tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.safety.lexicon import Anchor, Hanger, Lexicon, Phrase
from services.safety.models import Guideline, Severity
from services.safety.reading import Reader


@dataclass(eq=False)
class Case:
    """Phrases of a rule that share their conditions."""

    rule: Rule
    number: int
    phrases: list[Phrase]
    topics: tuple[str, ...]
    scope: str
    silenced_by: tuple[str, ...]
    exceptions: list[Phrase]
    together: list[Phrase]
    together_scope: str
    unless: list[Phrase]
    unless_near: list[Phrase]
    unless_post: list[Phrase]
    joke: bool | None
    voice: str | None
    severity: Severity
    instead: str


@dataclass(eq=False)
class Rule:
    """A rule with everything a finding says about it.

    Where `swaps` is found in a quote, what `instead` offers can stand in its place.
    """

    id: str
    category: str
    severity: Severity
    reason: str
    instead: str
    guideline: Guideline
    also: tuple[Guideline, ...]
    pack: str
    needs_professional: bool
    once: bool
    swaps: re.Pattern[str] | None
    yields_to: tuple[str, ...]
    structure: str | None
    settings: Mapping[str, Any]
    cases: list[Case] = field(default_factory=list)


@dataclass(eq=False)
class Topic:
    """A subject that rules ask for; `light` are mentions in the name of a day or a service only."""

    id: str
    phrases: list[Phrase]
    exceptions: list[Phrase]
    light: list[Phrase]
    joking: list[Phrase]
    silenced_by: tuple[str, ...]
    # Of a sensitive topic: the topics of rules that it takes in besides its own phrases.
    takes_in: tuple[str, ...] = ()


@dataclass(eq=False)
class Test:
    """A way in which words are mentioned and not used; see docs/safety.md."""

    id: str
    before: list[Phrase]
    after: list[Phrase]
    around: list[Phrase]
    sentence: list[Phrase]
    reach: int
    quoted: bool


@dataclass(eq=False)
class Net:
    """Phrases that are looked for together, hung on the words they cannot do without.

    `crossing` are those that go on in the next sentence, with the bits of all the sets they need.
    """

    owners: dict[Phrase, Case | Topic | str] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    crossing: list[tuple[Phrase, int]] = field(default_factory=list)

    def hang(self) -> None:
        """Hang up what was added to `owners`."""
        hanger = Hanger()
        for phrase in self.owners:
            if not phrase.crosses:
                hanger.hang(phrase)
        self.crossing = [
            (phrase, hanger.mark(phrase.needs)) for phrase in self.owners if phrase.crosses
        ]
        self.anchors = hanger.list_anchors()


@dataclass(eq=False)
class RuleBook:
    """All rules that are switched on, and what they need to read a text."""

    rules: dict[str, Rule]
    # Titles of what can be switched off as a whole.
    packs: dict[str, str]
    topics: dict[str, Topic]
    sensitive: dict[str, Topic]
    strengths: dict[str, Topic]
    tests: dict[str, Test]
    settings: dict[str, list[Phrase]]
    lexicon: Lexicon
    reader: Reader
    masked_words: frozenset[str]
    fingerprint: str
    # What the rules look for, and what tells which sensitive topics and strengths a text has.
    net: Net = field(default_factory=Net)
    sensitive_net: Net = field(default_factory=Net)
