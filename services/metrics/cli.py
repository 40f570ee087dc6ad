"""The reader of exports for people's own tools: say what is in a file, without a database.

Exit codes: 0 the file is accepted, with or without rejected rows; 1 it is rejected; 2 it cannot be
read, or the command is wrong (one line says why).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TextIO, cast

from services.metrics.inspecting import Inspection, inspect
from services.metrics.models import PLATFORMS, BadCorrections, Corrections, Unreadable

ACCEPTED, REJECTED, BAD = 0, 1, 2
_MOST_SHOWN = 20
# A decimal goes through the JSON writer as marked text and loses mark and quotes after it.
_MARK = "\x00"
_MARKED = re.compile(r'"\\u0000(-?[0-9]+(?:\.[0-9]+)?)"')
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class BadInput(Exception):
    """The command is wrong; the message is one line for people."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Raises BadInput."""
        raise BadInput(message)


def build_parser() -> Parser:
    """The commands and their options."""
    parser = Parser(prog="python -m services.metrics", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    one = commands.add_parser("inspect", help="say what is in an export of a platform")
    one.add_argument("file", help="CSV, XLSX, XLS or a ZIP of them")
    one.add_argument("--format", choices=("text", "json"), default="text")
    one.add_argument("--platform", choices=PLATFORMS, help="whose export it is")
    one.add_argument("--date-order", choices=("month_first", "day_first"))
    one.add_argument("--time-zone", metavar="AREA/CITY", help="of the account")
    one.add_argument("--exported-on", metavar="YYYY-MM-DD", help="for dates without a year")
    one.add_argument("--part", help="a file of a ZIP, or a sheet")
    one.add_argument("--column", action="append", default=[], metavar="HEADER=FIELD")
    return parser


def main(
    arguments: Sequence[str] | None = None,
    out: TextIO | None = None,
    problems: TextIO | None = None,
) -> int:
    """Run one command and return its exit code."""
    out, problems = out or sys.stdout, problems or sys.stderr
    for stream in (out, problems):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        options = build_parser().parse_args(arguments)
        found, code = run(options, problems)
        if options.format == "json":
            out.write(to_json_text(found.to_json()) + "\n")
        elif code != BAD:
            print_summary(found, out)
        return code
    except (BadInput, BadCorrections) as error:
        tell(str(error), problems)
        return BAD
    except BrokenPipeError:
        # The reader has seen enough, as with `| head`. Nothing more may be written, at exit either.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return REJECTED


def run(options: Any, problems: TextIO) -> tuple[Inspection, int]:
    """Inspect the file. Raises BadInput or BadCorrections."""
    try:
        found = inspect(Path(options.file), read_corrections(options))
    except Unreadable as error:
        tell(f"{options.file}: {error}", problems)
        return (
            Inspection(
                platform=None,
                kind=None,
                status="rejected",
                reason="unsupported_file_type",
                warnings=(f"The file cannot be read: {error}.",),
            ),
            BAD,
        )
    return found, REJECTED if found.status == "rejected" else ACCEPTED


def read_corrections(options: Any) -> Corrections:
    """What the options correct. Raises BadInput."""
    columns = {}
    for given in options.column:
        header, sign, meaning = given.rpartition("=")
        if not sign or not header:
            raise BadInput("--column: HEADER=FIELD")
        columns[header] = meaning
    try:
        exported_on = date.fromisoformat(options.exported_on) if options.exported_on else None
    except ValueError as error:
        raise BadInput("--exported-on: YYYY-MM-DD") from error
    return Corrections(
        platform=options.platform,
        date_order=options.date_order,
        time_zone=options.time_zone,
        columns=columns,
        part=options.part,
        exported_on=exported_on,
    )


def tell(message: str, problems: TextIO) -> None:
    """Say in one line what is wrong."""
    problems.write(f"error: {clean(message)}\n")


def clean(text: str) -> str:
    """The text as one line that any terminal can show."""
    line = _CONTROLS.sub(" ", text).encode("utf-8", "backslashreplace").decode("utf-8")
    return " ".join(line.split())


def to_json_text(found: dict[str, Any]) -> str:
    """JSON in which decimals stand with exactly their digits."""
    found = {**found, "warnings": [clean(one) for one in found["warnings"]]}
    return _MARKED.sub(r"\1", json.dumps(found, ensure_ascii=False, default=_mark))


def _mark(value: object) -> str:
    return f"{_MARK}{cast(Decimal, value):f}"


def print_summary(found: Inspection, out: TextIO) -> None:
    """What is in the file, for people."""
    understood = found.understood
    what = f"{found.platform or 'unknown platform'}, {found.kind or 'unknown kind'}"
    status = found.status.replace("_", " ")
    reason = f" ({found.reason})" if found.reason else ""
    lines = [f"{what}: {status}{reason}"]
    if found.status != "rejected":
        lines.append(f"{found.posts:,} rows of {found.entities:,} posts")
        if understood.published:
            first, last = understood.published
            lines.append(f"published from {first} to {last}")
        lines += [
            f"  {metric:<19} {amount:>16,f}"
            if isinstance(amount, Decimal)
            else f"  {metric:<19} {amount:>16,}"
            for metric, amount in found.totals.items()
            if amount is not None
        ]
        for column in understood.columns:
            if column.meaning:
                lines.append(f"  column {column.header!r} is {column.meaning}")
    for name, numbers in (("repeated", found.duplicates), ("skipped", found.skipped)):
        if numbers:
            lines.append(f"{name} lines: {_shorten(list(map(str, numbers)))}")
    if found.rejected:
        told = [f"{one.line} ({one.reason})" for one in found.rejected]
        lines.append(f"rejected lines: {_shorten(told)}")
    lines += [f"note: {warning}" for warning in found.warnings]
    out.write("".join(f"{_CONTROLS.sub(' ', line)}\n" for line in lines))


def _shorten(texts: list[str]) -> str:
    more = len(texts) - _MOST_SHOWN
    return ", ".join(texts[:_MOST_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
