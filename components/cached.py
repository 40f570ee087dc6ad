"""What pages read, kept for a moment: the only `st.cache_data`.

Everything here was read with one person's token, so it is kept per tab (`scope="session"`), and
the first arguments are that person and workspace. A page that wrote something clears what it
changed. The time to live is how long a colleague's change may stay unseen.
"""

# ruff: noqa: ARG001 - the ids are arguments because they are the key of the cache.

from __future__ import annotations

from time import monotonic

import streamlit as st

from services import drafts, people
from services.gateway.client import Gateway
from services.sessions import Person

# Long enough for the reruns of one click, short enough that coming back to a page shows news.
_LIST_SECONDS = 4
# An open room asks every few seconds whether anything changed, and says so itself.
_ROOM_SECONDS = 600
_JUST_NOW_SECONDS = 1.0


@st.cache_data(scope="session", ttl=_LIST_SECONDS, max_entries=2, show_spinner=False)
def _home(profile_id: str, workspace_id: str, _gateway: Gateway) -> drafts.Home:
    return drafts.get_home(_gateway, workspace_id=workspace_id)


@st.cache_data(scope="session", ttl=_LIST_SECONDS, max_entries=8, show_spinner=False)
def _draft_page(
    profile_id: str,
    workspace_id: str,
    _gateway: Gateway,
    *,
    search: str,
    states: tuple[str, ...],
    platform: str | None,
    author_id: str | None,
    offset: int,
    limit: int,
) -> drafts.DraftPage:
    return drafts.list_drafts(
        _gateway,
        workspace_id=workspace_id,
        search=search,
        states=states,
        platform=platform,
        author_id=author_id,
        offset=offset,
        limit=limit,
    )


@st.cache_data(scope="session", ttl=_ROOM_SECONDS, max_entries=4, show_spinner=False)
def _room(
    profile_id: str,
    workspace_id: str,
    _gateway: Gateway,
    *,
    draft_id: str,
    version: int | None,
    compare: int | None,
) -> tuple[float, drafts.Room]:
    room = drafts.get_room(_gateway, draft_id=draft_id, version=version, compare=compare)
    return monotonic(), room


@st.cache_data(scope="session", ttl=_LIST_SECONDS, max_entries=2, show_spinner=False)
def _people(profile_id: str, workspace_id: str, _gateway: Gateway) -> people.People:
    return people.get_people(_gateway, workspace_id=workspace_id)


def get_home(gateway: Gateway, person: Person) -> drafts.Home:
    """What waits for this person."""
    return _home(person.profile_id, person.workspace_id, gateway)


def list_drafts(
    gateway: Gateway,
    person: Person,
    *,
    search: str,
    states: tuple[str, ...],
    platform: str | None,
    author_id: str | None,
    offset: int,
    limit: int,
) -> drafts.DraftPage:
    """One page of the drafts this person may see; arguments as `services.drafts.list_drafts`."""
    return _draft_page(
        person.profile_id,
        person.workspace_id,
        gateway,
        search=search,
        states=states,
        platform=platform,
        author_id=author_id,
        offset=offset,
        limit=limit,
    )


def get_room(
    gateway: Gateway, person: Person, *, draft_id: str, version: int | None, compare: int | None
) -> tuple[drafts.Room, bool]:
    """The review room as this tab opened it, and whether it was read just now.

    It stays the same until `forget_room`.
    """
    read_at, room = _room(
        person.profile_id,
        person.workspace_id,
        gateway,
        draft_id=draft_id,
        version=version,
        compare=compare,
    )
    return room, monotonic() - read_at < _JUST_NOW_SECONDS


def get_people(gateway: Gateway, person: Person) -> people.People:
    """Everybody in this person's workspace."""
    return _people(person.profile_id, person.workspace_id, gateway)


def forget_drafts() -> None:
    """After a draft changed: Home, lists and rooms are read anew."""
    _home.clear()
    _draft_page.clear()
    _room.clear()


def forget_room() -> None:
    """Read the room anew the next time it is drawn."""
    _room.clear()


def forget_people() -> None:
    """After roles, invitations or credentials changed."""
    _people.clear()
    _home.clear()
    # Whether somebody may decide is part of a room.
    _room.clear()
