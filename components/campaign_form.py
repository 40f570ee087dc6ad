"""What coordinators do with a campaign: begin it, change it, close it and reopen it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import streamlit as st

from components import cached, countries, feedback, links, session
from components import format as fmt
from components.library import Desk
from services import campaigns
from services.campaigns import LONGEST_AIM, LONGEST_NAME, Campaign, Plan
from services.errors import TandemError
from services.library.models import TOPICS

_EMPTY = Plan("")


def ask_new(desk: Desk) -> None:
    """Begin a campaign, and go on to what there is to do for it."""

    def save(plan: Plan) -> None:
        begun = campaigns.create_campaign(
            session.gateway(), workspace_id=desk.person.workspace_id, plan=plan
        )
        _done(f"{fmt.plain(plan.name)} has begun.")
        links.go("campaigns", query={"campaign": begun})

    _open("Begin a campaign", _EMPTY, save)


def ask_change(campaign: Campaign, desk: Desk) -> None:
    """Write a campaign anew."""

    def save(plan: Plan) -> None:
        campaigns.change_campaign(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            campaign_id=campaign.id,
            revision=campaign.revision,
            plan=plan,
        )
        _done(f"{fmt.plain(plan.name)} is changed. Drafts in it keep the countries they have.")
        st.rerun()

    _open("Change the campaign", campaign.plan, save)


def ask_close(campaign: Campaign, desk: Desk) -> None:
    """Close a campaign, after asking."""
    feedback.confirm(
        title=f"Close {fmt.plain(campaign.plan.name)}?",
        body="Nothing new is put into it. Its drafts stay as they are, and you can reopen it at "
        "any time.",
        action_label="Close it",
        on_confirm=lambda: _set_closed(campaign, desk, closed=True),
    )


def reopen(campaign: Campaign, desk: Desk) -> None:
    """Undo that. A callback."""
    try:
        _set_closed(campaign, desk, closed=False)
    except TandemError as error:
        feedback.flash(error.message, kind="warning")
        cached.forget_campaigns()


def _set_closed(campaign: Campaign, desk: Desk, *, closed: bool) -> None:
    campaigns.set_closed(
        session.gateway(),
        workspace_id=desk.person.workspace_id,
        campaign_id=campaign.id,
        revision=campaign.revision,
        closed=closed,
    )
    _done(f"{fmt.plain(campaign.plan.name)} is {'closed' if closed else 'open again'}.")


def _open(title: str, plan: Plan, save: Callable[[Plan], None]) -> None:
    # Fields of a form opened before must not show here.
    form = uuid4().hex

    def draw() -> None:
        written = _draw_fields(plan, form)
        if not st.button("Save", key=f"campaign_save_{form}", type="primary"):
            return
        try:
            save(written)
        except TandemError as error:
            feedback.show_error(error)

    st.dialog(title, width="medium", icon=":material/campaign:")(draw)()


def _draw_fields(plan: Plan, form: str) -> Plan:
    """All fields; the campaign as it is written down now."""
    name = st.text_input("Name", plan.name, key=f"campaign_name_{form}", max_chars=LONGEST_NAME)
    aim = st.text_area(
        "What it wants to reach, in a sentence (optional)",
        plan.aim,
        key=f"campaign_aim_{form}",
        max_chars=LONGEST_AIM,
        height=90,
    )
    chosen = countries.pick(
        "Countries its readers live in", key=f"campaign_countries_{form}", chosen=plan.countries
    )
    st.caption("Their helplines are listed to be checked, and new drafts take them over.")
    with st.container(horizontal=True):
        starts_on = _pick_day("First day (optional)", plan.starts_on, f"campaign_starts_{form}")
        ends_on = _pick_day("Last day (optional)", plan.ends_on, f"campaign_ends_{form}")
    topics = st.multiselect(
        "What it is about (optional)",
        list(TOPICS),
        default=plan.topics,
        format_func=lambda one: TOPICS.get(one, one),
        key=f"campaign_topics_{form}",
        placeholder="Choose topics",
    )
    return Plan(
        name=fmt.one_line(name),
        aim=fmt.one_line(aim),
        starts_on=starts_on,
        ends_on=ends_on,
        countries=tuple(sorted(chosen)),
        topics=tuple(topics),
    )


def _pick_day(label: str, value: date | None, key: str) -> date | None:
    return st.date_input(
        label,
        value,
        min_value=date(2000, 1, 1),
        max_value=date(2100, 12, 31),
        key=key,
        format="DD/MM/YYYY",
        width=220,
    )


def _done(message: str) -> None:
    feedback.flash(message)
    cached.forget_campaigns()
