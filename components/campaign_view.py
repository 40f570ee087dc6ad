"""A campaign's own view: what it is, what can be done with it, and its drafts by state."""

from __future__ import annotations

import streamlit as st

from components import badges, cached, campaign_form, feedback, links
from components import format as fmt
from components.campaigns import is_coordinator, say_counts, say_number, say_plan
from components.library import Desk
from components.rows import Group, Row, RowList, Way, draw_rows
from services.campaigns import Campaign, CampaignView
from services.drafts import STATES
from services.library.models import TOPICS
from services.models import Draft
from services.overview import label_of


def draw_missing() -> None:
    """An address that leads to no campaign of this person's."""
    feedback.empty_state(
        "This campaign is not here",
        "The address may be incomplete, or it belongs to another workspace.",
        icon="search_off",
        action=lambda: links.draw_link("campaigns", "All campaigns", icon=":material/arrow_back:"),
    )


def draw_header(campaign: Campaign, desk: Desk) -> bool:
    """Name, aim, dates, countries; whether a coordinator asked to change it."""
    links.draw_link("campaigns", "All campaigns", icon=":material/arrow_back:")
    st.title(fmt.plain(campaign.plan.name), anchor=False)
    feedback.draw_flash()
    st.markdown(_say_header(campaign))
    return is_coordinator(desk) and _draw_actions(campaign, desk)


def _say_header(campaign: Campaign) -> str:
    plan = campaign.plan
    facts = [say_plan(campaign), ", ".join(TOPICS.get(topic, topic) for topic in plan.topics)]
    lines = [fmt.plain(plan.aim)] if plan.aim else []
    lines.append(f":small[{' · '.join(fact for fact in facts if fact)}]")
    if campaign.closed_at is not None:
        who = fmt.plain(campaign.changed_by_name)
        lines.append(
            f":gray-badge[:material/archive: Closed] :small[by {who}. Nothing new is put into it; "
            "its drafts stay as they are.]"
        )
    return "\n\n".join(lines)


def _draw_actions(campaign: Campaign, desk: Desk) -> bool:
    with st.container(horizontal=True):
        if campaign.closed_at is not None:
            st.button(
                "Reopen",
                key="campaign_reopen",
                icon=":material/undo:",
                on_click=campaign_form.reopen,
                args=(campaign, desk),
            )
            return False
        changing = st.button("Change", key="campaign_change", icon=":material/edit:")
        if st.button("Close", key="campaign_close", icon=":material/archive:"):
            campaign_form.ask_close(campaign, desk)
    return changing


def draw_drafts(view: CampaignView, desk: Desk) -> None:
    """The newest drafts of each state, with the way to all of them."""
    if not view.drafts.drafts:
        st.header("Drafts", anchor=False)
        words = "Whoever writes a draft can choose this campaign beside the text."
        if view.campaign.closed_at is not None:
            words = "None was written for it, or none that you may see."
        feedback.empty_state("No drafts yet", words, icon="edit_note")
        return
    draw_rows(
        cached.make_once(
            f"campaign {desk.person.time_zone} {desk.now:%d%H%M}", view, lambda: _list(view, desk)
        ),
        key="campaign_drafts",
    )


def _list(view: CampaignView, desk: Desk) -> RowList:
    label = label_of(view.campaign.plan.name, closed=view.campaign.closed_at is not None)
    rows: list[Row] = []
    ways = [Way("All of its drafts", "drafts", (("drafts_campaign", label),))]
    for state, words in STATES.items():
        drafts = [draft for draft in view.drafts.drafts if draft.state == state]
        rows += [_row(draft, desk) for draft in drafts]
        count = view.drafts.counts.get(state, 0)
        if count > len(drafts):
            query = (("drafts_campaign", label), ("drafts_state", words))
            ways.append(Way(f"All {say_number(count)} {words.lower()}", "drafts", query))
    hint = say_counts(view.drafts.counts)
    return RowList.of([Group("Drafts", tuple(rows), hint=f"{hint}.", more=tuple(ways))])


def _row(draft: Draft, desk: Desk) -> Row:
    return badges.draft_row(
        draft, zone=desk.person.time_zone, now=desk.now, viewer_id=desk.person.profile_id
    )
