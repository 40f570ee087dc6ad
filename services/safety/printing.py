"""Findings and rules as people read them in a terminal."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import TextIO

from services.safety.book import Rule, RuleBook
from services.safety.models import Finding, Guideline

MARGIN = 60  # characters of a long line shown on either side of what is quoted


def print_findings(text: str, findings: Sequence[Finding], out: TextIO) -> None:
    """Each finding with the line it stands in, what to write and why."""
    if not findings:
        out.write("Nothing found.\n")
        return
    for one in findings:
        line = text.count("\n", 0, one.start) + 1
        place = f"line {line}" if one.quote else "the whole post"
        out.write(f"{one.severity}: {one.rule} ({place})\n")
        if one.quote:
            out.write(show_line(text, one))
        out.write(f"    {one.reason}\n")
        out.write(f"    Try: {one.suggestion}\n")
        if one.needs_professional:
            out.write("    A professional has to decide.\n")
        out.write(f"    {cite(one.source)}\n\n")
    out.write(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}\n")


def show_line(text: str, finding: Finding) -> str:
    """The line a finding begins in, and below it marks under the words."""
    left = max(text.rfind("\n", 0, finding.start) + 1, finding.start - MARGIN)
    end = text.find("\n", finding.start)
    line_end = len(text) if end < 0 else end
    right = min(line_end, finding.end + MARGIN)
    before = show(text[left : finding.start])
    quoted = show(text[finding.start : min(finding.end, line_end)])
    after = show(text[finding.end : right]) if finding.end < right else ""
    marks = " " * width(before) + "^" * max(1, width(quoted))
    return f"    | {before}{quoted}{after}\n    | {marks}\n"


def show(text: str) -> str:
    """The text with nothing in it that could steer a terminal."""
    return "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)


def width(text: str) -> int:
    """How many columns the text takes: wide characters two, joined and invisible ones none."""
    return sum(
        0
        if unicodedata.category(one) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(one) in "WF"
        else 1
        for one in text
    )


def cite(source: Guideline) -> str:
    """A guideline as a line."""
    return f"{source.name} ({source.year}) {source.url}".rstrip()


def print_rules(book: RuleBook, out: TextIO, *, as_json: bool) -> None:
    """Every rule with its reason, alternative and sources."""
    if as_json:
        json.dump(
            [describe(rule) for rule in book.rules.values()], out, ensure_ascii=False, indent=2
        )
        out.write("\n")
        return
    category = ""
    for rule in book.rules.values():
        if rule.category != category:
            category = rule.category
            out.write(f"\n{category}\n")
        out.write(f"  {rule.id} ({rule.severity}): {rule.reason}\n")


def describe(rule: Rule) -> dict[str, object]:
    """A rule as the command line lists it."""
    return {
        "rule": rule.id,
        "category": rule.category,
        "severity": rule.severity,
        "pack": rule.pack,
        "reason": rule.reason,
        "suggestion": rule.instead,
        "sources": [
            {"name": one.name, "year": one.year, "url": one.url}
            for one in (rule.guideline, *rule.also)
        ],
        "needs_professional": rule.needs_professional,
    }
