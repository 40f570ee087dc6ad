"""The checker's rules as a workspace keeps them: what is off, who switched it off, its own words.

The database decides who may change them and keeps the record; everybody in the workspace reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal, Self

from services import errors
from services.checking import AT_RISK, read_settings
from services.gateway.client import Gateway
from services.hints import Rate
from services.models import need_at
from services.posts import Json
from services.safety import BadOwnWord, Configuration, OwnWord
from services.safety.book import Rule
from services.safety.models import SEVERITIES, Severity

Kind = Literal["pack", "rule"]


@dataclass(frozen=True, slots=True)
class Change:
    """Who did something, and when."""

    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace has chosen, and how that came about.

    Args:
        chosen: as the checker takes it.
        seen: names exactly this choice; a change has to say what it was made on.
        changed: the last change; None while everything is as it comes.
        switches: who switched off what is off now, by kind and name; of some nobody knows.
        rates: what authors make of a rule's notes, by rule; empty for everybody but coordinators.
    """

    chosen: Configuration
    seen: str
    changed: Change | None
    switches: Mapping[tuple[Kind, str], Change]
    rates: Mapping[str, Rate]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the answer of `get_safety_settings`."""
        changed_at = row["changed_at"]
        return cls(
            chosen=read_settings(row["settings"]),
            seen=row["configuration_hash"],
            changed=Change(row["changed_by_name"], need_at(changed_at)) if changed_at else None,
            switches={
                (one["kind"], one["name"]): Change(one["by_name"], need_at(one["at"]))
                for one in row["switches"]
            },
            rates={
                one["rule"]: Rate(one["rule"], one["answers"], one["not_meant"])
                for one in row["rates"]
            },
        )


def get_settings(gateway: Gateway, *, workspace_id: str) -> Settings:
    """What the workspace has chosen.

    Raises:
        NotFound: the caller does not belong to it.
    """
    row = gateway.read("get_safety_settings", {"p_workspace": workspace_id})
    if row is None:
        raise errors.NotFound
    return Settings.from_json(row)


def save_choice(gateway: Gateway, *, workspace_id: str, chosen: Configuration, seen: str) -> str:
    """Choose for the workspace; every draft is read with it from now on. The new choice's name.

    Raises:
        Conflict: `stale_settings`: somebody changed it since it was `seen`.
        Forbidden: the caller is no coordinator.
        Invalid: something cannot be taken; nothing was changed.
    """
    settings = {
        "packs_off": sorted(chosen.disabled_packs),
        "rules_off": sorted(chosen.disabled_rules),
        "own_words": [asdict(word) for word in chosen.own_words],
    }
    row = gateway.write(
        "set_safety_settings",
        {
            "p_workspace": workspace_id,
            "p_settings": json.dumps(settings, ensure_ascii=False),
            "p_expected": seen,
        },
    )
    return str(row["configuration_hash"])


def switch(chosen: Configuration, kind: Kind, name: str, *, on: bool) -> Configuration:
    """The choice with a pack or a rule switched on or off.

    Raises:
        Invalid: `always_on`: the author at risk is always looked for.
    """
    if name == AT_RISK and not on:
        raise errors.Invalid(
            "That somebody may be in danger is always looked for.", detail="always_on"
        )
    if kind == "pack":
        return replace(chosen, disabled_packs=_with(chosen.disabled_packs, name, off=not on))
    return replace(chosen, disabled_rules=_with(chosen.disabled_rules, name, off=not on))


def write_word(*, words: str, instead: str, reason: str, severity: Severity) -> OwnWord:
    """Own words as somebody typed them.

    Raises:
        Invalid: `words_invalid`, or `words_missing` where something has to be said.
    """
    told = {"what to write instead": instead, "why": reason}
    for what, text in told.items():
        if not text.strip():
            raise errors.Invalid(f"Please say {what}.", detail="words_missing")
    try:
        return OwnWord(
            words=" ".join(words.split()),
            instead=" ".join(instead.split()),
            reason=" ".join(reason.split()),
            severity=severity,
        )
    except BadOwnWord as error:
        raise errors.Invalid(
            "Please give the words to look for: up to 80 characters, with a letter in them.",
            detail="words_invalid",
        ) from error


def put_word(
    chosen: Configuration, word: OwnWord, *, instead_of: OwnWord | None = None
) -> Configuration:
    """The choice with own words added, or put in the place of others that are there.

    Raises:
        Invalid: `words_twice`: they are looked for already.
    """
    others = [one for one in chosen.own_words if one != instead_of]
    if any(one.rule == word.rule for one in others):
        raise errors.Invalid("Your workspace looks for these words already.", detail="words_twice")
    if instead_of in chosen.own_words:
        kept = tuple(word if one == instead_of else one for one in chosen.own_words)
        return replace(chosen, own_words=kept)
    return replace(chosen, own_words=(*chosen.own_words, word))


def drop_word(chosen: Configuration, word: OwnWord) -> Configuration:
    """The choice without these own words; the same where they are gone."""
    return replace(chosen, own_words=tuple(one for one in chosen.own_words if one != word))


def gravest_of(rule: Rule) -> Severity:
    """The gravest that a note of the rule can be: some depend on what stands around the words."""
    found = {rule.severity, *(case.severity for case in rule.cases)}
    return min(found, key=SEVERITIES.index)


def _with(names: frozenset[str], name: str, *, off: bool) -> frozenset[str]:
    return names | {name} if off else names - {name}
