"""Help that goes with a post: services of the library, or the operator's directory.

A post on a sensitive topic is approved only with help for each country it is for. The database
decides that (private.help_by_country); what is said of it here is said the same way, from one
reading, so that people know before they press a button.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Self

from services import errors
from services.gateway.client import Gateway
from services.ids import require_id
from services.library.models import USABLE, Resource
from services.posts import Json

MOST_ATTACHED = 40
# What one click offers for a country; the rest is found by looking for it.
_MOST_OFFERED = 4

# Topics of services that fit a post, by what it touches; see private.fitting_topics. A crisis fits
# every post of the kind: each can bring one to the surface.
FITTING: dict[str, tuple[str, ...]] = {
    "suicide": ("suicide",),
    "self_harm": ("suicide",),
    "eating_disorders": ("eating_disorders",),
    "abuse": ("domestic_violence", "trauma"),
    "substance_use": ("substance_use",),
    "crisis": ("suicide",),
}
_ALWAYS = "crisis"

Kind = Literal["services", "directory", ""]


@dataclass(frozen=True, slots=True)
class Together:
    """Services that come together; most stand alone."""

    services: tuple[Resource, ...]
    attached: frozenset[str]

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all of them."""
        return tuple(one.id for one in self.services)

    @property
    def country(self) -> str:
        """Where they are; empty: anywhere."""
        return self.services[0].entry.country

    @property
    def topics(self) -> frozenset[str]:
        """What any of them is about."""
        return frozenset(topic for one in self.services for topic in one.entry.topics)

    @property
    def is_checked(self) -> bool:
        """Whether the check of each counts today."""
        return all(one.state in USABLE for one in self.services)

    @property
    def is_attached(self) -> bool:
        """Whether any goes with the post."""
        return any(one.id in self.attached for one in self.services)

    @property
    def is_whole(self) -> bool:
        """Whether all go with the post: one that came to them later may not."""
        return all(one.id in self.attached for one in self.services)

    def fits(self, topics: Collection[str]) -> bool:
        """Whether they are for people whom a post on these topics may reach."""
        return bool(topics) and not self.topics.isdisjoint(fitting_topics(topics))


@dataclass(frozen=True, slots=True)
class CountryHelp:
    """What helps with a post in one country, and what could.

    `kind` says what counts today; empty: nothing. `attached` go with the post; `offers` are
    checked and fit; `to_check` fit and would have to be checked first. The directory may stand in
    where nothing that fits is checked.
    """

    country: str
    kind: Kind
    attached: tuple[Together, ...]
    offers: tuple[Together, ...]
    to_check: tuple[Together, ...]
    may_use_directory: bool


@dataclass(frozen=True, slots=True)
class Help:
    """What goes with a post, and what could for its countries.

    `may_change` is whether the reader may attach and take off now. `directory` is the address that
    the operator named, empty for none. `gone` were attached and are not in the library any more.
    Not `is_whole` where what could go with it was not read, because nothing seemed to need it.
    """

    countries: tuple[str, ...]
    may_change: bool
    directory: str
    directory_attached: bool
    together: tuple[Together, ...]
    gone: tuple[Resource, ...]
    is_whole: bool = False

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read `help_json`."""
        return cls(
            countries=tuple(row["countries"]),
            may_change=row["may_change"],
            directory=row["directory"],
            directory_attached=row["directory_attached"],
            together=tuple(_read_together(row["lines"])),
            gone=tuple(Resource.from_json(one) for one in row["gone"]),
            is_whole=row["whole"],
        )

    @property
    def attached(self) -> tuple[Together, ...]:
        """What goes with the post."""
        return tuple(one for one in self.together if one.is_attached)

    @property
    def elsewhere(self) -> tuple[Together, ...]:
        """What goes with the post and is of a country that it is not for."""
        there = {*self.countries, ""}
        return tuple(one for one in self.attached if one.country not in there)

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes with the post."""
        return not (self.attached or self.gone or self.directory_attached)

    def in_country(self, country: str, topics: Collection[str]) -> CountryHelp:
        """What helps in a country with a post on these topics (of services.checking.SENSITIVE)."""
        there = [one for one in self.together if one.country in (country, "")]
        fitting = sorted(
            (one for one in there if one.fits(topics) and not one.is_attached),
            key=lambda one: _rank(one, country, topics),
        )
        counting = [one for one in there if one.fits(topics) and one.is_checked]
        kind: Kind = ""
        if any(one.is_whole for one in counting):
            kind = "services"
        elif self.directory_attached and self.directory and not counting:
            kind = "directory"
        return CountryHelp(
            country=country,
            kind=kind,
            attached=tuple(one for one in there if one.is_attached),
            offers=tuple(one for one in fitting if one.is_checked)[:_MOST_OFFERED],
            to_check=tuple(one for one in fitting if not one.is_checked)[:_MOST_OFFERED],
            may_use_directory=not counting,
        )

    def list_missing(self, topics: Collection[str]) -> tuple[str, ...]:
        """Countries in which nothing helps yet with a post on these topics."""
        if not topics:
            return ()
        return tuple(code for code in self.countries if not self.in_country(code, topics).kind)


