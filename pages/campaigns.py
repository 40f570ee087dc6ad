"""Campaigns: coordinators run them here; everybody sees what there is to do for each."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import (
    cached,
    campaign_form,
    campaign_help,
    campaign_view,
    campaigns,
    feedback,
    library_dialogs,
    session,
)
from components.library import Desk
from services.campaigns import CampaignView
from services.errors import NotFound, TandemError


def draw_all(desk: Desk) -> None:
    """The list, and for coordinators the way to a new one."""
    heading = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    heading.title("Campaigns", anchor=False, width="content")
    beginning = campaigns.is_coordinator(desk) and heading.button(
        "Begin a campaign", key="campaigns_add", type="primary", icon=":material/add:"
    )
    feedback.draw_flash()
    found = cached.list_campaigns(session.gateway(), desk.person)
    if found.open or found.closed:
        campaigns.draw_list(found, desk)
    else:
        campaigns.draw_empty(desk)
    if beginning:
        campaign_form.ask_new(desk)


def draw_one(view: CampaignView, desk: Desk) -> None:
    """A campaign with what there is to do for it; what is left to check comes first."""
    changing = campaign_view.draw_header(view.campaign, desk)
    chosen = None
    if view.campaign.closed_at is None:
        help_first = bool(view.lines_left) and desk.is_checker
        if not help_first:
            campaign_view.draw_drafts(view, desk)
        chosen = campaign_help.draw_help(view, desk)
        if help_first:
            campaign_view.draw_drafts(view, desk)
    else:
        campaign_view.draw_drafts(view, desk)
    # One dialog a run.
    if changing:
        campaign_form.ask_change(view.campaign, desk)
    elif chosen is not None:
        library_dialogs.ask(chosen, desk)


desk = Desk(session.require(), datetime.now(UTC))
campaign_id = st.query_params.get("campaign", "")
try:
    if campaign_id:
        draw_one(
            cached.get_campaign(
                session.gateway(),
                desk.person,
                campaign_id=campaign_id,
                country=campaigns.find_country(),
            ),
            desk,
        )
    else:
        draw_all(desk)
except NotFound:
    campaign_view.draw_missing()
except TandemError as error:
    feedback.show_error(error)
