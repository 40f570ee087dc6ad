"""What is in an export: counts, sums and everything that was not taken, line by line.

A post that stands in a file twice counts once, with the figures of its last row. Reach is never
summed, as it counts people: `reach_checksum` only shows whether two readings agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.metrics.containers import Given
from services.metrics.models import (
    METRICS,
    Amount,
    Corrections,
    Kind,
    Metric,
    Platform,
    Reason,
    Record,
    Refused,
    Rejection,
    Skip,
    Status,
    Understood,
    Unreadable,
)
from services.metrics.numbers import shorten
from services.metrics.reading import Export, name_of, open_export
from services.metrics.text import TextFile

Visit = Callable[[Record], None]

# YouTube's table and X's export end here, whatever else there is.
_ROW_CAPS: Mapping[Platform, int] = {"youtube": 500, "x": 1000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file holds.

    Args:
        kind: None where nothing was recognised.
        reason: Why the whole file is rejected; None otherwise.
        posts: Rows taken, those of a post that comes again included.
        entities: Different posts taken.
        totals: By metric, each post once; None where no post has a value. `reach` is always None.
        reach_checksum: The sum of the reach of all posts taken, None without any.
        duplicates: Line of every row whose post stood in an accepted row before. The last one
            counts, so it is the earlier ones whose figures are left out.
        skipped: Lines of rows that are no data: totals, descriptions, headers again, blank cells.
        rejected: Rows that were not taken. They may be listed for a rejected file as well: when
            no row at all could be taken.
    """

    platform: Platform | None
    kind: Kind | None
    status: Status
    reason: Reason | None
    posts: int = 0
    entities: int = 0
    totals: Mapping[Metric, Amount | None] = field(default_factory=lambda: dict.fromkeys(METRICS))
    reach_checksum: int | None = None
    duplicates: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    warnings: tuple[str, ...] = ()
    understood: Understood = field(default_factory=Understood)
    export: Export | None = field(default=None, repr=False, compare=False)
    last_lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def records(self) -> Iterator[Record]:
        """The posts, each once with the figures of its last row, in the order of these rows.

        Each call reads the file anew, row by row.
        """
        if self.export is None or self.status == "rejected":
            return
        for outcome in self.export.outcomes():
            if isinstance(outcome, Record) and self.last_lines[outcome.external_id] == outcome.line:
                yield outcome

    def to_json(self) -> dict[str, Any]:
        """The inspection as the command line writes it; amounts may be Decimals."""
        return {
            "platform": self.platform,
            "kind": self.kind,
            "status": self.status,
            "reason": self.reason,
            "posts": self.posts,
            "entities": self.entities,
            "totals": dict(self.totals),
            "reach_checksum": self.reach_checksum,
            "duplicates": list(self.duplicates),
            "skipped": list(self.skipped),
            "rejected": [{"line": one.line, "reason": one.reason} for one in self.rejected],
            "warnings": list(self.warnings),
        }


@dataclass(slots=True)
class _Tally:
    """What adds up while rows go by."""

    posts: int = 0
    last_lines: dict[str, int] = field(default_factory=dict)
    duplicates: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    approximate: set[Metric] = field(default_factory=set)
    own_totals: Mapping[Metric, Amount] | None = None
    clocks: int = 0
    first: date | None = None
    last: date | None = None

    def add(self, record: Record) -> None:
        """Count a post."""
        self.posts += 1
        if record.external_id in self.last_lines:
            self.duplicates.append(record.line)
        self.last_lines[record.external_id] = record.line
        self.approximate.update(record.approximate)
        self.clocks += record.precision != "day" and record.zone_source == "assumed"
        if record.published_local is not None:
            day = record.published_local.date()
            self.first = day if self.first is None else min(self.first, day)
            self.last = day if self.last is None else max(self.last, day)


class _Sums:
    """Exact sums by metric."""

    def __init__(self) -> None:
        self._sums: dict[Metric, Amount] = {}

    def add(self, record: Record) -> None:
        """Add a post's figures."""
        sums = self._sums
        for metric, amount in record.metrics.items():
            sums[metric] = sums.get(metric, 0) + amount

    def totals(self) -> dict[Metric, Amount | None]:
        """All metrics; those without any value are None, and so is reach."""
        return {
            metric: None if metric == "reach" else _whole(self._sums.get(metric))
            for metric in METRICS
        }

    def reach(self) -> int | None:
        """The checksum."""
        found = self._sums.get("reach")
        return None if found is None else int(found)


def _whole(amount: Amount | None) -> Amount | None:
    return shorten(amount) if isinstance(amount, Decimal) else amount


