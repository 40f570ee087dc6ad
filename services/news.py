"""Whether anything happened in the review rooms that are open: one question for all of them.

Every open room's browser looks here every few seconds (web/routes/rooms.py) and costs the database
nothing by that; one request every second or so asks for all. Only numbers are known here. Whoever
finds that theirs has grown reads the room as themselves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from services.errors import TandemError
from services.gateway.server import Server
from services.sealing import Sealer

# A room that nobody looked at for so long is closed: its tab is gone or asleep.
FORGET_SECONDS = 20.0
# What one request takes.
MOST_ROOMS = 5000

_PURPOSE = "room ticket"
_CHANGES, _ALL = _KINDS = ("changes", "all")


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much happened in a room: to its draft, and in notes among professionals.

    The notes are not for everybody: even that there is one is not for a draft's author.
    """

    changes: int
    notes: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a room is looked at with: proves that its bearer's session was shown the room.

    Made where the room is drawn, after the database let its reader see it. It opens nothing but
    whether something happened there, for as long as the session stands.
    """

    draft_id: str
    reads_notes: bool

    @classmethod
    def read(cls, text: str, *, session: str, sealer: Sealer) -> Ticket | None:
        """The ticket if it was made for this session, else None."""
        draft_id, _, rest = text.partition(".")
        kind, _, proof = rest.partition(".")
        if kind in _KINDS and sealer.matches(proof, _PURPOSE, session, draft_id, kind):
            return cls(draft_id, reads_notes=kind == _ALL)
        return None

    def write(self, *, session: str, sealer: Sealer) -> str:
        """As text for an address. `session` is the hash that names the bearer's session."""
        kind = _ALL if self.reads_notes else _CHANGES
        proof = sealer.digest(_PURPOSE, session, self.draft_id, kind)
        return f"{self.draft_id}.{kind}.{proof}"

    def is_behind(self, seen: Numbers, known: Numbers) -> bool:
        """Whether something happened since `seen` that the bearer may know of."""
        return known.changes > seen.changes or (self.reads_notes and known.notes > seen.notes)


class News:
    """What is known of the open rooms. Thread-safe; `ask` blocks while it asks the database.

    Args:
        ticks: Monotonic seconds.
    """

    def __init__(self, *, server: Server, ticks: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._ticks = ticks
        self._guard = threading.Lock()
        self._looked: dict[str, float] = {}
        self._known: dict[str, Numbers] = {}
        self._is_away = False

    @property
    def is_away(self) -> bool:
        """Whether the database did not answer the last time."""
        return self._is_away

    @property
    def is_wanted(self) -> bool:
        """Whether any room is open."""
        return bool(self._looked)

    def look(self, draft_id: str) -> Numbers | None:
        """What is known of a room that is open; None right after it was opened."""
        with self._guard:
            self._looked[draft_id] = self._ticks()
            return self._known.get(draft_id)

    def ask(self) -> None:
        """Learn of all open rooms, and forget those that were closed. Raises Unavailable."""
        rooms = self._list_open()
        if not rooms:
            return
        try:
            found = self._server.list_change_numbers(draft_ids=rooms)
        except TandemError:
            self._is_away = True
            raise
        with self._guard:
            self._is_away = False
            for draft_id, (changes, notes) in found.items():
                if draft_id in self._looked:
                    self._known[draft_id] = Numbers(changes, notes)

    def _list_open(self) -> list[str]:
        with self._guard:
            oldest = self._ticks() - FORGET_SECONDS
            for draft_id in [one for one, at in self._looked.items() if at < oldest]:
                del self._looked[draft_id]
                self._known.pop(draft_id, None)
            return sorted(self._looked, key=self._looked.__getitem__, reverse=True)[:MOST_ROOMS]