NO_HELP = Help((), False, "", False, (), ())  # noqa: FBT003


def fitting_topics(topics: Iterable[str]) -> frozenset[str]:
    """Topics of services that fit a post that touches these; none for none."""
    found = {fitting for topic in topics for fitting in FITTING[topic]}
    return frozenset(found | {_ALWAYS}) if found else frozenset()


def get_help(gateway: Gateway, *, draft_id: str) -> Help:
    """For its author, all that goes with the post being written and could for its countries.

    Raises:
        NotFound: the draft is not the caller's.
    """
    row = gateway.read("get_help", {"p_draft": require_id(draft_id)})
    if row is None:
        raise errors.NotFound
    return Help.from_json(row)


def attach(gateway: Gateway, *, draft_id: str, resource_ids: Sequence[str]) -> int:
    """Let services go with a post, each with those it comes together with; how many are new.

    Raises:
        NotFound: one is not in the library (any more), or the draft is not the caller's to see.
        Forbidden: neither the author nor somebody who may decide.
        Conflict: `too_many_services`, `wrong_state`, `already_decided`.
    """
    return int(
        gateway.write(
            "attach_help", {"p_draft": require_id(draft_id), "p_resources": list(resource_ids)}
        )
    )


def take_off(gateway: Gateway, *, draft_id: str, resource_ids: Sequence[str]) -> int:
    """The other way round; how many went with the post.

    Raises:
        Forbidden, Conflict: as `attach`.
    """
    return int(
        gateway.write(
            "take_off_help", {"p_draft": require_id(draft_id), "p_resources": list(resource_ids)}
        )
    )


def attach_directory(gateway: Gateway, *, draft_id: str, attached: bool) -> bool:
    """Send a post's readers to the operator's directory, or not any more; whether that is new.

    Raises:
        Conflict: `no_directory`: the operator names none. Forbidden, Conflict: as `attach`.
    """
    return bool(
        gateway.write("attach_directory", {"p_draft": require_id(draft_id), "p_attached": attached})
    )


def _read_together(rows: Sequence[Json]) -> Iterable[Together]:
    for _pair, found in groupby(rows, key=lambda row: row["pair_id"]):
        lines = list(found)
        yield Together(
            services=tuple(Resource.from_json(one) for one in lines),
            attached=frozenset(one["id"] for one in lines if one["attached"]),
        )


def _rank(one: Together, country: str, topics: Collection[str]) -> tuple[bool, bool, str]:
    """Those of the country first, then those for exactly what the post touches, by name."""
    own = {fitting for topic in topics for fitting in FITTING[topic]}
    return one.country != country, one.topics.isdisjoint(own), one.services[0].entry.name.casefold()
