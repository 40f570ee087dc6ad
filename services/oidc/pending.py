"""Trips under way: kept on the server while the person is at the provider.

The browser carries only the state, in addresses, and a cookie that binds the trip to it. The
database knows hashes of both; the rest is sealed.
"""

from __future__ import annotations

import hashlib
import logging
import secrets

from services.gateway.server import Server
from services.oidc.models import Trip
from services.sealing import SealBroken, Sealer

log = logging.getLogger("tandem.oidc")

# The database lets a trip go after this time (migration 20261127000100).
TRIP_SECONDS = 600
_SEALED = ("redirect_uri", "next_address", "invitation", "connects", "verifier", "nonce")


def name_trip(state: str) -> str:
    """A short name for a trip, from which its state cannot be told: for the cookie of its own."""
    return _hash(state)[:16]


class PendingTrips:
    """Keeps trips and gives each back once. Blocks; raises Unavailable."""

    def __init__(self, *, server: Server, sealer: Sealer) -> None:
        self._server = server
        self._sealer = sealer

    def keep(self, trip: Trip) -> str:
        """Keeps the trip; returns the cookie of the browser that may finish it."""
        browser = secrets.token_urlsafe(24)
        self._server.begin_sign_in(
            state_hash=_hash(trip.state),
            browser_hash=_hash(browser),
            provider=trip.provider,
            sealed=self._sealer.seal({name: getattr(trip, name) for name in _SEALED}),
        )
        return browser

    def take(self, *, provider: str, state: str, browser: str) -> Trip | None:
        """The trip, for the first who asks with its state, from its browser, within its time.

        None in every other case: which one it was is nobody's business.
        """
        sealed = self._server.take_sign_in(
            state_hash=_hash(state), browser_hash=_hash(browser), provider=provider
        )
        if not sealed:
            return None
        try:
            opened = self._sealer.unseal(sealed)
        except SealBroken:
            log.warning("a trip was sealed with a key that is gone")
            return None
        return Trip(provider=provider, state=state, **{name: opened[name] for name in _SEALED})


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
