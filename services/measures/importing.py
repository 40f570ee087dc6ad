"""An export into the database: read, looked at, sent in parts, applied at once, and taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from services.gateway.client import Gateway
from services.ids import require_id
from services.measures.models import Basis, Source
from services.metrics import Corrections, Inspection, Record, inspect
from services.posts import Json

# Rows of a part, and about how many characters: what one request of the Data API takes easily.
_ROWS_AT_ONCE = 2_000
_CHARACTERS_AT_ONCE = 2_000_000
_LONGEST_CAPTION = 20_000
_LONGEST_RAW = 6_000
_MOST_REJECTED = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read.

    Args:
        file_hash: SHA-256 of the file, in hexadecimal.
        corrections: With which it was read.
    """

    name: str
    file_hash: str
    inspection: Inspection
    corrections: Corrections

    @property
    def basis(self) -> Basis:
        """What its figures cover."""
        return "period" if self.inspection.kind == "posts_period" else "lifetime"

    @property
    def layout(self) -> str:
        """Names the columns of the file, whatever stands below them."""
        understood = self.inspection.understood
        headers = "\x1f".join(column.header for column in understood.columns)
        named = f"{self.inspection.platform}\x1f{understood.shape}\x1f{headers}"
        return hashlib.sha256(named.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class LookUp:
    """What is known of a file before it is taken.

    Args:
        same: Imports of the same file that count.
        account_id: For which account such columns were imported last, with these `corrections`.
    """

    same: tuple[Source, ...] = ()
    account_id: str | None = None
    corrections: Corrections = field(default_factory=Corrections)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Args:
        posts: Posts in it.
        added: New ones among them.
        changed: Others whose figures in force are now from this import.
        matched: Posts whose draft was found by its address.
    """

    id: str
    posts: int
    added: int
    changed: int
    matched: int

    @classmethod
    def from_json(cls, row: Json) -> Imported:
        """Read the answer of `apply_import` or `type_figures`."""
        return cls(row["id"], row["posts"], row["added"], row["changed"], row["matched"])


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did: posts gone, and posts with the figures from before."""

    removed: int
    changed: int


def read_file(raw: bytes, *, name: str, corrections: Corrections | None = None) -> Reading:
    """Read an uploaded file; what is wrong with it stands in the inspection.

    Raises:
        BadCorrections: they name a zone or field that is not known.
    """
    corrections = corrections or Corrections()
    return Reading(
        name=name,
        file_hash=hashlib.sha256(raw).hexdigest(),
        inspection=inspect(raw, corrections, name),
        corrections=corrections,
    )


def look_up(gateway: Gateway, *, workspace_id: str, reading: Reading) -> LookUp:
    """Whether a file is here already, and how the last one of its kind was taken."""
    row = gateway.read(
        "look_up_file",
        {"p_workspace": workspace_id, "p_hash": reading.file_hash, "p_layout": reading.layout},
    )
    last = row["last"] or {}
    return LookUp(
        same=tuple(Source.from_json(one) for one in row["same"]),
        account_id=last.get("account_id"),
        corrections=_read_corrections(last.get("corrections") or {}),
    )


def import_file(
    gateway: Gateway,
    *,
    workspace_id: str,
    account_id: str,
    reading: Reading,
    captured_on: date,
    period_start: date | None,
    progress: Progress = lambda _done, _all: None,
) -> Imported:
    """Take a file's posts in, all or none.

    Args:
        captured_on: The last day that the figures cover.
        period_start: The first one; only for a file whose basis is a period.
        progress: Told how many rows of how many have been sent.

    Raises:
        Conflict: `already_imported`, `account_closed`, `import_incomplete`.
        Forbidden: the account is not the caller's, and they are no coordinator.
        Invalid: something in it cannot be kept; nothing was saved.
        Unavailable: nothing was saved, unless it came as the last answer was waited for; importing
            the file again then says that it is here.
    """
    found = reading.inspection
    begun = {
        "name": reading.name,
        "hash": reading.file_hash,
        "basis": reading.basis,
        "captured_on": captured_on.isoformat(),
        "period_start": None if period_start is None else period_start.isoformat(),
        "time_zone": found.understood.time_zone,
        "zone_source": found.understood.zone_source,
        "layout": reading.layout,
        "corrections": _write_corrections(reading.corrections),
        "rows": found.entities,
        "rejected_count": len(found.rejected),
        "rejected": [
            {"line": one.line, "reason": one.reason} for one in found.rejected[:_MOST_REJECTED]
        ],
    }
    import_id = gateway.write(
        "begin_import",
        {
            "p_workspace": workspace_id,
            "p_account": require_id(account_id),
            "p_file": json.dumps(begun),
        },
    )
    sent = 0
    for number, (rows, part) in enumerate(_cut(found.records()), start=1):
        gateway.write("stage_rows", {"p_import": import_id, "p_chunk": number, "p_rows": part})
        sent += rows
        progress(sent, found.entities)
    return Imported.from_json(gateway.write("apply_import", {"p_import": import_id}))


def undo_import(gateway: Gateway, *, workspace_id: str, import_id: str) -> Undone:
    """Take an import back: its figures go, those from before count again.

    Raises:
        Forbidden: the account is not the caller's, and they are no coordinator.
        Conflict: `already_undone`.
    """
    row = gateway.write(
        "undo_import", {"p_workspace": workspace_id, "p_import": require_id(import_id)}
    )
    return Undone(row["removed"], row["changed"])


def _cut(records: Iterator[Record]) -> Iterator[tuple[int, str]]:
    """JSON arrays of rows, each with how many are in it."""
    rows: list[str] = []
    size = 0
    for record in records:
        row = json.dumps(_write_row(record), ensure_ascii=False, separators=(",", ":"))
        if rows and (len(rows) == _ROWS_AT_ONCE or size + len(row) > _CHARACTERS_AT_ONCE):
            yield len(rows), f"[{','.join(rows)}]"
            rows, size = [], 0
        rows.append(row)
        size += len(row)
    if rows:
        yield len(rows), f"[{','.join(rows)}]"


def _write_row(record: Record) -> dict[str, Any]:
    """A row as the staging table has it; what is missing is left out."""
    row: dict[str, Any] = {"line": record.line, "external_id": record.external_id}
    if record.permalink:
        row["permalink"] = record.permalink
    if record.caption:
        row["caption"] = record.caption.replace("\0", "")[:_LONGEST_CAPTION]
    if record.post_type:
        row["post_type"] = record.post_type[:100]
    if record.published_local is not None:
        row["published_local"] = record.published_local.isoformat()
    if record.published_at is not None:
        row["published_at"] = record.published_at.isoformat()
    for metric, amount in record.metrics.items():
        row[metric] = str(amount) if isinstance(amount, Decimal) else amount
    if record.approximate:
        row["approximate"] = list(record.approximate)
    if record.raw:
        row["raw"] = _bound(record.raw)
    return row


def _bound(raw: Mapping[str, str]) -> dict[str, str]:
    """The other columns, as many of them as fit."""
    kept: dict[str, str] = {}
    left = _LONGEST_RAW
    for header, text in raw.items():
        left -= len(header) + len(text) + 8
        if left < 0:
            break
        kept[header.replace("\0", "")] = text.replace("\0", "")
    return kept


def _write_corrections(corrections: Corrections) -> dict[str, Any]:
    """What holds for the next file as well: not its day of export."""
    written: dict[str, Any] = {
        "date_order": corrections.date_order,
        "time_zone": corrections.time_zone,
        "columns": dict(corrections.columns),
        "part": corrections.part,
    }
    return {name: value for name, value in written.items() if value}


def _read_corrections(row: Json) -> Corrections:
    return Corrections(
        date_order=row.get("date_order"),
        time_zone=row.get("time_zone"),
        columns=row.get("columns") or {},
        part=row.get("part"),
    )
