"""What can go wrong, in words a person may read.

    TandemError
    ├── SignedOut     the session ended or was never there: sign in again
    ├── Forbidden     the person may not do this
    ├── NotFound      there is no such thing, or it is not theirs to see
    ├── Conflict      somebody was faster, or the thing has moved on
    ├── Invalid       the input cannot be taken as it is
    ├── TooMany       too many attempts: wait
    ├── Tampered      what is stored is not what was recorded, and an approval is of that
    └── Unavailable   the database did not answer: nothing was changed, or it is not known

Services raise these and nothing else on purpose. `message` is a sentence for people, `detail`
a word for programs (`stale_version`), `data` what the reader needs to go on (the other
person's text after a conflict).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class TandemError(Exception):
    """The root: a sentence for people, a word for programs, and what helps to go on."""

    default_message = "Something went wrong. Nothing was changed."

    def __init__(
        self,
        message: str | None = None,
        *,
        detail: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.detail = detail
        self.data: Mapping[str, Any] = data or {}
        super().__init__(self.message)


class SignedOut(TandemError):
    """The session ended, or its token is no longer accepted."""

    default_message = "You are signed out. Sign in again to go on; what you typed is kept here."


class Forbidden(TandemError):
    """The person may not do this, whatever the page offered."""

    default_message = "You may not do this."


class NotFound(TandemError):
    """There is no such thing, or it is not theirs to see: the two look the same on purpose."""

    default_message = "We could not find that. It may have moved, or it is not shared with you."


class Conflict(TandemError):
    """Somebody was faster, or the thing has moved on since it was read."""

    default_message = "Somebody changed this while you were looking. Nothing of yours is lost."


class Invalid(TandemError):
    """The input cannot be taken as it is."""

    default_message = "Please check what you entered."


class TooMany(TandemError):
    """Too many attempts; `data["retry_after_seconds"]` says how long to wait."""

    default_message = "Too many attempts. Please wait a little and try again."


class Tampered(TandemError):
    """The stored bytes of an image are not the ones that were recorded, or they are gone."""

    default_message = (
        "This image is not the one that was uploaded, so it is not shown. Please tell the person "
        "who runs Tandem here."
    )


class Unavailable(TandemError):
    """The database did not answer in time, or not at all."""

    default_message = (
        "The database is not answering. Nothing you typed is lost; please try again in a moment."
    )