def inspect(
    given: Given,
    corrections: Corrections | None = None,
    name: str | None = None,
    *,
    visit: Visit = lambda _record: None,
) -> Inspection:
    """Read a whole file and say what is in it.

    Args:
        given: A path, or the bytes of an uploaded file.
        corrections: What a person knows better.
        name: The file's name, where it is not in the path; only its period is read off it.
        visit: Called with every post taken, in the order of the file, also with those that come
            again: for whoever wants them without reading the file once more. What it was called
            with does not count if the file is rejected after all.

    Raises:
        Unreadable: There is no such file, or it may not be read.
        BadCorrections: They name a platform, zone or field that is not known.
    """
    corrections = corrections or Corrections()
    try:
        export = open_export(given, corrections, name_of(given) if name is None else name)
    except Refused as refusal:
        return Inspection(
            platform=None,
            kind=None,
            status="rejected",
            reason=refusal.reason,
            warnings=(refusal.message,),
        )
    if export.refusal is not None:
        return _reject(export, export.refusal)
    try:
        return _count(export, visit)
    except Refused as refusal:
        return _reject(export, refusal)
    except OSError as error:
        raise Unreadable(error.strerror or "it cannot be read") from error


def _reject(export: Export, refusal: Refused, tally: _Tally | None = None) -> Inspection:
    return Inspection(
        platform=export.recognised.platform,
        kind=export.kind,
        status="rejected",
        reason=refusal.reason,
        skipped=tuple(tally.skipped) if tally else (),
        rejected=tuple(tally.rejected) if tally else (),
        warnings=(refusal.message,),
        understood=export.understood,
        export=export,
    )


def _count(export: Export, visit: Visit) -> Inspection:
    """Go through all rows. Raises Refused."""
    tally, sums = _Tally(), _Sums()
    for outcome in export.outcomes():
        if isinstance(outcome, Record):
            tally.add(outcome)
            sums.add(outcome)
            visit(outcome)
        elif isinstance(outcome, Skip):
            tally.skipped.append(outcome.line)
            tally.own_totals = tally.own_totals or outcome.totals
        else:
            tally.rejected.append(outcome)
    if not tally.posts and tally.rejected:
        [(reason, _)] = Counter(one.reason for one in tally.rejected).most_common(1)
        return _reject(export, Refused(reason, "No row of this file could be taken."), tally)
    understood = export.understood
    if tally.first is not None and tally.last is not None:
        understood = replace(understood, published=(tally.first, tally.last))
    found = Inspection(
        platform=export.recognised.platform,
        kind=export.kind,
        status="accepted_with_rejections" if tally.rejected else "accepted",
        reason=None,
        posts=tally.posts,
        entities=len(tally.last_lines),
        totals=sums.totals(),
        reach_checksum=sums.reach(),
        duplicates=tuple(tally.duplicates),
        skipped=tuple(tally.skipped),
        rejected=tuple(tally.rejected),
        understood=understood,
        export=export,
        last_lines=tally.last_lines,
    )
    if tally.duplicates:
        sums = _Sums()
        for record in found.records():
            sums.add(record)
        found = replace(found, totals=sums.totals(), reach_checksum=sums.reach())
    return replace(found, warnings=tuple(_warn(export, found, tally)))


def _warn(export: Export, found: Inspection, tally: _Tally) -> Iterator[str]:
    """What a person should know about figures that were taken."""
    understood = export.understood
    if not found.posts:
        yield "There is no post in this file."
    if understood.encoding == "cp1252":
        yield "The text is in an old encoding (Windows-1252): look whether captions are right."
    if export.found is not None and export.found.ids_rounded:
        yield "A spreadsheet program has cut the ids, so posts are known by their links."
    if understood.date_order_source == "assumed":
        order = "month" if understood.date_order == "month_first" else "day"
        yield f"Nothing shows which number of a date is the month: the {order} was read first."
    if tally.clocks:
        yield f"The file names no time zone: times were read as {understood.time_zone}."
    if tally.approximate:
        names = ", ".join(sorted(tally.approximate))
        yield f"Short numbers such as 1.2K are approximate, in {names}."
    yield from _warn_of_ends(export, found, tally)
    if understood.other_parts:
        yield f"Other parts of the file were left alone: {', '.join(understood.other_parts)}."


def _warn_of_ends(export: Export, found: Inspection, tally: _Tally) -> Iterator[str]:
    """What may be missing: rows beyond a cap, a last line cut, a total that is larger."""
    cap = _ROW_CAPS.get(found.platform) if found.platform else None
    if cap is not None and found.posts >= cap:
        yield f"The file has {found.posts:,} posts and may end there though there are more."
    content = export.recognised.part.content
    # TikTok's own files have no line end at the end.
    if isinstance(content, TextFile) and not content.ended and found.platform != "tiktok":
        yield "The last line has no line end: its last figure may be cut."
    for metric, amount in (tally.own_totals or {}).items():
        added = found.totals[metric]
        if metric != "reach" and added is not None and added != amount:
            yield f"The file's own total of {metric} is {amount}; its rows add up to {added}."
