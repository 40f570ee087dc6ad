"""The rules as they stand in rules/*.yaml, checked and made ready to be used.

Errors: BadRules, with file, line and field, when a file breaks the schema, a phrase cannot be read,
or something names what is not there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.safety.book import Case, Rule, RuleBook, Test, Topic
from services.safety.config import EVERYTHING, Configuration
from services.safety.lexicon import Lexicon, Phrase
from services.safety.models import Guideline
from services.safety.nodes import Node
from services.safety.phrases import BadPhrase, merge_choice, parse_phrase
from services.safety.reading import Reader
from services.safety.sources import BadRules, Source, read_source

FOLDER = Path(__file__).parent / "rules"
# Lists that rules about the whole post look for by themselves, see structure.py.
SOUGHT = (
    "ai-label",
    "captioned",
    "closed-route",
    "commercial",
    "content-note",
    "disclosure-word",
    "help-pointer",
    "named-source",
    "statistic",
    "story-of-harm",
    "vague-word",
)
ANYTHING = re.compile("")
SUBJECTS = ("lists", "topics", "sensitive", "strengths", "tests", "guidelines", "packs")


@lru_cache(maxsize=16)
def load_rules(config: Configuration = EVERYTHING, folder: Path = FOLDER) -> RuleBook:
    """The rules of a folder, with the workspace's choices. Raises BadRules."""
    return Builder(read_sources(folder), config, parsed_phrases(folder)).build()


@lru_cache(maxsize=1)
def hash_rules(folder: Path = FOLDER) -> str:
    """The fingerprint of the rules with everything on, without making them ready: five times
    faster. Raises BadRules.
    """
    return fingerprint(read_sources(folder), EVERYTHING)


@lru_cache(maxsize=16)
def read_sources(folder: Path) -> tuple[Source, ...]:
    """The files of a folder. Raises BadRules."""
    sources = tuple(read_source(path) for path in sorted(folder.glob("*.yaml")))
    if not sources:
        raise BadRules(f"{folder}: no rule files")
    return sources


@lru_cache(maxsize=16)
def parsed_phrases(_folder: Path) -> dict[str, Node]:
    """Where the phrases of these files are kept as trees: no workspace's choices change them."""
    return {}


