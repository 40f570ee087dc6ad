"""Doing several things at the same moment, in real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.errors import TandemError


def run_together(*actions: Callable[[], Any]) -> list[Any]:
    """What each action returned, or the error of ours that it raised, in the order given."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        start.wait(timeout=10)
        try:
            return action()
        except TandemError as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def refusals(outcomes: Sequence[Any]) -> list[str]:
    """The words of the refusals among the outcomes, sorted."""
    return sorted(error.detail for error in outcomes if isinstance(error, TandemError))
