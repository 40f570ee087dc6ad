"""Runs every check, all of them even when one fails, and says at the end which did.

`python -m tests.lint` runs all; `python -m tests.lint mypy rules` runs these two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.lint import migrations, rules

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(sys.executable).parent


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a check found: its own words, and how long it took."""

    name: str
    passed: bool
    told: str
    seconds: float


def run_tool(*command: str | Path) -> str:
    """Run one of the installed tools from the root; what it says when it fails, else nothing."""
    done = subprocess.run(
        [SCRIPTS / command[0], *command[1:]],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}".strip() or "It failed."


def run_mypy() -> str:
    """Check the types of all our code."""
    return run_tool("mypy", "--no-error-summary")


def run_squawk() -> str:
    """Check that migrations can be applied to a running system."""
    files = sorted((ROOT / "supabase" / "migrations").glob("*.sql"))
    return run_tool("squawk", "--config", ".squawk.toml", "--reporter", "gcc", *files)


def run_migrations() -> str:
    """Apply the migrations to PostgreSQL 17 and look at the schema they make."""
    return "\n".join(migrations.check())


# The slow ones first: two run at a time.
CHECKS: dict[str, Callable[[], str]] = {
    "mypy": run_mypy,
    "migrations": run_migrations,
    "import-linter": lambda: run_tool("lint-imports", "--no-logo", "--no-cache"),
    "ruff format": lambda: run_tool("ruff", "format", "--check", "--quiet", "--diff", "."),
    "ruff check": lambda: run_tool("ruff", "check", "--quiet", "--output-format=concise", "."),
    "squawk": run_squawk,
    "own rules": lambda: "\n".join(rules.check()),
}


def run_check(name: str) -> Outcome:
    """Run one check; whatever stops it is a failure like any other."""
    began = time.monotonic()
    try:
        told = CHECKS[name]()
    except Exception as error:  # noqa: BLE001 - the other checks go on, and this one is reported
        told = f"The check itself failed: {type(error).__name__}: {error}"
    return Outcome(name=name, passed=not told, told=told, seconds=time.monotonic() - began)


def main(names: list[str]) -> int:
    """Run the named checks, or all, and return the exit code."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"There is no check named {', '.join(unknown)}. There are: {', '.join(CHECKS)}.")
        return 2
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(run_check, names or CHECKS))
    for outcome in outcomes:
        if not outcome.passed:
            print(f"\n== {outcome.name}\n{outcome.told}")
    print("\n== checks")
    for outcome in outcomes:
        print(
            f"{'ok  ' if outcome.passed else 'FAIL'}  {outcome.name:<14} {outcome.seconds:5.1f} s"
        )
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
