"""One's own name, time zone and ways out, as Settings shows them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import streamlit as st

from components import cached, credentials, feedback, links, session
from components import format as fmt
from services import people, reviews
from services.errors import TandemError
from services.people import Member
from services.person import Person

# Families of names that only repeat others.
_ALIASES = (
    "Etc/",
    "US/",
    "Canada/",
    "Brazil/",
    "Chile/",
    "Mexico/",
    "SystemV/",
    "posix/",
    "right/",
)


def list_zones(*more: str) -> list[str]:
    """IANA names that people look for, in order, with `more` among them."""
    known = {
        name for name in available_timezones() if "/" in name and not name.startswith(_ALIASES)
    }
    return sorted(known | {"UTC"} | {name for name in more if name})


def draw_profile(person: Person, now: datetime) -> None:
    """Name and time zone; the browser's zone is offered when it differs."""
    browser = _find_browser_zone()
    st.header("You", anchor=False)
    if browser and browser != person.time_zone:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/schedule: Your browser is set to {fmt.plain(browser)}, where it is "
                f"{fmt.clock(now, browser)}. Times are shown for "
                f"{fmt.plain(person.time_zone)}.",
                width="stretch",
            )
            if st.button("Use the browser's zone", key="settings_use_browser"):
                _save(person.name, browser)
    with st.form("settings_profile"):
        name = st.text_input(
            "Name",
            person.name,
            key=f"settings_name_{person.name}",
            max_chars=80,
            help="Colleagues see it beside what you write and decide.",
        )
        zones = list_zones(person.time_zone)
        zone = st.selectbox(
            "Time zone",
            zones,
            index=zones.index(person.time_zone),
            key=f"settings_zone_{person.time_zone}",
            help="Type a city to find it. All times are shown in this zone.",
        )
        saves = st.form_submit_button("Save", type="primary")
        # Somebody who came through a provider may have none.
        email = f"E-mail: {fmt.plain(person.email)} · " if person.email else ""
        st.caption(
            f"{email}It is {fmt.clock(now, person.time_zone)} in {fmt.plain(person.time_zone)}"
        )
        if saves:
            _save(name or "", zone)


def draw_own_credentials(person: Person, me: Member, now: datetime) -> None:
    """A professional's own entries, and the form for another."""
    held = me.credentials
    today = fmt.today_in(person.time_zone, now)
    st.header("Your credential", anchor=False)
    st.caption(
        "Decisions on drafts carry it. A coordinator looks it up in the register before it counts."
    )
    for credential in held:
        with st.container(border=True):
            credentials.draw_credential(credential, today=today, zone=person.time_zone)
            credentials.draw_register_link(credential)
    usable = any(
        credentials.find_state(one, today=today) in ("current", "unchecked") for one in held
    )
    with st.expander(
        "Record another" if held else "Record your credential",
        icon=":material/badge:",
        expanded=not usable,
    ):
        if credentials.draw_form(
            workspace_id=person.workspace_id,
            profile_id=person.profile_id,
            key="settings_credential",
        ):
            feedback.flash("Recorded. A coordinator will look it up.")
            cached.forget_people()
            st.rerun()


def draw_away(person: Person, me: Member, now: datetime) -> None:
    """Saying until when one takes no reviews, and what to do with those one still has."""
    today = now.astimezone(UTC).date()
    st.header("Away", anchor=False)
    if me.away_until is not None:
        _draw_return(person, me.away_until)
    else:
        st.caption("While you are away, nobody can ask you to look at a draft.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            until = st.date_input(
                "Away until",
                None,
                min_value=today,
                max_value=today + timedelta(days=366),
                key="settings_away",
                help="The last day you are away.",
                format="DD/MM/YYYY",
                width=200,
            )
            if st.button("I am away", key="settings_away_go", disabled=until is None):
                _set_away(person, until)
    if me.open_reviews:
        many = fmt.count(me.open_reviews, "draft")
        still = "still " if me.away_until else ""
        st.markdown(f"You {still}have {many} to look at. You can pass them on one by one.")
        links.draw_link(
            "reviews",
            "What you have",
            icon=":material/arrow_forward:",
            query={"show": "mine"},
        )


def _draw_return(person: Person, until: date) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/event_busy: **You are away until {fmt.day(until)}.** "
            "Nobody can ask you to look at a draft until then.",
            width="stretch",
        )
        if st.button("I am back", key="settings_back"):
            _set_away(person, None)


def _set_away(person: Person, until: date | None) -> None:
    try:
        reviews.set_away(session.gateway(), workspace_id=person.workspace_id, until=until)
    except TandemError as error:
        feedback.show_error(error)
        return
    cached.forget_people()
    feedback.flash("Welcome back." if until is None else f"You are away until {fmt.day(until)}.")
    st.rerun()


def draw_workspaces(person: Person) -> None:
    """Where the person belongs and as what."""
    st.header("Workspaces", anchor=False)
    for one in person.memberships:
        roles = fmt.listing(fmt.role_label(role).lower() for role in sorted(one.roles))
        here = " · open now" if one.workspace_id == person.workspace_id else ""
        st.markdown(f"**{fmt.plain(one.workspace_name)}** as {roles}{here}")
    if len(person.memberships) > 1:
        st.caption("Change to another one in the menu at the side.")


def draw_sign_out() -> None:
    """Sign out this browser, or all of them."""
    st.header("Signed in", anchor=False)
    session.draw_sign_out()
    st.markdown(
        "If somebody else may have used your account, sign out everywhere and change your password."
    )
    if st.button("Sign out everywhere", key="settings_everywhere", icon=":material/devices:"):
        feedback.confirm(
            title="Sign out everywhere?",
            body=(
                "Every browser and phone is signed out at once, this one too. What you saved "
                "stays; text that is not saved yet in another tab may be lost."
            ),
            action_label="Sign out everywhere",
            on_confirm=_close_sessions,
        )


def _close_sessions() -> None:
    people.close_my_sessions(session.gateway())
    session.look_anew()


def _save(name: str, zone: str) -> None:
    try:
        people.update_profile(session.gateway(), name=name, time_zone=zone)
    except TandemError as error:
        feedback.show_error(error)
    else:
        session.look_anew()
        feedback.flash("Saved.")
        cached.forget_people()
        st.rerun()


def _find_browser_zone() -> str | None:
    """The browser's IANA zone, if it tells one that is known here."""
    zone = st.context.timezone
    return zone if zone in available_timezones() else None
