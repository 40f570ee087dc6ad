"""Who reads the comments under a post once it is out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from services.models import Draft
from services.publishing import SENSITIVE_TOPICS

# Most comments come within two days.
WATCH_FOR = timedelta(hours=48)


class Watching(TypedDict):
    """As `services.publishing.mark_published` takes it."""

    watcher_id: str | None
    watch_until: datetime | None


def watching(draft: Draft, *, watcher_id: str, now: datetime) -> Watching:
    """Whoever publishes a post on a sensitive topic watches it; nobody has to for others."""
    if draft.topic not in SENSITIVE_TOPICS:
        return {"watcher_id": None, "watch_until": None}
    return {"watcher_id": watcher_id, "watch_until": now + WATCH_FOR}
