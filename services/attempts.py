"""How often somebody may try to sign in: per account and per network address.

The counters live in the database, so they hold across processes, and are keyed by HMACs, so the
table names nobody. An account under attack is slowed, never locked: refused tries cost nothing,
a mailed code has a counter of its own, and a browser that signed in to the account before has
one that strangers cannot use up.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.errors import TooMany
from services.gateway.server import Limit, Server
from services.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` tries at once, then one every so many seconds."""

    burst: int
    every_seconds: float


PASSWORD_PER_ACCOUNT = Pace(5, 30)
PASSWORD_PER_KNOWN_BROWSER = Pace(10, 15)
CODE_PER_ACCOUNT = Pace(5, 60)
MAIL_PER_ACCOUNT = Pace(3, 60)
TRY_PER_ADDRESS = Pace(30, 10)
MAIL_PER_ADDRESS = Pace(10, 30)
SIGN_UP_PER_ADDRESS = Pace(10, 60)
TRIP_PER_ADDRESS = Pace(30, 10)


def clean_email(email: str) -> str:
    """The form of an address that accounts and counters are found by."""
    return email.strip().lower()


class Attempts:
    """Takes tries from the counters. All raise TooMany with `data["retry_after_seconds"]`."""

    def __init__(self, *, server: Server, sealer: Sealer) -> None:
        self._server = server
        self._sealer = sealer

    @contextmanager
    def password(self, *, email: str, address: str, browser: str) -> Iterator[Tally]:
        """One try of a password; given back if the block calls `succeeded()`."""
        if self.knows_browser(browser, email=email):
            account = self._limit("browser", PASSWORD_PER_KNOWN_BROWSER, email, browser)
        else:
            account = self._limit("password", PASSWORD_PER_ACCOUNT, email)
        yield from self._take(account, self._limit("address", TRY_PER_ADDRESS, address))

    @contextmanager
    def code(self, *, email: str, address: str) -> Iterator[Tally]:
        """One try of a mailed code; given back if the block calls `succeeded()`."""
        yield from self._take(
            self._limit("code", CODE_PER_ACCOUNT, email),
            self._limit("address", TRY_PER_ADDRESS, address),
        )

    def mail(self, *, email: str, address: str) -> None:
        """One mail to this account."""
        self._take_all(
            self._limit("mail", MAIL_PER_ACCOUNT, email),
            self._limit("mail-address", MAIL_PER_ADDRESS, address),
        )

    def sign_up(self, *, address: str) -> None:
        """One new account, or one look at an invitation that turns out closed."""
        self._take_all(self._limit("sign-up", SIGN_UP_PER_ADDRESS, address))

    def begin_trip(self, *, address: str) -> None:
        """One trip to a provider."""
        self._take_all(self._limit("trip", TRIP_PER_ADDRESS, address))

    def end_trip(self, *, address: str) -> None:
        """One return from a provider."""
        self._take_all(self._limit("trip-end", TRIP_PER_ADDRESS, address))

    def forget_trip(self, *, address: str) -> None:
        """The trip led to somebody, so neither its beginning nor its end counts."""
        for kind in ("trip", "trip-end"):
            self._server.return_attempt(self._limit(kind, TRIP_PER_ADDRESS, address))

    def make_browser(self, *, email: str) -> str:
        """A mark for a browser that signed in to this account. Proves nothing but that."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._sealer.digest('browser', clean_email(email), nonce)}"

    def knows_browser(self, mark: str, *, email: str) -> bool:
        """Whether the mark is ours and for this account."""
        nonce, _, digest = mark.partition(".")
        return bool(digest) and self._sealer.matches(digest, "browser", clean_email(email), nonce)

    def _limit(self, kind: str, pace: Pace, *names: str) -> Limit:
        key = self._sealer.digest(f"attempt-{kind}", *(clean_email(name) for name in names))
        return Limit(key, pace.every_seconds, pace.burst)

    def _take(self, *limits: Limit) -> Iterator[Tally]:
        self._take_all(*limits)
        tally = Tally()
        yield tally
        if tally.is_success:
            for limit in limits:
                self._server.return_attempt(limit)

    def _take_all(self, *limits: Limit) -> None:
        wait = self._server.take_attempt(*limits)
        if wait > 0:
            seconds = math.ceil(wait)
            raise TooMany(
                f"Too many attempts. Please wait {seconds} seconds and try again.",
                detail="attempts",
                data={"retry_after_seconds": seconds},
            )


class Tally:
    """Says whether a try was right."""

    is_success = False

    def succeeded(self) -> None:
        """The try was right and does not count."""
        self.is_success = True
