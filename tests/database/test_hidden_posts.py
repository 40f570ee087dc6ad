"""A post for professionals only that has to come down: what a coordinator learns, and no more.

The rule in words: docs/hidden-drafts.md.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import psycopg
import pytest

from tests.database.test_hidden_drafts import CANARY, TABLES
from tests.support.acts import (
    act,
    actions_of,
    assert_record_whole,
    deny,
    get_rows,
    hide,
    row_of,
    set_roles,
    set_suspended,
    told,
)
from tests.support.matrix import talk
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    make_content,
    publish,
)
from tests.support.together import refusals, run_together

ADDRESS = "https://example.org/p/1"


@pytest.fixture
def out(world: World) -> MadeDraft:
    """Hidden, talked about, published on instagram."""
    content = make_content(f"{CANARY} caption")
    draft = draft_in_state(world, "in_review", title=f"{CANARY} title", content=content)
    talk(world, draft)
    draft = publish(world, decide(world, hide(draft), "approved"))
    act(world.ines, "set_post_links", draft, links=json.dumps({"instagram": ADDRESS}))
    return draft


def end_approval(world: World, draft: MadeDraft) -> None:
    act(
        world.dana,
        "withdraw_approval",
        draft,
        content_hash=draft.content_hash,
        reason_code="safety",
        note=f"{CANARY} note",
    )


@pytest.fixture
def alarmed(world: World, out: MadeDraft) -> MadeDraft:
    """The same, after Dana withdrew the approval."""
    end_approval(world, out)
    return out


def list_posts(world: World, person: Person) -> list[Any]:
    home = person.gateway().read("get_home", {"p_workspace": world.home})
    posts: list[Any] = home["hidden_alarms"]
    return posts


def list_news(world: World, person: Person) -> Any:
    return person.gateway().read("list_notifications", {"p_workspace": world.home})


class TestACoordinator:
    def test_learns_whose_post_it_is_and_where(self, world: World, alarmed: MadeDraft) -> None:
        (post,) = list_posts(world, world.sam)

        row = row_of(world, alarmed)
        assert {key: post[key] for key in post if not key.endswith("_at")} == {
            "draft_id": alarmed.id,
            "author_id": world.ines.id,
            "author_name": "Ines",
            "platform": "instagram",
            "withdrawn_by_name": "Dana",
            "links": {"instagram": ADDRESS},
        }
        assert post["withdrawn_at"] == row["approval_withdrawn_at"]
        assert post["published_at"] == row["published_at"]

    def test_is_told_at_once_and_can_put_it_away(self, world: World, alarmed: MadeDraft) -> None:
        news = list_news(world, world.sam)

        (one,) = news["notifications"]
        assert (news["unread"], one["kind"], one["actor_name"]) == (
            1,
            "hidden_post_withdrawn",
            "Dana",
        )
        assert (one["title"], one["author_id"]) == ("", None)
        assert one["post"]["draft_id"] == alarmed.id
        ((unread,),) = world.run_sql(
            "select m -> 'unread' from public.web_sessions s,"
            " jsonb_array_elements(private.describe_session(s) -> 'memberships') m"
            " where s.profile_id = %s",
            open_session(world, world.sam),
        )
        assert unread == 1
        assert act(world.sam, "read_notifications", workspace=world.home) == 1
        assert list_news(world, world.sam)["unread"] == 0

    def test_learns_nothing_of_its_text(self, world: World, alarmed: MadeDraft) -> None:
        gateway, workspace = world.sam.gateway(), {"p_workspace": world.home}
        for name in ("get_home", "list_drafts", "get_board", "get_queue", "list_notifications"):
            assert CANARY not in json.dumps(gateway.read(name, workspace)), name
        assert gateway.read("get_draft", {"p_draft": alarmed.id}) is None
        assert gateway.read("get_review", {"p_draft": alarmed.id}) is None
        with world.sam.rest() as client:
            for table in (*TABLES, "audit_events"):
                answer = client.get(f"/{table}?select=*")
                assert CANARY not in answer.text, table
                if table not in ("audit_events", "notifications"):
                    assert alarmed.id not in answer.text, table
            (row,) = client.get("/notifications?select=*").json()
        assert (row["kind"], row["detail"]) == ("hidden_post_withdrawn", {})

    def test_records_that_it_is_down(self, world: World, alarmed: MadeDraft) -> None:
        act(world.sam, "take_down", alarmed)

        assert row_of(world, alarmed)["taken_down_at"] is not None
        assert actions_of(world, alarmed)[-1] == "draft_taken_down"
        assert list_posts(world, world.sam) == []
        assert told(world, world.ines)[-1] == "taken_down"
        assert told(world, world.sam) == ["hidden_post_withdrawn"]
        deny("wrong_state", world.sam, "take_down", alarmed)
        assert_record_whole(world)

    def test_hears_that_somebody_else_did(self, world: World, alarmed: MadeDraft) -> None:
        act(world.ines, "take_down", alarmed)

        assert told(world, world.sam) == ["hidden_post_withdrawn", "hidden_post_taken_down"]
        assert list_posts(world, world.sam) == []

    def test_can_do_nothing_else_with_it(self, world: World, alarmed: MadeDraft) -> None:
        links = json.dumps({"x": ADDRESS})
        deny("not_found", world.sam, "set_post_links", alarmed, links=links)
        deny("not_found", world.sam, "add_comment", alarmed, version=1, body="Why?")
        deny("not_found", world.sam, "end_comment_watch", alarmed)
        deny(
            "not_found",
            world.sam,
            "set_comment_watch",
            alarmed,
            watcher=world.sam.id,
            until="2030-01-01T00:00:00Z",
        )

    def test_who_came_later_sees_it_on_home(self, world: World, alarmed: MadeDraft) -> None:
        set_roles(world, world.marco, "coordinator")

        assert [post["draft_id"] for post in list_posts(world, world.marco)] == [alarmed.id]

    def test_who_is_none_any_more_keeps_nothing(self, world: World, alarmed: MadeDraft) -> None:
        set_roles(world, world.sam, "influencer")

        assert list_posts(world, world.sam) == []
        assert list_news(world, world.sam) == {"unread": 0, "notifications": []}
        assert get_rows(world.sam, "/notifications?select=id") == []
        deny("not_found", world.sam, "take_down", alarmed)


def open_session(world: World, person: Person) -> str:
    """A browser of theirs; their id."""
    world.run_sql(
        "select public.server_open_session(%s, %s, 'X', %s, 'password', 'sealed', now())",
        "d" * 64,
        person.id,
        person.email,
    )
    return person.id


class TestNobodyElse:
    @pytest.mark.parametrize("name", ["marco", "otto", "wes", "nobody"])
    def test_learns_of_it(self, world: World, alarmed: MadeDraft, name: str) -> None:
        person: Person = getattr(world, name)

        assert get_rows(person, "/notifications?kind=like.hidden*") == []
        deny("not_found", person, "take_down", alarmed)
        home = person.gateway().read("get_home", {"p_workspace": world.home})
        assert home is None or home["hidden_alarms"] == []

    def test_is_told_twice(self, world: World, alarmed: MadeDraft) -> None:
        """Whoever reads the draft gets the news about the draft itself."""
        for person in (world.ines, world.kim):
            assert "approval_withdrawn" in told(world, person)
            assert not [kind for kind in told(world, person) if kind.startswith("hidden")]
            assert list_posts(world, person) == []
        assert alarmed.id

    def test_a_suspended_coordinator(self, world: World, out: MadeDraft) -> None:
        set_roles(world, world.marco, "coordinator")
        set_suspended(world, world.marco)
        end_approval(world, out)

        assert get_rows(world.marco, "/notifications") == []
        deny("not_found", world.marco, "take_down", out)


class TestBefore:
    def test_the_approval_was_withdrawn_nothing_is_told(self, world: World, out: MadeDraft) -> None:
        assert list_posts(world, world.sam) == []
        assert told(world, world.sam) == []
        deny("not_found", world.sam, "take_down", out)

    def test_it_was_published_nothing_is_told(self, world: World) -> None:
        draft = hide(draft_in_state(world, "approved"))
        before = told(world, world.sam)
        end_approval(world, draft)

        assert told(world, world.sam) == before == []
        assert list_posts(world, world.sam) == []

    def test_taking_it_down_of_ones_own_accord_is_told_to_readers_alone(
        self, world: World, out: MadeDraft
    ) -> None:
        act(world.ines, "take_down", out)

        assert told(world, world.sam) == []

    def test_a_draft_for_everybody_is_told_as_ever(self, world: World) -> None:
        draft = draft_in_state(world, "published")
        end_approval(world, draft)

        assert told(world, world.sam)[-1] == "approval_withdrawn"
        assert list_posts(world, world.sam) == []


class TestTheRecord:
    def test_tells_a_coordinator_who_did_what_and_no_text(
        self, world: World, alarmed: MadeDraft
    ) -> None:
        """On purpose: whoever answers for the record sees that the chain has no gap."""
        rows = get_rows(world.sam, f"/audit_events?draft_id=eq.{alarmed.id}&order=seq")

        assert [row["action"] for row in rows] == actions_of(world, alarmed)
        assert CANARY not in json.dumps(rows)
        known = {"version", "content_hash", "was", "kind", "professionals_only", "added"}
        assert {key for row in rows for key in row["detail"]} == known
        assert get_rows(world.marco, "/audit_events") == []


class TestAtTheSameMoment:
    def test_two_who_take_it_down_do_it_once(self, world: World, alarmed: MadeDraft) -> None:
        done = run_together(
            partial(act, world.sam, "take_down", alarmed),
            partial(act, world.ines, "take_down", alarmed),
        )

        assert refusals(done) == ["wrong_state"]
        assert actions_of(world, alarmed).count("draft_taken_down") == 1

    def test_before_the_alarm_a_coordinator_does_not_wait_for_whoever_holds_it(
        self, world: World, out: MadeDraft
    ) -> None:
        with psycopg.connect(world.stack.dsn) as holder:
            holder.execute("select 1 from public.drafts for update")

            deny("not_found", world.sam, "take_down", out)
