"""Campaigns as a list, and how they are told in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import cached, countries, feedback
from components import format as fmt
from components.library import Desk
from components.rows import Group, Row, RowList, draw_rows
from components.words import Line, Words, join
from services.campaigns import MOST_COUNTED, Campaign, Campaigns, Plan
from services.drafts import STATES

_WHAT_FOR = (
    "A campaign holds together the drafts of one goal. Its countries say whose helplines have to "
    "be checked first, and drafts take them over."
)


def is_coordinator(desk: Desk) -> bool:
    """Whether the reader may begin, change and close campaigns."""
    return "coordinator" in desk.person.roles


def draw_empty(desk: Desk) -> None:
    """No campaign yet: what one is for, and who begins one."""
    way = (
        "Begin with a name and the countries its readers live in."
        if is_coordinator(desk)
        else "Your coordinators begin them."
    )
    feedback.empty_state("No campaigns yet", f"{_WHAT_FOR}\n\n{way}", icon="campaign")


def draw_list(found: Campaigns, desk: Desk) -> None:
    """The open ones, then those closed last; each leads to its own view."""

    def list_boxes() -> RowList:
        groups = [
            Group(title, tuple(_make_row(one, desk) for one in some))
            for title, some in (("Open", found.open), ("Closed", found.closed))
            if some
        ]
        return RowList.of(groups)

    boxes = cached.make_once(f"campaigns {desk.today}", found, list_boxes)
    draw_rows(boxes, key="campaigns_boxes")


def say_dates(plan: Plan) -> str:
    """When it runs: "1 December 2026 to 28 February 2027"; empty when nothing is said."""
    starts, ends = plan.starts_on, plan.ends_on
    if starts and ends:
        return f"{fmt.day(starts)} to {fmt.day(ends)}"
    if starts:
        return f"From {fmt.day(starts)}"
    return f"Until {fmt.day(ends)}" if ends else ""


def say_countries(plan: Plan) -> str:
    """Where its readers are: "Germany and United Kingdom"; that none is chosen, if so."""
    return countries.names_of(plan.countries) or "No countries chosen yet"


def say_counts(counts: Mapping[str, int]) -> str:
    """Its drafts by state: "3 drafting, 2 in review"; that there is none, if so."""
    said = [
        f"{say_number(counts[state])} {words.lower()}"
        for state, words in STATES.items()
        if counts.get(state)
    ]
    return ", ".join(said) or "No drafts yet"


def say_number(number: int) -> str:
    """A count of drafts, which the database takes no further than it says."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def say_plan(campaign: Campaign) -> str:
    """When and where, in one line."""
    facts: Sequence[str] = (say_dates(campaign.plan), say_countries(campaign.plan))
    return " · ".join(fact for fact in facts if fact)


def _make_row(campaign: Campaign, desk: Desk) -> Row:
    plan = campaign.plan
    facts: list[Line] = []
    if campaign.closed_at is not None:
        closed_on = fmt.today_in(desk.person.time_zone, campaign.closed_at)
        facts.append((Words(f"Closed on {fmt.day(closed_on)}"),))
    elif plan.ends_on and plan.ends_on < desk.today:
        facts.append((Words("Its last day is over", look="strong", icon="schedule"),))
    facts += [(Words(say_plan(campaign)),), (Words(say_counts(campaign.counts)),)]
    return Row(
        title=(Words(plan.name, is_typed=True),),
        lines=((Words(plan.aim, is_typed=True),) if plan.aim else (), join(facts, " · ")),
        action="Open",
        page="campaigns",
        query=(("campaign", campaign.id),),
        key=campaign.id,
    )


def find_country() -> str | None:
    """The country that the address asks for."""
    asked = st.query_params.get("campaigns_country", "")
    return asked if asked in countries.COUNTRIES else None
