"""Which export a file is, by its first lines: header, separator, preamble.

Lines before the header count; the separator is looked for on the header's line only, after `sep=`
where that is written. A part of a ZIP and a sheet of a workbook are told apart in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from services.metrics.containers import Part
from services.metrics.dates import parse_text
from services.metrics.limits import MOST_LINES_BEFORE
from services.metrics.models import Column, Corrections, Kind, Platform, Reason
from services.metrics.sheets import Sheet
from services.metrics.sources import (
    Match,
    Shape,
    Source,
    describe_columns,
    get_source,
    load_sources,
    match_header,
    normalise,
)
from services.metrics.text import SEPARATORS, TextFile, first_lines, split_line

_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_ADS = re.compile(r"\(in utc\)", re.IGNORECASE)
_GA4_DAY = re.compile(r"#.*[:\uff1a]\s*(\d{8})\s*$")
# Of Meta's daily "Results": titles that name the network.
_NETWORKS: tuple[tuple[str, Platform], ...] = (("facebook", "facebook"), ("instagram", "instagram"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A part of a file, and what it is; without `match` nothing in it was recognised.

    `platform`, `kind` and `reason` can be known without a header, as for an empty ads report.
    """

    part: Part
    platform: Platform | None = None
    kind: Kind | None = None
    reason: Reason | None = None
    match: Match | None = None
    header_line: int | None = None
    separator: str | None = None
    period: tuple[date, date] | None = None

    @property
    def holds_posts(self) -> bool:
        """Whether there are posts in it that can be taken."""
        return self.match is not None and self.match.shape.holds_posts


def recognise(part: Part, corrections: Corrections) -> Recognised:
    """Say what a part of a file is."""
    lines = list(_first_cells(part))
    ga4 = _recognise_ga4(part, lines)
    if ga4 is not None:
        return ga4
    if _is_ads(part, lines):
        return Recognised(
            part=part, platform="linkedin", kind="ads_daily", reason="paid_ads_report"
        )
    sources = load_sources()
    if corrections.platform is not None:
        sources = (get_source(corrections.platform),)
    for line, separator, cells in lines:
        match = _match(cells, sources, corrections)
        if match is not None:
            shape = match.shape
            platform: Platform | None = match.source.platform
            if shape.nameless:
                platform = corrections.platform or _named_in(lines, line)
            return Recognised(
                part=part,
                platform=platform,
                kind=shape.kind,
                reason=shape.refused,
                match=match,
                header_line=line,
                separator=separator,
            )
    return Recognised(part=part, platform=corrections.platform)


def _first_cells(part: Part) -> Iterator[tuple[int, str | None, list[str]]]:
    """The first lines, each cut at every separator that could be meant."""
    if isinstance(part.content, Sheet):
        for row in islice(part.content.rows(), MOST_LINES_BEFORE):
            yield row.line, None, [str(cell) for cell in row.cells]
        return
    separators: Sequence[str] = SEPARATORS
    for number, line in enumerate(first_lines(part.content, MOST_LINES_BEFORE), start=1):
        told = _SEP.fullmatch(line.strip()) if number == 1 else None
        if told is not None:
            separators = (told[1],)
            continue
        for separator in separators:
            yield number, separator, split_line(line, separator)


def _match(cells: list[str], sources: Sequence[Source], corrections: Corrections) -> Match | None:
    match = match_header(cells, sources)
    if not corrections.columns:
        return match
    wanted = {normalise(header): meaning for header, meaning in corrections.columns.items()}
    if not {header for header, meaning in wanted.items() if meaning} <= set(map(normalise, cells)):
        return match
    if match is None or not match.shape.holds_posts:
        if corrections.platform is None:
            return match
        # A mapping of one's own, for a file of an unknown layout.
        source = get_source(corrections.platform)
        shape = Shape(name="own mapping", kind="posts_lifetime", needs=frozenset())
        columns, language = describe_columns(cells, source, shape)
        match = Match(source=source, shape=shape, columns=columns, language=language)
    return replace(match, columns=tuple(_correct(one, wanted) for one in match.columns))


def _correct(column: Column, wanted: dict[str, str]) -> Column:
    header = normalise(column.header)
    if header not in wanted:
        return column
    return replace(column, meaning=wanted[header] or None, alias=header, language=None)


def _recognise_ga4(part: Part, lines: list[tuple[int, str | None, list[str]]]) -> Recognised | None:
    """Google Analytics: a block of lines that begin with "#" and name two days, in any language."""
    if not isinstance(part.content, TextFile) or not lines or not _text(lines[0]).startswith("#"):
        return None
    days = []
    for _, separator, cells in lines:
        day = _GA4_DAY.match(_text((0, None, cells))) if separator == SEPARATORS[0] else None
        if day is not None:
            written = parse_text(day[1])
            days.append((written.year, written.first, written.second))
    try:
        found = [date(*day) for day in days]
    except ValueError:
        return None
    if len(found) < 2:
        return None
    return Recognised(
        part=part,
        kind="site_traffic",
        reason="unsupported_file_type",
        period=(found[0], found[1]),
    )


def _text(line: tuple[int, str | None, list[str]]) -> str:
    return ",".join(line[2]).strip()


def _is_ads(part: Part, lines: list[tuple[int, str | None, list[str]]]) -> bool:
    """LinkedIn's Campaign Manager: its first line says "(in UTC)" in every language.

    The empty report has only that preamble; a header repeats the words in the column of the day.
    """
    if not lines:
        return False
    first = lines[0][0]
    tabs = isinstance(part.content, Sheet) or any(
        separator == "\t" and len(cells) > 1 for _, separator, cells in lines
    )
    for number, _, cells in lines:
        told = any(_ADS.search(cell) for cell in cells)
        if told and (number == first or (tabs and len(cells) > 3)):
            return True
    return False


def _named_in(lines: list[tuple[int, str | None, list[str]]], header: int) -> Platform | None:
    for number, _, cells in lines:
        if number < header:
            title = " ".join(cells).casefold()
            for word, platform in _NETWORKS:
                if word in title:
                    return platform
    return None
