"""What is never changed: versions, decisions, comments and the audit chain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest

from services import discussion, drafts, errors, people, rooms
from tests.support.people import (
    Person,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    submit,
)
from tests.support.refusals import assert_refused
from tests.support.together import run_together

APPEND_ONLY = (
    "draft_versions",
    "decisions",
    "comments",
    "professional_notes",
    "advice",
    "audit_events",
)


def verify(world: World, by: Person | None = None, *, workspace: str | None = None) -> int | None:
    found: int | None = (
        (by or world.sam).gateway().read("verify_audit", {"p_workspace": workspace or world.home})
    )
    return found


def fill(world: World) -> str:
    """A published draft with a comment, a note, advice and two decisions; ten events or so."""
    draft = draft_in_state(world, "in_review")
    discussion.add_comment(world.marco.gateway(), draft_id=draft.id, version=1, body="Well said.")
    discussion.add_note(world.dana.gateway(), draft_id=draft.id, version=1, body="Among us.")
    discussion.advise(
        world.marco.gateway(),
        draft_id=draft.id,
        version=1,
        content_hash=draft.content_hash,
        kind="looks_good",
    )
    decide(world, draft, "changes_requested")
    again = submit(world, edit(world, draft, make_content("Better.")))
    decide(world, again, "approved", by=world.kim)
    return draft.id


class TestAppendOnly:
    @pytest.mark.parametrize("table", APPEND_ONLY)
    @pytest.mark.parametrize(
        "statement",
        [
            "update public.{} set workspace_id = workspace_id",
            "update public.{} set workspace_id = workspace_id where false",
            "delete from public.{}",
            "truncate public.{} cascade",
        ],
    )
    def test_refuses_every_change_even_by_the_owner(
        self, world: World, table: str, statement: str
    ) -> None:
        fill(world)
        count = f"select count(*) from public.{table}"  # noqa: S608
        before = world.run_sql(count)

        with pytest.raises(psycopg.Error) as caught:
            world.run_sql(statement.format(table))

        assert caught.value.sqlstate == "PT403"
        assert caught.value.diag.message_detail == "append_only"
        assert world.run_sql(count) == before

    @pytest.mark.parametrize("table", ["drafts", "workspaces", "profiles"])
    def test_keeps_what_it_speaks_of(self, world: World, table: str) -> None:
        fill(world)

        with pytest.raises(psycopg.Error):
            world.run_sql(f"delete from public.{table}")  # noqa: S608

    def test_a_version_is_what_it_was_after_more_editing(self, world: World) -> None:
        draft = submit(world, make_draft(world, content=make_content("First.")))
        for text in ("Second.", "Third."):
            draft = submit(world, edit(world, draft, make_content(text)))

        captions = [
            rooms.get_room(world.marco.gateway(), draft_id=draft.id, version=n).version.content
            for n in (1, 2, 3)
        ]

        assert [c.caption for c in captions if c is not None] == ["First.", "Second.", "Third."]

    def test_a_hash_is_of_the_text_beside_it(self, world: World) -> None:
        fill(world)

        assert world.run_sql(
            "select count(*) from public.draft_versions"
            " where content_hash <> private.content_hash(content)"
        ) == [(0,)]


class TestChain:
    def test_is_whole_after_much_work(self, world: World) -> None:
        fill(world)
        people.invite_person(
            world.sam.gateway(),
            workspace_id=world.home,
            email="a@example.org",
            roles=["influencer"],
        )

        assert verify(world) is None
        assert verify(world, world.otto, workspace=world.other) is None

    def test_stays_whole_when_many_write_at_once(self, world: World) -> None:
        made = [submit(world, make_draft(world, author=a)) for a in (world.ines, world.marco)]

        def comment(person: Person, draft_id: str) -> None:
            for _ in range(10):
                discussion.add_comment(person.gateway(), draft_id=draft_id, version=1, body="Yes.")

        run_together(
            *(
                partial(comment, person, draft.id)
                for draft in made
                for person in (world.ines, world.dana, world.sam)
            )
        )

        assert verify(world) is None
        assert world.run_sql("select count(*), max(seq) from public.audit_events") == [(64, 64)]

    @pytest.mark.parametrize(
        "tampering",
        [
            "update public.audit_events set detail = '{\"version\": 9}' where seq = 3",
            "update public.audit_events set actor_id = null where seq = 3",
            "update public.audit_events set at = at + interval '1 microsecond' where seq = 3",
            "update public.audit_events set action = 'draft_declined' where seq = 3",
            "update public.audit_events set draft_id = null where seq = 3",
            "update public.audit_events set hash = sha256('x') where seq = 3",
            "update public.audit_events set previous_hash = sha256('x') where seq = 3",
            "delete from public.audit_events where seq = 3",
        ],
    )
    def test_shows_where_it_was_tampered_with(self, world: World, tampering: str) -> None:
        fill(world)

        tamper(world, tampering)

        assert verify(world) == 3

    @pytest.mark.parametrize("by", ["delete", "renumber"])
    def test_shows_a_missing_end(self, world: World, by: str) -> None:
        fill(world)
        ((last,),) = world.run_sql("select max(seq) from public.audit_events")

        if by == "delete":
            tamper(world, f"delete from public.audit_events where seq = {last}")  # noqa: S608
        else:
            tamper(world, f"update public.audit_events set seq = 1000 where seq = {last}")  # noqa: S608

        assert verify(world) == last

    def test_is_of_one_workspace(self, world: World) -> None:
        fill(world)
        submit(world, make_draft(world, author=world.wes, workspace_id=world.other))

        tamper(
            world,
            "update public.audit_events set actor_id = null"  # noqa: S608 - a fixed id
            f" where seq = 1 and workspace_id = '{world.other}'",
        )

        assert verify(world) is None
        assert verify(world, world.otto, workspace=world.other) == 1

    def test_says_what_happened_in_one_transaction_or_not_at_all(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        before = world.run_sql("select count(*) from public.audit_events")

        assert_refused(errors.Conflict, "already_decided", decide, world, draft, "declined")
        assert_refused(
            errors.Invalid, "text_too_long", edit, world, draft, make_content("x" * 10**6)
        )

        assert world.run_sql("select count(*) from public.audit_events") == before

    def test_holds_no_texts(self, world: World) -> None:
        text = "CANARY-5f1b"
        draft = make_draft(world, title=text, content=make_content(text))
        drafts.save_version(world.ines.gateway(), draft_id=draft.id, expected_revision=1, note=text)
        draft = submit(world, draft)
        discussion.add_comment(world.marco.gateway(), draft_id=draft.id, version=2, body=text)
        people.update_profile(world.ines.gateway(), name=text, time_zone="UTC")
        people.invite_person(
            world.sam.gateway(),
            workspace_id=world.home,
            email=f"{text}@example.org",
            roles=["influencer"],
        )

        rows = world.run_sql("select e::text from public.audit_events e")

        assert text.lower() not in str(rows).lower()


def tamper(world: World, statement: str) -> None:
    """As somebody could who has the machine: with triggers switched off."""
    with psycopg.connect(world.stack.dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement.encode())


def actions(person: Person) -> set[tuple[str, str | None]]:
    with person.rest() as client:
        rows = client.get("/audit_events?select=action,draft_id").json()
    return {(row["action"], row["draft_id"]) for row in rows}


class TestReaders:
    """Coordinators read all of it, authors their drafts', professionals where they decided."""

    @pytest.fixture
    def pair(self, world: World) -> tuple[str, str]:
        """A draft of ines that dana decided on, and one of marco that kim did."""
        mine = draft_in_state(world, "approved")
        theirs = decide(
            world, submit(world, make_draft(world, author=world.marco)), "approved", by=world.kim
        )
        people.set_suspended(
            world.sam.gateway(), workspace_id=world.home, profile_id=world.paul.id, suspended=True
        )
        return mine.id, theirs.id

    @pytest.mark.parametrize(
        ("name", "sees"),
        [
            ("sam", {0, 1, None}),
            ("kim", {0, 1, None}),
            ("ines", {0}),
            ("marco", {1}),
            ("dana", {0}),
            ("paul", set()),
            ("otto", set()),
            ("nobody", set()),
        ],
    )
    def test_see_what_is_theirs(
        self, world: World, pair: tuple[str, str], name: str, sees: set[int | None]
    ) -> None:
        seen = {draft for _, draft in actions(getattr(world, name))}

        assert seen == {None if n is None else pair[n] for n in sees}

    def test_see_it_in_the_room_alike(self, world: World, pair: tuple[str, str]) -> None:
        def count(person: Person, draft_id: str) -> int:
            return len(rooms.get_room(person.gateway(), draft_id=draft_id).events)

        expected = {"ines": (3, 0), "marco": (0, 3), "dana": (3, 0), "kim": (3, 3), "sam": (3, 3)}
        for name, counts in expected.items():
            person = getattr(world, name)
            assert tuple(count(person, draft_id) for draft_id in pair) == counts, name

    @pytest.mark.parametrize("lose", ["coordinator", "suspended"])
    def test_see_it_no_longer_without_the_role(
        self, world: World, pair: tuple[str, str], lose: str
    ) -> None:
        change: Callable[[], Any] = (
            (lambda: set_professional_only(world))
            if lose == "coordinator"
            else (
                lambda: people.set_suspended(
                    world.sam.gateway(),
                    workspace_id=world.home,
                    profile_id=world.kim.id,
                    suspended=True,
                )
            )
        )
        change()

        seen = {draft for _, draft in actions(world.kim)}

        assert seen == ({pair[1]} if lose == "coordinator" else set())
        with pytest.raises((errors.Forbidden, errors.NotFound)):
            verify(world, world.kim)


def set_professional_only(world: World) -> None:
    people.set_roles(
        world.sam.gateway(),
        workspace_id=world.home,
        profile_id=world.kim.id,
        roles=["professional"],
        expected=["coordinator", "professional"],
    )
