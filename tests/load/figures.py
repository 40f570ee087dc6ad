"""What was measured, beside its floor and its limit, for people and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Verdict = Literal["PASS", "MISS", "INFO"]


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Args:
        what: in words.
        measured: with its unit, as it is printed.
        floor: what it is compared with, as it is printed; empty where the limit is absolute.
        ratio: measured to floor, the number that is judged; None where there is none.
        limit: in words; empty where nothing is promised.
        passed: whether the limit is kept; None where nothing is promised.
        numbers: everything behind it, for the file.
    """

    what: str
    measured: str
    floor: str = ""
    ratio: float | None = None
    limit: str = ""
    passed: bool | None = None
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """What the last column says."""
        if self.passed is None:
            return "INFO"
        return "PASS" if self.passed else "MISS"


@dataclass(frozen=True)
class Spread:
    """Several measurements of one thing, in milliseconds."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        """Nineteen of twenty are below it."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]

    def __str__(self) -> str:
        return f"{self.median:.1f} ms (p95 {self.p95:.1f})"

    def as_dict(self) -> dict[str, float]:
        """For the file."""
        return {
            "median_ms": round(self.median, 3),
            "p95_ms": round(self.p95, 3),
            "least_ms": round(min(self.values), 3),
            "runs": len(self.values),
        }


def print_table(figures: Sequence[Figure]) -> None:
    """The table, as wide as its longest entries."""
    head = ("what", "measured", "floor", "ratio", "limit", "")
    rows = [
        (
            one.what,
            one.measured,
            one.floor,
            "" if one.ratio is None else f"{one.ratio:.2f}",
            one.limit,
            one.verdict,
        )
        for one in figures
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, tuple("-" * width for width in widths), *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def write_json(path: Path, figures: Sequence[Figure], settings: dict[str, Any]) -> None:
    """The same for programs, with the machine it was measured on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "settings": settings,
        "figures": [asdict(one) | {"verdict": one.verdict} for one in figures],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
