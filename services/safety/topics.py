"""Tells which sensitive topics a text touches, and whether it leaves room for hope."""

from __future__ import annotations

from services.safety.config import EVERYTHING
from services.safety.matching import Look
from services.safety.models import Context
from services.safety.rulebook import load_rules

NOTHING_KNOWN = Context()


def find_topics(text: str, context: Context | None = None) -> frozenset[str]:
    """Which sensitive topics the words of a post touch, in any of its parts.

    Names are those of `rules/sensitive.yaml`: suicide, self_harm, eating_disorders, abuse,
    substance_use, crisis. Figures of speech, jokes, titles and other meanings of a word touch
    none; a day of prevention or the name of a service does. What a workspace has switched off
    makes no difference here.

    Args:
        text: the post, or the part of it that is not in `context`.
        context: the draft around the text; its words are read as well.

    Raises BadRules when a rule file is broken, never because of the text.
    """
    look = read_all(text, context)
    return frozenset(
        name
        for name, topic in look.book.sensitive.items()
        if look.find_spoken(topic) or any(map(look.find_topic, topic.takes_in))
    )


def has_hope(text: str, context: Context | None = None) -> bool:
    """Whether any part of a post says that things can get better, or what helped.

    The phrases are those of `rules/strengths.yaml`; what is denied or asked does not count. An idea
    for the author, not a rule. Raises BadRules when a rule file is broken.
    """
    look = read_all(text, context)
    return bool(look.find_spoken(look.book.strengths["hope"]))


def read_all(text: str, context: Context | None) -> Look:
    """All words of a draft, looked at for topics and strengths and not for rules."""
    known = context or NOTHING_KNOWN
    others = known.other_parts()
    book = load_rules(EVERYTHING)
    reading = book.reader.read(f"{text}\n\n{others}" if others else text)
    return Look(book, reading, known, book.sensitive_net)
