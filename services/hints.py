"""What an author decides about a draft for themselves: to keep it, and which notes miss the point.

Of the author at risk nothing is kept: neither that it was found nor what was answered.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, Self

from services import errors
from services.checking import AT_RISK
from services.gateway.client import Gateway
from services.ids import require_id
from services.posts import Json
from services.safety import Finding

Answer = Literal["not_meant", "used"]
Mark = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answers:
    """`kept`: nothing of the draft can be sent. `not_meant` holds marks; see `mark_of`."""

    kept: bool = False
    not_meant: frozenset[Mark] = frozenset()

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read them out of the answer of `get_draft`; everybody but the author has none."""
        marks = frozenset((one["rule"], one["quote_hash"]) for one in row["not_meant"])
        return cls(row["kept"], marks)


NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Rate:
    """How often authors answered notes of a rule, and how often it was not what they meant."""

    rule: str
    answers: int
    not_meant: int


def mark_of(draft_id: str, finding: Finding) -> Mark:
    """The rule and a hash of the quoted words, the same wherever in the draft they stand."""
    told = f"{draft_id}\n{finding.quote}".encode("utf-8", "surrogatepass")
    return finding.rule, hashlib.sha256(told).hexdigest()


def may_dismiss(finding: Finding) -> bool:
    """Whether "not what I meant" is enough; a blocker waits for other words or a professional."""
    return finding.severity != "blocker" and finding.rule != AT_RISK


def keep_draft(gateway: Gateway, *, draft_id: str, kept: bool) -> None:
    """Keep a draft to oneself: nothing of it can be sent or handed on until that is ended."""
    gateway.write("keep_draft", {"p_draft": require_id(draft_id), "p_kept": kept})


def answer_hint(
    gateway: Gateway, *, draft_id: str, finding: Finding, answer: Answer | None
) -> None:
    """Keep what the author makes of a finding; None takes back what they said.

    Raises:
        Invalid: a blocker cannot be dismissed, and of the author at risk nothing is kept.
        NotFound: not the caller's to write.
    """
    if finding.rule == AT_RISK or (answer == "not_meant" and not may_dismiss(finding)):
        raise errors.Invalid
    rule, quote_hash = mark_of(draft_id, finding)
    gateway.write(
        "answer_hint",
        {
            "p_draft": require_id(draft_id),
            "p_rule": rule,
            "p_quote_hash": quote_hash,
            "p_answer": answer,
        },
    )


def list_rates(gateway: Gateway, *, workspace_id: str) -> tuple[Rate, ...]:
    """For coordinators, the rules that missed what authors meant most often first.

    Raises:
        Forbidden: somebody else.
    """
    rows = gateway.read("list_hint_rates", {"p_workspace": workspace_id})
    return tuple(Rate(row["rule"], row["answers"], row["not_meant"]) for row in rows)
