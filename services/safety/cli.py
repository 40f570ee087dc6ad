"""The checker for people's own tools: check a file, a pipe or many texts, list the rules.

Exit codes: 0 nothing found, 1 something found, 2 input that cannot be used (one line says why).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TextIO

from services.safety.checker import check
from services.safety.models import BadContext, Context, Finding
from services.safety.printing import print_findings, print_rules
from services.safety.rulebook import load_rules
from services.safety.sources import BadRules

CLEAN, FOUND, BAD = 0, 1, 2
# More than any post; a text beyond this is a file given by mistake.
MOST_CHARACTERS = 5_000_000


class BadInput(Exception):
    """What was given cannot be checked; the message is one line for people."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Raises BadInput."""
        raise BadInput(message)


def build_parser() -> Parser:
    """The commands and their options."""
    parser = Parser(prog="python -m services.safety", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    one = commands.add_parser("check", help="say what the rules find in a text")
    one.add_argument("file", nargs="?", help="a text file, or - for standard input")
    one.add_argument("--batch", action="store_true", help="JSON lines in, JSON lines out")
    one.add_argument("--format", choices=("text", "json"), default="text")
    one.add_argument("--country", action="append", help="of the audience, two letters; repeatable")
    one.add_argument("--context", metavar="FILE.json", help="what else is known of the draft")
    rules = commands.add_parser("rules", help="list the rules with reasons and sources")
    rules.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def main(
    arguments: Sequence[str] | None = None,
    source: TextIO | None = None,
    out: TextIO | None = None,
    problems: TextIO | None = None,
) -> int:
    """Run one command and return its exit code."""
    source, out, problems = source or sys.stdin, out or sys.stdout, problems or sys.stderr
    for stream in (source, out):
        if hasattr(stream, "reconfigure"):
            # Bytes that are no UTF-8 come in as stand-ins and are refused with a message.
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        options = build_parser().parse_args(arguments)
        if options.command == "rules":
            print_rules(load_rules(), out, as_json=options.format == "json")
            return CLEAN
        context = read_context(options.context, options.country)
        if options.batch:
            return check_batch(options.file, context, source, out)
        return check_one(options, context, source, out)
    except (BadInput, BadContext, BadRules) as error:
        print(f"error: {clean_line(str(error))}", file=problems)
        return BAD
    except BrokenPipeError:
        # The reader has seen enough, as with `| head`. Nothing more may be written, at exit either.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return FOUND


def clean_line(message: str) -> str:
    """The message as one line that any terminal can show."""
    line = " ".join(message.split())
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def check_one(options: Any, context: Context, source: TextIO, out: TextIO) -> int:
    """Check one text and print what is found."""
    text = read_text(options.file, source)
    findings = check(text, context)
    if options.format == "json":
        json.dump([one.to_json() for one in findings], out, ensure_ascii=False, indent=2)
        out.write("\n")
    else:
        print_findings(text, findings, out)
    return FOUND if findings else CLEAN


def check_batch(file: str | None, given: Context, source: TextIO, out: TextIO) -> int:
    """Check one text a line; every answer is written before the next line is read."""
    found = CLEAN
    for number, line in enumerate(read_lines(file, source), start=1):
        if not line.strip():
            continue
        name, text, context = read_entry(line, number, given)
        findings = check(text, context)
        write_answer(name, findings, out)
        found = FOUND if findings else found
    return found


def write_answer(name: Any, findings: list[Finding], out: TextIO) -> None:
    """One line of a batch's answer."""
    answer = {"id": name, "findings": [one.to_json() for one in findings]}
    out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    out.flush()


def read_entry(line: str, number: int, given: Context) -> tuple[Any, str, Context]:
    """Id, text and context of one line. Raises BadInput naming the line."""
    try:
        entry = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadInput(f"line {number}: no JSON") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise BadInput(f"line {number}: an object with a field 'text'")
    expect_characters(entry["text"], f"line {number}")
    context = given
    if entry.get("context") is not None:
        try:
            context = Context.read(entry["context"])
        except BadContext as error:
            raise BadInput(f"line {number}: {error}") from error
        if context.audience_countries is None:
            context = replace(context, audience_countries=given.audience_countries)
    return entry.get("id"), entry["text"], context


def read_context(file: str | None, countries: list[str] | None) -> Context:
    """The context of the options; countries named there win. Raises BadInput or BadContext."""
    context = Context()
    if file is not None:
        text = read_file(file)
        try:
            context = Context.read(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise BadInput(f"{file}: no JSON") from error
    if countries:
        context = replace(
            context,
            audience_countries=Context.read({"audience_countries": countries}).audience_countries,
        )
    return context


def read_text(file: str | None, source: TextIO) -> str:
    """The text to check. Raises BadInput."""
    if file is None:
        raise BadInput("name a file, or - for standard input")
    text = source.read(MOST_CHARACTERS + 1) if file == "-" else read_file(file)
    expect_characters(text, "standard input" if file == "-" else file)
    return text


def read_lines(file: str | None, source: TextIO) -> Iterator[str]:
    """The lines of a file or of standard input."""
    if file in (None, "-"):
        yield from source
    else:
        yield from read_file(str(file)).splitlines()


def read_file(file: str) -> str:
    """The text of a file. Raises BadInput."""
    try:
        path = Path(file)
        if path.stat().st_size > 4 * MOST_CHARACTERS:
            raise BadInput(f"{file}: too large")
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such file"
        raise BadInput(f"{file}: {reason}") from error


def expect_characters(text: str, where: str) -> None:
    """Refuse what is no UTF-8 or too long to be a post. Raises BadInput."""
    if len(text) > MOST_CHARACTERS:
        raise BadInput(f"{where}: longer than {MOST_CHARACTERS:,} characters")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput(f"{where}: not UTF-8 text") from error
