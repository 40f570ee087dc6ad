"""A post's fingerprint, computed as the database does, so that anybody can check a decision.

The database's own is what counts: decisions carry it, and nothing is published by this one. A
test holds the two against each other.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from services.posts import Content, Json

# Names the way content is written down; as private.content_hash() has it.
PREFIX = "tandem-content-1"
_ALWAYS = ("platform", "topic", "caption", "audience_countries")


def write_canonical(content: Content) -> str:
    """The post as the one line of text that is hashed, without the prefix.

    It is what PostgreSQL prints for the stored jsonb: shorter keys first, parts the post does
    not have left out.
    """
    whole = content.to_json()
    if whole["format"] == "post":
        whole["format"] = ""
    kept = {key: value for key, value in whole.items() if value or key in _ALWAYS}
    return json.dumps(_in_order(kept), ensure_ascii=False, separators=(", ", ": "))


def compute_hash(content: Content) -> str:
    """Hex SHA-256 of the post: 64 characters."""
    return sha256((PREFIX + write_canonical(content)).encode()).hexdigest()


def _in_order(value: Any) -> Any:
    """Keys by length, then by their bytes, as jsonb keeps them."""
    if isinstance(value, list):
        return [_in_order(one) for one in value]
    if not isinstance(value, dict):
        return value
    row: Json = value
    return {key: _in_order(row[key]) for key in sorted(row, key=lambda k: (len(k), k.encode()))}
