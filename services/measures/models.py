"""Accounts, imports and posts as the database answers them.

Figures are canonical metrics of `services.metrics`. A figure that is missing is not zero: it is
not in the mapping. Days are those of the import's time zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self, cast

from services.metrics import METRICS, Metric, Rejection
from services.metrics.models import Amount, Reason, ZoneSource
from services.models import need_at, read_at, read_on
from services.posts import Json

Basis = Literal["lifetime", "period"]
Figures = Mapping[Metric, Amount]


def read_figures(row: Json) -> Figures:
    """The figures of a `figures_json` object, in the order of METRICS.

    Counts are ints; `watch_time_seconds` is a Decimal where it has decimals.
    """
    return {metric: _read_amount(row[metric]) for metric in METRICS if metric in row}


def _read_amount(value: str) -> Amount:
    amount = Decimal(value)
    return int(amount) if amount == amount.to_integral_value() else amount


@dataclass(frozen=True, slots=True)
class Account:
    """An account on a platform.

    Args:
        owner_id: Whose it is; None: the organisation's own.
        time_zone: IANA name; None: what the platform is known to use.
        captured_on: The last day that its figures cover; None without any.
        may_write: Whether the reader imports and types its figures.
    """

    id: str
    platform: str
    name: str
    owner_id: str | None
    owner_name: str | None
    time_zone: str | None
    revision: int
    closed_at: datetime | None
    captured_on: date | None
    may_write: bool

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one account of `get_accounts`."""
        return cls(
            id=row["id"],
            platform=row["platform"],
            name=row["name"],
            owner_id=row["owner_id"],
            owner_name=row["owner_name"],
            time_zone=row["time_zone"],
            revision=row["revision"],
            closed_at=read_at(row["closed_at"]),
            captured_on=read_on(row["captured_on"]),
            may_write=row["may_write"],
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from.

    Args:
        file_name: None for figures that somebody typed.
        basis: "lifetime": all that a post did until captured_on. "period": what it did from
            period_start to captured_on, both included.
        time_zone: Of the file's times; None for typed figures.
    """

    id: str
    account_id: str
    by_name: str
    at: datetime
    file_name: str | None
    basis: Basis
    captured_on: date
    period_start: date | None
    time_zone: str | None
    zone_source: ZoneSource | None

    @property
    def is_typed(self) -> bool:
        """Whether somebody typed them."""
        return self.file_name is None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one `import_json` object."""
        return cls(
            id=row["id"],
            account_id=row["account_id"],
            by_name=row["imported_by_name"],
            at=need_at(row["imported_at"]),
            file_name=row["file_name"],
            basis=row["basis"],
            captured_on=date.fromisoformat(row["captured_on"]),
            period_start=read_on(row["period_start"]),
            time_zone=row["time_zone"],
            zone_source=row["zone_source"],
        )


@dataclass(frozen=True, slots=True)
class FileImport:
    """A file that was imported; `undone_at` is set once it was taken back.

    `rejected` are the first lines that were not taken, `rejected_count` is how many there were.
    """

    source: Source
    rows: int
    added: int
    rejected_count: int
    rejected: tuple[Rejection, ...]
    undone_at: datetime | None
    undone_by_name: str | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one import of `get_accounts`."""
        return cls(
            source=Source.from_json(row),
            rows=row["row_count"],
            added=row["added"],
            rejected_count=row["rejected_count"],
            rejected=tuple(
                Rejection(line=one["line"], reason=cast("Reason", one["reason"]))
                for one in row["rejected"]
            ),
            undone_at=read_at(row["undone_at"]),
            undone_by_name=row["undone_by_name"],
        )


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts that the reader sees, open ones first; the files imported last; and, for
    coordinators, whose an account can be: names by id.
    """

    accounts: tuple[Account, ...]
    imports: tuple[FileImport, ...]
    owners: Mapping[str, str]

    @property
    def writable(self) -> tuple[Account, ...]:
        """Open accounts whose figures the reader brings."""
        return tuple(one for one in self.accounts if one.may_write and one.closed_at is None)

    @property
    def by_id(self) -> Mapping[str, Account]:
        """The accounts by their ids."""
        return {one.id: one for one in self.accounts}


@dataclass(frozen=True, slots=True)
class DraftRef:
    """The draft that a post was, as far as the reader may see it."""

    id: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post with the figures in force.

    Args:
        caption: Its beginning, at most 280 characters.
        published_on: None where the file gave no date.
        approximate: Figures that stood in the file in a short form, such as 1.2K.
        line: Of the file.
        matched_by: How its draft was found; "person" without a draft: somebody said it was none.
    """

    id: str
    account_id: str
    account_name: str
    platform: str
    external_id: str
    permalink: str | None
    caption: str
    post_type: str | None
    published_on: date | None
    published_local: datetime | None
    figures: Figures
    approximate: tuple[str, ...]
    line: int
    source: Source
    may_write: bool
    matched_by: Literal["address", "person"] | None
    draft: DraftRef | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one `post_json` object."""
        draft = row["draft"]
        return cls(
            id=row["id"],
            account_id=row["account_id"],
            account_name=row["account_name"],
            platform=row["platform"],
            external_id=row["external_id"],
            permalink=row["permalink"],
            caption=row["caption"] or "",
            post_type=row["post_type"],
            published_on=read_on(row["published_on"]),
            published_local=read_at(row["published_local"]),
            figures=read_figures(row["figures"]),
            approximate=tuple(row["approximate"]),
            line=row["line"],
            source=Source.from_json(row["import"]),
            may_write=row["may_write"],
            matched_by=row["matched_by"],
            draft=None if draft is None else DraftRef(draft["id"], draft["title"], draft["state"]),
        )
