"""The known exports: which headers each platform writes, read from data/*.toml.

A header is found by its normalised name, never by its place; platforms rename and reorder columns.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from services.metrics.models import (
    METRICS,
    POST_KINDS,
    Column,
    DateOrder,
    Kind,
    Platform,
    Reason,
)

DATA = Path(__file__).parent / "data"
FILES = ("instagram", "facebook", "tiktok", "youtube", "x", "linkedin")
# Names of a language that are only used where a row has no value under the others.
OLDER = "older"
# Languages that write 1.234,5 where English writes 1,234.5.
DECIMAL_COMMA = frozenset({"sv", "pt", "de", "nl"})
# What a row of a post is read for, besides metrics.
POST_FIELDS = (
    "external_id",
    "permalink",
    "published",
    "caption",
    "title",
    "post_type",
    "account_id",
    "account_username",
    "account_name",
    "page_id",
    "page_name",
    "grain",
    "exported_on",
)
# Known, but no canonical metric: kept as they are, named for the preview.
NOTED = (
    "engagements_reported",
    "clicks_all",
    "share_menu_actions",
    "subscribers_net",
    "duration",
    "remark",
)
MEANINGS = (*METRICS, *POST_FIELDS, *NOTED)

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A known layout.

    Args:
        needs: Fields whose columns must all be there; of `any`, one; of `without`, none.
        most_columns: More columns than this are another layout; 0 for any number.
        refused: Why such a file is not taken as posts, if it is not.
        moves: Fields that are called otherwise in this layout.
        guards_days: The same screen also exports a row per post and day, to be told apart.
        described: A row of descriptions follows the header.
        totals_first: The first row may hold totals.
        nameless: The file does not say which platform it is of.
    """

    name: str
    kind: Kind
    needs: frozenset[str]
    any: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    most_columns: int = 0
    refused: Reason | None = None
    moves: Mapping[str, str] = field(default_factory=dict)
    guards_days: bool = False
    described: bool = False
    totals_first: bool = False
    nameless: bool = False

    @property
    def holds_posts(self) -> bool:
        """Whether its rows are posts that can be taken."""
        return self.refused is None and self.kind in POST_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of a platform's exports.

    Args:
        time_zone: The zone its times are assumed to be in.
        units: Seconds in one unit of a duration, where that is not 1.
        names: Fields by normalised header, each with the language of the list.
    """

    platform: Platform
    date_order: DateOrder
    time_zone: str
    shapes: tuple[Shape, ...]
    names: Mapping[str, tuple[tuple[str, str], ...]]
    units: Mapping[str, int]
    realign_on: str | None = None
    impressions_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A header that was recognised."""

    source: Source
    shape: Shape
    columns: tuple[Column, ...]
    language: str


def normalise(header: str) -> str:
    """A header without what differs between two exports of one column."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", header)).translate(_QUOTES)
    return " ".join(text.casefold().split()).rstrip(": ")


@cache
def load_sources() -> tuple[Source, ...]:
    """All known platforms."""
    return tuple(_load(name) for name in FILES)


def get_source(platform: Platform) -> Source:
    """What is known of one platform."""
    return next(source for source in load_sources() if source.platform == platform)


def _load(name: str) -> Source:
    with (DATA / f"{name}.toml").open("rb") as file:
        data = tomllib.load(file)
    names: dict[str, list[tuple[str, str]]] = {}
    for language, fields in data["headers"].items():
        for meaning, aliases in fields.items():
            for alias in aliases:
                names.setdefault(normalise(alias), []).append((meaning, language))
    return Source(
        platform=data["platform"],
        date_order=data["date_order"],
        time_zone=data["time_zone"],
        shapes=tuple(_load_shape(shape) for shape in data["shapes"]),
        names={alias: tuple(found) for alias, found in names.items()},
        units=data.get("units", {}),
        realign_on=data.get("realign_on"),
        impressions_of=data.get("impressions_of"),
    )


def _load_shape(raw: dict[str, Any]) -> Shape:
    sets: dict[str, Any] = {key: frozenset(raw.get(key, ())) for key in ("needs", "any", "without")}
    return Shape(**{**raw, **sets})


def match_header(header: Sequence[str], sources: Iterable[Source] | None = None) -> Match | None:
    """The layout a row of cells is the header of, or None."""
    cells = [normalise(cell) for cell in header]
    if not any(cells):
        return None
    for source in load_sources() if sources is None else sources:
        found = {meaning for cell in cells for meaning, _ in source.names.get(cell, ())}
        for shape in source.shapes:
            if _fits(shape, found, sum(map(bool, cells))):
                columns, language = describe_columns(header, source, shape)
                return Match(source=source, shape=shape, columns=columns, language=language)
    return None


def _fits(shape: Shape, found: set[str], width: int) -> bool:
    return (
        shape.needs <= found
        and (not shape.any or not shape.any.isdisjoint(found))
        and shape.without.isdisjoint(found)
        and (not shape.most_columns or width <= shape.most_columns)
    )


def describe_columns(
    header: Sequence[str], source: Source, shape: Shape
) -> tuple[tuple[Column, ...], str]:
    """What each column means, and the language of the headers: the one that most of them are of."""
    votes: dict[str, int] = {}
    columns = []
    for position, cell in enumerate(header):
        alias = normalise(cell)
        known = [
            (shape.moves.get(meaning, meaning), language)
            for meaning, language in source.names.get(alias, ())
        ]
        known = [one for one in known if one[0] in MEANINGS]
        for language in {language for _, language in known if language != OLDER}:
            votes[language] = votes.get(language, 0) + 1
        columns.append(
            Column(
                position=position,
                header=cell.strip(),
                meaning=known[0][0] if known else None,
                alias=alias if known else None,
                language=known[0][1] if known else None,
            )
        )
    best = max(votes, key=lambda one: (votes[one], one == "en"), default="en")
    return tuple(columns), best
