"""What the rules found in a text, weighed against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.safety.book import Rule
from services.safety.models import SEVERITIES, Severity


@dataclass(frozen=True)
class Draft:
    """What a rule found, before the rules are weighed against each other."""

    rule: Rule
    severity: Severity
    start: int
    end: int
    sentence: int
    instead: str
    order: int = 0


def settle(drafts: Sequence[Draft]) -> list[Draft]:
    """One finding a rule and sentence, the gravest; of two rules the more specific wins."""
    kept: dict[tuple[str, int], Draft] = {}
    for draft in drafts:
        key = (draft.rule.id, 0 if draft.rule.once else draft.sentence)
        held = kept.get(key)
        if held is None or rank(draft) < rank(held):
            kept[key] = draft
    survivors = list(kept.values())
    spans: dict[str, list[tuple[int, int]]] = {}
    for draft in survivors:
        spans.setdefault(draft.rule.id, []).append((draft.start, draft.end))
    settled = [draft for draft in survivors if not yields(draft, spans)]
    settled.sort(key=lambda one: (one.rule.id != "author-at-risk", one.start, one.end, one.rule.id))
    return settled


def rank(draft: Draft) -> tuple[int, int, int, int]:
    """The gravest, then the case that stands first in its rule, then the earliest and shortest."""
    return SEVERITIES.index(draft.severity), draft.order, draft.start, draft.end


def yields(draft: Draft, spans: dict[str, list[tuple[int, int]]]) -> bool:
    """Whether a more specific rule speaks of the same words."""
    return any(
        start < draft.end and draft.start < end
        for name in draft.rule.yields_to
        for start, end in spans.get(name, ())
    )
