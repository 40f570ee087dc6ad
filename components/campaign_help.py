"""The help that a campaign's countries need: line by line, the most important first, checked here.

Checking is the library's: these are its cards, its dialogs and its one way to keep a check.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from components import cached, countries, feedback, library_cards, library_dialogs, links
from components import format as fmt
from components.library import Desk, list_groups
from components.library_cards import Chosen
from components.switch import draw_switch
from services.campaigns import CampaignView, Progress, is_checked
from services.errors import TandemError
from services.library.models import Resource

# Groups of a country that are drawn at first.
_SHOWN = 6
_COUNTRY = "campaigns_country"
_HERE = "campaign_confirmed"
_ALL = "campaign_all"
_TAKEN_BACK = "Confirmed by mistake, and taken back."


def draw_help(view: CampaignView, desk: Desk) -> Chosen | None:
    """How far each country is, and the lines of one; what the reader chose to do, if anything."""
    st.header("Help to check first", anchor=False)
    if view.country is None:
        st.markdown(
            "Once countries are chosen, the helplines there are listed here, the most important "
            "first."
        )
        return None
    st.markdown(_say_why(view, desk))
    draw_switch(
        "Countries",
        {one.country: say_progress(one) for one in sorted(view.progress, key=say_progress)},
        current=view.country,
        address=lambda country: f"campaigns?campaign={view.campaign.id}&{_COUNTRY}={country}",
        on_choice=_show_country,
        key="campaign_countries",
    )
    progress = next(one for one in view.progress if one.country == view.country)
    name = countries.COUNTRIES.get(view.country, view.country)
    st.subheader(say_progress(progress), anchor=False)
    if not progress.lines:
        st.markdown(
            f"The library has no helpline for {name} yet. "
            + ("Add one that you know there." if desk.is_checker else "")
        )
    chosen = _draw_lines(view, desk)
    links.draw_link(
        "library",
        f"{name} in the library",
        icon=":material/support:",
        query={"library_country": name},
    )
    return chosen


def say_progress(progress: Progress) -> str:
    """How far a country is: "Germany: 4 of 9 checked"; done, and nothing there, in words."""
    name = countries.COUNTRIES.get(progress.country, progress.country)
    if not progress.lines:
        return f"{name}: none in the library"
    if progress.is_done:
        return f"{name}: done, all {progress.lines} checked"
    return f"{name}: {progress.checked} of {progress.lines} checked"


def _say_why(view: CampaignView, desk: Desk) -> str:
    why = "A post on a hard topic needs help that is checked in every country it is for."
    if not desk.is_checker:
        who = fmt.listing(fmt.plain(name) for name in view.checkers) or "Professionals"
        return f"{why} Professionals and coordinators check it: {who}."
    return (
        f"{why} Open the page, compare every number, the hours and for whom it is, then confirm. "
        "A crisis line is never called or texted to test it."
    )


def _show_country(country: str) -> None:
    st.query_params[_COUNTRY] = country


def _draw_lines(view: CampaignView, desk: Desk) -> Chosen | None:
    here: list[str] = st.session_state.setdefault(_HERE, [])
    # What was just confirmed stays in its place, so that the next one is where it was.
    groups = list_groups(view.lines)
    open_groups = [
        group for group in groups if any(not is_checked(one) or one.id in here for one in group)
    ]
    due = _pick_due(desk) if desk.is_checker and open_groups else None
    chosen: Chosen | None = None
    shown = open_groups if st.session_state.get(_ALL) else open_groups[:_SHOWN]
    for group in shown:
        chosen = (
            library_cards.draw_group(
                group, desk, lambda line: _draw_actions(line, due, desk) if due else None
            )
            or chosen
        )
    if len(open_groups) > len(shown):
        st.button(
            f"Show all {sum(map(len, open_groups))}",
            key="campaign_show_all",
            icon=":material/expand_more:",
            on_click=_show_all,
        )
    done = [group for group in groups if group not in open_groups]
    return _draw_done(done, desk) or chosen


def _show_all() -> None:
    st.session_state[_ALL] = True


def _pick_due(desk: Desk) -> date:
    """Until when what is confirmed counts, for all lines at once."""
    due = library_dialogs.pick_due(desk, key="campaign_due")
    st.caption(
        "Confirm keeps your name, today's date, and that you read everything on the service's own "
        f"page. It counts until {fmt.day(due)}."
    )
    return due


def _draw_actions(line: Resource, due: date, desk: Desk) -> Chosen | None:
    pages = library_dialogs.list_pages(line)
    own_page = library_dialogs.find_own_page(line)
    chosen: Chosen | None = None
    with st.container(horizontal=True, vertical_alignment="center"):
        if pages:
            st.link_button(
                f"Open {library_dialogs.name_site(pages[0])}",
                pages[0],
                icon=":material/open_in_new:",
                key=f"campaign_open_{line.id}",
            )
        if is_checked(line) and line.id in st.session_state[_HERE]:
            st.button(
                "Take back",
                key=f"campaign_undo_{line.id}",
                icon=":material/undo:",
                on_click=_take_back,
                args=(line, desk),
            )
        elif not is_checked(line) and own_page is not None:
            st.button(
                "Confirm",
                key=f"campaign_confirm_{line.id}",
                type="primary",
                icon=":material/check:",
                on_click=_confirm,
                args=(line, own_page, due, desk),
            )
        elif not is_checked(line) and st.button(
            # Somebody else's page: how it was checked is for the reader to say.
            "Check",
            key=f"campaign_check_{line.id}",
            icon=":material/fact_check:",
        ):
            chosen = Chosen("check", line)
        more = ("check",) if own_page is not None else ()
        return library_cards.draw_menu(line, more=more) or chosen


def _confirm(line: Resource, page: str, due: date, desk: Desk) -> None:
    """Keep the check, before the page is drawn.

    The line itself says so: a message above would move the next one from under the pointer.
    """
    try:
        library_dialogs.keep_check(line, "own_page", page, due, desk)
    except TandemError as error:
        _say_refusal(error)
        return
    st.session_state[_HERE] = [*st.session_state.get(_HERE, []), line.id][-100:]
    # The country is done with its last line; whoever confirmed it still sees it.
    _show_country(line.entry.country)


def _take_back(line: Resource, desk: Desk) -> None:
    """It was a slip: the line is unchecked again, and the record says why."""
    try:
        library_dialogs.keep_doubt(line, _TAKEN_BACK, desk)
    except TandemError as error:
        _say_refusal(error)


def _say_refusal(error: TandemError) -> None:
    feedback.flash(error.message, kind="warning")
    cached.forget_library()


def _draw_done(groups: Sequence[tuple[Resource, ...]], desk: Desk) -> Chosen | None:
    """Those that are checked, folded away."""
    count = sum(len(group) for group in groups)
    if not count:
        return None
    box = st.expander(
        f"Checked ({count})",
        icon=":material/verified:",
        key="campaign_done",
        on_change="rerun",
    )
    if not st.session_state.get("campaign_done"):
        return None
    chosen: Chosen | None = None
    with box:
        for group in groups:
            chosen = library_cards.draw_group(group, desk) or chosen
    return chosen
