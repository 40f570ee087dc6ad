"""Finds helplines in a text: numbers as dialled, addresses, handles; and numbers that are no more.

The numbers here serve to recognise help that an author gives. They are never shown to anybody: the
help that Tandem itself offers comes from the library, where a person has checked it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "helplines.csv"
RUN = re.compile(r"\d+")
JOINT = re.compile(r"[ \u00a0.()/–-]{1,3}")
LETTERS = re.compile(r"1?[ -]?800[ -]273[ -](?:talk)\b", re.IGNORECASE)
HOST = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:/[^\s)\]]*)?", re.IGNORECASE
)
AT_NAME = re.compile(r"@([\w.]+)")
MOST_RUNS = 6
# Shorter than this, a number is a helpline only next to a word such as "call".
SURE = 6
FAMOUS = frozenset({"988", "741741", "85258", "1737"})


@dataclass(frozen=True, slots=True)
class Service:
    """What a number or address leads to; `state` is current, superseded or closed."""

    countries: frozenset[str]
    topics: frozenset[str]
    state: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A number or address in a text."""

    start: int
    end: int
    number: str
    service: Service


@dataclass(frozen=True)
class Registry:
    """Everything that counts as a helpline, by number, host and handle."""

    numbers: Mapping[str, Service]
    hosts: Mapping[str, Service]
    handles: Mapping[str, Service]
    beginnings: frozenset[str]

    def find_numbers(
        self, text: str, runs: Sequence[tuple[int, int]] | None = None
    ) -> Iterator[Mention]:
        """Known numbers, with or without their spaces; the longest reading of each.

        `runs` are the runs of digits of the text, where they are known.
        """
        for found in LETTERS.finditer(text) if "273" in text else ():
            yield Mention(found.start(), found.end(), "18002738255", self.numbers["18002738255"])
        if runs is None:
            runs = find_runs(text)
        at = 0
        while at < len(runs):
            count, mention = self.read_number(text, runs, at)
            if mention is not None:
                yield mention
            at += count

    def read_number(
        self, text: str, runs: Sequence[tuple[int, int]], at: int
    ) -> tuple[int, Mention | None]:
        """The longest known number that begins with a run of digits, and how many runs it takes."""
        start, end = runs[at]
        digits = text[start:end]
        if digits not in self.beginnings:
            return 1, None
        if start and (text[start - 1].isalpha() or text[start - 1] in "$£€#."):
            return 1, None
        best: tuple[int, Mention | None] = (1, None)
        for count in range(1, MOST_RUNS + 1):
            service = self.numbers.get(digits)
            if service is not None and not text[end : end + 1].isalpha():
                left = start - 1 if start and text[start - 1] == "+" else start
                best = (count, Mention(left, end, digits, service))
            if at + count >= len(runs) or digits not in self.beginnings:
                break
            following = runs[at + count]
            if not JOINT.fullmatch(text, end, following[0]):
                break
            end = following[1]
            digits += text[following[0] : end]
        return best

    def find_address(self, word: str, at: int) -> Mention | None:
        """A known web address or handle; `word` stands at `at`."""
        if word.startswith("@"):
            key, services = word[1:].lower().rstrip("."), self.handles
        else:
            host = HOST.match(word.lower())
            key, services = host[1] if host else "", self.hosts
        service = services.get(key) or services.get(key.partition(".")[2])
        return None if service is None else Mention(at, at + len(word), key, service)


@lru_cache(maxsize=1)
def load_registry() -> Registry:
    """The numbers, hosts and handles of data/helplines.csv."""
    tables: dict[str, dict[str, tuple[set[str], set[str], str]]] = {
        "number": {},
        "host": {},
        "handle": {},
    }
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            for key in spellings(row["kind"], row["value"], row["country"]):
                countries, topics, _ = tables[row["kind"]].setdefault(
                    key, (set(), set(), row["state"])
                )
                countries.add(row["country"])
                topics.add(row["topic"])
    services = {
        kind: {
            key: Service(frozenset(countries), frozenset(topics), state)
            for key, (countries, topics, state) in table.items()
        }
        for kind, table in tables.items()
    }
    beginnings = frozenset(
        number[:length] for number in services["number"] for length in range(1, len(number) + 1)
    )
    return Registry(services["number"], services["host"], services["handle"], beginnings)


def find_runs(text: str) -> list[tuple[int, int]]:
    """Where digits stand in a row."""
    return [found.span() for found in RUN.finditer(text)]


def spellings(kind: str, value: str, country: str) -> set[str]:
    """The ways in which people write a number; other values as they are."""
    if kind != "number":
        return {value.lower()}
    digits = "".join(RUN.findall(value))
    forms = {digits}
    if country in ("US", "CA") and len(digits) == 11 and digits.startswith("1"):
        forms.add(digits[1:])
    if value.startswith("+44"):
        forms.add("0" + digits[2:])
    if country == "GB" and digits.startswith("0"):
        forms.add("44" + digits[1:])
    return forms
