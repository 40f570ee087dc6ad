"""What people who look for help are shown: services whose check counts today, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from services.countries import COUNTRIES
from services.library.models import TOPICS, Entry
from services.models import need_at, read_on
from services.posts import Json

# What anybody in distress may need comes before what is for some.
_FIRST = ("crisis", "suicide", "general")


@dataclass(frozen=True, slots=True)
class Line:
    """A service that somebody checked.

    `until` is the last day (UTC) on which the check counts. `checked_how` is a key of
    `models.CHECK_METHODS`. Those of one `pair_id` come together: `in_pair` in all, those whose
    check does not count included.
    """

    entry: Entry
    until: date
    checked_at: datetime
    checked_how: str
    pair_id: str
    in_pair: int

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of the `lines` of `server_list_help`."""
        until = read_on(row["until"])
        if until is None:
            raise ValueError("a check that counts has an end")
        return cls(
            entry=Entry.from_json(row),
            until=until,
            checked_at=need_at(row["checked_at"]),
            checked_how=row["checked_how"],
            pair_id=row["pair_id"],
            in_pair=int(row["in_pair"]),
        )


@dataclass(frozen=True, slots=True)
class Together:
    """Services that are shown together; not `is_whole` when one of them may not be shown now."""

    lines: tuple[Line, ...]
    is_whole: bool

    @property
    def topics(self) -> frozenset[str]:
        """What any of them is about."""
        return frozenset(topic for line in self.lines for topic in line.entry.topics)


@dataclass(frozen=True, slots=True)
class PublicHelp:
    """All that a workspace may give to anybody who looks for help."""

    workspace_id: str
    workspace_name: str
    lines: tuple[Line, ...]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the answer of `server_list_help`.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        return cls(
            workspace_id=row["workspace"]["id"],
            workspace_name=row["workspace"]["name"],
            lines=tuple(Line.from_json(one) for one in row["lines"]),
        )

    def list_countries(self, today: date) -> tuple[str, ...]:
        """Codes of the countries that have a service of their own today, by name."""
        found = {line.entry.country for line in self.lines if line.until >= today}
        return tuple(code for code in COUNTRIES if code in found)

    def list_in(self, country: str, today: date) -> tuple[Together, ...]:
        """What there is for a country today: its own, then those that are good anywhere.

        Those for anybody in distress come first, then by name.
        """
        pairs: dict[str, list[Line]] = {}
        for line in self.lines:
            if line.until >= today and line.entry.country in (country, ""):
                pairs.setdefault(line.pair_id, []).append(line)
        return tuple(
            Together(tuple(sorted(lines, key=_rank)), len(lines) == lines[0].in_pair)
            for lines in sorted(pairs.values(), key=lambda lines: min(map(_rank, lines)))
        )


def list_topics(found: Iterable[Together]) -> tuple[str, ...]:
    """Topics that any of them is about, as people read them: in the order of `models.TOPICS`."""
    there = frozenset(topic for together in found for topic in together.topics)
    return tuple(topic for topic in TOPICS if topic in there)


def _rank(line: Line) -> tuple[bool, int, str]:
    entry = line.entry
    places = [_FIRST.index(topic) for topic in entry.topics if topic in _FIRST]
    return entry.country == "", min(places, default=len(_FIRST)), entry.name.casefold()
