"""What goes into the reader of exports and what comes out of it.

Metrics are the canonical ones of the reference on exports: counts are whole numbers,
`watch_time_seconds` may have decimals and then is a Decimal; nothing is ever a float. None means
"the file does not say", which is not zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

Platform = Literal["instagram", "facebook", "tiktok", "youtube", "x", "linkedin"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)

Kind = Literal[
    "posts_lifetime",
    "posts_period",
    "post_daily_breakdown",
    "account_daily",
    "ads_daily",
    "site_traffic",
]
POST_KINDS: tuple[Kind, ...] = ("posts_lifetime", "posts_period")

Status = Literal["accepted", "accepted_with_rejections", "rejected"]

Reason = Literal[
    "invalid_date",
    "invalid_number",
    "missing_identity",
    "column_count_mismatch",
    "truncated_record",
    "truncated_file",
    "unsupported_file_type",
    "daily_breakdown",
    "paid_ads_report",
    "account_level_series",
]
REASONS: tuple[Reason, ...] = get_args(Reason)

Metric = Literal[
    "impressions",
    "reach",
    "views",
    "likes",
    "comments",
    "shares",
    "saves",
    "link_clicks",
    "profile_visits",
    "follows",
    "watch_time_seconds",
    "video_completions",
]
METRICS: tuple[Metric, ...] = get_args(Metric)

# "proven": a row can be read in one way only. "written": every date names its month or begins with
# the year. "assumed": nothing in the file decides, so a person should be asked.
OrderSource = Literal["given", "proven", "written", "assumed"]
DateOrder = Literal["month_first", "day_first"]
# Where the zone of a time comes from: written in the file, out of the post's id, said by a person
# for the account, or what the platform is known to use.
ZoneSource = Literal["file", "id", "account setting", "assumed"]
Precision = Literal["day", "minute", "second"]

Amount: TypeAlias = int | Decimal
# A cell as it comes out of a file. Text files hold text only; a spreadsheet also has numbers and
# dates of its own.
Cell: TypeAlias = str | int | Decimal | datetime | date


class Refused(Exception):
    """A whole file that cannot be taken; the message is one sentence for people."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Unreadable(Exception):
    """There is no such file, or it may not be opened; the message is one line for people."""


class BadCorrections(ValueError):
    """Corrections that name no platform, zone, order or field of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record of a file as it stands there.

    `line` is the physical line on which it starts, from 1; in a spreadsheet the sheet's row.
    `fault` is what is wrong with it before any cell is looked at.
    """

    line: int
    cells: tuple[Cell, ...]
    fault: Literal["column_count_mismatch", "truncated_record"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A record that was not taken, where it starts, and why."""

    line: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A row that is no data: totals, a description of the columns, empty cells.

    `totals` are the figures of a row of totals, for comparing.
    """

    line: int
    totals: Mapping[Metric, Amount] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a column of the file was understood.

    `meaning` is a canonical metric, another field ("caption"), or None for a column that is only
    kept as it is. `alias` is the known name that matched, `language` the list it stood in.
    """

    position: int
    header: str
    meaning: str | None
    alias: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What a person who looked at the preview knows better than the file says.

    Args:
        platform: Whose export it is.
        date_order: Which of two numbers is the month.
        time_zone: The account's IANA zone, such as "Europe/Berlin".
        columns: Meaning by header, as in Column: a metric, "external_id", "permalink",
            "published", "caption", "post_type"; "" leaves a column out.
        part: Which file of a ZIP, or which sheet, is meant.
        exported_on: The day of the export, for dates without a year.
    """

    platform: Platform | None = None
    date_order: DateOrder | None = None
    time_zone: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    part: str | None = None
    exported_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was understood of a file, for the preview; None where the file does not say.

    Args:
        shape: The known layout that matched, such as "content".
        part: The file of a ZIP or the sheet that was read; `other_parts` were left alone.
        encoding: Of a text file, such as "utf-8-sig"; None for a spreadsheet.
        language: Of the headers; it decides what "1.234" means.
        decimal_mark: "." or ",".
        time_zone: The IANA zone in which `published_local` is to be read.
        impressions_of: "thumbnail" where impressions are of a preview image (YouTube).
        period: First and last day as the file or its name says; not the days of the posts.
        published: First and last day on which the posts taken were published.
        exported_on: The day of the export, where the file says so.
    """

    shape: str | None = None
    part: str | None = None
    other_parts: tuple[str, ...] = ()
    encoding: str | None = None
    separator: str | None = None
    header_line: int | None = None
    language: str | None = None
    decimal_mark: str | None = None
    columns: tuple[Column, ...] = ()
    date_order: DateOrder | None = None
    date_order_source: OrderSource | None = None
    time_zone: str | None = None
    zone_source: ZoneSource | None = None
    impressions_of: str | None = None
    period: tuple[date, date] | None = None
    published: tuple[date, date] | None = None
    exported_on: date | None = None

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """Headers of the columns that are kept as they are, in the order of the file."""
        return tuple(one.header for one in self.columns if one.meaning is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A post's row, read.

    Args:
        external_id: The platform's id, as text. Where only the permalink gives one: a shortcode
            ("shortcode:C1a2"), "pfbid...", or "urn:li:activity:123".
        account: Name or number of the account, where the row says one.
        published_local: As the file says, in its zone; midnight where precision is "day". None
            only where no date stands in the row.
        published_at: The instant in UTC, where a time of day is known; as sure as `zone_source`.
        metrics: Only the metrics the row has a value for.
        raw: All other cells that are not empty, by header.
        approximate: Metrics the file gives in a short form, such as "1.2K".
    """

    line: int
    external_id: str
    permalink: str | None
    account: str | None
    published_local: datetime | None
    published_at: datetime | None
    precision: Precision
    time_zone: str | None
    zone_source: ZoneSource
    caption: str | None
    post_type: str | None
    metrics: Mapping[Metric, Amount]
    raw: Mapping[str, str]
    approximate: tuple[Metric, ...] = ()
