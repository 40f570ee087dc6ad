"""How fast somebody may ask, remembered by this process alone: what asks no database."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from services.errors import TooMany

_KEYS_REMEMBERED = 2000


class Pace:
    """How fast one key may ask: `burst` times at once, then so often a second."""

    def __init__(self, *, burst: int, per_second: float, ticks: Callable[[], float]) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._ticks = ticks
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Take one. Raises TooMany when there is none left."""
        now = self._ticks()
        with self._lock:
            left, seen = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - seen) * self._per_second)
            self._left[key] = (max(0.0, left - 1), now)
            while len(self._left) > _KEYS_REMEMBERED:
                self._left.popitem(last=False)
        if left < 1:
            raise TooMany(data={"retry_after_seconds": 1})
