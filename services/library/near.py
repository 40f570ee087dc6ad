"""Help for somebody who may need it now: lines of the library that were checked, where they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from services.gateway.client import Gateway
from services.library.models import USABLE, Resource
from services.library.store import Asked, list_library

_MOST = 4
_TOPICS = ("crisis", "suicide", "general")
# Where one number reaches the emergency services: the European Electronic Communications Code
# (Directive (EU) 2018/1972, Article 109), which Iceland, Norway and Switzerland follow, for 112;
# the national authorities of the others. Anywhere else people know theirs.
_ONE_ONE_TWO = (
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LT LU LV MT NL NO PL PT RO SE SI SK"
)
_EMERGENCY = dict.fromkeys(_ONE_ONE_TWO.split(), "112") | {
    "GB": "999",
    "US": "911",
    "CA": "911",
    "AU": "000",
    "NZ": "111",
}


def find_emergency(country: str) -> str:
    """The number that reaches all emergency services of a country; empty where it is not known."""
    return _EMERGENCY.get(country, "")


@lru_cache(maxsize=1)
def _countries_by_zone() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def country_of(time_zone: str) -> str:
    """The country whose clock somebody reads (ISO 3166 alpha-2); empty where that says nothing."""
    return _countries_by_zone().get(time_zone, "")


def list_near(
    gateway: Gateway, *, workspace_id: str, countries: Sequence[str]
) -> tuple[Resource, ...]:
    """Lines for people in crisis in the first of the countries that has any currently checked.

    About four. What comes together is given whole or not at all.

    Raises:
        NotFound: the caller does not belong to the workspace.
        Unavailable.
    """
    for country in countries:
        asked = Asked(kind="helpline", country=country, state="usable")
        page = list_library(gateway, workspace_id=workspace_id, asked=asked, limit=100)
        groups: dict[int, list[Resource]] = {}
        for one in page.resources:
            if one.state != "withdrawn":
                groups.setdefault(one.group, []).append(one)
        fitting = sorted(filter(_may_be_given, groups.values()), key=_rank)
        near: list[Resource] = []
        for group in fitting:
            if len(near) < _MOST:
                near += group
        if near:
            return tuple(near)
    return ()


def _may_be_given(group: Sequence[Resource]) -> bool:
    """Whether it is for a crisis, and all that comes together is currently checked."""
    return _rank(group) < len(_TOPICS) and all(one.state in USABLE for one in group)


def _rank(group: Sequence[Resource]) -> int:
    topics = {topic for one in group for topic in one.entry.topics}
    return next((n for n, topic in enumerate(_TOPICS) if topic in topics), len(_TOPICS))
