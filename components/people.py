"""The people of a workspace: cards, what coordinators can do for them, invitations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil
from typing import get_args

import streamlit as st

from components import cached, credentials, paging, session, tables
from components import format as fmt
from services.gateway.client import Gateway
from services.models import Credential
from services.people import Asked, Invitation, Member, People, Show, get_people
from services.person import Person

PAGE_SIZE = 20
_PAGE = "people_page"
_LAST_PAGE = 10_000

SHOWS: tuple[Show, ...] = get_args(Show)
_SHOW_LABELS: dict[str, str] = {
    "everybody": "Everybody",
    "influencer": "Influencers",
    "professional": "Professionals",
    "coordinator": "Coordinators",
    "unchecked": "Credential to check",
    "lapsing": "Credential ending",
    "suspended": "Suspended",
}

# What each role may do, as the database enforces it.
ROLE_MEANINGS = {
    "influencer": "Writes drafts, comments on others', marks own approved posts published.",
    "professional": "Approves drafts or sends them back, once their credential is checked.",
    "coordinator": "Invites people, gives roles, checks credentials, marks posts published.",
}

_COLOURS = {"influencer": "violet", "professional": "green", "coordinator": "blue"}

_MENU = {
    "roles": "Change roles",
    "credential": "Record a credential",
    "hand_over": "Hand over drafts",
    "suspend": "Suspend",
    "reinstate": "Let back in",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a coordinator wants to do, and for whom; `credential_id` for a check or withdrawal."""

    action: str
    member: Member
    credential_id: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at the page, and when."""

    person: Person
    now: datetime

    @property
    def today(self) -> date:
        """The reader's date."""
        return fmt.today_in(self.person.time_zone, self.now)

    @property
    def is_coordinator(self) -> bool:
        """Whether the reader may act, not only look."""
        return "coordinator" in self.person.roles


def show_label(show: str) -> str:
    """The filter's name; it is also what the address holds."""
    return _SHOW_LABELS.get(show, show)


def pick_filter(desk: Desk) -> Asked:
    """Draw search and filter, bound to the address; whom they ask for."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    search = row.text_input(
        "Search",
        key="people_search",
        type="search",
        placeholder="Name or profession",
        icon=":material/search:",
        live=True,
        max_chars=100,
        width=320,
        on_change=_to_first_page,
        bind="query-params",
    )
    show = row.selectbox(
        "Show",
        SHOWS,
        format_func=show_label,
        key="people_show",
        width=260,
        on_change=_to_first_page,
        bind="query-params",
    )
    return Asked(search=(search or "").strip(), show=show, today=desk.today)


def clear_filter() -> None:
    """Everybody again. A callback, because the filters are drawn already."""
    st.session_state["people_search"] = ""
    st.session_state["people_show"] = "everybody"
    _to_first_page()


def read_page(desk: Desk, asked: Asked) -> People:
    """The part of the list that the address asks for; the last one where it asks for more.

    Raises what `services.people.get_people` raises.
    """
    number = paging.find_page(_PAGE, most=_LAST_PAGE)
    found = _read_part(desk, asked, number)
    if found.total and not found.members:
        found = _read_part(desk, asked, ceil(found.total / PAGE_SIZE))
    return found


def _read_part(desk: Desk, asked: Asked, number: int) -> People:
    part = replace(asked, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return cached.get_people(session.gateway(), desk.person, part)


def write_list(gateway: Gateway, desk: Desk, asked: Asked) -> bytes:
    """Everybody who fits as a file for a spreadsheet. Called when the file is wanted."""
    found = get_people(gateway, workspace_id=desk.person.workspace_id, asked=asked)
    rows = tables.list_people_rows(found.members, zone=desk.person.time_zone, today=desk.today)
    return tables.write_csv(tables.PEOPLE_COLUMNS, rows)


def draw_pages(total: int) -> None:
    """The way to the other pages of the list."""
    paging.draw_pages(_PAGE, ceil(total / PAGE_SIZE))


def draw_member(member: Member, desk: Desk) -> Chosen | None:
    """A person's card; what a coordinator chose to do, if anything."""
    chosen: Chosen | None = None
    with st.container(border=True, gap="small"):
        facts, menu = st.columns([4, 1], vertical_alignment="top", gap="small")
        facts.markdown(_say_member(member, desk))
        if desk.is_coordinator:
            with menu:
                chosen = _draw_menu(member, desk.today)
        for credential in _list_shown(member, desk.today):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(gap="xsmall"):
                    credentials.draw_credential(
                        credential, today=desk.today, zone=desk.person.time_zone
                    )
                chosen = _draw_check(member, credential, desk) or chosen
                credentials.draw_register_link(credential)
    return chosen


