"""`make safety-report`: precision and recall of the checker on both sets, and every miss."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.support.labelled import FOLDER, Case, read_cases
from tests.support.safety_scores import Scores, score

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 160  # characters of a text


def main() -> int:
    """Print the report: the texts the rules were made with, then those nobody tuned them on."""
    for title, folder in (("Labelled set", "labelled"), ("Unseen texts", "unseen")):
        print_scores(title, score(read_cases(folder)))
    print_changes()
    return 0


def print_scores(title: str, scores: Scores) -> None:
    """Figures of one set, and where they fall short."""
    print(f"== {title}\n")
    print(
        f"{scores.expected} findings expected, {len(scores.hits)} made: recall {scores.recall:.1%},"
        f" precision {scores.precision:.1%}"
    )
    print(
        f"{len(scores.missed_blockers)} blockers missed;"
        f" {scores.clean_disturbed} of {scores.clean} clean texts with a blocker or warning"
    )
    for attribute in ("category", "severity"):
        print_counts(scores, attribute)
    print_differences(scores)
    print()


def print_counts(scores: Scores, attribute: str) -> None:
    """A line for every category or severity."""
    print(f"\n{attribute:24} precision  recall   hits  misses  false alarms")
    for name, (hits, misses, alarms) in scores.count(attribute).items():
        precision = f"{hits / (hits + alarms):.1%}" if hits + alarms else "-"
        recall = f"{hits / (hits + misses):.1%}" if hits + misses else "-"
        print(f"{name:24} {precision:>9} {recall:>7} {hits:6} {misses:7} {alarms:13}")


def print_differences(scores: Scores) -> None:
    """Every miss and false alarm, and every finding with another severity."""
    print(f"\nMisses: {len(scores.misses)}")
    for case, label in scores.misses:
        print(
            f"  {case.id}: {label.rule.id} ({label.severity}) {label.quote!r}\n    {shorten(case)}"
        )
    print(f"\nFalse alarms: {len(scores.false_alarms)}")
    for case, found in scores.false_alarms:
        print(f"  {case.id}: {found.rule} ({found.severity}) {found.quote!r}\n    {shorten(case)}")
    print(f"\nOther severity than expected: {len(scores.other_severity)}")
    for case, label, found in scores.other_severity:
        print(f"  {case.id}: {label.rule.id} is {found.severity}, not {label.severity}")


def shorten(case: Case) -> str:
    """The beginning of a text on one line."""
    text = " ".join(case.text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def print_changes() -> None:
    """How the labelled set has changed since it was made: its own list, and what git remembers."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    _, _, told = readme.partition("## Changes")
    print("\nChanges to the labelled set, as its README tells them:")
    print("  " + "\n  ".join(line for line in told.strip().splitlines() if line.strip()))
    print("Commits that touched the labels:")
    for line in list_commits():
        print(f"  {line}")


def list_commits() -> list[str]:
    """Commits that touched labels, newest first; says so where there is no history."""
    command = ["git", "log", "--format=%h %ad %s", "--date=short", "--", "tests/safety/labelled"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if re.match(r"[0-9a-f]+ ", line)]
    return lines or ["no history here (not a git clone)"]


if __name__ == "__main__":
    raise SystemExit(main())
