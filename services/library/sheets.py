"""The library as a file for a spreadsheet, and back: nothing changes on the way.

A row is one way to reach an entry; rows of the same name and country are one entry. A spreadsheet
would take "+49 30" for a sum and drop the zero of "0800": such cells begin with an apostrophe,
which is taken off again when the file is read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from services.library.models import KINDS, METHODS, TOPICS, Contact, Entry

COLUMNS = (
    "kind",
    "country",
    "name",
    "topics",
    "audience",
    "languages",
    "words",
    "sources",
    "seen",
    "confidence",
    "pair",
    "method",
    "address",
    "keyword",
    "hours",
    "time_zone",
    "cost",
    "contact_languages",
)
# Of these a file may leave columns out.
_NEEDED = ("kind", "country", "name", "topics", "method", "address")
_OF_ENTRY = COLUMNS[: COLUMNS.index("method")]

LARGEST_BYTES = 5_000_000
MOST_ENTRIES = 1000
MOST_CONTACTS = 20
MOST_SOURCES = 10
MOST_TOPICS = 8
_LENGTHS = {"name": 120, "audience": 400, "words": 2000, "pair": 60, "keyword": 40, "hours": 200}

_GUARDED = re.compile(r"[=+\-@\t\r']|0\d*$")
_GUARD = re.compile(r"'(?=[=+\-@\t\r'0-9])")
_NUMBER = re.compile(r"[+*#0-9A-Za-z](?:[0-9A-Za-z ()+*#./-]{0,38}[0-9A-Za-z)*#])?")
_HIDDEN = "\u00ad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
_PAGE = re.compile(
    r"https?://(?:(?:[^\W_]|-)+\.)+(?:[^\W_]|-)+(?::\d{1,5})?"
    rf'(?:[/?#][^\s<>"\\\x00-\x20\x7f-\xa0{_HIDDEN}]*)?'
)
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that cannot be taken, on the line on which its row begins."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds; with problems, nothing of it should be used. `lines` go with entries."""

    entries: tuple[Entry, ...]
    lines: tuple[int, ...]
    problems: tuple[Problem, ...]


