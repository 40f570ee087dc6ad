"""Choosing what a draft is written for: its author in the editor, a coordinator in the room."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import cached, campaigns, countries, draft_fields, feedback, session
from components import desk as desks
from components import format as fmt
from components.desk import Desk, key_of
from components.review import Visit
from components.writing import Writing
from services import campaigns as service
from services.campaigns import Campaign
from services.errors import TandemError
from services.models import Draft, DraftCampaign
from services.person import Person

_NONE = ""


def draw_in_editor(desk: Desk, writing: Writing) -> None:
    """The campaign of a draft that is being written, and the way to its countries."""
    draft = desk.draft
    _draw_campaign(draft, desk.person, lambda chosen: _follow_in_editor(desk, writing, chosen))
    campaign = draft.campaign
    if campaign is None or not campaign.countries:
        return
    if set(campaign.countries) == set(draft_fields.read_choices(writing).countries):
        return
    st.button(
        "Use the campaign's countries",
        key=key_of("campaign_countries", draft.id),
        icon=":material/public:",
        on_click=_take_countries,
        args=(writing, campaign.countries),
        help=countries.names_of(campaign.countries),
    )


def draw_in_room(visit: Visit) -> None:
    """The campaign of a draft that others read, for coordinators to put right."""
    if "coordinator" in visit.roles and not visit.is_author:
        _draw_campaign(visit.room.draft, visit.person, lambda _chosen: cached.forget_drafts())


def _draw_campaign(
    draft: Draft, person: Person, follow: Callable[[DraftCampaign | None], None]
) -> None:
    campaign = draft.campaign
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.markdown(_say_campaign(campaign), width="content")
        asks = st.button(
            "Choose a campaign" if campaign is None else "Change",
            key=key_of("campaign", draft.id),
            icon=":material/campaign:",
        )
    if asks:
        st.dialog("Campaign of this draft", icon=":material/campaign:")(_ask)(draft, person, follow)


def _say_campaign(campaign: DraftCampaign | None) -> str:
    if campaign is None:
        return "No campaign"
    closed = " (closed)" if campaign.closed else ""
    return f"Campaign: **{fmt.plain(campaign.name)}**{closed}"


def _ask(draft: Draft, person: Person, follow: Callable[[DraftCampaign | None], None]) -> None:
    try:
        here = person.within(draft.workspace_id)
        found = cached.list_campaigns(session.gateway(), here).open
    except TandemError as error:
        feedback.show_error(error)
        return
    if not found and draft.campaign is None:
        st.markdown("There is no open campaign. Coordinators begin them on the page Campaigns.")
        return
    by_id = {one.id: one for one in found}
    current = _current(draft)
    options = [*by_id, _NONE]
    if current not in options:
        # Closed since: it stays as it is until somebody chooses another.
        options.insert(0, current)
    st.radio(
        "Campaign",
        options,
        index=options.index(current),
        format_func=lambda one: _name_option(one, by_id, draft),
        captions=[_describe_option(one, by_id) for one in options],
        key=key_of("campaign_chosen", draft.id),
        label_visibility="collapsed",
    )
    if st.button(
        "Choose",
        key=key_of("campaign_choose", draft.id),
        type="primary",
        on_click=_choose,
        args=(draft, by_id, follow),
    ):
        st.rerun()


def _current(draft: Draft) -> str:
    return _NONE if draft.campaign is None else draft.campaign.id


def _name_option(campaign_id: str, by_id: dict[str, Campaign], draft: Draft) -> str:
    if campaign_id in by_id:
        return fmt.plain(by_id[campaign_id].plan.name)
    if campaign_id == _NONE or draft.campaign is None:
        return "No campaign"
    return f"{fmt.plain(draft.campaign.name)} (closed)"


def _describe_option(campaign_id: str, by_id: dict[str, Campaign]) -> str:
    return campaigns.say_plan(by_id[campaign_id]) if campaign_id in by_id else ""


def _choose(
    draft: Draft, by_id: dict[str, Campaign], follow: Callable[[DraftCampaign | None], None]
) -> None:
    """Keep the choice, before anything is drawn."""
    chosen = st.session_state[key_of("campaign_chosen", draft.id)]
    if chosen == _current(draft):
        return
    campaign = by_id.get(chosen)
    try:
        service.choose_for_draft(
            session.gateway(),
            draft_id=draft.id,
            campaign_id=None if campaign is None else campaign.id,
            expected_id=None if draft.campaign is None else draft.campaign.id,
        )
    except TandemError as error:
        feedback.flash(error.message, kind="warning")
        desks.forget(draft.id)
        cached.forget_campaigns()
        return
    follow(None if campaign is None else _brief(campaign))


def _brief(campaign: Campaign) -> DraftCampaign:
    return DraftCampaign(campaign.id, campaign.plan.name, campaign.plan.countries, closed=False)


def _follow_in_editor(desk: Desk, writing: Writing, chosen: DraftCampaign | None) -> None:
    """Show it; a draft without countries takes the campaign's, unless that ended an approval."""
    desks.note_campaign(desk.draft.id, chosen)
    has_countries = draft_fields.read_choices(writing).countries
    if chosen is None or not chosen.countries or has_countries or desk.draft.state == "approved":
        return
    _take_countries(writing, chosen.countries)
    feedback.flash(
        f"The draft is now for the campaign's countries: {countries.names_of(chosen.countries)}."
    )


def _take_countries(writing: Writing, codes: tuple[str, ...]) -> None:
    """Choose them as its author would in the field; the next run saves them."""
    st.session_state[draft_fields.keys_of(writing.draft_id)["countries"]] = list(codes)
