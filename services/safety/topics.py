"""Tells which sensitive topics a text touches, so that help can be put beside it."""

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
    known = context or NOTHING_KNOWN
    others = known.other_parts()
    book = load_rules(EVERYTHING)
    reading = book.reader.read(f"{text}\n\n{others}" if others else text)
    look = Look(book, reading, known, book.sensitive_net)
    return frozenset(
        name
        for name, topic in book.sensitive.items()
        if look.find_spoken(topic) or any(map(look.find_topic, topic.takes_in))
    )
