"""What Home, the lists, the queue and the room read does not grow with the workspace.

Counted in pages of the database that each looks at, which is the same on every machine.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.support.campaigns import begin
from tests.support.people import World, draft_in_state

READERS = {
    "get_home": "select public.get_home(%(home)s)",
    "get_queue, mine": "select public.get_queue(%(home)s)",
    "get_queue, unassigned": "select public.get_queue(%(home)s, 'unassigned')",
    "get_queue, others by day": "select public.get_queue(%(home)s, 'others', 'publish_by')",
    "get_queue, overdue": "select public.get_queue(%(home)s, 'overdue')",
    "list_notifications": "select public.list_notifications(%(home)s)",
    "list_drafts": "select public.list_drafts(%(home)s)",
    "list_drafts, one state": "select public.list_drafts(%(home)s, p_states => '{approved}')",
    "list_drafts, no such state": "select public.list_drafts(%(home)s, p_states => '{on_hold}')",
    "list_drafts, one platform": "select public.list_drafts(%(home)s, p_platform => 'podcast')",
    "list_drafts, one author": "select public.list_drafts(%(home)s, p_author => %(ines)s)",
    "list_drafts, one campaign": "select public.list_drafts(%(home)s, p_campaign => %(campaign)s)",
    "list_campaigns": "select public.list_campaigns(%(home)s)",
    "get_campaign": "select public.get_campaign(%(home)s, %(campaign)s)",
    "get_review": "select public.get_review(%(draft)s)",
    "get_draft": "select public.get_draft(%(draft)s)",
    "get_change_number": "select public.get_change_number(%(draft)s)",
    "get_people": "select public.get_people(%(home)s)",
    "get_review_figures": """select public.get_review_figures(
        %(home)s, current_date - 150, current_date)""",
    "get_me": "select public.get_me()",
}
FEW, MANY = 1_200, 6_000

# Old posts of marco, each with all that a draft has; what is open stays what it was.
_FILL = """
set session_replication_role = replica;
insert into public.drafts (id, workspace_id, author_id, title, state, platform, topic, excerpt,
  version_count, submitted_version, first_submitted_at, submitted_at, approved_version,
  approved_hash, approved_by, approved_at, approved_until, published_at, published_by, updated_at,
  campaign_id)
select md5('d' || n)::uuid, %(home)s, %(marco)s, 'Old ' || n, 'published', 'blog', 'general', 'Old',
  1, 1, now(), now(), 1, repeat('a', 64), %(dana)s, now(), now(), now(), %(marco)s,
  now() - n * interval '1 minute', %(campaign)s
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
insert into public.comments (id, workspace_id, draft_id, version_number, author_id, body,
  created_at)
select md5('c' || d.id || n)::uuid, d.workspace_id, d.id, 1, %(dana)s, 'Old', d.updated_at
from public.drafts d, generate_series(1, 3) n where d.title like 'Old %%' on conflict do nothing;
insert into public.review_requests (id, workspace_id, draft_id, kind, assignee_id, asked_by, reason,
  asked_at, closed_at, outcome)
select md5('r' || d.id)::uuid, d.workspace_id, d.id, 'professional', %(dana)s, %(dana)s, 'taken',
  d.updated_at, d.updated_at, 'decided'
from public.drafts d where d.title like 'Old %%' on conflict do nothing;
insert into public.notifications (id, workspace_id, profile_id, kind, draft_id, created_at, read_at)
select md5('n' || d.id || p.id)::uuid, d.workspace_id, p.id, 'draft_published', d.id,
  d.updated_at - interval '1 year', now()
from public.drafts d, unnest(array[%(marco)s, %(dana)s]::uuid[]) p (id)
where d.title like 'Old %%' on conflict do nothing;
insert into public.post_links (draft_id, workspace_id, platform, url, added_by)
select d.id, d.workspace_id, 'blog', 'https://example.org', %(marco)s
from public.drafts d where d.title like 'Old %%' on conflict do nothing;
insert into public.comment_watches (draft_id, workspace_id, profile_id, until, set_by)
select d.id, d.workspace_id, %(marco)s, d.updated_at, %(marco)s
from public.drafts d where d.title like 'Old %%' on conflict do nothing;
insert into public.review_rounds (workspace_id, draft_id, number, author_id, first_sent_at, sent_at,
  ended_at, outcome, decided_by, answer, approved_at, after_approval, reviewer_time)
select d.workspace_id, d.id, 1, d.author_id, x.at - x.waited, x.at - x.waited, x.at, 'approved',
  %(dana)s, 1, x.at, false, x.waited
from public.drafts d
cross join lateral (select hashtext(d.title) & 65535 as n) h
cross join lateral (select now() - h.n %% 150 * interval '1 day' as at,
  h.n %% 100 * interval '1 hour' + interval '1 minute' as waited) x
