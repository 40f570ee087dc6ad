"""The database's functions called as a person, past the Data API: for what a test begins with.

The same functions run as the same role with the same claims, so the same rules hold; only the way
there is left out, which takes three times as long as the work. What a test is about goes through
`Person.gateway()`, as everything does in the app.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import psycopg
from postgrest.exceptions import APIError
from psycopg import sql

from services.embedded.stack import Stack
from services.gateway.client import Gateway, clean, translate
from services.gateway.server import Server
from tests.support.server import superuser


class DirectGateway(Gateway):
    """A person's calls."""

    def __init__(self, stack: Stack, profile_id: str) -> None:
        self._dsn = stack.dsn
        self._claims = {"sub": profile_id, "role": "authenticated", "aud": "authenticated"}

    def _call(self, function: str, params: Mapping[str, Any] | None) -> Any:
        try:
            return call(self._dsn, self._claims, function, clean(params or {}))
        except psycopg.Error as error:
            raise translate(_as_answer(error)) from None


class DirectServer(Server):
    """The server's own calls."""

    def __init__(self, stack: Stack) -> None:
        self._dsn = stack.dsn

    def _write(self, name: str, **params: Any) -> Any:
        try:
            return call(self._dsn, {"role": "service_role"}, name, params)
        except psycopg.Error as error:
            raise translate(_as_answer(error)) from None


def call(dsn: str, claims: Mapping[str, str], function: str, params: Mapping[str, Any]) -> Any:
    """What the Data API would answer. Raises psycopg.Error."""
    types = _argument_types(dsn, function)
    given = sql.SQL(", ").join(
        sql.SQL("{} => {}::{}").format(
            sql.Identifier(name), sql.Literal(_adapt(value, types[name])), sql.SQL(types[name])
        )
        for name, value in params.items()
    )
    # In one go, and so in one transaction, after which the settings are gone.
    statement = sql.SQL(
        "set local request.jwt.claims = {}; set local request.jwt.claim.sub = {};"
        " set local role {}; select to_jsonb(r) from public.{}({}) r"
    ).format(
        sql.Literal(json.dumps(claims)),
        sql.Literal(claims.get("sub", "")),
        sql.Identifier(claims["role"]),
        sql.Identifier(function),
        given,
    )
    cursor = superuser(dsn).run(statement.as_string())
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    # What returns nothing comes as an empty text.
    return None if row is None or row[0] == "" else row[0]


def _adapt(value: Any, kind: str) -> Any:
    return json.dumps(value) if kind == "jsonb" and value is not None else value


@cache
def _argument_types(dsn: str, function: str) -> Mapping[str, str]:
    """The type of each argument by its name."""
    rows = (
        superuser(dsn)
        .run(
            "select a.name, format_type(a.type, null) from pg_proc p"
            " cross join lateral unnest(p.proargnames, p.proargtypes::oid[]) a (name, type)"
            " where p.pronamespace = 'public'::regnamespace and p.proname = %s"
            " and not p.proretset",
            [function],
        )
        .fetchall()
    )
    return dict(rows)


def _as_answer(error: psycopg.Error) -> APIError:
    """The error as the Data API tells it."""
    told = error.diag
    return APIError(
        {
            "code": error.sqlstate,
            "message": told.message_primary,
            "details": told.message_detail,
            "hint": told.message_hint,
        }
    )
