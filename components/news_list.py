"""The whole list of what a person was told: all or unread, page by page, by its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from components import feedback, telling
from components.rows import Group, RowList, Strip, Tab, Way
from services.ids import is_id
from services.notifications import News, Place
from services.person import Person

PAGE_SIZE = 25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNREAD = (("show", "unread"),)


@dataclass(frozen=True, slots=True)
class View:
    """What the address asks for: where the page before it ended, and whether read news show."""

    unread_only: bool
    before: Place | None


def read_view(asked: Mapping[str, str]) -> View:
    """The view of an address; the latest of all for what it does not know."""
    return View(asked.get("show") == "unread", _read_place(asked.get("before", "")))


def write_place(place: Place) -> str:
    """The place as `read_view` takes it."""
    return f"{(place.at - _EPOCH) // timedelta(microseconds=1)}_{place.id}"


def build_list(news: News, view: View, *, person: Person, now: datetime) -> RowList:
    """The notifications of this page, with the way to those before and after."""
    shown = news.notifications[:PAGE_SIZE]
    query = _UNREAD if view.unread_only else ()
    more = []
    if view.before is not None:
        more.append(Way("Latest news", "news", query))
    if len(news.notifications) > PAGE_SIZE:
        last = Place(shown[-1].created_at, shown[-1].id)
        more.append(Way("Older news", "news", (*query, ("before", write_place(last)))))
    rows = telling.make_rows(shown, person=person, now=now)
    group = Group("News", rows, is_headed=False, more=tuple(more))
    tabs = (
        Tab(Way("All", "news"), None, not view.unread_only),
        Tab(Way("Unread", "news", _UNREAD), news.unread, view.unread_only),
    )
    return RowList.of([group] if rows or more else [], strips=[Strip("Show", tabs)])


def draw_empty(view: View) -> None:
    """When there is nothing to read."""
    if view.unread_only:
        feedback.empty_state(
            "You have read everything",
            "New comments, decisions and requests appear here.",
            icon="done_all",
        )
    else:
        feedback.empty_state(
            "No news yet",
            "When somebody comments on a draft of yours, decides on it or asks you for something, "
            "you read it here first.",
            icon="notifications",
        )


def _read_place(text: str) -> Place | None:
    micros, _, news_id = text.partition("_")
    if not (micros.isascii() and micros.isdigit() and len(micros) < 17 and is_id(news_id)):
        return None
    return Place(_EPOCH + timedelta(microseconds=int(micros)), news_id)
