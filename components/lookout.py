"""What this process knows of the open review rooms, for the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.news import News, Ticket


@dataclass(frozen=True, slots=True)
class _Source:
    news: News
    write_ticket: Callable[..., str]


_installed: list[_Source] = []


def install(news: News, *, write_ticket: Callable[..., str]) -> None:
    """Tells this module, once a process, where news come from; `app.py` and tests call it.

    Args:
        write_ticket: `services.news.Ticket.write` with the process's keys filled in.
    """
    _installed[:] = [_Source(news, write_ticket)]


def is_away() -> bool:
    """Whether the database did not answer the last time."""
    return _source().news.is_away


def open_room(ticket: Ticket, *, session: str) -> str:
    """Watch a room from now on; where the browser looks for its news.

    Args:
        session: The hash that names the browser's session.
    """
    _source().news.look(ticket.draft_id)
    return f"/rooms/{_source().write_ticket(ticket, session=session)}"


def _source() -> _Source:
    if not _installed:
        raise RuntimeError("components.lookout.install was not called")
    return _installed[0]
