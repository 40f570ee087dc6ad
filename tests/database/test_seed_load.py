"""The load test's data is what the app itself would have written, only more of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql as psql

from services.embedded.stack import Stack
from tests.load import seed

AS_OF = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TINY = seed.Plan(scale=0.01, as_of=AS_OF)

Database = psycopg.Connection[tuple[Any, ...]]

# Each finds rows that should not be there.
CONTRADICTIONS = {
    "a version's hash is that of its content": """
        select draft_id, number from draft_versions
        where content_hash <> private.content_hash(content)
          or content <> private.normalise_content(content::text)""",
    "a buffer's hash is that of its content": """
        select draft_id from draft_buffers
        where content_hash <> private.content_hash(content)
          or content <> private.normalise_content(content::text)""",
    "a draft counts its versions": """
        select id from drafts d where version_count is distinct from (
          select max(number) from draft_versions v where v.draft_id = d.id)""",
    "a draft names its last submitted version": """
        select id from drafts d where submitted_version is distinct from (
            select max(number) from draft_versions v where v.draft_id = d.id and v.submitted)
          or submitted_at is distinct from (
            select max(created_at) from draft_versions v where v.draft_id = d.id and v.submitted)
          or first_submitted_at is distinct from (
            select min(created_at) from draft_versions v
            where v.draft_id = d.id and v.submitted)""",
    "an approval is a decision's": """
        select d.id from drafts d where d.state in ('approved', 'published') and not exists (
          select from decisions x where x.draft_id = d.id and x.kind = 'approved'
            and x.version_number = d.approved_version and x.content_hash = d.approved_hash
            and x.decided_by = d.approved_by and x.decided_at = d.approved_at
            and x.valid_until = d.approved_until)""",
    "what is in review was read, and an approval rests on that": """
        select d.id from drafts d join draft_versions v
          on v.draft_id = d.id and v.number = d.submitted_version
        where d.state in ('in_review', 'on_hold', 'approved', 'published')
          and ((private.current_check(d, v)).id is null
            or (d.approved_version is not null) <> exists (select from approval_checks a
              where a.draft_id = d.id and a.version_number = d.approved_version
                and a.review_hash = private.review_hash(d, v)))""",
    "a draft in review waits for a decision, a decided one does not": """
        select d.id from drafts d left join decisions x
          on x.draft_id = d.id and x.version_number = d.submitted_version
        where (d.state = 'in_review' and x.id is not null)
          or (d.state in ('changes_requested', 'declined') and x.kind is distinct from d.state)""",
    "a decision is of the version's text": """
        select x.id from decisions x join draft_versions v
          on v.draft_id = x.draft_id and v.number = x.version_number
        where x.content_hash <> v.content_hash or not v.submitted
          or x.decided_at <= v.created_at""",
    "nobody decides on their own, or outside their scope": """
        select x.id from decisions x join draft_versions v
            on v.draft_id = x.draft_id and v.number = x.version_number
          join credentials c on c.id = x.credential_id
        where x.decided_by = v.created_by or c.profile_id <> x.decided_by
          or c.checked_at is null or not v.content ->> 'topic' = any (c.scope)
          or x.credential <> private.credential_snapshot(c)""",
    "a comment is on a submitted version that was there": """
        select c.id from comments c join draft_versions v
          on v.draft_id = c.draft_id and v.number = c.version_number
        where not v.submitted or c.created_at <= v.created_at""",
    "an answer is in a thread of its version, and comes after it": """
        select c.id from comments c join comments t on t.id = c.parent_id
        where t.parent_id is not null or t.draft_id <> c.draft_id
          or t.version_number <> c.version_number or t.created_at > c.created_at""",
    "a thread was settled after its last answer": """
        select t.comment_id from comment_threads t join comments c
          on c.id = t.comment_id or c.parent_id = t.comment_id
        where t.resolved_at <= c.created_at""",
    "whoever decided had been asked, whoever was asked may decide": """
        select x.id from decisions x where not exists (
          select from review_requests r where r.draft_id = x.draft_id
            and r.assignee_id = x.decided_by and r.closed_at = x.decided_at)
        union all select r.id from review_requests r join drafts d on d.id = r.draft_id
        where r.assignee_id = d.author_id or r.closed_at is null and d.state <> 'in_review'""",
    "news is for members, and the unread is new": """
        select n.id from notifications n where n.actor_id = n.profile_id
          or n.read_at is null and n.kind <> 'review_wanted'
            and n.created_at < %(as_of)s - interval '3 days'""",
    "rounds are as many as answers": """
        select d.id from drafts d where (
          select count(*) from review_rounds r where r.draft_id = d.id and r.answer is not null
        ) <> (select count(*) from decisions x where x.draft_id = d.id)""",
    "sums by month are those of the rounds": """
        select m.month from (select month, sum(first_answers) as n from author_months group by 1) m
        full join (select private.month_of(ended_at) as month, count(*) as n
          from review_rounds where answer = 1 group by 1) r using (month)
        where coalesce(m.n, 0) <> coalesce(r.n, 0)""",
    "the change number counts what readers may want to see": """
        select d.id from drafts d where change_number <> 1 + (
          select count(*) from audit_events e where e.draft_id = d.id
            and e.action not in ('draft_created', 'version_saved'))
          + (select count(*) from review_requests r
            where r.draft_id = d.id and r.reason = 'second_look')""",
    "every event of a draft is there once": """
        select d.id from drafts d where (
            select count(*) from audit_events e where e.draft_id = d.id
          ) <> 1 + version_count + (d.state in ('published', 'withdrawn'))::integer
            + (select count(*) from comments c where c.draft_id = d.id)
            + (select count(*) from decisions x where x.draft_id = d.id)
            + (select count(*) from comment_threads t where t.draft_id = d.id)
            + (select count(*) from review_requests r
              where r.draft_id = d.id and r.reason = 'taken')
            + (select count(*) from audit_events e
              where e.draft_id = d.id and e.action = 'approval_voided')""",
    "nothing happens before its time or after today": """
        select draft_id from audit_events where at > %(as_of)s
        union all select id from drafts where updated_at > %(as_of)s or updated_at < created_at""",
}


@pytest.fixture
def filled(clean_stack: Stack) -> Iterator[Database]:
    """The shared server with a tiny year in it."""
    seed.fill(clean_stack.dsn, TINY)
    with psycopg.connect(clean_stack.dsn, autocommit=True) as connection:
        connection.execute("set search_path = public")
        yield connection


def test_counts_are_those_of_a_year(clean_stack: Stack) -> None:
    rows = seed.fill(clean_stack.dsn, TINY)
    assert (rows["workspaces"], rows["profiles"]) == (5, 200)
    assert rows["draft_versions"] == 3 * rows["drafts"]
    assert rows["comments"] == 6 * rows["drafts"]
    year = seed.Plan(scale=1, as_of=AS_OF)
    assert (5 * year.drafts, year.open_drafts, year.blocks) == (20_000, 200, 1)
    decade = seed.Plan(scale=10, as_of=AS_OF)
    assert (5 * decade.drafts, decade.open_drafts, decade.blocks) == (200_000, 2_000, 10)


@pytest.mark.parametrize("rule", CONTRADICTIONS)
def test_rows_agree_with_each_other(filled: Database, rule: str) -> None:
    assert filled.execute(CONTRADICTIONS[rule], {"as_of": AS_OF}).fetchall() == []


def test_foreign_keys_hold_though_they_were_off(filled: Database) -> None:
    found = filled.execute(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
        "where contype = 'f' and connamespace = 'public'::regnamespace"
    ).fetchall()
    assert found
    with filled.transaction(force_rollback=True):
        for table, name, definition in found:
            filled.execute(
                psql.SQL(
                    "alter table {0} drop constraint {1}; alter table {0} add constraint {1} "
                ).format(psql.Identifier(table), psql.Identifier(name))
                + psql.SQL(definition)
            )


def test_indexes_come_back_as_they_were(clean_stack: Stack, sql: Database) -> None:
    listed = "select indexdef from pg_indexes where schemaname = 'public' order by 1"
    before = sql.execute(listed).fetchall()
    seed.fill(clean_stack.dsn, TINY)
    assert sql.execute(listed).fetchall() == before


def test_audit_chains_are_whole(
    filled: Database, token: Callable[..., str], rest: Callable[..., httpx.Client]
) -> None:
    coordinators = filled.execute(
        "select distinct on (workspace_id) workspace_id::text, profile_id::text from memberships "
        "where 'coordinator' = any (roles) order by 1, 2"
    ).fetchall()
    assert len(coordinators) == 5
    for workspace, person in coordinators:
        answer = rest(token(person)).post("/rpc/verify_audit", json={"p_workspace": workspace})
        assert (answer.status_code, answer.json()) == (200, None)


def test_every_state_and_role_is_there(filled: Database) -> None:
    states = filled.execute("select distinct state from drafts").fetchall()
    assert {row[0] for row in states} >= {
        "drafting",
        "in_review",
        "changes_requested",
        "approved",
        "published",
        "declined",
        "withdrawn",
    }
    roles = filled.execute("select distinct roles from memberships").fetchall()
    assert {tuple(row[0]) for row in roles} == {
        ("influencer",),
        ("professional",),
        ("coordinator",),
        ("influencer", "professional"),
    }


def test_a_second_run_writes_the_same_and_leaves_others_alone(
    filled: Database, clean_stack: Stack
) -> None:
    filled.execute("insert into workspaces (name) values ('Somebody else''s')")
    before = _fingerprints(filled)
    assert seed.find_strangers(clean_stack.dsn) == ["Somebody else's"]
    seed.fill(clean_stack.dsn, TINY)
    assert _fingerprints(filled) == before


def test_a_hosted_project_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUPABASE_URL", "https://example.supabase.co")
    assert seed.main(["--yes"]) == 2
    assert "embedded database only" in capsys.readouterr().out


def test_other_data_is_asked_about_first(
    filled: Database,
    clean_stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TANDEM_DATA_DIR", str(clean_stack.places.data))
    monkeypatch.delenv("SUPABASE_URL", raising=False)
    filled.execute("insert into workspaces (name) values ('Agency North')")
    assert seed.main(["--scale", "0.01"]) == 1
    said = capsys.readouterr().out
    assert "Agency North" in said
    assert "Nothing was written" in said
    assert seed.main(["--scale", "0.01", "--yes"]) == 0


def _fingerprints(database: Database) -> dict[str, Any]:
    """A hash of every table's rows."""
    tables = (
        "workspaces",
        "profiles",
        "memberships",
        "credentials",
        "drafts",
        "draft_versions",
        "draft_buffers",
        "comments",
        "decisions",
        "audit_events",
        "comment_threads",
        "professional_notes",
        "review_requests",
        "notifications",
        "draft_looks",
        "review_rounds",
        "author_months",
        "decider_months",
        "wait_months",
        "audit_heads",
    )
    found = {}
    for table in tables:
        row = database.execute(
            psql.SQL("select count(*), sum(hashtextextended(t::text, 0)) from {} t").format(
                psql.Identifier(table)
            )
        ).fetchone()
        found[table] = row
    return found
