"""Keeping small secrets in rows and cookies: encryption, and keyed hashes that name nobody."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """A sealed value that none of our keys opens: foreign, damaged, or its key is gone."""


class Sealer:
    """Seals values under the first key and opens them under any, so that keys can be changed.

    Args:
        keys: url-safe base64 of 32 random bytes each, as `Fernet.generate_key()` makes them.

    Raises:
        ValueError: there is no key, or one is not of that form.
    """

    def __init__(self, *, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one session key is needed")
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._root = base64.urlsafe_b64decode(keys[0])

    def seal(self, value: Mapping[str, str]) -> str:
        """Encrypts and signs a small mapping of text."""
        return self._fernet.encrypt(json.dumps(dict(value)).encode()).decode()

    def unseal(self, sealed: str) -> dict[str, str]:
        """Opens what `seal` made.

        Raises:
            SealBroken: none of our keys opens it.
        """
        try:
            opened = json.loads(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValueError) as problem:
            raise SealBroken from problem
        return {str(name): str(value) for name, value in opened.items()}

    def digest(self, purpose: str, *parts: str) -> str:
        """A keyed hash (64 hex digits) of the parts; different purposes never meet."""
        text = "\x1f".join((purpose, *parts))
        return hmac.new(self._root, text.encode(), hashlib.sha256).hexdigest()

    def matches(self, digest: str, purpose: str, *parts: str) -> bool:
        """Whether `digest` is that of the parts, compared in constant time."""
        return hmac.compare_digest(digest.encode(), self.digest(purpose, *parts).encode())
