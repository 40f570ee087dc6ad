"""What each rule looks for, in plain words, for people who look the rules up.

Apart from the rules' own files, because those are what checks are bound to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "about.toml"


@dataclass(frozen=True, slots=True)
class About:
    """`example` is a text in which the rule finds something; empty if it is about a whole post.

    A `hard` one is shown to those only who ask for it.
    """

    looks_for: str
    example: str = ""
    hard: bool = False


@cache
def list_abouts() -> Mapping[str, About]:
    """By the rule's id."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {rule: About(**about) for rule, about in found.items()}
