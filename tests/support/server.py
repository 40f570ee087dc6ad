"""Talking to the embedded server in tests: tokens, a Data API client, a clean database."""

import base64
import hashlib
import hmac
import json
import re
import select
import shutil
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import httpx
import psycopg
from psycopg import sql

from services.embedded.stack import Stack

SCHEMAS = ["public", "private", "auth", "storage"]

# Never used, as these servers speak plain HTTP; but a client of its own would read all certificate
# authorities, which takes longer than many a test.
NO_TLS = ssl.create_default_context()


def sign_token(
    jwt_secret: str,
    profile_id: UUID | str,
    *,
    ttl: int = 300,
    role: str = "authenticated",
    **claims: object,
) -> str:
    """An access token as Auth would give it to this person; `ttl` in seconds, negative: expired."""
    now = int(time.time())
    body = {"sub": str(profile_id), "role": role, "aud": "authenticated"}
    payload = {**body, "iat": now, "exp": now + ttl, **claims}
    head = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = f"{head}.{_base64url(json.dumps(payload).encode())}"
    signature = hmac.new(jwt_secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{_base64url(signature)}"


def rest_client(stack: Stack, token: str | None = None, *, key: str | None = None) -> httpx.Client:
    """A client of the Data API: `.post("/rpc/name", json={...})`, `.get("/drafts?select=id")`.

    Args:
        stack: the running server.
        token: whose access token to send; None is a caller without an account.
        key: the API key; the publishable one unless given.
    """
    headers = {"apikey": key or stack.publishable_key}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(
        base_url=f"{stack.url}/rest/v1", headers=headers, timeout=30, trust_env=False, verify=NO_TLS
    )


_LASTING = re.compile(r"(?:^|;)\s*set\s+(?!local\b)|set_config\([^)]*\bfalse\)", re.IGNORECASE)


class Superuser:
    """A superuser's connection that commits each statement and is kept for the whole run.

    Connecting takes longer than most of what tests ask. Threads of a test have connections of their
    own, for each call: they are there to meet in the database.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def run(self, statement: str, values: Any = None) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run a statement; several in one transaction where there are no values.

        Raises ValueError for a setting that would last.
        """
        if _LASTING.search(statement):
            message = f"The connection is kept: set local, not {statement!r}"
            raise ValueError(message)
        if threading.current_thread() is not threading.main_thread():
            with psycopg.connect(self._dsn, autocommit=True) as connection:
                return connection.execute(statement.encode(), values)
        return self._connect().execute(statement.encode(), values)

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """The connection for statements that are committed together."""
        connection = self._connect()
        with connection.transaction():
            yield connection

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The connection; a new one after a test that stopped the server."""
        if self._connection is not None and not _is_alive(self._connection):
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = psycopg.connect(self._dsn, autocommit=True)
        return self._connection


def _is_alive(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    """Whether the server holds the other end; without asking it, as that takes time."""
    if connection.closed:
        return False
    # The server says nothing by itself but farewell.
    readable, _, _ = select.select([connection.fileno()], [], [], 0)
    return not readable


@cache
def superuser(dsn: str) -> Superuser:
    """The one connection of this process to that database."""
    return Superuser(dsn)


class Cleaner:
    """Brings the database back to how it was when this was made, in a few milliseconds.

    Triggers and foreign keys are off while it deletes, so append-only tables are emptied too. Rows
    that are there when it is made (the migrations', or a test's own world) are kept aside in the
    schema `aside`, and put back.
    """

    def __init__(self, stack: Stack, *, aside: str = "test_baseline") -> None:
        self._stack = stack
        self._aside = aside
        with psycopg.connect(stack.dsn, autocommit=True) as connection:
            name = sql.Identifier(aside)
            connection.execute(sql.SQL("drop schema if exists {} cascade").format(name))
            connection.execute(sql.SQL("create schema {}").format(name))
            tables = connection.execute(
                "select schemaname, tablename from pg_tables where schemaname = any(%s)", [SCHEMAS]
            ).fetchall()
            parts: list[sql.Composable] = [sql.SQL("set local session_replication_role = replica")]
            for schema, name in tables:
                parts += self._part(connection, sql.Identifier(schema, name), f"{schema}_{name}")
            self._script = sql.SQL("; ").join(parts).as_string()

    def clean(self) -> None:
        """Delete what tests wrote, uploaded files included."""
        superuser(self._stack.dsn).run(self._script)
        shutil.rmtree(self._stack.places.media, ignore_errors=True)

    def _part(
        self, connection: psycopg.Connection, table: sql.Identifier, copy_name: str
    ) -> list[sql.Composable]:
        copy = sql.Identifier(self._aside, copy_name)
        parts: list[sql.Composable] = [sql.SQL("delete from {}").format(table)]
        found = connection.execute(
            sql.SQL("select exists (select from {})").format(table)
        ).fetchone()
        if found is not None and found[0]:
            connection.execute(sql.SQL("create table {} as table {}").format(copy, table))
            # Generated columns fill themselves.
            columns = connection.execute(
                "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0"
                " and not attisdropped and attgenerated = '' order by attnum",
                [table.as_string()],
            ).fetchall()
            parts.append(
                sql.SQL(
                    "insert into {} ({columns}) overriding system value select {columns} from {}"
                ).format(
                    table,
                    copy,
                    columns=sql.SQL(", ").join(sql.Identifier(column) for (column,) in columns),
                )
            )
        return parts


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
