"""An export into the database: read, looked at, sent in parts, applied at once, and taken back."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.gateway.client import Gateway
from services.ids import require_id
from services.measures.models import Basis, Source
from services.metrics import Corrections, Inspection, Record, inspect
from services.posts import Json

# Rows of a part, and about how many characters: what one request of the Data API takes easily.
_ROWS_AT_ONCE = 2_000
_CHARACTERS_AT_ONCE = 2_000_000
_AT_ONCE = 2
_LONGEST_CAPTION = 20_000
_LONGEST_RAW = 6_000
_MOST_REJECTED = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """So many rows as the database takes them, packed: a file that waits for somebody's look takes
    a tenth of the memory.
    """

    rows: int
    packed: bytes

    @property
    def text(self) -> str:
        """What is sent."""
        return zlib.decompress(self.packed).decode()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read.

    Args:
        file_hash: SHA-256 of the file, in hexadecimal.
        corrections: With which it was read.
        parts: Its posts as they are sent, packed.
    """

    name: str
    file_hash: str
    inspection: Inspection
    corrections: Corrections
    parts: tuple[Part, ...] = field(default=(), repr=False)

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
    cutter = _Cutter()
    found = inspect(raw, corrections, name, visit=cutter.add)
    if found.duplicates:
        # Only the last row of a post counts, which is known at the end.
        cutter = _Cutter()
        for record in found.records():
            cutter.add(record)
    return Reading(
        name=name,
        file_hash=hashlib.sha256(raw).hexdigest(),
        inspection=found,
        corrections=corrections,
        parts=() if found.status == "rejected" else cutter.finish(),
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

    def send(numbered: tuple[int, Part]) -> int:
        number, part = numbered
        gateway.write("stage_rows", {"p_import": import_id, "p_chunk": number, "p_rows": part.text})
        return part.rows

    sent = 0
    # While the database keeps a part, the next one is on its way.
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as senders:
        for rows in senders.map(send, enumerate(reading.parts, start=1)):
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


class _Cutter:
    """Takes posts one by one and cuts them into parts."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._rows: list[dict[str, str]] = []
        self._size = 0

    def add(self, record: Record) -> None:
        """The next post."""
        row = _write_row(record)
        self._rows.append(row)
        self._size += sum(map(len, row.values()))
        if len(self._rows) == _ROWS_AT_ONCE or self._size > _CHARACTERS_AT_ONCE:
            self._cut()

    def finish(self) -> tuple[Part, ...]:
        """All parts."""
        if self._rows:
            self._cut()
        return tuple(self._parts)

    def _cut(self) -> None:
        packed = zlib.compress(_write_part(self._rows).encode("utf-8", "replace"), level=1)
        self._parts.append(Part(len(self._rows), packed))
        self._rows, self._size = [], 0


def _write_part(rows: list[dict[str, str]]) -> str:
    """An array of each column, in the words of PostgreSQL."""
    columns = dict.fromkeys(name for row in rows for name in row)
    return json.dumps(
        {name: f"{{{','.join(row.get(name, 'NULL') for row in rows)}}}" for name in columns},
        ensure_ascii=False,
    )


def _write_row(record: Record) -> dict[str, str]:
    """A row's cells as elements of such arrays; what is missing is left out."""
    row = {"line": str(record.line), "external_id": _quote(record.external_id)}
    if record.permalink:
        row["permalink"] = _quote(record.permalink)
    if record.caption:
        row["caption"] = _quote(record.caption[:_LONGEST_CAPTION])
    if record.post_type:
        row["post_type"] = _quote(record.post_type[:100])
    if record.published_local is not None:
        row["published_local"] = f'"{record.published_local.isoformat()}"'
    if record.published_at is not None:
        row["published_at"] = f'"{record.published_at.isoformat()}"'
    for metric, amount in record.metrics.items():
        row[metric] = str(amount)
    if record.approximate:
        row["approximate"] = _quote(f"{{{','.join(record.approximate)}}}")
    if record.raw:
        row["raw"] = _quote(json.dumps(_bound(record.raw), ensure_ascii=False))
    return row


def _quote(text: str) -> str:
    """A text as an element of an array."""
    return '"' + text.replace("\0", "").replace("\\", "\\\\").replace('"', '\\"') + '"'


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