class Builder:
    """Puts the rule book together from its files.

    Args:
        parsed: phrases of these files that were read before; those read now are added.
    """

    def __init__(
        self, sources: Sequence[Source], config: Configuration, parsed: dict[str, Node]
    ) -> None:
        self.config = config
        self.parsed = parsed
        self.subjects = {name: merge_subject(sources, name) for name in SUBJECTS}
        self.rule_sources = [source for source in sources if "rules" in source.data]
        self.sources = sources
        self.lists: dict[str, Node] = {}
        self.reading: list[str] = []
        self.shared: dict[tuple[str, str], list[Phrase]] = {}
        self.pending: list[Phrase] = []
        self.guidelines = {
            key: Guideline(
                key=key,
                name=raw["name"],
                year=str(raw["year"]),
                url=raw["url"],
                countries=tuple(raw.get("countries", ())),
            )
            for key, (_, raw) in self.subjects["guidelines"].items()
        }

    def build(self) -> RuleBook:
        """Everything, checked."""
        for name in self.subjects["lists"]:
            self.read_list(name)
        topics = self.read_topics("topics")
        tests = {name: self.read_test(name, *one) for name, one in self.subjects["tests"].items()}
        rules: dict[str, Rule] = {}
        for source in self.rule_sources:
            for number, raw in enumerate(source.data["rules"]):
                where = ("rules", number)
                if raw["id"] in rules:
                    raise source.error((*where, "id"), f"a second rule is called {raw['id']!r}")
                rules[raw["id"]] = self.read_rule(raw, source, where, topics, tests)
        self.add_own_words(rules)
        return self.finish(rules, topics, tests)

    def finish(
        self, rules: dict[str, Rule], topics: dict[str, Topic], tests: dict[str, Test]
    ) -> RuleBook:
        """The book with its lexicon, once every phrase is known."""
        for source in self.rule_sources:
            for number, raw in enumerate(source.data["rules"]):
                for other in raw.get("yields_to", ()):
                    if other not in rules:
                        raise source.error(("rules", number, "yields_to"), f"no rule {other!r}")
        sensitive, strengths = self.read_topics("sensitive"), self.read_topics("strengths")
        settings = {
            name: self.phrases(raw, source, ("lists", name))
            for name, (source, raw) in self.subjects["lists"].items()
        }
        maskable = frozenset(
            word
            for name in ("maskable", "coded")
            for word in self.subjects["lists"].get(name, (None, ()))[1]
            if word.isalpha()
        )
        lexicon = Lexicon((phrase.node for phrase in self.pending), [frozenset({"and"}), maskable])
        lexicon.prepare(self.pending)
        on = {name: rule for name, rule in rules.items() if self.config.is_on(rule.id, rule.pack)}
        book = RuleBook(
            rules=on,
            packs={name: raw["title"] for name, (_, raw) in self.subjects["packs"].items()},
            topics=topics,
            sensitive=sensitive,
            strengths=strengths,
            tests=tests,
            settings=settings,
            lexicon=lexicon,
            reader=Reader(lexicon, maskable),
            masked_words=frozenset(self.subjects["lists"]["coded"][1]),
            fingerprint=fingerprint(self.sources, self.config),
        )
        return anchor(book)

    def parse(self, phrase: str, source: Source, where: tuple[str | int, ...]) -> Node:
        """A phrase as a tree. Raises BadRules."""
        if known := self.parsed.get(phrase):
            return known
        try:
            node = parse_phrase(phrase, self.find_list)
        except BadPhrase as error:
            raise source.error(where, str(error)) from error
        if source in self.sources:
            self.parsed[phrase] = node
        return node

    def phrases(
        self, raw: Iterable[str], source: Source, where: tuple[str | int, ...]
    ) -> list[Phrase]:
        """Phrases whose lexicon follows when all are known. Raises BadRules."""
        made = [
            Phrase(text, self.parse(text, source, (*where, number)))
            for number, text in enumerate(raw)
        ]
        self.pending += made
        return made

    def read_list(self, name: str) -> Node:
        """A list as one of its phrases; those it uses are read on the way. Raises BadRules."""
        if name not in self.lists:
            source, phrases = self.subjects["lists"][name]
            if name in self.reading:
                raise source.error(("lists", name), "the list is part of itself")
            self.reading.append(name)
            nodes = [self.parse(p, source, ("lists", name, n)) for n, p in enumerate(phrases)]
            self.lists[name] = merge_choice(nodes)
            self.reading.pop()
        return self.lists[name]

    def find_list(self, name: str) -> Node | None:
        """A list by its name, None when there is none."""
        return self.read_list(name) if name in self.subjects["lists"] else None

    def read_topics(self, subject: str) -> dict[str, Topic]:
        """Topics as they stand in the files; a sensitive one takes in others. Raises BadRules."""
        topics = {}
        for name, (source, raw) in self.subjects[subject].items():
            topics[name] = self.read_topic(source, (subject, name), raw)
            for other in topics[name].takes_in:
                if other not in self.subjects["topics"]:
                    raise source.error((subject, name, "topics"), f"no topic {other!r}")
        return topics

    def read_topic(self, source: Source, where: tuple[str, str], raw: Mapping[str, Any]) -> Topic:
        """A topic as it stands in the file."""
        return Topic(
            id=where[1],
            phrases=self.phrases(raw.get("phrases", ()), source, (*where, "phrases")),
            exceptions=self.phrases(raw.get("not", ()), source, (*where, "not")),
            light=self.phrases(raw.get("light", ()), source, (*where, "light")),
            joking=self.phrases(raw.get("not_joking", ()), source, (*where, "not_joking")),
            silenced_by=tuple(raw.get("silenced_by", ())),
            takes_in=tuple(raw.get("topics", ())),
        )

    def read_test(self, name: str, source: Source, raw: Mapping[str, Any]) -> Test:
        """A context test as it stands in the file."""
        where = ("tests", name)
        return Test(
            id=name,
            before=self.phrases(raw.get("before", ()), source, (*where, "before")),
            after=self.phrases(raw.get("after", ()), source, (*where, "after")),
            around=self.phrases(raw.get("around", ()), source, (*where, "around")),
            sentence=self.phrases(raw.get("sentence", ()), source, (*where, "sentence")),
            reach=raw.get("reach", 12),
            quoted=raw.get("quoted", False),
        )

    def read_rule(
        self,
        raw: Mapping[str, Any],
        source: Source,
        where: tuple[str | int, ...],
        topics: Mapping[str, Topic],
        tests: Mapping[str, Test],
    ) -> Rule:
        """A rule as it stands in the file. Raises BadRules."""
        for key in (raw["guideline"], *raw.get("also", ())):
            if key not in self.guidelines:
                raise source.error((*where, "guideline"), f"no guideline {key!r}")
        pack = raw.get("pack", source.data["pack"])
        if pack not in self.subjects["packs"]:
            raise source.error((*where, "pack"), f"no pack {pack!r}")
        rule = Rule(
            id=raw["id"],
            category=source.data["category"],
            severity=raw["severity"],
            reason=raw["reason"].strip(),
            instead=raw["instead"].strip(),
            guideline=self.guidelines[raw["guideline"]],
            also=tuple(self.guidelines[key] for key in raw.get("also", ())),
            pack=pack,
            needs_professional=raw.get("needs_professional", raw["severity"] == "blocker"),
            once=raw.get("once", False),
            swaps=read_swaps(raw, source, where),
            yields_to=tuple(raw.get("yields_to", ())),
            structure=raw.get("structure"),
            settings=raw.get("settings", {}),
        )
        for number, case in enumerate(raw.get("cases", ())):
            rule.cases.append(self.read_case(rule, raw, case, source, (*where, "cases", number)))
            for topic in rule.cases[-1].topics:
                if topic not in topics:
                    raise source.error((*where, "cases", number, "topic"), f"no topic {topic!r}")
            for test in rule.cases[-1].silenced_by:
                if test not in tests:
                    raise source.error((*where, "silenced_by"), f"no context test {test!r}")
        return rule

    def read_case(
        self,
        rule: Rule,
        raw: Mapping[str, Any],
        case: Mapping[str, Any],
        source: Source,
        where: tuple[str | int, ...],
    ) -> Case:
        """A case with what the whole rule adds to it."""

        def both(name: str) -> list[Phrase]:
            own = self.phrases(case.get(name, ()), source, (*where, name))
            shared = self.shared.get((rule.id, name))
            if shared is None:
                shared = self.phrases(raw.get(name, ()), source, (*where[:2], name))
                self.shared[rule.id, name] = shared
            return own + shared

        topic = case.get("topic", raw.get("topic", ()))
        return Case(
            rule=rule,
            number=where[-1] if isinstance(where[-1], int) else 0,
            phrases=self.trigger(case, raw, source, where),
            topics=(topic,) if isinstance(topic, str) else tuple(topic),
            scope=case.get("scope", raw.get("scope", "near")),
            silenced_by=tuple(case.get("silenced_by", raw.get("silenced_by", ()))),
            exceptions=both("not"),
            together=self.phrases(case.get("with", ()), source, (*where, "with")),
            together_scope=case.get("with_scope", "sentence"),
            unless=both("unless"),
            unless_near=both("unless_near"),
            unless_post=both("unless_post"),
            joke=case.get("joke"),
            voice=case.get("voice"),
            severity=case.get("severity", rule.severity),
            instead=case.get("instead", rule.instead).strip(),
        )

    def trigger(
        self,
        case: Mapping[str, Any],
        raw: Mapping[str, Any],
        source: Source,
        where: tuple[str | int, ...],
    ) -> list[Phrase]:
        """The phrases of a case; where a denial silences it, their gaps stop at a "not"."""
        phrases = self.phrases(case["phrases"], source, (*where, "phrases"))
        silenced_by = case.get("silenced_by", raw.get("silenced_by", ()))
        for phrase in phrases:
            phrase.stops_at_denial = "negation" in silenced_by
        return phrases

    def add_own_words(self, rules: dict[str, Rule]) -> None:
        """The workspace's own words as rules beside the others."""
        for number, own in enumerate(self.config.own_words, start=1):
            source = Source(path=Path("own words"), data={}, lines={})
            rule = Rule(
                id=own.rule,
                category="own words",
                severity=own.severity,
                reason=own.reason,
                instead=own.instead,
                guideline=Guideline(key="own", name="Words of this workspace", year="n.d.", url=""),
                also=(),
                pack="own",
                needs_professional=own.severity == "blocker",
                once=False,
                swaps=ANYTHING,
                yields_to=(),
                structure=None,
                settings={},
            )
            raw = {"silenced_by": ["mention"]}
            case = {"phrases": [own.to_phrase()]}
            rule.cases.append(self.read_case(rule, raw, case, source, ("own words", number, 0)))
            rules[rule.id] = rule


