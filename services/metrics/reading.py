"""A file opened, recognised and looked through, ready to be read row by row as often as needed.

Nothing is held in memory but what the whole file decides: the rows stay in the file (in memory only
for a spreadsheet, whose library wants it so).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from zoneinfo import available_timezones

from services.metrics.containers import Given, open_parts
from services.metrics.dates import FIRST_YEAR, LAST_YEAR, BadDate, UnknownForm, read_moment
from services.metrics.models import (
    PLATFORMS,
    BadCorrections,
    Corrections,
    Kind,
    Refused,
    Row,
    Understood,
)
from services.metrics.posts import Layout, Outcome, PostReader, Settings
from services.metrics.recognising import Recognised, recognise
from services.metrics.sheets import Sheet
from services.metrics.sources import MEANINGS
from services.metrics.survey import Survey, decide, find_export_day, is_daily_breakdown, survey
from services.metrics.text import TextFile

# Of two parts that hold no posts, the one that says more about its file.
_TELLING: tuple[Kind | None, ...] = (
    "post_daily_breakdown",
    "account_daily",
    "ads_daily",
    "site_traffic",
)
_ISO_DAYS = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})_+(?:to_+)?(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_NAMED_DAYS = re.compile(r"([A-Z][a-z]{2})-(\d{2})-(\d{4})_([A-Z][a-z]{2})-(\d{2})-(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file as it was understood. With `layout` and `settings` its posts can be read."""

    recognised: Recognised
    understood: Understood
    layout: Layout | None = None
    found: Survey | None = None
    settings: Settings | None = None
    refusal: Refused | None = None
    kind: Kind | None = None

    def outcomes(self) -> Iterator[Outcome]:
        """Every row, read; each call begins anew. Raises Refused."""
        if self.layout is None or self.settings is None:
            return
        reader = PostReader(self.layout, self.settings)
        for row in read_rows(self.recognised, self.layout):
            yield reader.read(row)


def read_rows(recognised: Recognised, layout: Layout) -> Iterator[Row]:
    """The rows below the header. Raises Refused."""
    header = recognised.header_line or 0
    content = recognised.part.content
    if isinstance(content, Sheet):
        yield from (row for row in content.rows() if row.line > header)
        return

    def could_be_row(cells: list[str]) -> bool:
        if len(cells) == layout.width:
            return layout.identify(tuple(cells)) is not None
        fitting = layout.fit(Row(line=0, cells=tuple(cells)), recognised.separator)
        return fitting is not None and layout.identify(fitting) is not None

    separator = recognised.separator or ","
    yield from content.records(separator, header, layout.width, could_be_row)


def open_export(given: Given, corrections: Corrections, name: str) -> Export:
    """Open a file and understand it. Raises Unreadable, BadCorrections, or Refused where even its
    platform cannot be told; what is refused later is in `refusal`.
    """
    check_corrections(corrections)
    recognised, others = _choose(
        [recognise(part, corrections) for part in open_parts(given)], corrections.part
    )
    understood = _describe(recognised, others, _find_period(name))
    match = recognised.match
    if match is None or not match.shape.holds_posts:
        refusal = Refused(
            recognised.reason or "unsupported_file_type",
            _WHY.get(recognised.reason or "", "No known export has these columns."),
        )
        return Export(
            recognised=recognised, understood=understood, refusal=refusal, kind=recognised.kind
        )
    layout = Layout(match)
    try:
        found = survey(layout, read_rows(recognised, layout), recognised.separator)
    except Refused as refusal:
        return Export(
            recognised=recognised, understood=understood, refusal=refusal, kind=recognised.kind
        )
    return _decide(recognised, understood, layout, found, corrections)


_WHY = {
    "paid_ads_report": "This is a report of paid ads; only figures of posts are taken.",
    "account_level_series": "These are figures of an account by day, not of posts.",
    "daily_breakdown": "This has a row for each post and day; export it without the breakdown.",
    "unsupported_file_type": "These are visits to a website, not figures of posts.",
}


