"""What the checker found in a version, and professionals who answer for words it would stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.checking import AT_RISK
from services.gateway.client import Gateway
from services.ids import require_id
from services.models import Waiver, read_at
from services.posts import Json

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Source:
    """The guideline behind a finding; `url` is empty for a workspace's own words."""

    name: str
    year: str
    url: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finding as it was recorded. `part` is "" for the post as a whole, as in services.checking.

    `severity` is blocker, warning or suggestion. `quote` has at most 500 characters. `waiver` is
    None while nobody answers for a blocker.
    """

    id: str
    rule: str
    severity: str
    part: str
    start: int
    end: int
    quote: str
    reason: str
    suggestion: str
    source: Source
    waiver: Waiver | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `finding_json`."""
        source = row["source"]
        return cls(
            id=row["id"],
            rule=row["rule"],
            severity=row["severity"],
            part=row["part"],
            start=row["start"],
            end=row["end"],
            quote=row["quote"],
            reason=row["reason"],
            suggestion=row["suggestion"],
            source=Source(source["name"], source["year"], source["url"]),
            waiver=None if row["waiver"] is None else Waiver.from_json(row["waiver"]),
        )

    @property
    def stops(self) -> bool:
        """Whether it stands in the way of an approval."""
        return self.severity == "blocker" and self.waiver is None

    @property
    def is_about_author(self) -> bool:
        """Whether it says that the author may be in danger, and nothing about the post."""
        return self.rule == AT_RISK


@dataclass(frozen=True, slots=True)
class Safety:
    """What the reader may see of a check of the version that could become approved next.

    `checked` is False until the checker has read exactly what is there now, with the rules and the
    choices of now. `findings` begin with blockers.
    `topics` are what it touches so that help has to go with it; see `services.checking.SENSITIVE`.
    """

    version_number: int
    checked: bool
    checked_at: datetime | None
    findings: tuple[Recorded, ...]
    topics: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read `safety_json`."""
        return cls(
            version_number=row["version_number"],
            checked=row["checked"],
            checked_at=read_at(row["checked_at"]),
            findings=tuple(Recorded.from_json(one) for one in row["findings"]),
            topics=tuple(row["topics"] or ()),
        )

    @property
    def stopping(self) -> tuple[Recorded, ...]:
        """What stands in the way of an approval."""
        return tuple(one for one in self.findings if one.stops)


def waive(gateway: Gateway, *, finding_id: str, reason: str) -> None:
    """As a professional who may decide, answer for words that a rule stops.

    Args:
        reason: 1 to 1,000 characters; everybody who reads the draft reads it.

    Raises:
        Conflict: `check_stale`, `already_waived`, `already_decided`, `on_hold`, `not_a_blocker`.
        Forbidden: the caller may not decide on the draft.
        Invalid: no reason, or a long one.
    """
    gateway.write("waive_finding", {"p_finding": require_id(finding_id), "p_reason": reason})


def take_back(gateway: Gateway, *, waiver_id: str) -> None:
    """End a waiver, one's own or a colleague's, before the decision.

    Raises:
        Conflict: `already_taken_back`, `already_decided`, `on_hold`.
        Forbidden: the caller may not decide on the draft.
    """
    gateway.write("take_back_waiver", {"p_waiver": require_id(waiver_id)})
