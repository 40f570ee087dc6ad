"""Reads a text with all rules and says what they find."""

from __future__ import annotations

from services.safety import structure_form
from services.safety.book import Rule
from services.safety.config import EVERYTHING, Configuration
from services.safety.matching import Look
from services.safety.models import Context, Finding, Guideline
from services.safety.rulebook import load_rules
from services.safety.structure import match_structure
from services.safety.weighing import Draft, settle

NOTHING_KNOWN = Context()
__all__ = ["check", "structure_form"]


def check(
    text: str, context: Context | None = None, config: Configuration = EVERYTHING
) -> list[Finding]:
    """What the rules find in a text, the author at risk first, then in the order of the text.

    Args:
        text: what is to be read, of any length; a caption unless the context says otherwise.
        context: what is known of the draft; rules that need more stay silent.
        config: what the workspace has switched off or added.

    Returns the findings; `text[f.start:f.end] == f.quote` for each. Raises BadRules when a rule
    file is broken, never because of the text.
    """
    book = load_rules(config)
    known = context or NOTHING_KNOWN
    look = Look(book, book.reader.read(text), known)
    drafts = [*look.match_cases(), *match_structure(look)]
    return [make_finding(draft, text, known) for draft in settle(drafts)]


def make_finding(draft: Draft, text: str, context: Context) -> Finding:
    """A finding as it leaves the library."""
    rule = draft.rule
    return Finding(
        rule=rule.id,
        category=rule.category,
        severity=draft.severity,
        start=draft.start,
        end=draft.end,
        quote=text[draft.start : draft.end],
        reason=rule.reason,
        suggestion=draft.instead,
        source=choose_guideline(rule, context),
        needs_professional=rule.needs_professional or draft.severity == "blocker",
    )


def choose_guideline(rule: Rule, context: Context) -> Guideline:
    """The guideline of the audience's own country where the rule has one, else its first."""
    audience = context.audience_countries
    if audience and len(set(audience)) == 1:
        for one in (rule.guideline, *rule.also):
            if audience[0] in one.countries:
                return one
    return rule.guideline