where d.title like 'Old %%' on conflict do nothing;
select private.sum_up_reviews(%(home)s);
"""
_FILLED = (
    "review_rounds",
    "author_months",
    "decider_months",
    "wait_months",
    "drafts",
    "draft_versions",
    "decisions",
    "audit_events",
    "comments",
    "review_requests",
    "notifications",
    "post_links",
    "comment_watches",
)


def fill(world: World, first: int, last: int, campaign_id: str) -> None:
    ids = {name: getattr(world, name).id for name in ("marco", "dana")}
    with psycopg.connect(world.stack.dsn, autocommit=True) as connection:
        with psycopg.ClientCursor(connection) as cursor:
            span = {"home": world.home, "from": first, "to": last, "campaign": campaign_id}
            cursor.execute(_FILL.encode(), span | ids)
        for table in _FILLED:
            connection.execute(f"vacuum public.{table}".encode())
        # Of the others too: what the planner knows of them may be of a test before.
        connection.execute("analyze")


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
        campaign = begin(world.sam, world)
        arguments = {"home": world.home, "ines": world.ines.id, "draft": draft.id}
        arguments["campaign"] = campaign.id
        asked = [(who, name) for who in ("ines", "marco", "dana", "sam") for name in READERS]
        found: dict[tuple[str, str], list[int]] = {key: [] for key in asked}
        for first, last in ((1, FEW), (FEW + 1, MANY)):
            fill(world, first, last, campaign.id)
            for who, name in asked:
                found[who, name].append(count_pages(world, who, READERS[name], arguments))
        return {key: (few, many) for key, (few, many) in found.items()}

    def test_does_not_grow(self, costs: dict[tuple[str, str], tuple[int, int]]) -> None:
        grown = {key: pair for key, pair in costs.items() if pair[1] > pair[0] * 1.2 + 20}

        assert grown == {}


# Drafts for professionals only, and a room in which much was said.
_HIDE = """
set session_replication_role = replica;
insert into public.drafts (workspace_id, author_id, title, state, platform, topic,
  version_count, submitted_version, first_submitted_at, submitted_at, professionals_only)
select %(home)s, %(marco)s, 'Hidden', 'in_review', 'blog', 'general', 1, 1, now(), now(), true
from generate_series(1, 300);
insert into public.comments (workspace_id, draft_id, version_number, author_id, body)
select %(home)s, %(draft)s, 1, %(dana)s, 'Said' from generate_series(1, 500);
analyze;
"""
_HELPERS = ("my_hidden_drafts", "my_authored_drafts", "my_workspaces", "my_workspaces_as")


def count_calls(world: World, reader: str, query: str, arguments: dict[str, Any]) -> dict[str, int]:
    """How often the query calls each helper of the policies, as PostgreSQL counts it."""
    with psycopg.connect(world.stack.dsn) as connection:
        connection.execute("set local track_functions = 'all'")
        connection.execute(
            "select set_config('request.jwt.claim.sub', %s, true)", [getattr(world, reader).id]
        )
        connection.execute("set local role authenticated")
        connection.execute(query.encode(), arguments)
        connection.execute("reset role")
        rows = connection.execute(
            "select proname, pg_stat_get_xact_function_calls(oid) from pg_proc"
            " where pronamespace = 'private'::regnamespace and proname = any(%s)",
            [list(_HELPERS)],
        ).fetchall()
    return {str(name): int(calls or 0) for name, calls in rows}


class TestPolicies:
    @pytest.fixture
    def arguments(self, world: World) -> dict[str, Any]:
        draft = draft_in_state(world, "in_review")
        ids = {name: getattr(world, name).id for name in ("ines", "marco", "dana")}
        arguments = {"home": world.home, "draft": draft.id, **ids}
        with (
            psycopg.connect(world.stack.dsn, autocommit=True) as connection,
            psycopg.ClientCursor(connection) as cursor,
        ):
            cursor.execute(_HIDE.encode(), arguments)
        return arguments

    @pytest.mark.parametrize("who", ["ines", "marco", "dana", "sam"])
    @pytest.mark.parametrize("table", ["comments", "drafts"])
    def test_ask_once_a_query_who_somebody_is(
        self, world: World, arguments: dict[str, Any], who: str, table: str
    ) -> None:
        calls = count_calls(world, who, f"select count(*) from public.{table}", arguments)  # noqa: S608

        assert calls["my_workspaces"] == 1
        assert max(calls.values()) == 1

    @pytest.mark.parametrize("who", ["ines", "marco", "dana", "sam"])
    def test_ask_no_oftener_in_a_room_with_500_comments(
        self, world: World, arguments: dict[str, Any], who: str
    ) -> None:
        """At most once for each table that the room reads, in each place where it reads it."""
        calls = count_calls(world, who, READERS["get_review"], arguments)

        assert calls["my_workspaces"] > 0
        assert max(calls.values()) <= 40

    @pytest.mark.parametrize("who", ["marco", "dana"])
    def test_make_no_row_of_the_queue_dear(
        self, world: World, arguments: dict[str, Any], who: str
    ) -> None:
        calls = count_calls(world, who, "select public.get_queue(%(home)s, 'all')", arguments)

        assert calls["my_workspaces"] > 0
        assert max(calls.values()) <= 60
