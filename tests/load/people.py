"""Who the load test's people are, and cookies that sign them in."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from services.embedded.stack import Stack
from tests.support.cookies import COOKIE, open_sessions


@dataclass(frozen=True)
class LoadPerson:
    """Somebody of the load test: a draft of theirs, one that waits, one with a long history, a
    campaign of their workspace.
    """

    id: str
    email: str
    roles: list[str]
    own_draft: str
    review_draft: str
    busy_draft: str
    campaign: str


_FIND = """
select m.profile_id::text as id, c.email, m.roles,
  coalesce((select d.id::text from public.drafts d where d.workspace_id = m.workspace_id
    and d.author_id = m.profile_id and d.state in ('drafting', 'changes_requested')
    order by d.updated_at desc, d.id limit 1), '') as own_draft,
  coalesce((select d.id::text from public.drafts d where d.workspace_id = m.workspace_id
    and d.state = 'in_review' and d.topic = 'general' and d.author_id <> m.profile_id
    order by d.version_count desc, d.submitted_at, d.id limit 1), '') as review_draft,
  md5('tandem-load/busy/' || m.workspace_id)::uuid::text as busy_draft,
  coalesce((select c.id::text from public.campaigns c where c.workspace_id = m.workspace_id
    and c.closed_at is null order by c.name, c.id limit 1), '') as campaign
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
    cookies = open_sessions(stack, [(person.id, person.email) for person in people])
    return [f"{COOKIE}={cookie}" for cookie in cookies]
