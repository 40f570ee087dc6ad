"""People who keep writing while servers die, and remember what was acknowledged."""

import itertools
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Writers:
    """`with Writers(write): ...`: threads that call `write(number)`, each time with a new number.

    Args:
        write: writes a row with this number; True when the server said that it is kept.
        count: how many at once.
    """

    def __init__(self, write: Callable[[int], bool], *, count: int = 4) -> None:
        self.acknowledged: set[int] = set()
        self.attempts = 0
        self._write = write
        self._numbers = itertools.count(1)
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def has_written(self, more: int) -> Callable[[], bool]:
        """A condition: `more` rows than now are acknowledged."""
        wanted = len(self.acknowledged) + more
        return lambda: len(self.acknowledged) >= wanted

    def _run(self) -> None:
        while not self._end.is_set():
            number = next(self._numbers)
            self.attempts += 1
            if self._write(number):
                self.acknowledged.add(number)
            else:
                # A server that is down refuses at once; do not take its processor from it.
                self._end.wait(0.02)
