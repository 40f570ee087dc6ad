"""Lets people do things in the past: the app's own functions, called as them, at a moment given.

The functions know only the present, and a demonstration without a past shows nothing. So each call
is made as the person, in one transaction with all others, and what it has just written gets
another time. Superuser's work, for a database that holds nothing but demonstration or test data:
the record's last links are forged anew.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

_MOVE = Path(__file__).with_name("history.sql")


class History:
    """Calls as people, in the order they happened.

    Args:
        connection: a superuser's, in one transaction from here to `finish`.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._run = connection.execute
        self._run(_MOVE.read_bytes())

    def act(self, at: datetime, person: str, function: str, **arguments: Any) -> Any:
        """Call a public function as `person` (a profile's id) as if it were `at`; its answer.

        Raises:
            psycopg.Error: the function refused.
        """
        self._run(
            "select set_config('request.jwt.claim.sub', %s, true),"
            " set_config('role', 'authenticated', true)",
            [person],
        )
        call = sql.SQL("select public.{}({})").format(
            sql.Identifier(function),
            sql.SQL(", ").join(
                sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder())
                for name in arguments
            ),
        )
        ((answer,),) = self._run(call, list(arguments.values())).fetchall()
        self._run("reset role")
        self._run("select pg_temp.move_to(%s)", [at])
        return answer

    def record(
        self, at: datetime, workspace: str, action: str, *, actor: str | None, about: str | None
    ) -> None:
        """An event that no function of a member's makes."""
        self._run(
            "select private.record_event(%s, %s, %s, null, %s, %s, %s)",
            [workspace, actor, action, about, Jsonb({}), at],
        )

    def finish(self, workspace: str) -> None:
        """What is counted from times is counted again, now that they are right."""
        self._run("select private.rebuild_review_rounds(%s)", [workspace])
