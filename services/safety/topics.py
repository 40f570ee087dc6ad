"""Tells which sensitive topics a text touches, so that help can be put beside it."""

from __future__ import annotations

from services.safety.config import EVERYTHING
from services.safety.matching import Look
from services.safety.models import Context
from services.safety.rulebook import load_rules

NOTHING_KNOWN = Context()
# Topics of rules/topics.yaml by the name of the sensitive topic that each belongs to.
_TAKES_IN = {
    "suicide": ("suicide",),
    "self_harm": ("self-harm",),
    "eating_disorders": ("eating-disorder",),
}


def find_topics(text: str, context: Context | None = None) -> frozenset[str]:
    """Which sensitive topics the words of a post touch, in any of its parts.

    Figures of speech and the names of days and services touch none. What a workspace has switched
    off makes no difference here.

    Args:
        text: the post, or the part of it that is not in `context`.
        context: the draft around the text; its words are read as well.

    Raises BadRules when a rule file is broken, never because of the text.
    """
    known = context or NOTHING_KNOWN
    others = known.other_parts()
    book = load_rules(EVERYTHING)
    look = Look(book, book.reader.read(f"{text}\n\n{others}" if others else text), known)
    return frozenset(
        name for name, topics in _TAKES_IN.items() if any(map(look.find_sentences, topics))
    )
