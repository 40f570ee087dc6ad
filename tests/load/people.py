"""Who the load test's people are, and cookies that sign them in.

A session is opened as the sign-in page opens one: a sealed row in web_sessions. Only the token
comes from here, signed with the embedded server's own secret, so that a hundred people need no
hundred password checks before the measurement starts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from services.embedded.stack import Stack
from services.gateway.auth import Auth, Tokens
from services.gateway.http import make_client
from services.gateway.server import Server
from services.sealing import Sealer
from services.sessions import Sessions
from tests.support.server import sign_token

COOKIE = "tandem_session"
# Longer than any measurement: renewing a token is measured by nobody here.
TOKEN_SECONDS = 12 * 3600


@dataclass(frozen=True)
class LoadPerson:
    """Somebody of the load test: a draft of theirs, one that waits, one with a long history."""

    id: str
    email: str
    roles: list[str]
    own_draft: str
    review_draft: str
    busy_draft: str


_FIND = """
select m.profile_id::text as id, c.email, m.roles,
  coalesce((select d.id::text from public.drafts d where d.workspace_id = m.workspace_id
    and d.author_id = m.profile_id and d.state in ('drafting', 'changes_requested')
    order by d.updated_at desc, d.id limit 1), '') as own_draft,
  coalesce((select d.id::text from public.drafts d where d.workspace_id = m.workspace_id
    and d.state = 'in_review' and d.topic = 'general' and d.author_id <> m.profile_id
    order by d.version_count desc, d.submitted_at, d.id limit 1), '') as review_draft,
  md5('tandem-load/busy/' || m.workspace_id)::uuid::text as busy_draft
from public.memberships m
join public.profile_contacts c on c.profile_id = m.profile_id
where c.email = any (%(emails)s)
order by c.email
"""


def find_people(dsn: str, *, role: str = "", many: int) -> list[LoadPerson]:
    """The first people with this role, or a mixture of all roles; fewer where there are fewer."""
    with psycopg.connect(dsn) as connection:
        # Seats come in forties, by role: every second number is half of each kind.
        emails = connection.execute(
            "select c.email from public.profile_contacts c "
            "join public.memberships m on m.profile_id = c.profile_id "
            "where c.email like 'load-%%' and (m.roles = array[%(role)s] or %(role)s = '' "
            "and substr(c.email, 6, 5)::integer / 5 %% 2 = 0) order by c.email limit %(many)s",
            {"role": role, "many": many},
        ).fetchall()
        cursor = connection.cursor(row_factory=class_row(LoadPerson))
        return cursor.execute(_FIND, {"emails": [row[0] for row in emails]}).fetchall()


def sign_in(stack: Stack, people: list[LoadPerson]) -> list[str]:
    """A Cookie header for each of them."""
    with make_client() as http:
        server = Server(url=stack.url, secret_key=stack.secret_key, http=http)
        auth = Auth(url=stack.url, publishable_key=stack.publishable_key, http=http)
        sealer = Sealer(keys=stack.session_keys.split(","))
        sessions = Sessions(server=server, auth=auth, sealer=sealer)
        return [
            f"{COOKIE}={sessions.open(tokens=_tokens(stack, person), method='password')}"
            for person in people
        ]


def _tokens(stack: Stack, person: LoadPerson) -> Tokens:
    return Tokens(
        profile_id=person.id,
        email=person.email,
        name="",
        access=sign_token(stack.jwt_secret, person.id, ttl=TOKEN_SECONDS),
        refresh="not-used",
        expires_at=time.time() + TOKEN_SECONDS,
    )
