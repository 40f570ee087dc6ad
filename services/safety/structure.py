"""Rules about a post as a whole: is help named, is it labelled, does the number still answer.

Each function is called by its rule's `structure` in the rule files and yields what it finds. What
they look for in words stands in the lists of the rule files; here is only what phrases cannot say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from services.safety.book import Rule, RuleBook
from services.safety.helplines import FAMOUS, SURE, Mention, find_runs, load_registry
from services.safety.lexicon import ADDRESS, CLAUSE, HANDLE
from services.safety.matching import Hit, Look
from services.safety.models import Context, Severity
from services.safety.reading import Reading
from services.safety.weighing import Draft

Check = Callable[["Post", Rule], Iterator[Draft]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Name a structural check, as rule files call it."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


class Post:
    """A text with the other parts of its draft, and what several rules want to know about it."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.book: RuleBook = look.book
        self.reading: Reading = look.reading
        self.context: Context = look.context
        self.text = look.reading.text

    @cached_property
    def digits(self) -> list[tuple[int, int]]:
        """Where digits stand in a row."""
        return find_runs(self.text)

    @cached_property
    def numbers(self) -> list[Mention]:
        """Known numbers of the text that are meant as such."""
        found = load_registry().find_numbers(self.text, self.digits)
        return [one for one in found if self.is_meant(one)]

    @cached_property
    def help_found(self) -> list[Mention]:
        """Current numbers, addresses and handles of services, in any part of the draft."""
        found = [*self.numbers, *find_addresses(self.reading)]
        if self.others:
            found += load_registry().find_numbers(self.others)
            found += find_addresses(self.other_reading)
        return [
            one
            for one in found
            if one.service.state == "current" and one.service.topics != {"emergency"}
        ]

    @cached_property
    def others(self) -> str:
        """The words of the draft besides the text."""
        return self.context.other_parts()

    @cached_property
    def other_reading(self) -> Reading:
        """The words of the draft besides the text, read."""
        return self.book.reader.read(self.others)

    @cached_property
    def looks(self) -> list[Look]:
        """A look at the text, and one at the other parts of the draft if there are any."""
        if not self.others:
            return [self.look]
        return [self.look, Look(self.book, self.other_reading, self.context)]

    def is_meant(self, mention: Mention) -> bool:
        """Whether a number is a helpline and not a count: long, famous, or next to "call"."""
        if len(mention.number) >= SURE:
            return True
        if mention.number in FAMOUS and not COUNTED.match(self.text, mention.end):
            return True
        first = self.reading.place_at(mention.start)
        start, end = self.reading.bounds(self.reading.sentence_of(first))
        stretch = max(start, first - 8), min(end, first + 6)
        return self.look.search(self.book.settings["call-cue"], *stretch)

    def points_to_help(self) -> bool:
        """Whether the text says where helplines stand: in the bio, in a comment."""
        if self.find("help-pointer"):
            return True
        return bool(self.others) and search_apart(self, "help-pointer")

    def find(self, name: str) -> list[Hit]:
        """Where one of the phrases of a list stands."""
        phrases = self.look.candidates.get(name)
        return self.look.find_hits(phrases) if phrases else []

    def span(self, hit: Hit) -> tuple[int, int]:
        """Where a hit stands in the text."""
        return self.reading.span(hit.first, hit.last)

    def draft(
        self,
        rule: Rule,
        start: int = 0,
        end: int = 0,
        severity: Severity | None = None,
        instead: str | None = None,
    ) -> Draft:
        """A finding at a span, or about the whole post."""
        sentence = self.reading.sentence_at(start) if self.reading.code else 0
        return Draft(rule, severity or rule.severity, start, end, sentence, instead or rule.instead)


def search_apart(post: Post, name: str) -> bool:
    """Whether a phrase of a list stands in another part of the draft."""
    return find_apart(post, post.other_reading, name)


def find_apart(post: Post, reading: Reading, name: str) -> bool:
    """Whether a phrase of a list stands in a text beside the one under check."""
    return any(
        phrase.may_stand(reading.present) and phrase.expression.search(reading.code)
        for phrase in post.book.settings[name]
    )


def find_addresses(reading: Reading) -> Iterator[Mention]:
    """The web addresses and handles of services in a text."""
    registry = load_registry()
    for code in (ADDRESS, HANDLE):
        for place in reading.find_places(code):
            start = reading.starts[place]
            mention = registry.find_address(reading.text[start : reading.ends[place]], start)
            if mention is not None:
                yield mention


def match_structure(look: Look) -> Iterator[Draft]:
    """What all rules about the whole post find."""
    post = Post(look)
    for rule in look.book.rules.values():
        if rule.structure is not None:
            yield from CHECKS[rule.structure](post, rule)


