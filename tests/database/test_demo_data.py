"""The demo workspace: made by the app's own functions, and shows everything there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from services.embedded import demo_data
from services.embedded.demo_pictures import PICTURES
from services.embedded.demo_studio import Project
from services.embedded.stack import Stack
from tests.support.server import Cleaner

TEXT = demo_data.DRAFTS.read_text(encoding="utf-8")

# Each finds what a visitor should meet.
SHOWN = {
    "drafts in every state": """select
        count(distinct private.shown_state(state, approved_until)) = 9 from drafts""",
    "several formats": "select count(distinct format) >= 6 from drafts",
    "every part of a post": """select bool_or(content ? 'script')
        and bool_or(content ? 'on_screen_text') and bool_or(content ? 'transcript')
        and bool_or(content ? 'video_link') and bool_or(content ? 'hashtags')
        and bool_or(content ? 'link') and bool_or(content ? 'media') from draft_versions""",
    "a carousel": """select count(*) = 1 from draft_versions
        where jsonb_array_length(content -> 'media') = 3 and content ->> 'format' = 'carousel'""",
    "images in every stage": """select count(distinct d.state) = 5 from drafts d
        join draft_buffers b on b.draft_id = d.id where b.content ? 'media'""",
    "context cards": "select count(*) >= 3 from drafts where context <> '{}'",
    "a draft for professionals only": "select count(*) = 1 from drafts where professionals_only",
    "threads with answers": "select count(*) >= 3 from comments where parent_id is not null",
    "mentions": "select count(*) >= 3 from comments where mentions <> '{}'",
    "resolved threads": "select count(*) >= 2 from comment_threads where resolved_at is not null",
    "notes among professionals": "select count(*) >= 3 from professional_notes",
    "advice of peers, both ways": "select count(distinct kind) = 2 from advice",
    "reviews taken, assigned, asked for, looked at twice, a second opinion": """
        select array['taken', 'assigned', 'asked', 'second_look', 'second_opinion'] <@
          array_agg(reason) from review_requests where closed_at is null""",
    "somebody away": "select count(*) = 1 from memberships where private.is_away(away_until)",
    "a hold": "select count(*) = 1 from holds where resumed_at is null",
    "a blocker that a professional waived, and one that waits": """select array_agg(distinct
          w.id is not null order by w.id is not null) = '{false,true}'
        from safety_findings f
        join drafts d on d.id = f.draft_id and d.submitted_version = f.version_number
        left join safety_waivers w on w.draft_id = d.id where f.severity = 'blocker'""",
    "an edit that waits for its author": """select count(*) = 1 from drafts
        where offered_version is not null""",
    "an edit that was accepted": """select count(*) >= 1 from drafts d join draft_versions v
        on v.draft_id = d.id and v.number = d.approved_version where v.proposed""",
    "an approval withdrawn after publication": """select count(*) = 1 from drafts
        where approval_withdrawn_at is not null and state = 'published'""",
    "addresses on two platforms": """select count(*) >= 2 from (
        select from post_links group by draft_id having count(*) = 2) x""",
    "comments that somebody watches": """select count(*) >= 2 from comment_watches
        where until > now() and ended_at is null""",
    "watches that are over": "select bool_or(ended_at is not null) from comment_watches",
    "a credential to check": "select count(*) = 1 from credentials where checked_at is null",
    "text that was not sent": """select count(*) >= 1 from draft_buffers b join drafts d
        on d.id = b.draft_id join draft_versions v on v.draft_id = d.id
          and v.number = d.submitted_version where v.content_hash <> b.content_hash""",
    "three months of figures": """select count(distinct date_trunc('month', approved_at)) >= 3
        from review_rounds""",
    "help that is checked, soon and no longer checked, and not yet": """
        select array_agg(distinct s.state order by s.state) = '{current,due,overdue,unchecked}'
        from workspaces w cross join lateral (
          select private.check_state(max(k.next_due)) as state from resources r
          left join resource_checks k on k.resource_id = r.id where r.library_id = w.id
          group by r.id) s""",
    "no check of a real service": """select count(*) = 0 from resource_checks
        where library_id = private.shared_library()""",
    "numbers for fiction only": """select bool_and(address ~ '^(01632 960|07700 900|202-555-01)')
        from resource_contacts where method in ('call', 'text')""",
    "campaigns open and closed, with drafts in several states": """select
        count(*) filter (where closed_at is null) = 2 and count(*) = 3
          and bool_and(cardinality(countries) >= 3)
          and (select count(distinct campaign_id) = 3 and count(distinct state) >= 6 from drafts
            where campaign_id is not null)
        from campaigns""",
    "a year of posts on three platforms": """select count(distinct platform) = 3
        and count(*) >= 150 and max(published_on) - min(published_on) >= 350 from posts""",
    "posts whose drafts were found by their addresses": """select count(*) >= 3 from posts
        where draft_id is not null and matched_by = 'address'""",
    "a post that differs from what was approved, and others that do not": """
        select count(distinct s.caption = v.content ->> 'caption') = 2 from posts p
        join post_snapshots s on s.post_id = p.id and s.import_id = p.import_id
        join drafts d on d.id = p.draft_id
        join draft_versions v on v.draft_id = d.id and v.number = d.approved_version""",
    "figures that are fresh and figures that are missing": """
        select bool_or(last > current_date - 14) and bool_or(last < current_date - 14)
        from (select max(captured_on) as last from imports group by account_id) x""",
    "saved filters of both pages": "select count(distinct page) = 2 from saved_views",
}


@pytest.fixture(scope="module")
def seeded(
    stack: Stack, cleaner: Cleaner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The demo workspace, written as on a first start."""
    cleaner.clean()
    project = Project(
        url=stack.url,
        publishable_key=stack.publishable_key,
        secret_key=stack.secret_key,
        jwt_secret=stack.jwt_secret,
    )
    demo_file = tmp_path_factory.mktemp("demo") / "demo.json"
    demo_data.seed(dsn=stack.dsn, project=project, demo_file=demo_file)
    yield stack
    cleaner.clean()


