"""Asserting how something was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services import errors
from tests.support.people import World


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


def snapshot(world: World) -> list[Any]:
    """What a refused call must not change, to compare before and after."""
    tables = ("drafts", "memberships", "credentials", "invitations", "audit_events", "decisions")
    return [
        world.run_sql(f"select md5(string_agg(t::text, '|' order by t::text)) from public.{t} t")  # noqa: S608
        for t in tables
    ]
