"""What a workspace switches off, and the words it adds."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from services.safety.models import Severity

LONGEST_OWN = 80
# Begins the id of the rule that own words make.
OWN = "own-word-"
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class BadOwnWord(ValueError):
    """Words that cannot be looked for; the message says why."""


@dataclass(frozen=True, kw_only=True)
class OwnWord:
    """Words a workspace wants to hear about, any letter case, as they stand."""

    words: str
    instead: str
    reason: str = "Your workspace has asked to be told about this wording."
    severity: Severity = "suggestion"

    def __post_init__(self) -> None:
        """Raises BadOwnWord."""
        if not WORD.search(self.words) or len(self.words) > LONGEST_OWN:
            raise BadOwnWord(f"own words are one to {LONGEST_OWN} characters with a letter in them")

    @property
    def rule(self) -> str:
        """The id of the rule they make: the same whatever else is added or removed."""
        return f"{OWN}{hashlib.sha256(self.to_phrase().encode()).hexdigest()[:8]}"

    def to_phrase(self) -> str:
        """The words as a phrase of the rules' language."""
        return " ".join(word.lower().replace("’", "'") for word in WORD.findall(self.words))


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """Everything is on unless it is named here. Author at risk cannot be switched off."""

    disabled_packs: frozenset[str] = frozenset()
    disabled_rules: frozenset[str] = frozenset()
    own_words: tuple[OwnWord, ...] = ()

    def is_on(self, rule: str, pack: str) -> bool:
        """Whether a rule speaks."""
        if rule == "author-at-risk":
            return True
        return rule not in self.disabled_rules and pack not in self.disabled_packs


EVERYTHING = Configuration()
