"""What Home, the lists and the room read does not grow with the workspace.

Counted in pages of the database that each looks at, which is the same on every machine.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.support.people import World, draft_in_state

READERS = {
    "get_home": "select public.get_home(%(home)s)",
    "list_drafts": "select public.list_drafts(%(home)s)",
    "list_drafts, one state": "select public.list_drafts(%(home)s, p_states => '{approved}')",
    "list_drafts, no such state": "select public.list_drafts(%(home)s, p_states => '{on_hold}')",
    "list_drafts, one platform": "select public.list_drafts(%(home)s, p_platform => 'podcast')",
    "list_drafts, one author": "select public.list_drafts(%(home)s, p_author => %(ines)s)",
    "get_review": "select public.get_review(%(draft)s)",
    "get_draft": "select public.get_draft(%(draft)s)",
    "get_change_number": "select public.get_change_number(%(draft)s)",
    "get_people": "select public.get_people(%(home)s)",
    "get_me": "select public.get_me()",
}
FEW, MANY = 1_200, 6_000

# Old drafts of marco, long published; what is open stays what it was.
_FILL = """
set session_replication_role = replica;
insert into public.drafts (id, workspace_id, author_id, title, state, platform, topic, excerpt,
  version_count, submitted_version, first_submitted_at, submitted_at, approved_version,
  approved_hash, approved_by, approved_at, approved_until, published_at, published_by, updated_at)
select md5('d' || n)::uuid, %(home)s, %(marco)s, 'Old ' || n, 'published', 'blog', 'general', 'Old',
  1, 1, now(), now(), 1, repeat('a', 64), %(dana)s, now(), now(), now(), %(marco)s,
  now() - n * interval '1 minute'
from generate_series(%(from)s::int, %(to)s::int) n;
insert into public.draft_versions (workspace_id, draft_id, number, content, content_hash,
  submitted, created_by)
select d.workspace_id, d.id, 1, '{"caption": "Old"}', d.approved_hash, true, d.author_id
from public.drafts d where d.title like 'Old %%' on conflict do nothing;
insert into public.decisions (workspace_id, draft_id, version_number, content_hash, kind,
  decided_by, credential_id, credential, statement_version, statement, valid_until)
select d.workspace_id, d.id, 1, d.approved_hash, 'approved', %(dana)s, c.id, '{}', 1, '', now()
from public.drafts d, public.credentials c
where d.title like 'Old %%' and c.profile_id = %(dana)s on conflict do nothing;
insert into public.audit_events (workspace_id, seq, at, actor_id, action, draft_id,
  previous_hash, hash)
select d.workspace_id, 1000000 + row_number() over (order by d.id), now(), %(dana)s,
  'draft_published', d.id, '', ''
from public.drafts d where d.title like 'Old %%' on conflict do nothing;
"""


def fill(world: World, first: int, last: int) -> None:
    ids = {name: getattr(world, name).id for name in ("marco", "dana")}
    with psycopg.connect(world.stack.dsn, autocommit=True) as connection:
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(_FILL.encode(), {"home": world.home, "from": first, "to": last, **ids})
        for table in ("drafts", "draft_versions", "decisions", "audit_events"):
            connection.execute(f"vacuum analyze public.{table}".encode())


def count_pages(world: World, reader: str, query: str, arguments: dict[str, Any]) -> int:
    """Pages that the query looks at as this person, once everything is in memory."""
    with psycopg.connect(world.stack.dsn) as connection:
        connection.execute(
            "select set_config('request.jwt.claim.sub', %s, true)", [getattr(world, reader).id]
        )
        connection.execute("set local role authenticated")
        pages = 0
        for _ in range(3):
            ((plan,),) = connection.execute(
                f"explain (analyze, buffers, format json) {query}".encode(), arguments
            ).fetchall()
            node = plan[0]["Plan"]
            pages = node["Shared Hit Blocks"] + node["Shared Read Blocks"]
    return pages


class TestCost:
    @pytest.fixture
    def costs(self, world: World) -> dict[tuple[str, str], tuple[int, int]]:
        draft = draft_in_state(world, "approved")
        for state in ("drafting", "in_review", "changes_requested"):
            draft_in_state(world, state)
        arguments = {"home": world.home, "ines": world.ines.id, "draft": draft.id}
        asked = [(who, name) for who in ("ines", "dana", "sam") for name in READERS]
        found: dict[tuple[str, str], list[int]] = {key: [] for key in asked}
        for first, last in ((1, FEW), (FEW + 1, MANY)):
            fill(world, first, last)
            for who, name in asked:
                found[who, name].append(count_pages(world, who, READERS[name], arguments))
        return {key: (few, many) for key, (few, many) in found.items()}

    def test_does_not_grow(self, costs: dict[tuple[str, str], tuple[int, int]]) -> None:
        grown = {key: pair for key, pair in costs.items() if pair[1] > pair[0] * 1.2 + 20}

        assert grown == {}
