"""Asserting how something was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services import errors


def assert_refused(
    kind: type[errors.TandemError],
    detail: str,
    action: Callable[..., Any],
    /,
    *args: Any,
    **named: Any,
) -> errors.TandemError:
    """Call the action; it ends in exactly this error, whose message is a sentence for people."""
    with pytest.raises(errors.TandemError) as caught:
        action(*args, **named)
    error = caught.value
    assert (type(error), error.detail) == (kind, detail), error.message
    assert error.message[0].isupper()
    assert error.message.endswith(".")
    return error
