"""A provider as it is configured, a trip to it and back, and the person it tells of."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

# What an ID token may be signed with: public-key signatures. "none", or a secret that the app
# holds as well (HS256 and its like), would let others than the provider make one.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)
DEFAULT_ALGORITHMS = ("RS256", "ES256", "PS256")
DEFAULT_SCOPES = ("openid", "profile", "email")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `issuer` is compared letter by letter; `name` stands in our addresses."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    algorithms: tuple[str, ...] = DEFAULT_ALGORITHMS


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody's account at a provider.

    `email` is empty unless the provider says that it has seen it confirmed.
    """

    issuer: str
    subject: str
    name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Trip:
    """A sign-in on its way to a provider and back; every part of it is secret.

    Args:
        provider: The provider's name.
        redirect_uri: Where the provider sends the person back to.
        next_address: Where they want to go afterwards.
        invitation: The token of the invitation they want to join by; usually empty.
        connects: The hash of the session whose person connects the account; empty for a sign-in.
        state, verifier, nonce: Random; only for this trip.
    """

    provider: str
    redirect_uri: str = field(repr=False)
    next_address: str = field(default="/", repr=False)
    invitation: str = field(default="", repr=False)
    connects: str = field(default="", repr=False)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
