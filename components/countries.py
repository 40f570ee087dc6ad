"""The names of countries as pages show them."""

from __future__ import annotations

from collections.abc import Iterable

from services.countries import COUNTRIES

__all__ = ["COUNTRIES", "name_of", "names_of"]


def name_of(code: str) -> str:
    """The country's name with its code, as fields show it: "Germany (DE)"."""
    name = COUNTRIES.get(code)
    return code if name is None else f"{name} ({code})"


def names_of(codes: Iterable[str], *, most: int = 4) -> str:
    """A short list of names: "Austria, Germany and 3 more"; empty for no codes."""
    names = sorted(COUNTRIES.get(code, code) for code in codes)
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return ", ".join(names)
