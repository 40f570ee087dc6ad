"""What pages read, kept for a moment in the tab that read it.

Everything here was read with one person's token, so it lives in that tab's `st.session_state`,
which ends with the tab and is emptied when somebody else takes it over; the first arguments are
that person and workspace. A page that wrote something clears what it changed. The seconds are how
long a colleague's change may stay unseen.

`st.cache_data` would do the same, at twenty times the price of a look: it hashes every argument
and copies every answer, and an answer here is frozen anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from components.shelf import MOST, forget, keep, put
from services import (
    campaigns,
    drafts,
    figures,
    home,
    notifications,
    overview,
    people,
    reviews,
    rooms,
    rules,
)
from services.gateway.client import Gateway
from services.library import store
from services.library.models import Library
from services.person import Person

# Long enough for the reruns of one click, short enough that whoever reads on sees news.
_LIST_SECONDS = 4.0
# Changes once in a while, and its own changes clear it.
_CHOICES_SECONDS = 300.0
# Months do not change within minutes.
_FIGURES_SECONDS = 60.0
# An open room learns by itself whether anything changed, and says so.
_ROOM_SECONDS = 43_200.0

_MADE = "cached_made"
_PAGE = "cached_page"

T = TypeVar("T")


def get_home(gateway: Gateway, person: Person) -> home.Home:
    """What waits for this person."""
    return keep(
        "home",
        person,
        (),
        _LIST_SECONDS,
        lambda: home.get_home(gateway, workspace_id=person.workspace_id),
    )


def list_drafts(
    gateway: Gateway, person: Person, *, asked: overview.Narrowing, offset: int, limit: int
) -> drafts.DraftPage:
    """One page of the drafts this person may see; as `services.drafts.list_drafts`."""
    return keep(
        "lists",
        person,
        (asked, offset, limit),
        _LIST_SECONDS,
        lambda: drafts.list_drafts(
            gateway,
            workspace_id=person.workspace_id,
            search=asked.search,
            states=asked.states,
            platform=asked.platform,
            author_id=asked.author_id,
            topic=asked.topic,
            since=asked.since,
            campaign_id=asked.campaign_id,
            offset=offset,
            limit=limit,
        ),
    )


def get_board(gateway: Gateway, person: Person, *, asked: overview.Narrowing) -> overview.Board:
    """As `services.overview.get_board`."""
    return keep(
        "lists",
        person,
        ("board", asked),
        _LIST_SECONDS,
        lambda: overview.get_board(gateway, workspace_id=person.workspace_id, asked=asked),
    )


def get_calendar(
    gateway: Gateway, person: Person, *, asked: overview.Narrowing, first: date, last: date
) -> tuple[overview.Day, ...]:
    """As `services.overview.get_calendar`, with days of this person's zone."""
    return keep(
        "lists",
        person,
        ("calendar", asked, first, last),
        _LIST_SECONDS,
        lambda: overview.get_calendar(
            gateway,
            workspace_id=person.workspace_id,
            asked=asked,
            first=first,
            last=last,
            zone=person.time_zone,
        ),
    )


def get_choices(gateway: Gateway, person: Person) -> overview.Choices:
    """What can be chosen above lists; a new colleague may be missing for a while."""
    return keep(
        "choices",
        person,
        (),
        _CHOICES_SECONDS,
        lambda: overview.get_choices(gateway, workspace_id=person.workspace_id),
    )


def get_review_figures(
    gateway: Gateway, person: Person, *, since: date, to: date
) -> figures.ReviewFigures:
    """As `services.figures.get_review_figures`."""
    return keep(
        "figures",
        person,
        (since, to),
        _FIGURES_SECONDS,
        lambda: figures.get_review_figures(
            gateway, workspace_id=person.workspace_id, since=since, to=to
        ),
    )


def get_room(
    gateway: Gateway, person: Person, *, draft_id: str, version: int | None, compare: int | None
) -> rooms.Room:
    """The review room as this tab opened it: the same until `forget_room`."""
    return keep(
        "rooms",
        person,
        (draft_id, version, compare),
        _ROOM_SECONDS,
        lambda: rooms.get_room(gateway, draft_id=draft_id, version=version, compare=compare),
    )


def keep_room(
    person: Person, room: rooms.Room, *, version: int | None, compare: int | None
) -> None:
    """Let `get_room` answer with this from now on; arguments as it was asked with."""
    put("rooms", person, (room.draft.id, version, compare), _ROOM_SECONDS, room)


def get_editor(
    gateway: Gateway, person: Person, *, draft_id: str, change_number: int
) -> drafts.Editor:
    """The draft as its author's page has it, for the room; read again after any change."""
    return keep(
        "rooms",
        person,
        (draft_id, "editor", change_number),
        _ROOM_SECONDS,
        lambda: drafts.get_editor(gateway, draft_id=draft_id),
    )


def get_people(
    gateway: Gateway, person: Person, asked: people.Asked = people.EVERYBODY
) -> people.People:
    """People of this person's workspace."""
    return keep(
        "people",
        person,
        (asked,),
        _LIST_SECONDS,
        lambda: people.get_people(gateway, workspace_id=person.workspace_id, asked=asked),
    )


