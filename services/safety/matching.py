"""Finds the phrases of the rules in a text that was read, and weighs what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from services.safety.book import Case, Net, RuleBook, Topic
from services.safety.lexicon import SENTENCE, Phrase
from services.safety.mentions import Mentions, is_title
from services.safety.models import Context
from services.safety.reading import Reading
from services.safety.weighing import Draft

WINDOW = 40  # words on either side that count as "the same sentence" where it never ends
CAUSES = {True: "near", False: "sentence"}
JOKES = frozenset("😂🤣💀☠😭😹😆😅🙃")


class Hit(NamedTuple):
    """A phrase in a text: from its first word to the one behind its last, and its sentence."""

    first: int
    last: int
    sentence: int


class Look:
    """One look at one text with one rule book."""

    def __init__(
        self, book: RuleBook, reading: Reading, context: Context, net: Net | None = None
    ) -> None:
        self.book = book
        self.net = net or book.net
        self.reading = reading
        self.context = context
        # How many phrases were looked for, over how many words: what tests of growth count.
        self.runs = self.steps = 0
        self.topics: dict[str, list[Hit]] = {}
        self.topic_sentences: dict[str, set[int]] = {}
        self.active: dict[int, tuple[Sequence[Phrase], list[Phrase]]] = {}
        self.candidates = self.find_candidates()

    @cached_property
    def mentions(self) -> Mentions:
        """Quoted stretches, found when the first rule asks."""
        return Mentions(self.reading)

    def find_candidates(self) -> dict[Case | Topic | str, list[tuple[Phrase, list[int]]]]:
        """The phrases whose rare words all occur in one sentence, with where the rarest stands."""
        found: dict[Phrase, list[int]] = {}
        anchors = self.net.anchors
        stop = anchors[SENTENCE]
        whole = present = 0
        hung: list[tuple[int, list[tuple[Phrase, int]]]] = []
        for place, anchor in enumerate(map(anchors.get, self.reading.code)):
            if anchor is None:
                continue
            if anchor is stop:
                if hung:
                    take_up(found, hung, present)
                    hung = []
                whole |= present
                present = 0
                continue
            bits, phrases = anchor
            present |= bits
            if phrases:
                hung.append((place, phrases))
        take_up(found, hung, present)
        self.add_crossing(found, whole | present)
        grouped: dict[Case | Topic | str, list[tuple[Phrase, list[int]]]] = {}
        owners = self.net.owners
        for phrase, where in found.items():
            grouped.setdefault(owners[phrase], []).append((phrase, where))
        return grouped

    def add_crossing(self, found: dict[Phrase, list[int]], whole: int) -> None:
        """The phrases that go on in the next sentence: their words may be anywhere."""
        text = self.reading.code
        for phrase, needed in self.net.crossing:
            if needed & whole == needed:
                for code in self.reading.present & phrase.needs[0]:
                    found.setdefault(phrase, []).extend(find_all(text, code, 0))

    def find_hits(self, phrases: Sequence[tuple[Phrase, list[int]]]) -> list[Hit]:
        """Every place where one of the phrases stands, in order.

        A phrase is looked for around the places of its rarest word only.
        """
        code = self.reading.code
        hits: list[Hit] = []
        for phrase, where in phrases:
            search, reach = phrase.search, phrase.reach
            if len(where) > 1:
                where.sort()
            high = 0
            for at in where:
                low = at - reach
                # What overlaps the stretch before begins where the last match ended.
                low = max(low, high)
                high = at + reach + 1
                found = search(code, low, high)
                self.runs += 1
                self.steps += reach
                while found is not None:
                    hits.append(self.make_hit(phrase, found))
                    low = found.end()
                    found = search(code, low, high)
                high = max(low, at - reach)
        if len(hits) > 1:
            hits.sort(key=order_hits)
        return hits

    def make_hit(self, phrase: Phrase, found: re.Match[str]) -> Hit:
        """A match with its place in the text, narrowed to what the phrase quotes."""
        reading = self.reading
        first, last = found.span()
        if phrase.quotes and found.start("quoted") >= 0:
            first, last = found.span("quoted")
        return Hit(first, last, reading.sentence_of(first))

    def list_active(self, phrases: Sequence[Phrase]) -> list[Phrase]:
        """Those of a list whose words all occur; worked out once a text."""
        held = self.active.get(id(phrases))
        if held is not None:
            return held[1]
        present = self.reading.present
        active = [phrase for phrase in phrases if phrase.may_stand(present)]
        self.active[id(phrases)] = (phrases, active)
        return active

    def find_topic(self, name: str) -> list[Hit]:
        """Where a topic is spoken of; worked out when a rule first asks."""
        hits = self.topics.get(name)
        if hits is None:
            hits = self.topics[name] = self.find_spoken(self.book.topics[name])
        return hits

    def find_spoken(self, topic: Topic) -> list[Hit]:
        """Where a topic is spoken of."""
        phrases = self.candidates.get(topic)
        found = self.find_hits(phrases) if phrases else []
        return [hit for hit in found if self.is_topic(topic, hit)]

    def is_topic(self, topic: Topic, hit: Hit) -> bool:
        """Whether a phrase of a topic is meant, and neither a figure of speech nor a joke."""
        return not (
            self.overlaps(topic.exceptions, hit)
            or any(self.passes(name, hit) for name in topic.silenced_by)
            or (self.overlaps(topic.joking, hit) and self.is_joke(hit, "near"))
        )

    def find_sentences(self, name: str) -> set[int]:
        """The sentences that speak of a topic, and not only in the name of a day or service."""
        sentences = self.topic_sentences.get(name)
        if sentences is None:
            light = self.book.topics[name].light
            sentences = self.topic_sentences[name] = {
                hit.sentence for hit in self.find_topic(name) if not self.overlaps(light, hit)
            }
        return sentences

    def is_light(self, topic: str) -> bool:
        """Whether the topic occurs in the names of days, courses or services only."""
        return not self.find_sentences(topic)

    def match_cases(self) -> Iterator[Draft]:
        """What the phrases of all rules find."""
        for case, phrases in self.candidates.items():
            if isinstance(case, Case) and self.may_speak(case):
                yield from self.match_case(case, phrases)

    def may_speak(self, case: Case) -> bool:
        """Whether the post as a whole lets the case speak."""
        if case.voice is not None and case.voice != self.context.voice:
            return False
        if case.topics and not any(map(self.find_sentences, case.topics)):
            return False
        return not (case.unless_post and self.search(case.unless_post, 0, len(self.reading.code)))

    def match_case(
        self, case: Case, phrases: Sequence[tuple[Phrase, list[int]]]
    ) -> Iterator[Draft]:
        """What one case finds: at most one finding a sentence."""
        done = -1
        for hit in self.find_hits(phrases):
            if hit.sentence == done or self.is_silenced(case, hit):
                continue
            done = hit.sentence
            start, end = self.reading.span(hit.first, hit.last)
            yield Draft(
                case.rule,
                case.severity,
                start,
                end,
                hit.sentence,
                case.instead,
                case.number,
            )

    def is_silenced(self, case: Case, hit: Hit) -> bool:
        """Whether what stands around the words takes the case away, cheapest question first."""
        if case.topics and not self.has_topic(case.topics, hit, case.scope):
            return True
        # Danger is taken for a joke only if the joke stands in the same sentence.
        if case.joke is not None and case.joke != self.is_joke(hit, CAUSES[case.joke]):
            return True
        if self.overlaps(case.exceptions, hit):
            return True
        together = case.together
        if together and not self.search(together, *self.stretch(hit, case.together_scope)):
            return True
        if self.is_excused(case, hit):
            return True
        return any(self.passes(name, hit) for name in case.silenced_by)

    def is_excused(self, case: Case, hit: Hit) -> bool:
        """Whether words in the same sentence, or in those beside it, say that all is well."""
        if case.unless and self.search(case.unless, *self.stretch(hit, "sentence")):
            return True
        near = case.unless_near
        return bool(near) and self.search(near, *self.stretch(hit, "near"))

    def has_topic(self, topics: Sequence[str], hit: Hit, scope: str) -> bool:
        """Whether one of the topics is spoken of in the scope of a hit."""
        if scope == "post":
            return any(map(self.find_sentences, topics))
        reach = 1 if scope == "near" else 0
        near = range(hit.sentence - reach, hit.sentence + reach + 1)
        return any(not self.find_sentences(name).isdisjoint(near) for name in topics)

    def stretch(self, hit: Hit, scope: str) -> tuple[int, int]:
        """From where to where a companion may stand."""
        if scope == "post":
            return 0, len(self.reading.code)
        start, end = self.reading.bounds(hit.sentence)
        if scope == "near":
            start = self.reading.bounds(hit.sentence - 1)[0] if hit.sentence else start
            end = self.reading.bounds(hit.sentence + 1)[1]
        return max(start, hit.first - 2 * WINDOW), min(end, hit.last + 2 * WINDOW)

    def search(self, phrases: Sequence[Phrase], start: int, end: int) -> bool:
        """Whether one of the phrases stands in a stretch."""
        code = self.reading.code
        for phrase in self.list_active(phrases):
            self.runs += 1
            if phrase.expression.search(code, start, end):
                return True
        return False

    def overlaps(self, phrases: Sequence[Phrase], hit: Hit) -> bool:
        """Whether one of the phrases shares a word with the hit."""
        code = self.reading.code
        for phrase in self.list_active(phrases):
            self.runs += 1
            reach, search = phrase.reach, phrase.cover
            low, high = max(0, hit.first - reach), hit.last + reach
            found = search(code, low, high)
            while found is not None and found.start() < hit.last:
                if found.end() > hit.first:
                    return True
                found = search(code, found.end(), high)
        return False

    def passes(self, name: str, hit: Hit) -> bool:
        """Whether a context test says that the words are not used but mentioned, told or denied."""
        test = self.book.tests[name]
        start, end = self.reading.bounds(hit.sentence)
        left = max(start, hit.first - test.reach)
        if self.ends_with(test.before, left, hit.first):
            return True
        if self.starts_with(test.after, hit.last, hit.last + test.reach):
            return True
        if test.around and self.overlaps(test.around, hit):
            return True
        if test.quoted:
            return self.is_mentioned(test.sentence, hit)
        if name == "title" and is_title(self.reading, *self.reading.span(hit.first, hit.last)):
            return True
        return self.search(
            test.sentence, max(start, hit.first - WINDOW), min(end, hit.last + WINDOW)
        )

    def ends_with(self, phrases: Sequence[Phrase], start: int, end: int) -> bool:
        """Whether one of the phrases ends where the hit begins."""
        code = self.reading.code
        for phrase in self.list_active(phrases):
            self.runs += 1
            if phrase.before.search(code, start, end):
                return True
        return False

    def starts_with(self, phrases: Sequence[Phrase], start: int, end: int) -> bool:
        """Whether one of the phrases begins where the hit ends."""
        code = self.reading.code
        for phrase in self.list_active(phrases):
            self.runs += 1
            if phrase.expression.match(code, start, end):
                return True
        return False

    def is_mentioned(self, cues: Sequence[Phrase], hit: Hit) -> bool:
        """Test C1: quoted, struck through or crossed out, with a cue nearby that says why."""
        mentions = self.mentions
        begin, stop = self.reading.span(hit.first, hit.last)
        if mentions.is_crossed(begin):
            return True
        quoted = mentions.is_quoted(begin, stop)
        if quoted:
            start, end = self.reading.bounds(hit.sentence)
            left, right = max(start, hit.first - WINDOW), min(end, hit.last + WINDOW)
            if self.search(cues, left, right) or mentions.is_swapped(stop):
                return True
        for number, (left, right) in enumerate(mentions.list_stretches(begin, stop)):
            if not quoted and number == 0:
                continue
            first, last = (
                self.reading.place_at(left),
                self.reading.place_at(max(left, right - 1)) + 1,
            )
            if self.search(cues, first, min(last, first + 4 * WINDOW)):
                return True
        return False

    def is_joke(self, hit: Hit, causes: str) -> bool:
        """Whether somebody laughs, in words or faces, in the sentence or the one beside it.

        `causes` is the scope in which a trivial cause, such as a queue, counts as laughter.
        """
        start, end = self.stretch(hit, "near")
        if end > start:
            places = self.reading
            stop = places.starts[end] if end < len(places.starts) else len(places.text)
            stretch = places.text[max(0, places.starts[start] - 2) : stop]
            if not JOKES.isdisjoint(stretch):
                return True
        settings = self.book.settings
        return self.search(settings["laughter"], start, end) or self.search(
            settings["joke-cause"], *self.stretch(hit, causes)
        )


def take_up(
    found: dict[Phrase, list[int]],
    hung: Sequence[tuple[int, Sequence[tuple[Phrase, int]]]],
    present: int,
) -> None:
    """Add the phrases whose other rare words stand in the same sentence."""
    for place, phrases in hung:
        for phrase, beside in phrases:
            if beside & present == beside:
                if phrase in found:
                    found[phrase].append(place)
                else:
                    found[phrase] = [place]


def find_all(text: str, sign: str, start: int) -> list[int]:
    """Where a character stands in an encoded text that begins at `start`."""
    places = []
    at = text.find(sign)
    while at >= 0:
        places.append(start + at)
        at = text.find(sign, at + 1)
    return places


def order_hits(hit: Hit) -> tuple[int, int]:
    """The earliest first, of two the longer."""
    return hit.first, -hit.last