def draw_invitations(people: People, desk: Desk) -> Invitation | None:
    """Open invitations; the one to take back, if the reader pressed that."""
    taken: Invitation | None = None
    if not people.invitations:
        return None
    with st.expander(
        f"Open invitations ({len(people.invitations)})", icon=":material/mail:", expanded=True
    ):
        for invitation in people.invitations:
            with st.container(
                horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
            ):
                st.markdown(_say_invitation(invitation, desk), width="content")
                if st.button(
                    "Take back",
                    key=f"people_take_back_{invitation.id}",
                    icon=":material/undo:",
                ):
                    taken = invitation
    return taken


def _say_member(member: Member, desk: Desk) -> str:
    you = " (you)" if member.profile_id == desk.person.profile_id else ""
    lines = [f"**{fmt.plain(member.name)}**{you}", _say_roles(member)]
    if member.email:
        lines.append(f":small[{fmt.plain(member.email)}]")
    if busy := _say_busy(member):
        lines.append(busy)
    if not member.credentials and "professional" in member.roles:
        lines.append(":small[No credential recorded: can comment, cannot decide yet]")
    return "  \n".join(lines)


def _say_busy(member: Member) -> str:
    """Whether they are away, and how many drafts they have to look at."""
    parts = []
    if member.away_until is not None:
        until = fmt.day(member.away_until)
        parts.append(f":orange-badge[:material/event_busy: Away until {until}]")
    if member.open_reviews:
        parts.append(f":small[{fmt.count(member.open_reviews, 'draft')} to look at]")
    return " ".join(parts)


def _say_roles(member: Member) -> str:
    badges = [f":{_COLOURS[role]}-badge[{fmt.role_label(role)}]" for role in member.roles]
    if member.suspended_at is not None:
        badges.append(":orange-badge[:material/pause_circle: Suspended]")
    return " ".join(badges)


def _list_open(member: Member, today: date) -> list[Credential]:
    """Credentials that wait or count."""
    return [
        held
        for held in member.credentials
        if credentials.find_state(held, today=today) in ("unchecked", "current", "lapsing")
    ]


def _list_shown(member: Member, today: date) -> list[Credential]:
    """Credentials worth a line: all that wait or count, else the latest."""
    return _list_open(member, today) or list(member.credentials[:1])


def _draw_menu(member: Member, today: date) -> Chosen | None:
    options = ["roles"]
    if "professional" in member.roles:
        options.append("credential")
    options += [f"revoke {held.id}" for held in _list_open(member, today)]
    if member.open_drafts or "influencer" in member.roles:
        options.append("hand_over")
    options.append("reinstate" if member.suspended_at else "suspend")
    names = {f"revoke {held.id}": f"Withdraw: {held.profession}" for held in member.credentials}
    action = st.menu_button(
        "Actions",
        options,
        format_func=lambda option: _MENU.get(option) or fmt.plain(names[option]),
        key=f"people_menu_{member.profile_id}",
    )
    if not action:
        return None
    word, _space, credential_id = action.partition(" ")
    return Chosen(word, member, credential_id)


def _draw_check(member: Member, credential: Credential, desk: Desk) -> Chosen | None:
    waits = credentials.find_state(credential, today=desk.today) == "unchecked"
    if not (waits and desk.is_coordinator) or member.profile_id == desk.person.profile_id:
        return None
    pressed = st.button(
        "Check", key=f"people_check_{credential.id}", type="primary", icon=":material/verified:"
    )
    return Chosen("check", member, credential.id) if pressed else None


def _say_invitation(invitation: Invitation, desk: Desk) -> str:
    roles = fmt.listing(fmt.role_label(role).lower() for role in invitation.roles)
    until = fmt.moment(invitation.expires_at, desk.person.time_zone)
    return f"**{fmt.plain(invitation.email)}** as {roles}  \n:small[Its link works until {until}]"


def _to_first_page() -> None:
    paging.to_first(_PAGE)
