"""Access tokens that the app signs itself, for people whom Supabase Auth does not know.

The one module that does: whoever came through an OpenID Connect provider has no account in Auth,
and the Data API asks only for a token it can check. The key can make one for anybody, so it is
treated as a password: it shows in no repr and is handed to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.util import base64_to_int

# The Data API honours a token until it expires, whatever became of the session.
ACCESS_SECONDS = 300
SMALLEST_RSA_BITS = 2048
_PARTS = {
    "EC": ("kty", "crv", "x", "y", "d"),
    "RSA": ("kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"),
}

Algorithm = Literal["ES256", "RS256", "HS256"]


class NotAKey(ValueError):
    """The text is no key that can sign; the message is a sentence that does not repeat it."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; `kid` is the name the project knows it by, empty for a shared secret."""

    algorithm: Algorithm
    kid: str
    key: ECKey | RSAKey | OctKey = field(repr=False)


def read_signing_key(text: str) -> SigningKey:
    """The key that `supabase gen signing-key` printed: a private JWK, alone or in a list of one.

    Raises NotAKey.
    """
    try:
        read = json.loads(text)
    except ValueError:
        raise NotAKey("It is not JSON.") from None
    if isinstance(read, list) and len(read) == 1:
        read = read[0]
    if not isinstance(read, dict) or str(read.get("kty")) not in _PARTS:
        raise NotAKey("It is not one private key of the kind ES256 or RS256.")
    kid = read.get("kid")
    if not isinstance(kid, str) or not kid:
        raise NotAKey("It has no `kid`, by which the project would know it.")
    key = _import_private(read)
    algorithm: Algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
    if read.get("alg", algorithm) != algorithm:
        raise NotAKey(f"Its `alg` should be {algorithm}.")
    return SigningKey(algorithm, kid, key)


def make_shared_key(secret: str) -> SigningKey:
    """The embedded server's own secret as a key."""
    return SigningKey("HS256", "", OctKey.import_key(secret.encode()))


def _import_private(read: Mapping[str, Any]) -> ECKey | RSAKey:
    # Only the key itself: what else a file says of it (`key_ops`) may be meant for the project.
    parts = {name: read[name] for name in _PARTS[read["kty"]] if name in read}
    if "d" not in parts:
        raise NotAKey("It is the public half only; the private one has a `d`.")
    is_curve = read["kty"] == "EC"
    if is_curve and read.get("crv") != "P-256":
        raise NotAKey("Its curve should be P-256.")
    if not is_curve and count_bits(read.get("n", "")) < SMALLEST_RSA_BITS:
        raise NotAKey(f"It is shorter than {SMALLEST_RSA_BITS} bits.")
    try:
        key: ECKey | RSAKey = (ECKey if is_curve else RSAKey).import_key(parts)
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotAKey("It is damaged.") from None
    return key


def count_bits(number: object) -> int:
    """The length of a number as a JWK writes it; 0 for anything else."""
    try:
        return base64_to_int(number).bit_length() if isinstance(number, str) else 0
    except ValueError:
        return 0


class Signer:
    """Signs tokens for one project.

    Args:
        url: The project's address, without a path.
        now: Seconds since 1970.
    """

    def __init__(self, *, key: SigningKey, url: str, now: Callable[[], float]) -> None:
        self._key = key
        self._issuer = f"{url.rstrip('/')}/auth/v1"
        self._now = now

    def sign(self, *, profile_id: str, session_id: str) -> tuple[str, float]:
        """A token for this person, and when it expires, in seconds since 1970."""
        issued_at = int(self._now())
        expires_at = issued_at + ACCESS_SECONDS
        header = {"alg": self._key.algorithm, **({"kid": self._key.kid} if self._key.kid else {})}
        claims = {
            "iss": self._issuer,
            "sub": profile_id,
            "aud": "authenticated",
            "role": "authenticated",
            "iat": issued_at,
            "exp": expires_at,
            "session_id": session_id,
            "aal": "aal1",
            "is_anonymous": False,
        }
        token = jwt.encode(header, claims, self._key.key, algorithms=[self._key.algorithm])
        return token, float(expires_at)