@check("crisis-resource-missing")
def check_crisis_resource(post: Post, rule: Rule) -> Iterator[Draft]:
    """Suicide or self-harm without help named; light mentions ask more softly."""
    if not post.context.is_whole_post():
        return
    spoken = [
        (look, name) for look in post.looks for name in CRISIS_TOPICS if look.find_topic(name)
    ]
    if not spoken or post.help_found or post.points_to_help():
        return
    light = all(look.is_light(name) for look, name in spoken)
    yield post.draft(rule, severity="suggestion" if light else None)


CRISIS_TOPICS = ("suicide", "self-harm")


@check("ed-resource-missing")
def check_ed_resource(post: Post, rule: Rule) -> Iterator[Draft]:
    """Eating disorders as the subject of a post without help named."""
    hits = post.look.find_topic("eating-disorder")
    if len(hits) == 1 and is_listed(post.reading, hits[0]):
        return
    if not hits or not post.context.is_whole_post() or post.help_found or post.points_to_help():
        return
    tagged = any(
        tag.start <= post.reading.starts[hit.first] < tag.end
        for hit in hits
        for tag in post.reading.tags[:LOOKED_AT]
    )
    early = sum(1 for hit in hits[:3] if hit.sentence <= first_sentences(post.reading))
    if len(hits) >= 2 or tagged or early:
        yield post.draft(rule)


LOOKED_AT = 40


def is_listed(reading: Reading, hit: Hit) -> bool:
    """Whether a mention is one of three or more things in a list."""
    start, end = reading.bounds(hit.sentence)
    beside = (
        reading.code[max(start, hit.first - 1) : hit.first] + reading.code[hit.last : hit.last + 1]
    )
    return CLAUSE in beside and reading.code.count(CLAUSE, start, end) >= 2


@check("alt-of-illness")
def check_alt_of_illness(post: Post, rule: Rule) -> Iterator[Draft]:
    """Pictures of an ill body beside a post about eating disorders or bodies."""
    if not any(map(post.look.find_topic, ("eating-disorder", "body"))):
        return
    for media in post.context.media or ():
        reading = post.book.reader.read(media.alt or "")
        if find_apart(post, reading, "emaciation"):
            yield post.draft(rule)
            return


def first_sentences(reading: Reading) -> int:
    """The number of the second sentence that has words in it."""
    seen = 0
    for sentence in range(min(reading.count_sentences(), 8)):
        start, end = reading.bounds(sentence)
        seen += end > start
        if seen == 2:
            return sentence
    return reading.count_sentences()


@check("helpline-outdated")
def check_outdated(post: Post, rule: Rule) -> Iterator[Draft]:
    """Numbers that are closed or replaced, unless the text says so."""
    for mention in post.numbers:
        if mention.service.state == "current" or says_so(post, mention):
            continue
        superseded = mention.service.state == "superseded"
        yield post.draft(
            rule,
            mention.start,
            mention.end,
            severity="warning" if superseded else None,
            instead=rule.settings["instead"].get(mention.number),
        )
    for hit in post.find("closed-route"):
        first, last = post.reading.bounds(hit.sentence)
        if not post.look.search(post.book.settings["number-changed"], first, last):
            yield post.draft(rule, *post.span(hit), instead=rule.settings["instead"].get("press 3"))


def says_so(post: Post, mention: Mention) -> bool:
    """Whether the text tells, in the same sentence or beside it, that a number has changed."""
    sentence = post.reading.sentence_at(mention.start)
    start = post.reading.bounds(max(0, sentence - 1))[0]
    end = post.reading.bounds(min(sentence + 1, post.reading.count_sentences() - 1))[1]
    return post.look.search(post.book.settings["number-changed"], start, end)


@check("helpline-no-country")
def check_country(post: Post, rule: Rule) -> Iterator[Draft]:
    """National numbers that do not say for which country, and no directory for everybody else."""
    numbers = [one for one in post.numbers if one.service.state == "current"]
    if not numbers:
        return
    audience = post.context.audience_countries
    if "*" in {c for one in post.help_found for c in one.service.countries}:
        return
    for mention in numbers:
        if audience and len(set(audience)) == 1 and audience[0] in mention.service.countries:
            continue
        if says_so(post, mention) or is_labelled(post, mention):
            continue
        yield post.draft(rule, mention.start, mention.end)
        return


# "988 runners": a number of somethings is no helpline.
COUNTED = re.compile(
    r" (?!or|and|any|if|is|are|for|in|to|at|on|from|by|now|free|you|the|day|will|then|press"
    r"|when)[a-z]{3,}"
)
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")


