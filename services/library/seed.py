"""The shared part of the library, from data/helplines.csv: a starting list, to be checked.

Its rows were read on public pages of varying age, and nothing was dialled. So none of them reaches
anybody who looks for help before somebody has checked it in a workspace.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from services.library.models import Contact, Entry

FILE = Path(__file__).parent / "data" / "helplines.csv"

# Hours are local. Of countries with one zone, which one; the others' callers know their own.
ZONES = {
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "IR": "Asia/Tehran",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "MA": "Africa/Casablanca",
    "MU": "Indian/Mauritius",
    "MY": "Asia/Kuala_Lumpur",
    "QA": "Asia/Qatar",
    "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade",
    "SG": "Asia/Singapore",
    "SI": "Europe/Ljubljana",
}
COSTS = {"yes": "free", "no": "paid", "unknown": ""}
AROUND_THE_CLOCK = "24/7"
_KEYWORD = re.compile(r"\(text ([A-Z]{2,})\b")


def read_seed(text: str) -> tuple[Entry, ...]:
    """The entries of a file in the layout of data/helplines.csv.

    Raises:
        KeyError: a column is missing, or a row says of its cost what nobody knows.
    """
    return tuple(_read_row(row) for row in csv.DictReader(io.StringIO(text, newline="")))


def load_seed() -> tuple[Entry, ...]:
    """The entries that come with Tandem."""
    return read_seed(FILE.read_bytes().decode("utf-8"))


def _read_row(row: dict[str, str]) -> Entry:
    return Entry(
        kind="helpline",
        name=row["name"],
        country=row["country_code"],
        topics=(row["topic"].replace("-", "_"),),
        audience=row["audience"],
        languages=_split(row["languages"]),
        sources=_split(row["source_url"]),
        seen=row["source_seen"],
        confidence=row["confidence"],
        contacts=tuple(_list_contacts(row)),
    )


def _list_contacts(row: dict[str, str]) -> Iterator[Contact]:
    hours, cost = row["hours"], COSTS[row["free"]]
    zone = ZONES.get(row["country_code"], "") if hours not in ("", AROUND_THE_CLOCK) else ""
    keyword = _KEYWORD.search(row["audience"])
    for number in _split(row["phone"]):
        yield Contact("call", number, hours=hours, time_zone=zone, cost=cost)
    for number in _split(row["sms"]):
        word = keyword[1] if keyword else ""
        yield Contact("text", number, keyword=word, hours=hours, time_zone=zone, cost=cost)
    if row["chat_url"]:
        yield Contact("chat", row["chat_url"], hours=hours, time_zone=zone)
    if row["website"]:
        yield Contact("web", row["website"])


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
