"""Which policies ask a function once for every row.

A policy is evaluated for each row of a scan. `(select auth.uid())` becomes a value computed once a
query; a bare `auth.uid()` is computed again for every row (measured: 219 ms more over 24,000 rows).
Looked up in the parse tree that PostgreSQL stores, not in the text, so that no way of writing it
slips through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

MESSAGE = (
    "Wrap the call, (select f()), so that it runs once a query, and hand it no column of the row."
)

_TOKEN = re.compile(r"[{}()]|(?:\\.|[^\s{}()\\])+")

_POLICIES = """
select p.polrelid::regclass::text, p.polname, tree::text
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join ours on ours.oid = c.relnamespace
cross join lateral (values (p.polqual), (p.polwithcheck)) t (tree)
where tree is not null
"""

# Ours, Supabase's, and the setting both are made of; other built-in functions cost next to nothing.
_WATCHED = """
select p.oid::int8, p.oid::regproc::text || '()'
from pg_catalog.pg_proc p
where p.pronamespace in (select oid from ours)
   or p.pronamespace = 'auth'::regnamespace
   or p.proname = 'current_setting'
"""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node of a stored parse tree: its kind, and its fields as (name, words and nodes)."""

    kind: str
    fields: tuple[tuple[str, list[object]], ...]

    def field(self, name: str) -> list[object]:
        """The words and nodes of one field."""
        return dict(self.fields)[name]


def find_bare_calls(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """One line for each policy and function that is called for every row. Needs the view `ours`."""
    watched = {int(str(oid)): str(name) for oid, name in connection.execute(_WATCHED)}
    found: set[str] = set()
    for table, name, tree in connection.execute(_POLICIES):
        for oid in _bare(parse(str(tree)), once=False):
            if oid in watched:
                found.add(f'{table}: "{name}" calls {watched[oid]}')
    return sorted(found)


def parse(text: str) -> object:
    """A stored parse tree (pg_node_tree as text) as nested nodes, lists and words."""
    tokens = _TOKEN.findall(text)
    value, _ = _value(tokens, 0)
    return value


def _value(tokens: list[str], at: int) -> tuple[object, int]:
    """The value that begins at a token, and the place after it."""
    if tokens[at] == "{":
        return _node(tokens, at)
    if tokens[at] == "(":
        items: list[object] = []
        at += 1
        while tokens[at] != ")":
            item, at = _value(tokens, at)
            items.append(item)
        return items, at + 1
    return tokens[at], at + 1


def _node(tokens: list[str], at: int) -> tuple[Node, int]:
    """The node whose brace opens at a token, and the place after its closing one."""
    kind, at = tokens[at + 1], at + 2
    fields: list[tuple[str, list[object]]] = []
    while tokens[at] != "}":
        if tokens[at].startswith(":"):
            fields.append((tokens[at], []))
            at += 1
        else:
            # A field may be several words, such as a constant's bytes: all belong to it.
            value, at = _value(tokens, at)
            fields[-1][1].append(value)
    return Node(kind=kind, fields=tuple(fields)), at + 1


def _bare(value: object, *, once: bool) -> Iterator[int]:
    """The functions called below a value that are computed for each row.

    `once` is true inside `(select …)` without a table: PostgreSQL keeps its outcome for the query.
    """
    if isinstance(value, list):
        for item in value:
            yield from _bare(item, once=once)
    elif isinstance(value, Node):
        if value.kind == "QUERY":
            once = value.field(":rtable") == ["<>"] and not _reads_outside(value.fields, depth=0)
        if value.kind == "FUNCEXPR" and not once:
            yield int(str(value.field(":funcid")[0]))
        for _, below in value.fields:
            yield from _bare(below, once=once)


def _reads_outside(value: object, *, depth: int) -> bool:
    """Whether something inside a query reads a column of the row outside it.

    `depth` counts the queries between the two; a column's `varlevelsup` counts them the same way.
    """
    if isinstance(value, (list, tuple)):
        return any(_reads_outside(item, depth=depth) for item in value)
    if not isinstance(value, Node):
        return False
    if value.kind == "VAR":
        return int(str(value.field(":varlevelsup")[0])) > depth
    return _reads_outside(value.fields, depth=depth + (value.kind == "QUERY"))