def is_labelled(post: Post, mention: Mention) -> bool:
    """Whether a country, its adjective or its flag stands in the line of a number or beside it."""
    text = post.text
    start = previous_line(text, mention.start)
    end = text.find("\n", mention.end)
    if end >= 0:
        end = text.find("\n", end + 1)
    end = min(len(text) if end < 0 else end, mention.end + NEAR)
    start = max(start, mention.start - NEAR)
    if FLAG.search(text, start, end):
        return True
    if CAPITAL_COUNTRY.search(text, start, end):
        return True
    first, last = post.reading.place_at(start), post.reading.place_at(max(start, end - 1)) + 1
    return post.look.search(post.book.settings["country"], first, last)


NEAR = 300
CAPITAL_COUNTRY = re.compile(r"\b(?:US|USA|UK|NI|NZ|AU|CA|IE|ROI|EU|U\.S\.|U\.K\.)(?!\w)")


def previous_line(text: str, at: int) -> int:
    """Where the line before the one at `at` begins."""
    start = text.rfind("\n", max(0, at - NEAR), at)
    if start < 0:
        return max(0, at - NEAR)
    before = text.rfind("\n", max(0, start - NEAR), start)
    return before + 1 if before >= 0 else max(0, start - NEAR)


@check("content-note-missing")
def check_content_note(post: Post, rule: Rule) -> Iterator[Draft]:
    """Somebody's story of harm, told and not counted, and no note in the first two lines."""
    if not post.context.is_whole_post():
        return
    stories = post.find("story-of-harm")
    if not stories:
        return
    lines = [line for line in post.text.split("\n", 8) if line.strip()][:2]
    head_end = post.text.find(lines[-1]) + len(lines[-1]) if lines else 0
    notes = post.find("content-note")
    if any(post.span(note)[0] < head_end for note in notes):
        return
    counted = {figure.sentence for figure in post.find("statistic")}
    supposed = post.book.settings["story-supposed"]
    for story in stories:
        if story.sentence in counted or post.look.overlaps(supposed, story):
            continue
        if not post.look.passes("negation", story) and not post.look.passes("mention", story):
            yield post.draft(rule)
            return


@check("contact-details-exposed")
def check_contact_details(post: Post, rule: Rule) -> Iterator[Draft]:
    """A number or address next to words about reaching a private person."""
    known = [(one.start, one.end) for one in post.numbers]
    for left, right in find_contacts(post):
        if any(start < right and left < end for start, end in known):
            continue
        place = post.reading.place_at(left)
        sentence = post.reading.sentence_of(place)
        start, end = post.reading.bounds(sentence)
        before = post.reading.bounds(max(0, sentence - 1))[0]
        after = post.reading.bounds(min(sentence + 1, post.reading.count_sentences() - 1))[1]
        if not post.look.search(
            post.book.settings["private-contact"], max(before, place - 40), min(after, place + 40)
        ):
            continue
        if post.look.search(post.book.settings["public-contact"], max(start, place - 20), end):
            continue
        yield post.draft(rule, left, right)


# Begins with a plain set of characters, so that the engine skips through what cannot be one.
PHONE = re.compile(
    r"[+(\d](?<![\w#$£€.+(].)(?:(?<=\+)\d|(?<=\()\d"
    r"|(?<=\d))\d{1,12}\)?(?:[ .\-/]{1,2}\(?\d{2,8}\)?){0,5}(?![\w%])"
)
STREET = re.compile(
    r"\d(?<!\w\d)\d{0,3}[a-z]?,? (?:[A-Z][a-z’']{1,20} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave"
    r"|Lane|Ln|Drive|Dr|Close"
    r"|Court|Ct|Way|Place|Pl|Crescent|Terrace|Gardens|Grove|Row|Square|Blvd|Boulevard|Hill"
    r"|Mews|Walk|Park)\b"
)
DOOR = re.compile(
    r"\d(?<!\w\d)(?:(?<=[Ff]lat \d)|(?<=[Rr]oom \d)|(?<=[Uu]nit \d)|(?<=[Aa]pt \d)"
    r"|(?<=[Aa]partment \d))\d{0,3}[a-zA-Z]?\b"
)
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,30}){1,4}")
FEWEST_DIGITS = 7


def find_contacts(post: Post) -> list[tuple[int, int]]:
    """Phone numbers, streets with a number, doors and mail addresses."""
    found = []
    text = post.text
    if post.digits:
        done = 0
        for start, _ in post.digits:
            first = start - 1 if start and text[start - 1] in "+(" else start
            if first >= done and (one := PHONE.match(text, first)):
                found.append(one.span())
                done = one.end()
            others = (STREET.match(text, start), DOOR.match(text, start))
            found += [one.span() for one in others if one]
        found = [
            (start, end)
            for start, end in found
            if sum(map(str.isdigit, text[start:end])) >= FEWEST_DIGITS
            or any(map(str.isalpha, text[start:end]))
        ]
    for place in post.reading.find_places(ADDRESS):
        mail = MAIL.match(post.text, post.reading.starts[place])
        if mail is not None:
            found.append(mail.span())
    return sorted(found)