def write_sheet(entries: Iterable[Entry]) -> bytes:
    """The entries as CSV in UTF-8, with a mark that spreadsheets know."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for entry in entries:
        for contact in entry.contacts or (None,):
            writer.writerow([_guard(cell) for cell in _cells(entry, contact)])
    return file.getvalue().encode("utf-8-sig")


def read_sheet(raw: bytes) -> Sheet:
    """Read a file that `write_sheet` made, or that somebody wrote in its columns.

    Every problem is found, not only the first; there is no entry in a file that is no table.
    """
    if len(raw) > LARGEST_BYTES:
        return _refuse("The file is larger than 5 MB.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refuse("The file is not in UTF-8. Save it as CSV UTF-8 and try again.")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _read_rows(rows)
    except csv.Error as error:
        return _refuse(f"This is no table of comma-separated values: {error}.", rows.line_num)


def _read_rows(rows: Any) -> Sheet:
    header = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in _NEEDED if name not in header]
    unknown = [name for name in header if name not in COLUMNS]
    if missing or unknown or len(set(header)) < len(header):
        what = f"it lacks {', '.join(missing)}" if missing else f"it has {', '.join(unknown)}"
        if not missing and not unknown:
            what = "it has a column twice"
        return _refuse(f"The first line has to name the columns; {what}.")
    reader = _Reader()
    began = rows.line_num + 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            if len(cells) != len(header):
                reader.report(
                    began, "", f"This row has {len(cells)} cells in place of {len(header)}."
                )
            else:
                values = dict.fromkeys(COLUMNS, "")
                reader.take(
                    began, values | {k: _unguard(v) for k, v in zip(header, cells, strict=True)}
                )
        began = rows.line_num + 1
    return reader.finish()


class _Reader:
    """Puts rows together to entries and collects what is wrong with them."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lines: list[int] = []
        self._problems: list[Problem] = []
        self._seen: dict[tuple[str, str], int] = {}
        self._of_last: dict[str, str] = {}

    def report(self, line: int, column: str, message: str) -> None:
        if len(self._problems) < _MOST_PROBLEMS:
            self._problems.append(Problem(line, column, message))

    def take(self, line: int, row: dict[str, str]) -> None:
        """One row: a new entry, or another contact of the one before."""
        for column, message in _find_problems(row):
            self.report(line, column, message)
        key = (row["country"].strip().upper(), _one_line(row["name"]))
        contact = _read_contact(row)
        about = {column: row[column] for column in _OF_ENTRY}
        if self._entries and key == (self._entries[-1].country, self._entries[-1].name):
            differs = [column for column in _OF_ENTRY if about[column] != self._of_last[column]]
            if differs:
                self.report(
                    line, differs[0], f"This differs from line {self._lines[-1]}, the same entry."
                )
            self._add_contact(line, contact)
            return
        if key in self._seen:
            self.report(
                line,
                "name",
                f"This entry is on line {self._seen[key]} already, with others between.",
            )
        self._seen[key] = line
        self._of_last = about
        self._entries.append(_read_entry(row, contact))
        self._lines.append(line)

    def finish(self) -> Sheet:
        """Everything that was taken in."""
        for line, entry in zip(self._lines, self._entries, strict=True):
            if entry.kind == "helpline" and not entry.contacts:
                self.report(line, "address", "A helpline needs a way to reach it.")
            elif entry.kind != "helpline" and not (entry.words or entry.contacts):
                self.report(line, "words", "Write what it says, or give the address of a page.")
            if len(entry.contacts) > MOST_CONTACTS:
                self.report(line, "address", f"An entry has at most {MOST_CONTACTS} contacts.")
        if len(self._entries) > MOST_ENTRIES:
            self.report(1, "", f"A file can have at most {MOST_ENTRIES:,} entries.")
        if not self._entries and not self._problems:
            self.report(1, "", "There is no entry in this file.")
        problems = sorted(self._problems, key=lambda one: one.line)
        return Sheet(tuple(self._entries), tuple(self._lines), tuple(problems))

    def _add_contact(self, line: int, contact: Contact | None) -> None:
        last = self._entries[-1]
        if contact is None:
            self.report(line, "address", "The same entry again, without another contact.")
            return
        same = (contact.method, contact.address, contact.keyword)
        if any((one.method, one.address, one.keyword) == same for one in last.contacts):
            self.report(line, "address", "This contact is there already.")
        self._entries[-1] = replace(last, contacts=(*last.contacts, contact))


