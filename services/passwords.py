"""What a new password must be: long enough, and not longer than Auth can tell apart."""

from __future__ import annotations

from services.errors import Invalid

SHORTEST = 10
# Auth hashes no more than this many bytes.
LONGEST_BYTES = 72


def check_password(password: str) -> None:
    """Raises Invalid for a password that is too short or too long; Auth may refuse others."""
    if len(password) < SHORTEST:
        raise Invalid(
            f"Please choose a password of at least {SHORTEST} characters. A few words that only "
            "you would put together work well.",
            detail="password_short",
        )
    if len(password.encode()) > LONGEST_BYTES:
        raise Invalid(
            "That password is too long. Please choose a shorter one.", detail="password_long"
        )
