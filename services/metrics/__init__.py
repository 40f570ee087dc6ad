"""The reader of exports: a pure library, a platform's file in, posts and figures out.

`inspect(file, corrections)` says what a file is, what of it can be taken and why the rest cannot;
`Inspection.records()` reads the posts one by one. It opens no connection, writes nothing and
remembers nothing. Known layouts are data in data/*.toml; docs/metrics.md says what is read. Errors:
Unreadable (no such file), BadCorrections (a correction names what is not known).
"""

from services.metrics.inspecting import Inspection, inspect
from services.metrics.models import (
    METRICS,
    PLATFORMS,
    REASONS,
    BadCorrections,
    Column,
    Corrections,
    Kind,
    Metric,
    Platform,
    Reason,
    Record,
    Rejection,
    Understood,
    Unreadable,
)

__all__ = [
    "METRICS",
    "PLATFORMS",
    "REASONS",
    "BadCorrections",
    "Column",
    "Corrections",
    "Inspection",
    "Kind",
    "Metric",
    "Platform",
    "Reason",
    "Record",
    "Rejection",
    "Understood",
    "Unreadable",
    "inspect",
]