def _find_problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the database would refuse, column by column."""
    for column, takes, message in _CHECKS:
        if not takes(row[column].strip()):
            yield column, message
    for column, most in _LENGTHS.items():
        length = len(row[column].strip())
        if length > most:
            yield column, f"That is {length:,} characters; {most:,} fit."
    yield from _find_contact_problems(row)


def _are_topics(cell: str) -> bool:
    return 0 < len(_split(cell)) <= MOST_TOPICS and set(_split(cell)) <= set(TOPICS)


def _are_languages(cell: str) -> bool:
    return all(_LANGUAGE.fullmatch(one) for one in _split(cell))


def _are_sources(cell: str) -> bool:
    found = cell.split()
    return len(found) <= MOST_SOURCES and all(is_address("web", one) for one in found)


# A column of an entry, what it takes, and what to say otherwise.
_CHECKS: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("kind", KINDS.__contains__, f"Write one of {', '.join(KINDS)}."),
    (
        "country",
        lambda cell: not cell or _COUNTRY.fullmatch(cell.upper()),
        "Write a country's two letters, such as GB, or nothing for anywhere.",
    ),
    ("name", bool, "Write a name."),
    ("topics", _are_topics, f"Write one to eight of {', '.join(TOPICS)}, with ; between."),
    ("languages", _are_languages, "Write codes such as en or es, with ; between."),
    ("contact_languages", _are_languages, "Write codes such as en or es, with ; between."),
    (
        "sources",
        _are_sources,
        "Write up to ten full addresses of pages, with a space between.",
    ),
    (
        "seen",
        lambda cell: not cell or _MONTH.fullmatch(cell),
        "Write year and month, such as 2026-11.",
    ),
    ("confidence", ("", "high", "medium").__contains__, "Write high, medium or nothing."),
)


def _find_contact_problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    method, address = row["method"].strip(), row["address"].strip()
    if not method and not address:
        if any(row[one].strip() for one in COLUMNS[COLUMNS.index("keyword") :]):
            yield "method", "There are hours or other facts here, but no way to reach it."
        return
    if method not in METHODS:
        yield "method", f"Write one of {', '.join(METHODS)}."
    elif not is_address(method, address):
        yield "address", _ADDRESS_WORDS[method]
    if row["time_zone"].strip() and row["time_zone"].strip() not in available_timezones():
        yield "time_zone", "Write a zone such as Europe/London."
    if row["cost"].strip() not in ("", "free", "paid"):
        yield "cost", "Write free, paid or nothing."


_PAGE_WORDS = "Write the full address of the page, starting with https:// or http://."
_NUMBER_WORDS = "Write the number as it is dialled: digits, spaces and hyphens."
_ADDRESS_WORDS = {
    "call": _NUMBER_WORDS,
    "text": _NUMBER_WORDS,
    "chat": _PAGE_WORDS,
    "web": _PAGE_WORDS,
    "mail": "Write a mail address, with an @ and no spaces.",
}


def is_address(method: str, address: str) -> bool:
    """Whether somebody can be reached there in that way, as far as its form tells."""
    if method in ("call", "text"):
        return bool(_NUMBER.fullmatch(address)) and len(re.findall(r"[0-9]", address)) > 1
    if method == "mail":
        return bool(_MAIL.fullmatch(address)) and len(address) <= 500
    return bool(_PAGE.fullmatch(address)) and len(address) <= 500


def _cells(entry: Entry, contact: Contact | None) -> list[str]:
    return [
        entry.kind,
        entry.country,
        entry.name,
        ";".join(entry.topics),
        entry.audience,
        ";".join(entry.languages),
        entry.words,
        # No address has a space in it, but some have a semicolon.
        " ".join(entry.sources),
        entry.seen,
        entry.confidence,
        entry.pair,
        *(
            (
                contact.method,
                contact.address,
                contact.keyword,
                contact.hours,
                contact.time_zone,
                contact.cost,
                ";".join(contact.languages),
            )
            if contact
            else ("",) * 7
        ),
    ]


def _read_entry(row: dict[str, str], contact: Contact | None) -> Entry:
    return Entry(
        kind=row["kind"].strip(),
        name=_one_line(row["name"]),
        country=row["country"].strip().upper(),
        topics=_split(row["topics"]),
        audience=_one_line(row["audience"]),
        languages=_split(row["languages"]),
        words=row["words"].replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n"),
        sources=tuple(dict.fromkeys(row["sources"].split())),
        seen=row["seen"].strip(),
        confidence=row["confidence"].strip(),
        pair=_one_line(row["pair"]),
        contacts=(contact,) if contact else (),
    )


def _read_contact(row: dict[str, str]) -> Contact | None:
    if not row["address"].strip():
        return None
    return Contact(
        method=row["method"].strip(),
        address=row["address"].strip(),
        keyword=_one_line(row["keyword"]),
        hours=_one_line(row["hours"]),
        time_zone=row["time_zone"].strip(),
        cost=row["cost"].strip(),
        languages=_split(row["contact_languages"]),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in text.split(";") if one.strip()))


def _guard(cell: str) -> str:
    return f"'{cell}" if _GUARDED.match(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if _GUARD.match(cell) else cell


def _refuse(message: str, line: int = 1) -> Sheet:
    return Sheet((), (), (Problem(line, "", message),))
