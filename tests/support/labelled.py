"""The labelled set: texts in tests/safety/labelled, and what the safe-messaging rules should say.

`python -m tests.support.labelled` prints the tables of tests/safety/README.md.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

FOLDER = Path(__file__).parents[1] / "safety"

Kind = Literal["clean", "problem", "tricky"]
Severity = Literal["blocker", "warning", "suggestion"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the catalogue, with the severity of a finding unless its label says otherwise."""

    id: str
    category: str
    severity: Severity


@dataclass(frozen=True, kw_only=True)
class Label:
    """A finding that should be made; `span` is in characters, None if it has no place."""

    rule: Rule
    severity: Severity
    quote: str
    span: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A text with its context, the findings it should give, and rules it is a near miss of."""

    id: str
    kind: Kind
    file: str
    text: str
    context: Mapping[str, Any]
    expected: tuple[Label, ...]
    silent: tuple[Rule, ...]
    note: str

    def rules(self) -> set[str]:
        """The ids of the rules that should speak."""
        return {label.rule.id for label in self.expected}


class BadLabel(ValueError):
    """A case that cannot be used; says which, and why."""


def read_catalogue() -> dict[str, Rule]:
    """All rules by id, in the order of the catalogue."""
    tables = tomllib.loads((FOLDER / "catalogue.toml").read_text(encoding="utf-8"))
    return {
        name: Rule(id=name, category=category, severity=severity)
        for category, rules in tables.items()
        for name, severity in rules.items()
    }


def find_quote(text: str, quote: str, occurrence: int | None) -> tuple[int, int] | None:
    """Where the quote stands; which one has to be said when it stands there more than once.

    Raises BadLabel when it is not there, or when it is not clear which is meant.
    """
    if not quote:
        return None
    starts = [at for at in range(len(text)) if text.startswith(quote, at)]
    if occurrence is None and len(starts) != 1:
        raise BadLabel(f"{quote!r} occurs {len(starts)} times")
    if occurrence is not None and not (len(starts) > 1 and 1 <= occurrence <= len(starts)):
        raise BadLabel(f"{quote!r} has no occurrence {occurrence}, or needs none said")
    start = starts[(occurrence or 1) - 1]
    return start, start + len(quote)


def read_label(raw: Mapping[str, Any], text: str, catalogue: Mapping[str, Rule]) -> Label:
    """A label as it stands in the file, tied to its text."""
    unknown = set(raw) - {"rule", "quote", "occurrence", "severity"}
    if unknown or raw["rule"] not in catalogue:
        raise BadLabel(f"unknown key or rule in {dict(raw)}")
    rule = catalogue[raw["rule"]]
    severity = raw.get("severity", rule.severity)
    if severity not in get_args(Severity):
        raise BadLabel(f"{severity!r} is no severity")
    span = find_quote(text, raw["quote"], raw.get("occurrence"))
    return Label(rule=rule, severity=severity, quote=raw["quote"], span=span)


def read_case(raw: Mapping[str, Any], kind: str, file: str, catalogue: Mapping[str, Rule]) -> Case:
    """A case as it stands in the file. Raises BadLabel with its id."""
    try:
        return make_case(raw, raw.get("kind", kind), file, catalogue)
    except (BadLabel, KeyError) as error:
        raise BadLabel(f"{file}, {raw.get('id', 'a case without id')}: {error}") from error


def make_case(raw: Mapping[str, Any], kind: str, file: str, catalogue: Mapping[str, Rule]) -> Case:
    """The case, or BadLabel or KeyError without saying which case it was."""
    unknown = set(raw) - {"id", "kind", "text", "context", "expected", "silent", "note"}
    if unknown or kind not in get_args(Kind):
        raise BadLabel(f"unknown keys {unknown} or kind {kind!r}")
    text = raw["text"]
    return Case(
        id=raw["id"],
        kind=cast(Kind, kind),
        file=file,
        text=text,
        context=raw.get("context", {}),
        expected=tuple(read_label(label, text, catalogue) for label in raw.get("expected", ())),
        silent=tuple(catalogue[name] for name in raw.get("silent", ())),
        note=raw.get("note", ""),
    )


def read_cases(folder: str = "labelled") -> list[Case]:
    """All cases of a folder, file by file: those the rules were made with, or "unseen".

    Raises BadLabel at the first that does not hold together.
    """
    catalogue = read_catalogue()
    cases: list[Case] = []
    for path in sorted((FOLDER / folder).glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        cases += [read_case(raw, table["kind"], path.stem, catalogue) for raw in table["case"]]
    return cases


def count_tables(cases: list[Case]) -> str:
    """Two tables in Markdown: texts per file and kind, findings per category and severity."""
    kinds, severities = get_args(Kind), get_args(Severity)
    texts = Counter((case.file, case.kind) for case in cases)
    findings = Counter(
        (label.rule.category, label.severity) for case in cases for label in case.expected
    )
    files = sorted({case.file for case in cases})
    categories = list(dict.fromkeys(rule.category for rule in read_catalogue().values()))
    return "\n\n".join(
        [
            count_table("file", files, kinds, texts),
            count_table("expected findings", categories, severities, findings),
        ]
    )


def count_table(
    title: str, rows: list[str], columns: tuple[str, ...], counts: Counter[tuple[str, Any]]
) -> str:
    """A table in Markdown with sums at the right and at the bottom."""
    lines = [
        f"| {title} | {' | '.join(columns)} | all |",
        "| --- |" + " ---: |" * (len(columns) + 1),
    ]
    for row in rows:
        numbers = [counts[row, column] for column in columns]
        lines.append(f"| {row} | {' | '.join(map(str, numbers))} | {sum(numbers)} |")
    sums = [sum(counts[row, column] for row in rows) for column in columns]
    lines.append(f"| all | {' | '.join(map(str, sums))} | {sum(sums)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(count_tables(read_cases()))
