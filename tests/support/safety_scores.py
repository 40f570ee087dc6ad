"""How well the checker does on the labelled set, for `make safety-report` and the floor's test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.safety import Context, Finding, check
from tests.support.labelled import Case, Label


@dataclass
class Scores:
    """What was expected, what was found, and where the two differ."""

    hits: list[tuple[Case, Label, Finding]] = field(default_factory=list)
    misses: list[tuple[Case, Label]] = field(default_factory=list)
    false_alarms: list[tuple[Case, Finding]] = field(default_factory=list)
    clean: int = 0
    clean_disturbed: int = 0

    @property
    def expected(self) -> int:
        """How many findings the labels ask for."""
        return len(self.hits) + len(self.misses)

    @property
    def recall(self) -> float:
        """The part of the expected findings that was made."""
        return len(self.hits) / self.expected

    @property
    def precision(self) -> float:
        """The part of the findings that was expected."""
        return len(self.hits) / (len(self.hits) + len(self.false_alarms))

    @property
    def missed_blockers(self) -> list[tuple[Case, Label]]:
        """Blockers that were not found, or not as blockers."""
        softened = [
            (case, label) for case, label, found in self.hits if found.severity != label.severity
        ]
        return [
            (case, label)
            for case, label in [*self.misses, *softened]
            if label.severity == "blocker"
        ]

    @property
    def other_severity(self) -> list[tuple[Case, Label, Finding]]:
        """Findings that were made, with another severity than expected."""
        return [hit for hit in self.hits if hit[1].severity != hit[2].severity]

    def count(self, attribute: str) -> dict[str, tuple[int, int, int]]:
        """Hits, misses and false alarms by category or severity."""
        hits = Counter(
            label.rule.category if attribute == "category" else label.severity
            for _, label, _ in self.hits
        )
        misses = Counter(
            label.rule.category if attribute == "category" else label.severity
            for _, label in self.misses
        )
        alarms = Counter(getattr(found, attribute) for _, found in self.false_alarms)
        names = dict.fromkeys([*hits, *misses, *alarms])
        return {name: (hits[name], misses[name], alarms[name]) for name in names}


def meets(label: Label, finding: Finding) -> bool:
    """Whether a finding is the one a label asks for: the rule agrees, and the place overlaps."""
    if finding.rule != label.rule.id:
        return False
    if label.span is None:
        return True
    start, end = label.span
    return finding.start < end and start < finding.end


def score(cases: Iterable[Case]) -> Scores:
    """Check every text and compare."""
    scores = Scores()
    for case in cases:
        waiting = check(case.text, Context.read(case.context))
        if case.kind == "clean":
            scores.clean += 1
            scores.clean_disturbed += any(one.severity != "suggestion" for one in waiting)
        for label in case.expected:
            found = next((one for one in waiting if meets(label, one)), None)
            if found is None:
                scores.misses.append((case, label))
            else:
                waiting.remove(found)
                scores.hits.append((case, label, found))
        scores.false_alarms += [(case, one) for one in waiting]
    return scores