@pytest.fixture
def demo(seeded: Stack) -> Iterator[psycopg.Connection[Any]]:
    """A look at it; what a test changes is undone."""
    with psycopg.connect(seeded.dsn) as connection:
        connection.execute("set local search_path = public")
        yield connection
        connection.rollback()


def find(demo: psycopg.Connection[Any], query: str) -> Any:
    ((value,),) = demo.execute(query.encode()).fetchall()
    return value


@pytest.mark.parametrize("what", SHOWN)
def test_shows(demo: psycopg.Connection[Any], what: str) -> None:
    assert find(demo, SHOWN[what]) is True


@pytest.mark.parametrize("role", ["influencer", "professional", "coordinator"])
def test_has_news_for_each_role_that_can_sign_in(demo: psycopg.Connection[Any], role: str) -> None:
    first = next(title for title, has in demo_data.PEOPLE.values() if has == role)
    unread = demo.execute(
        "select count(*) from notifications n join profiles p on p.id = n.profile_id"
        " where p.display_name = %s and n.read_at is null",
        [first],
    ).fetchall()
    assert 1 <= unread[0][0] <= 12


def test_nothing_happens_after_today(demo: psycopg.Connection[Any]) -> None:
    now = datetime.now(UTC)
    assert find(demo, "select max(at) from audit_events") < now
    assert find(demo, "select max(created_at) from notifications") < now
    assert find(demo, "select max(updated_at) from drafts") < now


def test_the_record_is_whole_and_in_order(demo: psycopg.Connection[Any]) -> None:
    demo.execute(
        "select set_config('request.jwt.claim.sub', profile_id::text, true) from memberships"
        " where 'coordinator' = any (roles)"
    )
    assert find(demo, "select public.verify_audit(id) from workspaces") is None
    assert find(
        demo,
        "select bool_and(at >= before) from ("
        "select at, lag(at, 1, at) over (order by seq) as before from audit_events) x",
    )


def test_clocks_are_right_again(demo: psycopg.Connection[Any]) -> None:
    assert find(demo, "select abs(extract(epoch from now() - transaction_timestamp())) < 1")
    kept = find(demo, "select prosrc = 'now' and prolang = 12 from pg_proc where oid = 1299")
    assert kept is True


def test_images_are_their_authors_and_small(demo: psycopg.Connection[Any]) -> None:
    assert find(
        demo,
        "select count(*) = 8 and bool_and(m.created_by = d.author_id and m.width = 1080)"
        " and max(m.byte_count) < 100000 from media m join drafts d on d.id = m.draft_id",
    )
    assert find(
        demo,
        "select count(*) = 8 from storage.objects o join media m on m.path = o.name",
    )


def test_images_are_described_each_in_words_of_its_own(demo: psycopg.Connection[Any]) -> None:
    described = demo.execute(
        "select distinct m ->> 'alt' from draft_buffers, jsonb_array_elements(content -> 'media') m"
    ).fetchall()
    assert len(described) == 8
    assert all(40 <= len(alt) <= 160 and alt.endswith(".") for (alt,) in described)


def test_every_picture_is_used() -> None:
    used = {
        picture["shows"]
        for draft in tomllib.loads(TEXT)["draft"]
        for picture in draft.get("pictures", [])
    }
    assert used == set(PICTURES)


def test_numbers_are_those_kept_for_fiction() -> None:
    numbers = re.findall(r"\+?\d[\d -]{6,}\d", re.sub(r"https?://\S+", "", TEXT))
    assert numbers
    assert [n for n in numbers if not re.match(r"(\d{3}-555-01\d\d|01632 960\d{3})$", n)] == []


def test_addresses_lead_nowhere() -> None:
    hosts = set(re.findall(r"https://([^/\"\s]+)", TEXT))
    assert hosts
    assert [host for host in hosts if not host.endswith(".example.org")] == []


def test_texts_are_without_emoji() -> None:
    assert [one for one in TEXT if ord(one) > 0x2BFF] == []


def test_every_key_of_the_file_is_read() -> None:
    known = {
        "author", "title", "platform", "topic", "countries", "started", "steps", "texts", "why",
        "reason", "note", "second_note", "edited", "hold_note", "waive_note", "end_note", "advice",
        "by", "publish_by", "writing", "expired", "ends_hours_ago", "comments", "threads", "notes",
        "links", "watch", "parts", "context", "professionals_only", "ask_note", "assign_note",
        "opinion_note", "pictures", "campaign", "help",
    }  # fmt: skip
    used = {key for draft in tomllib.loads(TEXT)["draft"] for key in draft}
    assert used - known == set()
