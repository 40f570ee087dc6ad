"""Waiting for a condition; the only place in the tests that sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], *, what: str, seconds: float = 30.0) -> T:
    """The condition's first true value.

    Raises AssertionError, naming what was waited for, when there is none within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            message = f"Waited {seconds:g} s in vain for {what}."
            raise AssertionError(message)
        time.sleep(0.02)
