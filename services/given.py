"""Help that went with a post when it was approved, as it is kept with the approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Way:
    """How to reach a service: `method` is a key of `services.library.models.METHODS`."""

    method: str
    address: str
    keyword: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service as it stood, and who had checked it when; `until` is the check's last day.

    A service whose check did not count then has no `until`; one nobody had checked no `checked_by`.
    """

    name: str
    country: str
    ways: tuple[Way, ...]
    checked_by: str
    checked_at: datetime | None
    until: date | None

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """Read one of the `services` of `approved_help_json`."""
        check = row["check"] or {}
        counted = row["state"] in ("current", "due")
        return cls(
            name=row["name"],
            country=row["country"],
            ways=tuple(
                Way(one["method"], one["address"], one["keyword"]) for one in row["contacts"]
            ),
            checked_by=check.get("name", ""),
            checked_at=datetime.fromisoformat(check["at"]) if check else None,
            until=date.fromisoformat(row["until"]) if counted else None,
        )


@dataclass(frozen=True, slots=True)
class HelpGiven:
    """All that went with the post. `directory` is the address of the operator's, or empty."""

    services: tuple[Service, ...]
    directory: str

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """Read `approved_help_json`."""
        return cls(
            services=tuple(Service.from_json(one) for one in row["services"] or ()),
            directory=row["directory"] or "",
        )
