"""Ids as they come from addresses: anything at all."""

from __future__ import annotations

from uuid import UUID

from services import errors


def require_id(value: str) -> str:
    """The id in its usual form.

    Raises:
        NotFound: it is no id, so it was never ours to find.
    """
    try:
        return str(UUID(value))
    except (ValueError, AttributeError, TypeError):
        raise errors.NotFound from None


def is_id(value: str) -> bool:
    """Whether it is an id, of whatever."""
    try:
        require_id(value)
    except errors.NotFound:
        return False
    return True
