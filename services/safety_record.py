"""Has the checker read what could become approved, and records what it found.

The server does this with its own key, for everybody: nobody hands in findings on their own text.
The database says what is to be read and binds the findings to exactly that; an approval without
them is refused there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.checking import PartFinding, check_post, list_sensitive, read_settings
from services.errors import Conflict, Unavailable
from services.posts import Content, Json
from services.safety import hash_rules

# Findings that are kept as rows, and characters of what each quotes: a hostile text has thousands.
MOST_KEPT = 500
LONGEST_QUOTE = 500
_TRIES = 3


class Desk(Protocol):
    """Where the database is asked and told. `services.gateway.server.Server` is one."""

    def get_check(self, *, draft_id: str, version: int | None) -> dict[str, Any] | None:
        """What there is to read; see `Server.get_check`."""

    def record_findings(
        self,
        *,
        draft_id: str,
        version: int,
        review_hash: str,
        rule_set_hash: str,
        configuration_hash: str,
        findings: Sequence[Mapping[str, object]],
        blockers: int,
        topics: Sequence[str],
    ) -> bool:
        """Keep what was found; see `Server.record_findings`."""


def rule_set_hash() -> str:
    """One hash over all files of rules that this process reads with."""
    return hash_rules()


def record_check(desk: Desk, *, draft_id: str, version: int | None = None) -> bool:
    """Have a submitted version read unless that was done; whether something was recorded.

    Args:
        version: The one that could become approved next, unless told.

    Raises:
        Unavailable: `rules_differ` when the database was told of other rules, or no answer.
        Conflict: `check_stale` when the post changes all the time, `too_many_checks`.
    """
    for attempt in range(_TRIES):
        sheet = desk.get_check(draft_id=draft_id, version=version)
        if sheet is None or sheet["checked"]:
            return False
        try:
            return _record(desk, draft_id, sheet)
        except Conflict as stale:
            if stale.detail != "check_stale" or attempt == _TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")


def _record(desk: Desk, draft_id: str, sheet: Json) -> bool:
    if sheet["rule_set_hash"] != rule_set_hash():
        raise Unavailable(
            "The checker's rules here are not those this workspace is held to, so nothing can be "
            "approved. Whoever runs Tandem can mend that with `make rules`.",
            detail="rules_differ",
        )
    content = Content.from_json(sheet["content"])
    found = sorted(
        check_post(content, read_settings(sheet["settings"])),
        key=lambda one: one.finding.severity != "blocker",
    )
    return desk.record_findings(
        draft_id=draft_id,
        version=sheet["version"],
        review_hash=sheet["review_hash"],
        rule_set_hash=sheet["rule_set_hash"],
        configuration_hash=sheet["configuration_hash"],
        findings=[_to_json(one) for one in found[:MOST_KEPT]],
        blockers=sum(one.finding.severity == "blocker" for one in found),
        topics=list_sensitive(content),
    )


def _to_json(one: PartFinding) -> dict[str, object]:
    found = one.finding.to_json()
    return {**found, "part": one.part, "quote": found["quote"][:LONGEST_QUOTE]}
