"""The campaigns of the demo workspace: two that run, one that is over. Days count from seeding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from services.campaigns import Plan
from services.embedded.demo_play import Deed
from services.embedded.demo_story import Cast


@dataclass(frozen=True)
class _Run:
    """A campaign, when it was begun, its days, and when it was closed (None: it is open)."""

    plan: Plan
    begun_days_ago: int
    starts_in_days: int
    ends_in_days: int
    closed_days_ago: int | None = None


# By the name that drafts of demo_drafts.toml use.
RUNS: dict[str, _Run] = {
    "early": _Run(
        Plan(
            "Ask early",
            "More people ask for help before it is urgent, and know where.",
            countries=("GB", "IE", "US"),
            topics=("crisis", "suicide", "youth"),
        ),
        begun_days_ago=96,
        starts_in_days=-90,
        ends_in_days=60,
    ),
    "rests": _Run(
        Plan(
            "Small rests",
            "Rest is something people may do, not something they have to earn.",
            countries=("GB", "SE", "US"),
            topics=("anxiety_depression",),
        ),
        begun_days_ago=37,
        starts_in_days=-35,
        ends_in_days=40,
    ),
    "day": _Run(
        Plan(
            "World Mental Health Day",
            "One small thing that a reader can do today.",
            countries=("CA", "GB", "US"),
        ),
        begun_days_ago=70,
        starts_in_days=-66,
        ends_in_days=-45,
        closed_days_ago=38,
    ),
}


def list_campaign_deeds(cast: Cast) -> Iterator[Deed]:
    """Everything that happens to campaigns, in no particular order."""
    for name, run in RUNS.items():
        yield Deed(cast.now - timedelta(days=run.begun_days_ago), partial(_begin, cast, name, run))
        if run.closed_days_ago is not None:
            yield Deed(cast.now - timedelta(days=run.closed_days_ago), partial(_close, cast, name))


def _begin(cast: Cast, name: str, run: _Run, at: datetime) -> None:
    cast.campaigns[name] = cast.history.act(
        at,
        cast.ids["sam"],
        "create_campaign",
        p_workspace=cast.workspace,
        **run.plan.as_arguments()
        | {
            "p_starts_on": (cast.now + timedelta(days=run.starts_in_days)).date(),
            "p_ends_on": (cast.now + timedelta(days=run.ends_in_days)).date(),
        },
    )


def _close(cast: Cast, name: str, at: datetime) -> None:
    cast.history.act(
        at,
        cast.ids["sam"],
        "set_campaign_closed",
        p_workspace=cast.workspace,
        p_campaign=cast.campaigns[name],
        p_revision=1,
        p_closed=True,
    )