def list_library(
    gateway: Gateway, person: Person, *, asked: store.Asked, offset: int, limit: int
) -> Library:
    """One page of the library; as `services.library.store.list_library`."""
    return keep(
        "library",
        person,
        (asked, offset, limit),
        _LIST_SECONDS,
        lambda: store.list_library(
            gateway,
            workspace_id=person.workspace_id,
            asked=asked,
            offset=offset,
            limit=limit,
        ),
    )


def list_campaigns(gateway: Gateway, person: Person) -> campaigns.Campaigns:
    """The campaigns of this person's workspace."""
    return keep(
        "campaigns",
        person,
        (),
        _LIST_SECONDS,
        lambda: campaigns.list_campaigns(gateway, workspace_id=person.workspace_id),
    )


def get_campaign(
    gateway: Gateway, person: Person, *, campaign_id: str, country: str | None
) -> campaigns.CampaignView:
    """One campaign; as `services.campaigns.get_campaign`."""
    return keep(
        "campaigns",
        person,
        (campaign_id, country),
        _LIST_SECONDS,
        lambda: campaigns.get_campaign(
            gateway,
            workspace_id=person.workspace_id,
            campaign_id=campaign_id,
            country=country,
        ),
    )


def get_rules(gateway: Gateway, person: Person) -> rules.Settings:
    """What the checker looks for in this person's workspace."""
    return keep(
        "rules",
        person,
        (),
        _LIST_SECONDS,
        lambda: rules.get_settings(gateway, workspace_id=person.workspace_id),
    )


def get_queue(
    gateway: Gateway, person: Person, *, show: str, sort: str, offset: int, limit: int
) -> reviews.Queue:
    """One page of the review queue; arguments as `services.reviews.get_queue`."""
    return keep(
        "queue",
        person,
        (show, sort, offset, limit),
        _LIST_SECONDS,
        lambda: reviews.get_queue(
            gateway,
            workspace_id=person.workspace_id,
            show=show,
            sort=sort,
            offset=offset,
            limit=limit,
        ),
    )


def find_next_review(
    gateway: Gateway, person: Person, *, workspace_id: str, after_id: str
) -> reviews.QueueEntry | None:
    """What a professional goes on with after this draft."""
    return keep(
        "queue",
        person,
        ("next", workspace_id, after_id),
        _LIST_SECONDS,
        lambda: reviews.find_next(gateway, workspace_id=workspace_id, after_id=after_id),
    )


def list_news(
    gateway: Gateway,
    person: Person,
    *,
    before: notifications.Place | None,
    unread_only: bool,
    limit: int,
) -> notifications.News:
    """One page of what this person was told."""
    return keep(
        "news",
        person,
        (before, unread_only, limit),
        _LIST_SECONDS,
        lambda: notifications.list_notifications(
            gateway,
            workspace_id=person.workspace_id,
            before=before,
            unread_only=unread_only,
            limit=limit,
        ),
    )


def come_to(page: str) -> None:
    """Say which page this run draws: whoever comes to a page, or back to it, sees it anew."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE] = page
        forget(
            "home", "lists", "people", "queue", "news", "library", "campaigns", "rules", "measures"
        )


def forget_drafts() -> None:
    """After a draft changed: Home, lists and rooms are read anew."""
    forget("home", "lists", "queue", "news", "rooms", "figures", "campaigns")


def forget_lists() -> None:
    """After something was said in a room that itself knows of it: Home and lists are read anew."""
    forget("home", "lists", "queue", "news")


def forget_news() -> None:
    """After news were read."""
    forget("home", "news")


def forget_choices() -> None:
    """After filters were saved, named anew or deleted."""
    forget("choices")


def forget_room() -> None:
    """Read the room anew the next time it is drawn."""
    forget("rooms")


def forget_library() -> None:
    """After an entry was added, corrected or checked."""
    forget("library", "campaigns")


def forget_campaigns() -> None:
    """After a campaign was begun, changed, closed or reopened, which is chosen from as well."""
    forget("campaigns", "choices")


def forget_rules() -> None:
    """After a rule was switched, or words were added."""
    forget("rules")


def forget_people() -> None:
    """After roles, invitations or credentials changed."""
    # Whether somebody may decide is part of a room.
    forget("people", "home", "queue", "rooms")


def make_once(name: str, answer: object, make: Callable[[], T]) -> T:
    """What `make` makes of an answer, made again when this tab has got another answer.

    Args:
        name: of the thing made, with whatever else it depends on.
        answer: one of the above; compared by identity.
    """
    shelf: dict[str, tuple[object, Any]] = st.session_state.setdefault(_MADE, {})
    kept = shelf.get(name)
    if kept is not None and kept[0] is answer:
        made: T = kept[1]
        return made
    made = make()
    while len(shelf) >= 2 * MOST:
        del shelf[next(iter(shelf))]
    shelf[name] = (answer, made)
    return made
