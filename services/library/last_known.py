"""The last good answer for the public help pages, in memory and on disk.

People look for help also while the database is away. What they find then is what was last read
from it, and of that only what still counts by the clock (`PublicHelp.list_in` takes the day).
Nothing of who asks is kept: one small file a workspace, readable by this process's owner alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from services.embedded.places import private_folder, write_private
from services.errors import TandemError, Unavailable
from services.gateway.server import Server
from services.library.public import PublicHelp
from services.posts import Json

log = logging.getLogger("tandem.help")

# The database hears of a workspace once in this time.
FRESH_SECONDS = 2.0
# How long somebody waits for a new answer where there is an older one; after that, how long nobody
# waits.
PATIENCE_SECONDS = 1.0
PAUSE_SECONDS = 5.0
# Workspaces in memory; others are read again.
MOST_KEPT = 200
# The file tells when it was last known to be right; an unchanged one is written again so often.
REWRITE_AFTER = timedelta(minutes=10)
_ASKING_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a workspace's help: `help` is None where there is no such workspace.

    `at` is when the database said so (UTC), and `version` tells one answer from another. `is_old`:
    it does not answer at the moment.
    """

    help: PublicHelp | None
    at: datetime
    version: str
    is_old: bool = False


@dataclass(slots=True)
class _Kept:
    known: Known
    seen: float


def _make_known(row: Json | None, text: str, at: datetime) -> Known:
    version = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Known(None if row is None else PublicHelp.from_json(row), at, version)


def _to_text(row: Json | None) -> str:
    return "" if row is None else json.dumps(row, sort_keys=True, ensure_ascii=False)


class LastKnown:
    """Answers for workspaces by id; "" is the only workspace there is. Thread-safe.

    Args:
        folder: Where the files are; None keeps nothing on disk.
        now: The time, in UTC.
        ticks: Monotonic seconds.
    """

    def __init__(
        self,
        *,
        server: Server,
        folder: Path | None,
        now: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = server
        self._folder = folder
        self._ticks = ticks
        self._now = now
        self._guard = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._asking: dict[str, Future[Known]] = {}
        self._away_until = float("-inf")
        self._written: dict[str, tuple[str, datetime]] = {}
        self._pool = ThreadPoolExecutor(_ASKING_AT_ONCE, thread_name_prefix="help")

    def glance(self, workspace_id: str) -> Known | None:
        """What is known without waiting for anybody; None: `read` it."""
        with self._guard:
            kept = self._kept.get(workspace_id)
            if kept is None:
                return None
            self._kept.move_to_end(workspace_id)
            now = self._ticks()
            if now - kept.seen < FRESH_SECONDS:
                return kept.known
            return replace(kept.known, is_old=True) if now < self._away_until else None

    def read(self, workspace_id: str) -> Known:
        """What the database says; what it last said when it does not answer soon.

        Raises:
            Unavailable: it does not answer, and nothing was known before.
        """
        found = self.glance(workspace_id)
        if found is not None:
            return found
        older = self._find_older(workspace_id)
        if self._is_away():
            if older is None:
                raise Unavailable(detail="away")
            return replace(older, is_old=True)
        asking = self._ask(workspace_id)
        try:
            return asking.result(None if older is None else PATIENCE_SECONDS)
        except (TandemError, TimeoutError):
            self._note_away()
            if older is None:
                raise
            return replace(older, is_old=True)

    def close(self) -> None:
        """Ask no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, workspace_id: str) -> Future[Known]:
        """The one question for this workspace that is on its way."""
        with self._guard:
            asking = self._asking.get(workspace_id)
            if asking is None:
                asking = self._pool.submit(self._fetch, workspace_id)
                self._asking[workspace_id] = asking
                asking.add_done_callback(lambda _done: self._forget_question(workspace_id))
            return asking

    def _forget_question(self, workspace_id: str) -> None:
        # Called at once where the answer was there already, so by whoever holds the lock.
        self._asking.pop(workspace_id, None)

    def _fetch(self, workspace_id: str) -> Known:
        row = self._server.read_public_help(workspace_id=workspace_id or None)
        text = _to_text(row)
        known = _make_known(row, text, self._now())
        with self._guard:
            self._keep(workspace_id, _Kept(known, self._ticks()))
            self._away_until = float("-inf")
        self._write(workspace_id, text, known.at)
        return known

    def _keep(self, workspace_id: str, kept: _Kept) -> None:
        self._kept[workspace_id] = kept
        self._kept.move_to_end(workspace_id)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _find_older(self, workspace_id: str) -> Known | None:
        with self._guard:
            kept = self._kept.get(workspace_id)
        if kept is not None:
            return kept.known
        file = self._file_of(workspace_id)
        found = None if file is None else _read_file(file)
        if found is None:
            return None
        with self._guard:
            # Never over what the database said meanwhile.
            if workspace_id not in self._kept:
                self._keep(workspace_id, found)
        return found.known

    def _is_away(self) -> bool:
        with self._guard:
            return self._ticks() < self._away_until

    def _note_away(self) -> None:
        with self._guard:
            is_news = self._away_until == float("-inf")
            self._away_until = self._ticks() + PAUSE_SECONDS
        if is_news:
            log.warning("help pages show what was last known: the database does not answer")

    def _file_of(self, workspace_id: str) -> Path | None:
        return None if self._folder is None else self._folder / f"{workspace_id or 'only'}.json"

    def _write(self, workspace_id: str, text: str, at: datetime) -> None:
        file = self._file_of(workspace_id)
        if file is None:
            return
        written = self._written.get(workspace_id)
        if written is not None and written[0] == text and at - written[1] < REWRITE_AFTER:
            return
        try:
            if text:
                private_folder(file.parent)
                write_private(file, f'{{"at": "{at.isoformat()}", "help": {text}}}')
                self._written[workspace_id] = (text, at)
            else:
                file.unlink(missing_ok=True)
                self._written.pop(workspace_id, None)
        except OSError as problem:
            log.warning("help not kept on disk", extra={"error": type(problem).__name__})


def _read_file(file: Path) -> _Kept | None:
    """What was kept there before; None where nothing was, or nothing that can be read."""
    try:
        row: Json = json.loads(file.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(row["at"])
        return _Kept(_make_known(row["help"], _to_text(row["help"]), at), float("-inf"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        log.warning("kept help cannot be read", extra={"error": type(problem).__name__})
        return None
