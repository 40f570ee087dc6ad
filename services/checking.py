"""Reads all parts of a post with the safe-messaging checker, and says what is found in which part.

A post is read as its readers meet it: as one, the caption first. So a tag tells what a caption is
about, a disclosure in the caption counts for the script, and help named in any part is help. What
is found then goes back to its part, with a span that counts characters of that part's own text.
Pure: nothing is read from elsewhere, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from services.formats import PARTS
from services.posts import Content, ContextCard, Json, write_hashtags
from services.safety import (
    BadOwnWord,
    Configuration,
    Context,
    Finding,
    Media,
    OwnWord,
    check,
    find_topics,
    has_hope,
)
from services.safety.config import EVERYTHING

# The name of an image's description among the parts: "alt:" and the image's id.
ALT = "alt:"

# The rule that hears that the author may be in danger.
AT_RISK = "author-at-risk"

STRENGTHS: dict[str, str] = {
    "help": "It says where people find help",
    "aim": "Goal and audience are written down",
    "action": "It asks people to do one thing",
    "hope": "It leaves room for hope",
    "described": "Every image has a description",
}

# What to do about a strength that is not there yet, where that is not plain.
IDEAS: dict[str, str] = {
    "hope": "On a subject like this, a line about what helped, or that people recover, gives a"
    " reader something to hold on to. Only if it is true for you.",
}

# What a post can touch so that help has to go with it, in the words that people read. The database
# knows the same names (private.help_subjects) and which services fit each (private.fitting_topics).
SENSITIVE: dict[str, str] = {
    "suicide": "suicide",
    "self_harm": "self-harm",
    "eating_disorders": "eating disorders",
    "abuse": "abuse",
    "substance_use": "substance use",
    "crisis": "a crisis",
}
# What authors say by the topic they choose, whatever the words. The database knows the same ones
# (private.asks_for_help).
CHOSEN: dict[str, tuple[str, ...]] = {
    "suicide_self_harm": ("suicide", "self_harm"),
    "eating_disorders": ("eating_disorders",),
    "trauma": ("abuse",),
    "substance_use": ("substance_use",),
}

# Stands between two parts: a sentence of its own, so that no rule takes what ends one part and
# what begins the next for neighbours, and no heading for the heading of a list in another part.
_BETWEEN = "\n\n,\n\n"

# Where platforms fold a text, there is something to be buried under.
_FOLDED = ("caption", "hashtags")


@dataclass(frozen=True, slots=True)
class PartFinding:
    """A finding in a part of a post.

    `part` is a key of `services.formats.PARTS`, or "alt:" with an image's id, and
    `texts[part][start:end] == quote`, in characters (code points). It is "" for what is said of
    the post as a whole, such as that no help is named: then the span is empty, at 0.
    """

    part: str
    finding: Finding

    @property
    def is_about_author(self) -> bool:
        """Whether it says that the author may be in danger, and nothing about the post."""
        return self.finding.rule == AT_RISK


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part's text and where it begins in the text of the whole post."""

    part: str
    text: str
    start: int


def part_texts(content: Content) -> dict[str, str]:
    """What is written in a post, by the part's name, in the order in which it is read.

    Hashtags are one line, "#rest #sleep", as the editor and the review room show them.
    """
    texts = {name: getattr(content, name) for name in PARTS if name != "hashtags"}
    caption = {"caption": texts.pop("caption"), "hashtags": write_hashtags(content.hashtags)}
    alts = {f"{ALT}{image.id}": image.alt for image in content.media}
    return {name: text for name, text in (caption | texts | alts).items() if text.strip()}


def check_post(
    content: Content, configuration: Configuration = EVERYTHING
) -> tuple[PartFinding, ...]:
    """What the rules find in a post: the author at risk first, then what is said of the post as a
    whole, then part by part in the order of `part_texts`.

    The same content and configuration always give the same answer. Takes about a millisecond for
    every 2,000 characters.

    Raises:
        BadRules: a rule file is broken.
    """
    texts = part_texts(content)
    context = _context_of(content)
    found = _check_texts(texts, context, configuration)
    if any(one.finding.rule == "content-note-missing" for one in found):
        found = _without_spare_note(found, texts, context, configuration)
    return tuple(found)


