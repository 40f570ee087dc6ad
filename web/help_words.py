"""The public help pages in words: how to reach a service, when, in what languages, who checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlsplit

from services.countries import COUNTRIES
from services.languages import name_of
from services.library.models import COSTS, Contact
from services.library.public import Line, Together

_ALWAYS = "24/7"
# Some numbers are said as words; these are the keys of every telephone.
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_EXTENSION = re.compile(r"\s*(?:ext\.?|x)\s*\d+$", re.IGNORECASE)
_HOW = {
    "own_page": "on the service's own page",
    "confirmed": "with the service",
    "public_body": "on a public body's page",
}
# Countries whose names have an article in a sentence.
_WITH_ARTICLE = re.compile(
    "A[EX]|B[QS]|C[CFK]|DO|F[KO]|G[BM]|HM|I[MO]|K[MY]|M[HPV]|NL|P[HN]|S[BC]|T[CF]|U[MS]|V[GI]"
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a service: a link, its words (with those that stand out), and facts."""

    href: str
    words: tuple[tuple[str, bool], ...]
    facts: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service as a page shows it; `words` are paragraphs."""

    name: str
    audience: str
    languages: str
    words: tuple[str, ...]
    ways: tuple[Way, ...]
    checked: str


@dataclass(frozen=True, slots=True)
class Group:
    """Services that are shown together."""

    services: tuple[Service, ...]
    is_whole: bool


def show_groups(found: Iterable[Together]) -> tuple[Group, ...]:
    """Everything of them in words."""
    return tuple(
        Group(tuple(_show(line) for line in together.lines), together.is_whole)
        for together in found
    )


def say_country(code: str) -> str:
    """The country in a sentence: "Germany", "the United Kingdom"."""
    name = COUNTRIES[code]
    return f"the {name}" if _WITH_ARTICLE.fullmatch(code) else name


def say_day(on: date) -> str:
    """A date: "3 November 2026"."""
    return f"{on.day} {on:%B %Y}"


def say_moment(at: datetime) -> str:
    """A time in UTC, to the minute: "3 November 2026, 14:05 UTC"."""
    return f"{say_day(at.date())}, {at:%H:%M} UTC"


def say_host(page: str) -> str:
    """The site of a page, as people know it: "example.org"."""
    return (urlsplit(page).hostname or page).removeprefix("www.")


def dial(number: str) -> str:
    """What a telephone dials for a number as it is written: digits, and `+`, `*`, `#`.

    Spaces and other signs between are for reading, as is an area code's 0 after a country code.
    """
    bare = _EXTENSION.sub("", number)
    if bare.startswith("+"):
        bare = bare.replace("(0)", "")
    return re.sub(r"[^0-9+*#]", "", bare.upper().translate(_KEYS))


def _show(line: Line) -> Service:
    entry = line.entry
    day = say_day(line.checked_at.date())
    return Service(
        name=entry.name,
        audience=entry.audience,
        languages=_say_languages(entry.languages),
        words=tuple(one for one in entry.words.split("\n") if one.strip()),
        ways=tuple(_show_way(contact) for contact in entry.contacts),
        checked=f"Checked on {day}, {_HOW[line.checked_how]}. Counts until {say_day(line.until)}.",
    )


def _show_way(contact: Contact) -> Way:
    return Way(_make_link(contact), _say_way(contact), " · ".join(_list_facts(contact)))


def _make_link(contact: Contact) -> str:
    if contact.method == "call":
        return f"tel:{quote(dial(contact.address), safe='+*')}"
    if contact.method == "text":
        # The ampersand is for telephones that look for it; others pass over it.
        word = f"?&body={quote(contact.keyword, safe='')}" if contact.keyword else ""
        return f"sms:{quote(dial(contact.address), safe='+*')}{word}"
    if contact.method == "mail":
        return f"mailto:{quote(contact.address, safe='@')}"
    return contact.address


def _say_way(contact: Contact) -> tuple[tuple[str, bool], ...]:
    if contact.method == "call":
        return ("Call ", False), (contact.address, True)
    if contact.method == "text" and contact.keyword:
        return ("Text ", False), (contact.keyword, True), (" to ", False), (contact.address, True)
    if contact.method == "text":
        return ("Text ", False), (contact.address, True)
    if contact.method == "mail":
        return ("Write to ", False), (contact.address, True)
    verb = "Chat at " if contact.method == "chat" else "Open "
    return (verb, False), (say_host(contact.address), True)


def _list_facts(contact: Contact) -> Iterable[str]:
    if contact.method in ("call", "text", "chat"):
        yield _say_hours(contact)
    if contact.method in ("call", "text"):
        yield COSTS[contact.cost]
    if contact.languages:
        yield _say_languages(contact.languages)


def _say_hours(contact: Contact) -> str:
    if not contact.hours:
        return "Hours not known"
    if contact.hours == _ALWAYS:
        return "Day and night, every day"
    return f"{contact.hours}, {_say_zone(contact.time_zone)}"


def _say_zone(zone: str) -> str:
    if zone in ("", "UTC"):
        return zone or "local time"
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def _say_languages(codes: tuple[str, ...]) -> str:
    if not codes:
        return "Languages not known"
    *most, last = [name_of(code) for code in codes]
    return f"In {', '.join(most)} and {last}" if most else f"In {last}"