def _decide(
    recognised: Recognised,
    understood: Understood,
    layout: Layout,
    found: Survey,
    corrections: Corrections,
) -> Export:
    kind: Kind = layout.match.shape.kind
    refusal: Refused | None = None
    if is_daily_breakdown(layout, found):
        kind, refusal = "post_daily_breakdown", Refused("daily_breakdown", _WHY["daily_breakdown"])
    elif found.order.unknown is not None:
        refusal = Refused(
            "invalid_date", f"Dates are written in an unknown form: {found.order.unknown[:60]!r}."
        )
    settings = decide(layout, found, corrections, recognised.separator)
    order, order_source = found.order.decide(layout.match.source.date_order, corrections.date_order)
    understood = replace(
        understood,
        decimal_mark=settings.mark,
        date_order=order,
        date_order_source=order_source,
        time_zone=settings.time_zone,
        zone_source=settings.zone_source,
        exported_on=find_export_day(found, corrections),
    )
    return Export(
        recognised=recognised,
        understood=understood,
        layout=layout,
        found=found,
        settings=settings,
        refusal=refusal,
        kind=kind,
    )


def _choose(all_parts: list[Recognised], wanted: str | None) -> tuple[Recognised, tuple[str, ...]]:
    """The part to read, and the names of the others. Raises Refused."""
    parts = all_parts
    if wanted is not None:
        parts = [one for one in parts if one.part.name == wanted]
        if not parts:
            raise Refused("unsupported_file_type", "There is no such part in this file.")
    with_posts = [one for one in parts if one.holds_posts]
    if len(with_posts) > 1:
        names = ", ".join(str(one.part.name) for one in with_posts)
        raise Refused(
            "unsupported_file_type", f"Several parts hold posts, choose one of them: {names}."
        )
    if with_posts:
        chosen = with_posts[0]
    else:
        known = [one for kind in _TELLING for one in parts if one.kind == kind]
        chosen = (known or parts)[0]
    others = tuple(str(one.part.name) for one in all_parts if one is not chosen)
    return chosen, others


def _describe(
    recognised: Recognised, others: tuple[str, ...], named: tuple[date, date] | None
) -> Understood:
    content = recognised.part.content
    match = recognised.match
    return Understood(
        shape=match.shape.name if match else None,
        part=recognised.part.name,
        other_parts=others,
        encoding=content.encoding if isinstance(content, TextFile) else None,
        separator=recognised.separator,
        header_line=recognised.header_line,
        language=match.language if match else None,
        columns=match.columns if match else (),
        impressions_of=match.source.impressions_of if match else None,
        period=recognised.period or named,
    )


def _find_period(name: str) -> tuple[date, date] | None:
    """First and last day in the name that a platform gave the file, or None."""
    stem = PurePath(name).stem
    iso = _ISO_DAYS.search(stem)
    named = _NAMED_DAYS.search(stem)
    if iso is not None:
        texts = ["-".join(iso.group(1, 2, 3)), "-".join(iso.group(4, 5, 6))]
    elif named is not None:
        texts = [f"{named[1]} {named[2]}, {named[3]}", f"{named[4]} {named[5]}, {named[6]}"]
    else:
        return None
    try:
        first, last = (read_moment(text, "month_first").local.date() for text in texts)
    except (BadDate, UnknownForm):
        return None
    return (first, last) if first <= last else None


def check_corrections(corrections: Corrections) -> None:
    """Raises BadCorrections naming what is not known."""
    if corrections.platform not in (None, *PLATFORMS):
        raise BadCorrections(f"no platform is named {corrections.platform}")
    if corrections.date_order not in (None, "month_first", "day_first"):
        raise BadCorrections("the order of a date is month_first or day_first")
    if corrections.time_zone is not None and corrections.time_zone not in available_timezones():
        raise BadCorrections(f"no time zone is named {corrections.time_zone}")
    for meaning in corrections.columns.values():
        if meaning and meaning not in MEANINGS:
            raise BadCorrections(f"no figure or field is named {meaning}")
    day = corrections.exported_on
    if day is not None and not FIRST_YEAR < day.year < LAST_YEAR:
        raise BadCorrections("no export was made in that year")


def name_of(given: Given) -> str:
    """The file's own name, where it has one."""
    return given.name if isinstance(given, Path) else ""