def find_strengths(
    content: Content, card: ContextCard, configuration: Configuration = EVERYTHING
) -> dict[str, bool]:
    """What makes a post help and a review easy, by a key of STRENGTHS, and whether it is there.

    Hope is asked about where the words touch a hard topic, and descriptions where there are images.

    Raises:
        BadRules: a rule file is broken.
    """
    # Whether help is named is for the checker to say: it would miss it beside these words.
    texts = part_texts(content)
    asks = texts | {"": "Somebody died by suicide."}
    found = _check_texts(asks, _context_of(content), configuration)
    images = content.media
    strengths = {
        "help": all(one.finding.rule != "crisis-resource-missing" for one in found),
        "aim": bool(card.goal.strip() and card.audience.strip()),
        "action": bool(card.action.strip()),
    }
    whole = _BETWEEN.join(texts.values())
    if find_topics(whole):
        strengths["hope"] = has_hope(whole)
    if images:
        strengths["described"] = all(image.alt.strip() for image in images)
    return strengths


def list_sensitive(content: Content) -> tuple[str, ...]:
    """What the post touches so that help has to go with it, in the order of SENSITIVE.

    By its words in any part, or by the topic that its author chose.

    Raises:
        BadRules: a rule file is broken.
    """
    whole, _ = _join(part_texts(content))
    touched = find_topics(whole) | set(CHOSEN.get(content.topic, ()))
    return tuple(topic for topic in SENSITIVE if topic in touched)


def read_settings(settings: Json) -> Configuration:
    """What a workspace has chosen, as the checker takes it.

    Own words that cannot be looked for are left out: they would stop every draft from being read.
    """
    return Configuration(
        disabled_packs=frozenset(settings["packs_off"]),
        disabled_rules=frozenset(settings["rules_off"]),
        own_words=tuple(_read_words(settings["own_words"])),
    )


def _read_words(words: Iterable[Json]) -> Iterator[OwnWord]:
    for word in words:
        with suppress(BadOwnWord):
            yield OwnWord(**word)


def list_shown(findings: Iterable[PartFinding]) -> tuple[PartFinding, ...]:
    """The findings to show: while the author may be in danger, nothing but that is said."""
    found = tuple(findings)
    return tuple(one for one in found if one.is_about_author) or found


def _context_of(content: Content) -> Context:
    """What is known of the post besides its words."""
    return Context(
        media=tuple(Media(type="image", alt=image.alt) for image in content.media),
        audience_countries=content.audience_countries or None,
        platform=content.platform,
    )


def _check_texts(
    texts: dict[str, str], context: Context, configuration: Configuration
) -> list[PartFinding]:
    whole, stretches = _join(texts)
    found = [
        _place(finding, stretches)
        for finding in check(whole, context, configuration)
        if not _is_unburied(finding, stretches)
    ]
    order = {"": 0} | {name: number for number, name in enumerate(texts, start=1)}
    found.sort(key=lambda one: (not one.is_about_author, order[one.part]))
    return found


def _join(texts: dict[str, str]) -> tuple[str, list[_Stretch]]:
    """The whole post as one text, and where each part stands in it."""
    stretches: list[_Stretch] = []
    at = 0
    for part, text in texts.items():
        stretches.append(_Stretch(part, text, at))
        at += len(text) + len(_BETWEEN)
    return _BETWEEN.join(texts.values()), stretches


def _place(finding: Finding, stretches: Sequence[_Stretch]) -> PartFinding:
    """The finding in its part; one that reaches over two parts ends with the first."""
    if finding.start == finding.end:
        return PartFinding("", finding)
    stretch = _stretch_at(finding.start, stretches)
    start = finding.start - stretch.start
    end = min(finding.end - stretch.start, len(stretch.text))
    quote = stretch.text[start:end]
    return PartFinding(stretch.part, replace(finding, start=start, end=end, quote=quote))


def _stretch_at(offset: int, stretches: Sequence[_Stretch]) -> _Stretch:
    return next(one for one in reversed(stretches) if one.start <= offset)


def _is_unburied(finding: Finding, stretches: Sequence[_Stretch]) -> bool:
    """Whether a disclosure is only far down because the caption stands before it here."""
    if finding.rule != "buried-disclosure":
        return False
    return _stretch_at(finding.start, stretches).part not in _FOLDED


def _without_spare_note(
    found: Sequence[PartFinding],
    texts: dict[str, str],
    context: Context,
    configuration: Configuration,
) -> list[PartFinding]:
    """The findings, less the wish for a content note if any part begins with one."""
    for order in _other_beginnings(texts):
        again = _check_texts(order, context, configuration)
        if all(one.finding.rule != "content-note-missing" for one in again):
            return [one for one in found if one.finding.rule != "content-note-missing"]
    return list(found)


def _other_beginnings(texts: dict[str, str]) -> Iterator[dict[str, str]]:
    """The texts with each of the parts that people hear or see first at the beginning."""
    for name in ("on_screen_text", "script"):
        if name in texts and next(iter(texts)) != name:
            yield {name: texts[name]} | texts
