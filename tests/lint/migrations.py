"""Applies every migration to a PostgreSQL 17 as hosted Supabase would, and looks at the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import psycopg

from tests.lint.policies import MESSAGE, find_bare_calls
from tests.lint.postgres import SUPERUSER, postgres17

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "supabase" / "migrations"
OWNER = "postgres"

Connection = psycopg.Connection[tuple[object, ...]]

# What the Supabase CLI makes before the first migration, as the same role.
_HISTORY = """
create schema supabase_migrations;
create table supabase_migrations.schema_migrations (
  version text primary key,
  statements text[],
  name text
);
"""

_RIGHTS = """
select format('%s %s: %s to %s', o.kind, o.name, string_agg(acl.privilege_type, ', '),
  case acl.grantee when 0 then 'public' else acl.grantee::regrole::text end)
from (
  select 'table' as kind, c.oid::regclass::text as name, c.relacl as acl
  from pg_catalog.pg_class c join ours on ours.oid = c.relnamespace
  union all
  select 'column', format('%s.%I', c.oid::regclass, a.attname), a.attacl
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join ours on ours.oid = c.relnamespace
  where a.attacl is not null
  union all
  select 'function', p.oid::regprocedure::text, p.proacl
  from pg_catalog.pg_proc p join ours on ours.oid = p.pronamespace
) o
cross join lateral aclexplode(o.acl) acl
where acl.grantee = 0 or acl.grantee::regrole::text in ('anon', 'authenticated', 'service_role')
group by o.kind, o.name, acl.grantee
"""


def check(folder: Path = FOLDER) -> list[str]:
    """All that is wrong with a folder's migrations, one text each; nothing when all is well."""
    with postgres17() as socket:
        with _connect(socket, "template1", SUPERUSER) as admin:
            _run(admin, HERE / "hosted_roles.sql")
        with _hosted(socket, "strict") as strict:
            findings = _apply(strict, folder)
            if findings:
                return findings
            findings = _check_schema(strict)
            rights = _rights(strict)
        with _hosted(socket, "generous", HERE / "hosted_generous.sql") as generous:
            findings += _apply(generous, folder)
            generous.execute(_preamble().encode())
            findings += _compare_rights(rights, _rights(generous))
    return findings


@contextmanager
def _hosted(socket: Path, name: str, *more: Path) -> Iterator[Connection]:
    """A database as a new hosted project has it, and a connection to it as its owner."""
    with _connect(socket, "template1", SUPERUSER) as admin:
        admin.execute(f"create database {name} owner {OWNER} template template0")
    with _connect(socket, name, SUPERUSER) as admin:
        for file in (HERE / "hosted_database.sql", *more):
            _run(admin, file)
    with _connect(socket, name, OWNER) as connection:
        yield connection


@contextmanager
def _connect(socket: Path, database: str, user: str) -> Iterator[Connection]:
    """A connection that commits each call by itself."""
    with psycopg.connect(host=str(socket), dbname=database, user=user, autocommit=True) as made:
        yield made


def _run(connection: Connection, file: Path) -> None:
    """Run a file of SQL in one transaction."""
    connection.execute(file.read_text().encode())


def _apply(connection: Connection, folder: Path) -> list[str]:
    """Apply the migrations in order and stop at the first that fails, as the Supabase CLI does."""
    connection.execute(_HISTORY.encode())
    for file in sorted(folder.glob("*.sql")):
        version, _, name = file.stem.partition("_")
        try:
            _run(connection, file)
        except psycopg.Error as error:
            return [_describe(file, error)]
        connection.execute(
            "insert into supabase_migrations.schema_migrations (version, name) values (%s, %s)",
            (version, name),
        )
    return []


def _describe(file: Path, error: psycopg.Error) -> str:
    """Where a migration failed and why, in one text."""
    line = ""
    if error.diag.statement_position:
        before = file.read_text()[: int(error.diag.statement_position) - 1]
        line = f":{before.count(chr(10)) + 1}"
    parts = (error.diag.message_primary, error.diag.message_detail, error.diag.context)
    told = "; ".join(part for part in parts if part) or str(error)
    return f"{file.name}{line}: {error.sqlstate}: {told}"


def schema_rules() -> dict[str, tuple[str, str]]:
    """The rules of schema.sql: name to what it tells people, and its query."""
    rules: dict[str, tuple[str, str]] = {}
    for part in (HERE / "schema.sql").read_text().split("\n-- rule ")[1:]:
        name, *lines = part.splitlines()
        head = list(takewhile(lambda line: line.startswith("-- "), lines))
        told = " ".join(line.removeprefix("-- ") for line in head)
        rules[name] = (told, "\n".join(lines[len(head) :]))
    return rules


def _preamble() -> str:
    """What the rules stand on: the view `ours`."""
    return (HERE / "schema.sql").read_text().split("\n-- rule ")[0]


def _check_schema(connection: Connection) -> list[str]:
    """Run the rules of schema.sql and the policy check."""
    findings: list[str] = []
    connection.execute(_preamble().encode())
    for name, (told, query) in schema_rules().items():
        rows = connection.execute(query.encode()).fetchall()
        findings += [f"{name}: {row[0]}\n    {told}" for row in rows]
    bare = find_bare_calls(connection)
    return findings + [f"computed-once: {line}\n    {MESSAGE}" for line in bare]


def _rights(connection: Connection) -> set[str]:
    """Who may do what; needs the view `ours`."""
    return {str(row[0]) for row in connection.execute(_RIGHTS.encode())}


def _compare_rights(strict: set[str], generous: set[str]) -> list[str]:
    """Rights that depend on the default privileges a project was created with."""
    return [
        f"default-privileges: {right}\n    Only where new tables are granted to everybody"
        " (the embedded server, older hosted projects): revoke before granting by name."
        for right in sorted(generous - strict)
    ] + [
        f"default-privileges: {right}\n    Missing where new tables are granted to everybody."
        for right in sorted(strict - generous)
    ]