def read_swaps(
    raw: Mapping[str, Any], source: Source, where: tuple[str | int, ...]
) -> re.Pattern[str] | None:
    """In which quotes the alternatives of a rule fit as they stand. Raises BadRules."""
    if "swaps" not in raw:
        return None
    try:
        return re.compile(raw["swaps"], re.IGNORECASE)
    except re.error as error:
        raise source.error((*where, "swaps"), str(error)) from error


def merge_subject(sources: Sequence[Source], name: str) -> dict[str, tuple[Source, Any]]:
    """One kind of entry out of all files. Raises BadRules for a name that is used twice."""
    merged: dict[str, tuple[Source, Any]] = {}
    for source in sources:
        for key, value in source.data.get(name, {}).items():
            if key in merged:
                raise source.error((name, key), f"{key!r} is also in {merged[key][0].path.name}")
            merged[key] = (source, value)
    return merged


def anchor(book: RuleBook) -> RuleBook:
    """The book with its phrases hung on the words they cannot do without."""
    for topic in book.topics.values():
        book.net.owners.update(dict.fromkeys(topic.phrases, topic))
    for rule in book.rules.values():
        for case in rule.cases:
            book.net.owners.update(dict.fromkeys(case.phrases, case))
    for name in SOUGHT:
        book.net.owners.update(dict.fromkeys(book.settings[name], name))
    book.net.hang()
    for topic in (*book.sensitive.values(), *book.strengths.values()):
        for one in (topic, *(book.topics[name] for name in topic.takes_in)):
            book.sensitive_net.owners.update(dict.fromkeys(one.phrases, one))
    book.sensitive_net.hang()
    return book


def fingerprint(sources: Sequence[Source], config: Configuration) -> str:
    """One hash over everything that decides what the checker says."""
    told = json.dumps([[source.path.name, source.data] for source in sources], sort_keys=True)
    return hashlib.sha256(f"{told}\n{config!r}".encode()).hexdigest()
