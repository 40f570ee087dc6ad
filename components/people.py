"""The people of a workspace: cards, what coordinators can do for them, invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Literal, get_args

import streamlit as st

from components import credentials
from components import format as fmt
from services.models import Credential
from services.people import Invitation, Member, People
from services.sessions import Person

PAGE_SIZE = 20

Show = Literal[
    "everybody", "influencer", "professional", "coordinator", "unchecked", "lapsing", "suspended"
]
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


def pick_filter() -> tuple[str, str]:
    """Draw search and filter, bound to the address; returns both."""
    search = st.text_input(
        "Search",
        key="people_search",
        type="search",
        placeholder="Name or profession",
        icon=":material/search:",
        live=True,
        max_chars=100,
        width=360,
        on_change=_to_first_page,
        bind="query-params",
    )
    show = st.pills(
        "Show",
        SHOWS,
        default="everybody",
        required=True,
        format_func=show_label,
        key="people_show",
        label_visibility="collapsed",
        wrap=True,
        on_change=_to_first_page,
        bind="query-params",
    )
    return (search or "").strip(), show


def clear_filter() -> None:
    """Everybody again. A callback, because the filters are drawn already."""
    st.session_state["people_search"] = ""
    st.session_state["people_show"] = "everybody"
    _to_first_page()


def filter_members(
    members: Sequence[Member], *, search: str, show: str, today: date
) -> list[Member]:
    """Those that fit. The search looks in name, address, profession and country."""
    words = search.casefold().split()
    return [
        member
        for member in members
        if _fits(member, show, today) and all(word in _haystack(member) for word in words)
    ]


def cut_page(members: Sequence[Member]) -> Sequence[Member]:
    """The members of the page the address asks for."""
    pages = max(1, ceil(len(members) / PAGE_SIZE))
    asked = str(st.session_state.get("people_page", st.query_params.get("people_page", "1")))
    number = min(max(1, int(asked) if asked.isdigit() else 1), pages)
    return members[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]


def draw_pages(total: int) -> None:
    """The way to the other pages of the list."""
    pages = max(1, ceil(total / PAGE_SIZE))
    if pages > 1:
        st.pagination(pages, key="people_page", bind="query-params")


def draw_member(member: Member, desk: Desk) -> Chosen | None:
    """A person's card; what a coordinator chose to do, if anything."""
    chosen: Chosen | None = None
    with st.container(border=True, gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            you = " (you)" if member.profile_id == desk.person.profile_id else ""
            st.markdown(f"**{fmt.plain(member.name)}**{you}", width="content")
            if desk.is_coordinator:
                chosen = _draw_menu(member)
        st.markdown(_say_roles(member))
        if member.email:
            st.caption(fmt.plain(member.email))
        if not member.credentials and "professional" in member.roles:
            st.caption("No credential recorded, so they can comment but not decide.")
        for credential in _list_shown(member, desk.today):
            credentials.draw_credential(credential, today=desk.today, zone=desk.person.time_zone)
            chosen = _draw_credential_actions(member, credential.id, desk) or chosen
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


def list_successors(members: Sequence[Member], member: Member) -> list[Member]:
    """Who may take over this person's drafts."""
    return [
        other
        for other in members
        if other.profile_id != member.profile_id
        and "influencer" in other.roles
        and other.suspended_at is None
    ]


def _fits(member: Member, show: str, today: date) -> bool:
    if show in ("influencer", "professional", "coordinator"):
        return show in member.roles and member.suspended_at is None
    if show == "suspended":
        return member.suspended_at is not None
    if show in ("unchecked", "lapsing"):
        states = {credentials.find_state(held, today=today) for held in member.credentials}
        return show in states
    return True


def _haystack(member: Member) -> str:
    held = " ".join(f"{one.profession} {one.jurisdiction}" for one in member.credentials)
    return f"{member.name} {member.email or ''} {held}".casefold()


def _say_roles(member: Member) -> str:
    colours = {"influencer": "violet", "professional": "green", "coordinator": "blue"}
    badges = [f":{colours[role]}-badge[{fmt.role_label(role)}]" for role in member.roles]
    if member.suspended_at is not None:
        badges.append(":orange-badge[:material/pause_circle: Suspended]")
    return " ".join(badges)


def _list_shown(member: Member, today: date) -> list[Credential]:
    """Credentials worth a line: all that wait or count, else the latest."""
    open_ones = [
        held
        for held in member.credentials
        if credentials.find_state(held, today=today) in ("unchecked", "current", "lapsing")
    ]
    return open_ones or list(member.credentials[:1])


def _draw_menu(member: Member) -> Chosen | None:
    options = ["roles"]
    if "professional" in member.roles:
        options.append("credential")
    if member.open_drafts or "influencer" in member.roles:
        options.append("hand_over")
    options.append("reinstate" if member.suspended_at else "suspend")
    action = st.menu_button(
        "Actions",
        options,
        format_func=_MENU.__getitem__,
        key=f"people_menu_{member.profile_id}",
    )
    return Chosen(action, member) if action else None


def _draw_credential_actions(member: Member, credential_id: str, desk: Desk) -> Chosen | None:
    credential = next(held for held in member.credentials if held.id == credential_id)
    state = credentials.find_state(credential, today=desk.today)
    with st.container(horizontal=True):
        credentials.draw_register_link(credential)
        if not desk.is_coordinator or state == "revoked":
            return None
        own = member.profile_id == desk.person.profile_id
        if (
            state == "unchecked"
            and not own
            and st.button(
                "Check",
                key=f"people_check_{credential_id}",
                type="primary",
                icon=":material/verified:",
            )
        ):
            return Chosen("check", member, credential_id)
        if st.button("Withdraw", key=f"people_revoke_{credential_id}", icon=":material/block:"):
            return Chosen("revoke", member, credential_id)
    return None


def _say_invitation(invitation: Invitation, desk: Desk) -> str:
    roles = fmt.listing(fmt.role_label(role).lower() for role in invitation.roles)
    left = fmt.lasting(max(invitation.expires_at - desk.now, timedelta()))
    return f"**{fmt.plain(invitation.email)}** as {roles}  \n:small[Its link works for {left} more]"


def _to_first_page() -> None:
    st.session_state["people_page"] = 1
