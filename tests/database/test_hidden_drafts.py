"""A draft for professionals only: nobody else finds a trace of it, however they ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from tests.database.test_attacks import WRITES
from tests.support.acts import act, deny, get_rows, hide, save, set_roles
from tests.support.matrix import talk
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    make_content,
    publish,
    submit,
)

CANARY = "CANARY-hidden-5b1c"
TODAY = datetime.now(UTC).date().isoformat()
UNKNOWN = "1f0c7d2e-7d0c-4b8e-9b54-3f9f8a1f0001"
OUTSIDERS = ("marco", "sam", "otto", "wes", "nobody")
TABLES = (
    "drafts",
    "draft_buffers",
    "draft_versions",
    "media",
    "comments",
    "comment_threads",
    "professional_notes",
    "advice",
    "draft_looks",
    "review_requests",
    "decisions",
    "holds",
    "post_links",
    "comment_watches",
    "notifications",
)


@pytest.fixture
def hidden(world: World) -> MadeDraft:
    """One that peers and coordinators talked about before it was hidden, and then came out."""
    content = make_content(f"{CANARY} caption")
    draft = draft_in_state(world, "in_review", title=f"{CANARY} title", content=content)
    talk(world, draft)
    draft = hide(draft)
    act(world.dana, "take_review", draft)
    act(world.dana, "hold_draft", draft, note=f"{CANARY} hold")
    act(world.dana, "resume_draft", draft)
    publish(world, decide(world, draft, "approved"))
    act(world.ines, "set_post_links", draft, links=json.dumps({"x": f"https://{CANARY}.org"}))
    return draft


@pytest.fixture(params=OUTSIDERS)
def outsider(request: pytest.FixtureRequest, world: World) -> Person:
    person: Person = getattr(world, request.param)
    return person


@pytest.fixture
def client(outsider: Person) -> Iterator[httpx.Client]:
    with outsider.rest() as opened:
        yield opened


class TestOutsiders:
    def test_find_it_in_no_table(self, hidden: MadeDraft, client: httpx.Client) -> None:
        for table in TABLES:
            answer = client.get(f"/{table}?select=*", headers={"Prefer": "count=exact"})

            assert answer.json() == [], table
            assert answer.headers["content-range"].endswith("/0"), table
            assert hidden.id not in answer.text

    def test_find_it_in_no_embedding_or_search(
        self, hidden: MadeDraft, client: httpx.Client
    ) -> None:
        for path in (
            "/drafts?select=*,draft_versions(*),comments(*),decisions(*),media(*),advice(*)",
            "/comments?select=*,drafts(*),draft_versions(*)",
            "/review_requests?select=*,drafts(*)",
            "/workspaces?select=*,memberships(*),drafts(*)",
            "/profiles?select=*,comments(*),advice(*),holds!holds_held_by_fkey(*)",
            "/drafts?professionals_only=is.true",
            f"/drafts?title=like.{CANARY}*",
            f"/draft_versions?content->>caption=like.{CANARY}*",
            f"/post_links?url=like.*{CANARY}*",
            f"/review_requests?draft_id=eq.{hidden.id}",
        ):
            answer = client.get(path)

            assert CANARY not in answer.text, path
            assert hidden.id not in answer.text.replace(path, ""), path

    def test_find_it_in_no_reader(self, world: World, hidden: MadeDraft, outsider: Person) -> None:
        gateway, workspace = outsider.gateway(), {"p_workspace": world.home}
        readers: list[tuple[str, dict[str, Any]]] = [
            ("get_draft", {"p_draft": hidden.id}),
            ("get_review", {"p_draft": hidden.id}),
            ("get_review", {"p_draft": hidden.id, "p_version": 1, "p_compare": 1}),
            ("get_change_number", {"p_draft": hidden.id}),
        ]
        for name, arguments in readers:
            assert gateway.read(name, arguments) is None, name
        lists: list[tuple[str, dict[str, Any]]] = [
            ("get_home", workspace),
            ("list_drafts", {**workspace, "p_limit": 100}),
            ("list_drafts", {**workspace, "p_search": CANARY}),
            ("list_drafts", {**workspace, "p_author": world.ines.id}),
            ("list_drafts", {**workspace, "p_states": ["published"]}),
            ("list_notifications", workspace),
            *[("get_queue", {**workspace, "p_show": show}) for show in ("all", "mine", "others")],
            ("get_people", workspace),
            ("get_board", workspace),
            ("get_board", {**workspace, "p_search": CANARY}),
            ("get_calendar", {**workspace, "p_from": TODAY, "p_to": TODAY}),
            ("get_review_figures", {**workspace, "p_from": TODAY, "p_to": TODAY}),
            ("get_draft_filters", workspace),
            ("get_next_review", workspace),
        ]
        for name, arguments in lists:
            answer = json.dumps(gateway.read(name, arguments))
            assert CANARY not in answer, name
            assert hidden.id not in answer, name

    def test_are_told_what_they_are_told_of_no_draft(
        self, hidden: MadeDraft, client: httpx.Client
    ) -> None:
        """Every function, to the letter."""
        comments: dict[str, dict[str, Any]] = {**WRITES, **MORE_WRITES}
        for name, more in comments.items():
            answers = [
                client.post(f"/rpc/{name}", json={"p_draft": draft_id, **more})
                for draft_id in (hidden.id, UNKNOWN)
            ]

            assert answers[0].status_code == 404, (name, answers[0].text)
            assert answers[0].text == answers[1].text, name

    def test_do_not_wait_for_whoever_holds_it(
        self, world: World, hidden: MadeDraft, outsider: Person
    ) -> None:
        with psycopg.connect(world.stack.dsn) as holder:
            holder.execute("select 1 from public.drafts for update")

            deny("not_found", outsider, "add_comment", hidden, version=1, body="Waiting?")


MORE_WRITES: dict[str, dict[str, Any]] = {
    "add_professional_note": {"p_version": 1, "p_body": "x"},
    "advise_draft": {
        "p_version": 1,
        "p_content_hash": "0" * 64,
        "p_kind": "looks_good",
        "p_note": "",
    },
    "note_look": {"p_version": 1},
    "take_review": {},
    "ask_reviewer": {"p_assignee": UNKNOWN, "p_kind": "peer"},
    "pass_on_review": {"p_reason": "no_time"},
    "approve_with_edits": {
        "p_version": 1,
        "p_content_hash": "0" * 64,
        "p_content": "{}",
        "p_note": "",
    },
    "accept_edits": {"p_version": 1, "p_content_hash": "0" * 64, "p_expected_revision": 1},
    "take_back_edits": {"p_version": 1, "p_content_hash": "0" * 64},
    "hold_draft": {"p_note": "x"},
    "resume_draft": {},
    "withdraw_approval": {
        "p_content_hash": "0" * 64,
        "p_reason_code": "safety",
        "p_note": "x",
    },
    "set_post_links": {"p_links": "{}"},
    "set_comment_watch": {"p_watcher": UNKNOWN, "p_until": "2030-01-01T00:00:00Z"},
    "end_comment_watch": {},
    "take_down": {},
}


class TestCounts:
    def test_are_those_of_what_one_sees(self, world: World, hidden: MadeDraft) -> None:
        assert hidden.id
        for person, count in ((world.marco, 0), (world.sam, 0), (world.dana, 1)):
            people = person.gateway().read("get_people", {"p_workspace": world.home})["people"]
            assert sum(one["open_drafts"] + one["open_reviews"] for one in people) == 0
            board = person.gateway().read("get_board", {"p_workspace": world.home})
            assert board["counts"].get("published", 0) == count
            days = {"p_workspace": world.home, "p_from": TODAY, "p_to": TODAY}
            assert len(person.gateway().read("get_calendar", days)) == count
            figures = person.gateway().read("get_review_figures", days)
            assert (figures["total"] or {"approvals": 0})["approvals"] == count
            listed = person.gateway().read("list_drafts", {"p_workspace": world.home})
            assert listed["total"] == count

    def test_of_what_waits_too(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        act(world.dana, "take_review", draft)
        hide(draft)

        for person, count in ((world.marco, 0), (world.sam, 0), (world.kim, 1)):
            gateway = person.gateway()
            people = gateway.read("get_people", {"p_workspace": world.home})["people"]
            assert sum(one["open_drafts"] for one in people) == count, person.name
            assert sum(one["open_reviews"] for one in people) == count, person.name
            counts = gateway.read("get_queue", {"p_workspace": world.home})["counts"]
            assert counts["all"] == counts["others"] == count
            home = gateway.read("get_home", {"p_workspace": world.home})
            assert home["queue_count"] == count

    def test_do_not_tick_a_coordinators_first_steps(self, world: World, hidden: MadeDraft) -> None:
        assert hidden.id
        home = world.sam.gateway().read("get_home", {"p_workspace": world.home})

        assert dict(home["steps"])["draft_published"] is False


class TestAudience:
    def test_is_the_authors_choice_at_any_time(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        before = world.marco.gateway().read("get_change_number", {"p_draft": draft.id})
        shut = hide(draft)

        assert world.marco.gateway().read("get_change_number", {"p_draft": draft.id}) is None
        # Rooms that are open look again, and find nothing.
        ((numbers,),) = world.run_sql(
            "select public.server_change_numbers(array[%s::uuid])", draft.id
        )
        assert numbers[draft.id][0] > before

        save(shut, professionals_only=False)
        assert len(get_rows(world.marco, "/drafts")) == 1

    def test_is_kept_where_a_save_says_nothing_of_it(self, world: World) -> None:
        shut = hide(draft_in_state(world, "in_review"))

        submit(world, save(shut, make_content("Later.")))

        assert get_rows(world.marco, "/drafts") == []

    def test_is_seen_by_a_peer_who_becomes_a_professional(self, world: World) -> None:
        hide(draft_in_state(world, "in_review"))
        assert get_rows(world.marco, "/drafts") == []

        set_roles(world, world.marco, "influencer", "professional")

        assert len(get_rows(world.marco, "/drafts")) == 1

    def test_stays_its_authors_who_is_no_professional(self, world: World) -> None:
        shut = hide(draft_in_state(world, "in_review"))

        assert len(get_rows(world.ines, "/drafts")) == 1
        act(
            world.sam,
            "hand_over_drafts",
            workspace=world.home,
            **{"from": world.ines.id, "to": world.marco.id},
        )
        assert get_rows(world.ines, "/drafts") == []
        assert [d["id"] for d in get_rows(world.marco, "/drafts")] == [shut.id]
