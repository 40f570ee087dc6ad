"""Lets people do things in the past: the app's own functions, called as them, at a moment given.

The functions know only the present, which they ask of `now()`, and a demonstration without a past
shows nothing. So within a transaction, seen by nobody else, `now()` answers what it is told; all
that is written, checked and counted then is as it would have been. It is a superuser's trick for a
database that holds nothing but demonstration or test data, and it ends with the transaction:
whether that succeeds, is undone, or the process dies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

_TOLD = (
    "create or replace function pg_catalog.now() returns timestamptz"
    " language sql stable parallel safe strict"
    " as $$ select current_setting('tandem.now')::timestamptz $$"
)
# Word for word as PostgreSQL makes it.
_REAL = (
    "create or replace function pg_catalog.now() returns timestamptz"
    " language internal stable parallel safe strict as 'now'"
)


class History:
    """Calls as people, in the order they happened. Made by `open_history`."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._run = connection.execute

    def begin(self, at: datetime) -> None:
        """From here on it is this moment, until somebody does something at another."""
        self._run("select set_config('tandem.now', %s, true)", [at.isoformat()])
        self._run(_TOLD)

    def end(self) -> None:
        """It is now again."""
        self._run(_REAL)

    @contextmanager
    def shared(self, at: datetime) -> Iterator[None]:
        """Commit what was done, so that others see it meanwhile; then the past goes on at `at`."""
        self.end()
        self._connection.commit()
        yield
        self.begin(at)

    def act(self, at: datetime, person: str, function: str, **arguments: Any) -> Any:
        """Call a public function as `person` (a profile's id) at that moment; its answer.

        Raises:
            psycopg.Error: the function refused.
        """
        return self._call(at, person, "authenticated", function, arguments)

    def serve(self, at: datetime, function: str, **arguments: Any) -> Any:
        """The same of one of the server's own functions, as the server."""
        return self._call(at, "", "service_role", function, arguments)

    def _call(
        self, at: datetime, person: str, role: str, function: str, arguments: dict[str, Any]
    ) -> Any:
        self._run(
            "select set_config('tandem.now', %s, true),"
            " set_config('request.jwt.claim.sub', %s, true), set_config('role', %s, true)",
            [at.isoformat(), person, role],
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
        return answer

    def record(
        self, at: datetime, workspace: str, action: str, *, actor: str | None, about: str | None
    ) -> None:
        """An event that no function of a member's makes."""
        self._run(
            "select private.record_event(%s, %s, %s, null, %s, %s, %s)",
            [workspace, actor, action, about, Jsonb({}), at],
        )


@dataclass(frozen=True, slots=True)
class PastDesk:
    """Lets the checker read and record at a moment of a history; see `services.safety_record`."""

    history: History
    at: datetime

    def get_check(self, *, draft_id: str, version: int | None) -> dict[str, Any] | None:
        """What there is to read."""
        found = self.history.serve(self.at, "server_get_check", p_draft=draft_id, p_version=version)
        return found if isinstance(found, dict) else None

    def record_findings(
        self,
        *,
        draft_id: str,
        version: int,
        review_hash: str,
        rule_set_hash: str,
        configuration_hash: str,
        findings: Sequence[Mapping[str, object]],
        blockers: int,
        topics: Sequence[str],
    ) -> bool:
        """Keep what was found."""
        return bool(
            self.history.serve(
                self.at,
                "server_record_findings",
                p_draft=draft_id,
                p_version=version,
                p_review_hash=review_hash,
                p_rule_set_hash=rule_set_hash,
                p_configuration_hash=configuration_hash,
                p_findings=json.dumps(list(findings)),
                p_blockers=blockers,
                p_topics=list(topics),
            )
        )


@contextmanager
def open_history(connection: psycopg.Connection[Any], start: datetime) -> Iterator[History]:
    """A past that begins at `start`, in the connection's transaction.

    Args:
        connection: a superuser's, inside a transaction.
    """
    history = History(connection)
    history.begin(start)
    yield history
    # After an error the transaction is over, and the trick with it.
    history.end()
