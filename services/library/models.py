"""Entries of the library as values, and the words for their parts.

An entry's numbers and addresses are texts, kept to the letter from file to page and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from services.models import need_at, read_on
from services.posts import Json

KINDS: dict[str, str] = {
    "helpline": "Helpline or service",
    "guide": "Guide",
    "evidence_card": "Evidence card",
}

TOPICS: dict[str, str] = {
    "crisis": "Crisis",
    "suicide": "Suicide",
    "youth": "Children and young people",
    "lgbtq": "LGBTQ+ people",
    "eating_disorders": "Eating disorders",
    "substance_use": "Substance use",
    "domestic_violence": "Domestic violence",
    "perinatal": "Pregnancy and new parents",
    "veterans": "Veterans",
    "general": "General well-being",
    "anxiety_depression": "Anxiety and depression",
    "trauma": "Trauma and violence",
    "psychosis_bipolar": "Psychosis and bipolar",
    "medication": "Medication",
}

METHODS: dict[str, str] = {
    "call": "Call",
    "text": "Text",
    "chat": "Chat",
    "web": "Website",
    "mail": "Mail",
}

COSTS: dict[str, str] = {"": "Cost not known", "free": "Free", "paid": "May cost something"}

# How somebody checked an entry; `doubt` is the other way round, and has a button of its own.
CHECK_METHODS: dict[str, str] = {
    "own_page": "I read it on the service's own page",
    "confirmed": "The service confirmed it to me",
    "public_body": "I read it on a public body's page",
}

STATES: dict[str, str] = {
    "current": "Checked",
    "due": "Check ends soon",
    "overdue": "Check has ended",
    "unchecked": "Not checked yet in your workspace",
    "withdrawn": "Withdrawn",
}
# Those that may be given to people who look for help.
USABLE = frozenset({"current", "due"})


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a service.

    `address` is a number exactly as dialled, a page's or a mail address. `hours` are words in
    local time, of `time_zone` where that is known (an IANA name). `cost` is a key of COSTS.
    `languages` only where they are not those of the entry.
    """

    method: str
    address: str
    keyword: str = ""
    hours: str = ""
    time_zone: str = ""
    cost: str = ""
    languages: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one contact of an entry."""
        return cls(
            method=row["method"],
            address=row["address"],
            keyword=row["keyword"],
            hours=row["hours"],
            time_zone=row["time_zone"],
            cost=row["cost"],
            languages=tuple(row["languages"]),
        )

    def to_json(self) -> dict[str, object]:
        """As the database takes it."""
        return {
            "method": self.method,
            "address": self.address,
            "keyword": self.keyword,
            "hours": self.hours,
            "time_zone": self.time_zone,
            "cost": self.cost,
            "languages": list(self.languages),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody writes down of a service, a guide or an evidence card.

    `country` is ISO 3166-1 alpha-2, empty for one that is good anywhere. `topics` are keys of
    TOPICS, `languages` ISO 639 codes. `seen` is year and month of the newest source, `confidence`
    `high`, `medium` or empty. Entries of one country with the same `pair` come together.
    """

    kind: str
    name: str
    country: str
    topics: tuple[str, ...]
    audience: str = ""
    languages: tuple[str, ...] = ()
    words: str = ""
    sources: tuple[str, ...] = ()
    seen: str = ""
    confidence: str = ""
    pair: str = ""
    contacts: tuple[Contact, ...] = ()

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the entry out of an answer of the database."""
        return cls(
            kind=row["kind"],
            name=row["name"],
            country=row["country"],
            topics=tuple(row["topics"]),
            audience=row["audience"],
            languages=tuple(row["languages"]),
            words=row["words"],
            sources=tuple(row["sources"]),
            seen=row["seen"],
            confidence=row["confidence"],
            pair=row["pair"],
            contacts=tuple(Contact.from_json(one) for one in row["contacts"]),
        )

    def to_json(self) -> dict[str, object]:
        """As the database takes it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "country": self.country,
            "topics": list(self.topics),
            "audience": self.audience,
            "languages": list(self.languages),
            "words": self.words,
            "sources": list(self.sources),
            "seen": self.seen,
            "confidence": self.confidence,
            "pair": self.pair,
            "contacts": [one.to_json() for one in self.contacts],
        }


@dataclass(frozen=True, slots=True)
class Check:
    """The latest look at an entry in this workspace; it counts only as far as the state says.

    `method` is a key of CHECK_METHODS, or `doubt`: somebody found that it is not right, and
    `source` says what.
    """

    name: str
    at: datetime
    method: str
    source: str
    next_due: date | None

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the `check` of an entry."""
        return cls(
            row["name"], need_at(row["at"]), row["method"], row["source"], read_on(row["next_due"])
        )


@dataclass(frozen=True, slots=True)
class Resource:
    """An entry as the workspace has it.

    `shared` is one of the part that all workspaces read; `replaces` one that the workspace shows
    in place of such a one. `state` is a key of STATES, that of its weakest contact. Those of one
    `group` come together. `posts` is how many live posts rely on it, of those the reader may read.
    """

    id: str
    entry: Entry
    shared: bool
    replaces: bool
    revision: int
    state: str
    next_due: date | None
    check: Check | None
    changed_at: datetime
    changed_by_name: str | None
    group: int = 0
    posts: int = 0

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one entry of `list_library`, or the answer of `get_resource`."""
        return cls(
            id=row["id"],
            entry=Entry.from_json(row),
            shared=row["shared"],
            replaces=row["replaces"],
            revision=row["revision"],
            state=row["state"],
            next_due=read_on(row["next_due"]),
            check=None if row["check"] is None else Check.from_json(row["check"]),
            changed_at=need_at(row["changed_at"]),
            changed_by_name=row["changed_by_name"],
            group=row.get("group", 0),
            posts=row.get("posts", 0),
        )


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was read into the library and can be taken back."""

    id: str
    at: datetime
    name: str
    added: int
    corrected: int

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of the `imports` of `list_library`."""
        return cls(row["id"], need_at(row["at"]), row["name"], row["added"], row["corrected"])


@dataclass(frozen=True, slots=True)
class Library:
    """One page of the library, and what there is in all of it.

    `total` counts entries and `groups` what they come together in, both as asked for; `counts` is
    by state over everything, as are `countries` and `languages`. `imports` are the latest.
    """

    resources: tuple[Resource, ...]
    total: int
    groups: int
    counts: dict[str, int]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    imports: tuple[Import, ...]

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read the answer of `list_library`."""
        return cls(
            resources=tuple(Resource.from_json(one) for one in row["entries"]),
            total=row["total"],
            groups=row["groups"],
            counts=dict(row["counts"]),
            countries=tuple(row["countries"]),
            languages=tuple(row["languages"]),
            imports=tuple(Import.from_json(one) for one in row["imports"]),
        )
