"""Reading an ID token: who signed it, for whom, about whom, and whether it answers our question."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from services.errors import Forbidden
from services.oidc.models import Identity, Provider
from services.tokens import SMALLEST_RSA_BITS, count_bits

# How far the provider's clock may be from ours.
LEEWAY_SECONDS = 60
_LONGEST_SUBJECT = 255
_LONGEST_NAME = 80
_LONGEST_EMAIL = 254
_MOST_KEYS = 50
_PUBLIC_PARTS = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}
# Claims whose name may be logged: the rest of a token is the provider's, or somebody's.
_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash"})


class UnknownKey(Exception):
    """The token names a key that is not in this key set; a newer set may have it."""


def read_keys(document: Mapping[str, Any]) -> KeySet | None:
    """The public keys of a JWKS document that can check a signature; None when there are none."""
    listed = document.get("keys")
    found = [
        key
        for one in (listed[:_MOST_KEYS] if isinstance(listed, list) else ())
        if isinstance(one, dict) and (key := _read_key(one)) is not None
    ]
    return KeySet(list(found)) if found else None


def _read_key(listed: Mapping[str, Any]) -> RSAKey | ECKey | None:
    """One key, or None where it is for something else, damaged or too weak."""
    kind = str(listed.get("kty"))
    if kind not in _PUBLIC_PARTS or listed.get("use", "sig") != "sig":
        return None
    wanted = ("kty", *_PUBLIC_PARTS[kind], "kid", "alg")
    parts = {name: listed[name] for name in wanted if isinstance(listed.get(name), str)}
    if kind == "RSA" and count_bits(parts.get("n", "")) < SMALLEST_RSA_BITS:
        return None
    try:
        key: RSAKey | ECKey = (RSAKey if kind == "RSA" else ECKey).import_key(parts)
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    return key


def read_id_token(
    token: str, *, provider: Provider, keys: KeySet, nonce: str, access_token: str, now: int
) -> Identity:
    """Who the token tells of, once everything about it holds.

    Args:
        token: As it came from the token endpoint.
        provider: Who must have made it, and how it may be signed.
        keys: The provider's public keys.
        nonce: What we asked with.
        access_token: What came beside it; empty if nothing did.
        now: Seconds since 1970.

    Raises:
        UnknownKey: it names a key that is not among these.
        Forbidden: it does not hold; `detail` says what.
    """
    claims = _check_signature(token, provider.algorithms, keys, access_token)
    _check_claims(claims, provider=provider, nonce=nonce, now=now)
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        name=_read_name(claims),
        email=_read_email(claims),
    )


def _check_signature(
    token: str, algorithms: Sequence[str], keys: KeySet, access_token: str
) -> CodeIDToken:
    # Providers add header fields of their own; "crit" is obeyed all the same.
    registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
    try:
        read = jwt.decode(token, keys, registry=registry)
    except InvalidKeyIdError:
        raise UnknownKey from None
    except UnsupportedAlgorithmError:
        raise _refusal("algorithm") from None
    except BadSignatureError:
        raise _refusal("signature") from None
    except (JoseError, ValueError, TypeError, KeyError):
        raise _refusal("form") from None
    return CodeIDToken(read.claims, read.header, None, {"access_token": access_token})


def _check_claims(claims: Any, *, provider: Provider, nonce: str, now: int) -> None:
    try:
        claims.validate(now, LEEWAY_SECONDS)
    except ExpiredTokenError:
        raise _refusal("exp") from None
    except ClaimError as problem:
        raise _refusal(problem.claim if problem.claim in _CLAIMS else "claims") from None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise _refusal("claims") from None
    if claims["iss"] != provider.issuer:
        raise _refusal("iss")
    # For us and nobody else: a token that other clients may hold as well proves nothing here.
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise _refusal("aud")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise _refusal("azp")
    answered = claims.get("nonce")
    if not isinstance(answered, str) or not secrets.compare_digest(
        answered.encode(), nonce.encode()
    ):
        raise _refusal("nonce")
    if not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
        raise _refusal("sub")


def _refusal(what: str) -> Forbidden:
    return Forbidden(
        "The provider's answer could not be checked, so nobody was signed in. Please try again; if "
        "it stays like this, tell the person who runs Tandem here.",
        detail=f"id_token_{what}",
    )


def _read_name(claims: Mapping[str, Any]) -> str:
    for name in ("name", "preferred_username"):
        value = claims.get(name)
        # Colleagues see names; an address is for the person and their coordinators.
        if isinstance(value, str) and "@" not in value:
            clean = " ".join(value.split())
            if clean:
                return clean[:_LONGEST_NAME]
    return ""


def _read_email(claims: Mapping[str, Any]) -> str:
    """The address, if the provider says in so many words that it is confirmed."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return ""
    clean = email.strip().lower()
    return clean if "@" in clean and len(clean) <= _LONGEST_EMAIL else ""
