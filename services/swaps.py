"""What can be put in place of words that a rule speaks of, ready to go into the text."""

from __future__ import annotations

import re
import unicodedata

from services.safety import Finding
from services.safety.book import Rule

_MOST = 3
_BRACKETS = re.compile(r"\s*\([^)]*\)")
# An alternative that somebody has to complete is told, and not put in.
_OPEN = ("...", "…", " with X")
_ONE_PERSON = re.compile(r"\A(?:a )?person (?=with|who|in)")
_ONE_DOES = re.compile(r"\bwho (\w+(?:-\w+)?)s\b")


def list_swaps(finding: Finding, rule: Rule) -> tuple[str, ...]:
    """Up to three wordings for the finding's quote, the best first; none where none fits as it is.

    Many for many ("addicts": "people with an addiction"), and a capital for a capital.
    """
    if rule.swaps is None or not rule.swaps.search(finding.quote):
        return ()
    fitted = (_fit(words, finding.quote) for words in _list_whole(finding, rule))
    return tuple(dict.fromkeys(words for words in fitted if words != finding.quote))[:_MOST]


def _list_whole(finding: Finding, rule: Rule) -> list[str]:
    quote = finding.quote
    if rule.structure == "tags-without-capitals":
        # The finding offers all tags of a part; the words are those of the first.
        return [tag for tag in finding.suggestion.split() if tag.lower() == quote.lower()]
    if rule.structure == "fancy-unicode":
        plain = unicodedata.normalize("NFKC", quote)
        return [plain] if plain.isascii() else []
    offered = (_BRACKETS.sub("", one).strip() for one in finding.suggestion.split(";"))
    return [one for one in offered if one and not any(sign in one for sign in _OPEN)]


def _fit(words: str, quote: str) -> str:
    if quote.lower().endswith("s") and _ONE_PERSON.match(words):
        words = _ONE_DOES.sub(r"who \1", _ONE_PERSON.sub("people ", words))
    if quote[:1].isupper() and not quote.isupper():
        words = words[:1].upper() + words[1:]
    return words
