"""What this process knows of the open review rooms, for the pages."""

from __future__ import annotations

from services.news import News

_installed: list[News] = []


def install(news: News) -> None:
    """Tells this module, once a process, where news come from; `app.py` and tests call it."""
    _installed[:] = [news]


def news() -> News:
    """The process's look-out."""
    if not _installed:
        raise RuntimeError("components.lookout.install was not called")
    return _installed[0]
