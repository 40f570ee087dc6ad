"""Rule files: YAML read with line numbers and held to schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

SCHEMA = Path(__file__).parent / "rules" / "schema.json"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Where = tuple[str | int, ...]


class BadRules(ValueError):
    """A rule file that cannot be used; the message names file, line and field."""


@dataclass(frozen=True, eq=False)
class Source:
    """A rule file, and on which line each of its fields stands."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[Where, int]

    def error(self, where: Where, problem: str) -> BadRules:
        """What is wrong, with file, line and field."""
        known = where
        while known and known not in self.lines:
            known = known[:-1]
        line = self.lines.get(known, 1)
        field = ".".join(map(str, where)) or "the file"
        return BadRules(f"{self.path}:{line}: {field}: {problem}")


@lru_cache(maxsize=1)
def load_validator() -> Draft202012Validator:
    """The schema of rule files."""
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def read_source(path: Path) -> Source:
    """A rule file that fits the schema. Raises BadRules."""
    text = path.read_text(encoding="utf-8")
    try:
        node = yaml.compose(text, Loader=LOADER)
        data = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader, with or without C
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "no YAML"
        raise BadRules(f"{path}:{line}: the file: {problem}") from error
    source = Source(path=path, data=data, lines=dict(list_lines(node)))
    worst = best_match(load_validator().iter_errors(data))
    if worst is not None:
        raise source.error(tuple(worst.absolute_path), worst.message)
    return source


def list_lines(node: yaml.Node | None, where: Where = ()) -> Iterator[tuple[Where, int]]:
    """Every field of the file with its line."""
    if node is None:
        return
    yield where, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from list_lines(value, (*where, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from list_lines(value, (*where, number))
