"""Ids that name nothing, and more of something than anybody needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services import discussion, drafts, errors, rooms
from tests.support.people import (
    Person,
    World,
    make_draft,
    submit,
)
from tests.support.refusals import assert_refused

UNKNOWN = ["00000000-0000-0000-0000-000000000000", "1f0c7d2e-7d0c-4b8e-9b54-3f9f8a1f0001"]


NO_ID = ["", "x", "0", "../../etc/passwd", "' or 1=1", "\u202e", "x" * 10_000, "null"]


class TestIds:
    @pytest.mark.parametrize("draft_id", [*UNKNOWN, *NO_ID], ids=lambda v: repr(v[:20]))
    @pytest.mark.parametrize(
        "read",
        [
            drafts.get_editor,
            rooms.get_room,
            lambda g, draft_id: drafts.save_version(g, draft_id=draft_id, expected_revision=1),
        ],
        ids=["editor", "room", "save"],
    )
    def test_that_are_unknown_are_not_found(
        self, world: World, read: Callable[..., Any], draft_id: str
    ) -> None:
        with pytest.raises(errors.NotFound):
            read(world.ines.gateway(), draft_id=draft_id)

    @pytest.mark.parametrize("number", [0, -1, 2, 501, 2**31, 2**80])
    def test_of_versions_that_are_none_are_not_found(self, world: World, number: int) -> None:
        draft = submit(world, make_draft(world))

        with pytest.raises(errors.NotFound):
            rooms.get_room(world.marco.gateway(), draft_id=draft.id, version=number)

    @pytest.mark.parametrize("author_id", [*UNKNOWN, *NO_ID], ids=lambda v: repr(v[:20]))
    def test_of_authors_find_nothing(self, world: World, author_id: str) -> None:
        make_draft(world)

        found = drafts.list_drafts(
            world.ines.gateway(), workspace_id=world.home, author_id=author_id
        )

        assert found.drafts == ()

    @pytest.mark.parametrize("revision", [0, -1, 2, 2**62])
    def test_of_another_revision_are_a_conflict(self, world: World, revision: int) -> None:
        draft = make_draft(world)

        assert_refused(
            errors.Conflict,
            "stale_revision",
            drafts.save_version,
            world.ines.gateway(),
            draft_id=draft.id,
            expected_revision=revision,
        )

    @pytest.mark.parametrize(
        "arguments",
        [
            {"p_offset": -5, "p_limit": -5},
            {"p_offset": 2_000_000_000, "p_limit": 2_000_000_000},
            {"p_offset": None, "p_limit": None},
            {"p_states": []},
            {"p_states": [None, "x" * 1000]},
            {"p_states": ["drafting"] * 1000},
            {"p_search": None, "p_platform": None, "p_author": None},
            {"p_search": "x" * 1_000_000},
            {"p_platform": "' or true --"},
        ],
        ids=lambda v: repr(v)[:40],
    )
    def test_and_odd_pages_of_a_list_are_answered(
        self, world: World, arguments: dict[str, Any]
    ) -> None:
        make_draft(world)

        answer = world.ines.gateway().read("list_drafts", {"p_workspace": world.home, **arguments})

        shown = len(answer["drafts"])
        assert shown <= answer["total"] <= 1
        assert shown == 1 or arguments.get("p_offset", 0) not in (-5, None) or answer["total"] == 0


class TestTooMuch:
    """Nobody can fill a room or a list for everybody else."""

    def test_drafts_in_a_day(self, world: World) -> None:
        draft = make_draft(world)
        world.run_sql(
            "insert into public.drafts (workspace_id, author_id, title, platform, topic)"
            " select workspace_id, author_id, title, platform, topic"
            " from public.drafts, generate_series(1, 199) where id = %s",
            draft.id,
        )

        assert_refused(errors.TooMany, "too_many_drafts", make_draft, world)
        make_draft(world, author=world.marco)

    def test_comments_in_an_hour(self, world: World) -> None:
        draft = submit(world, make_draft(world))

        def say(person: Person) -> None:
            discussion.add_comment(person.gateway(), draft_id=draft.id, version=1, body="Again.")

        say(world.marco)
        world.run_sql(
            "insert into public.comments (workspace_id, draft_id, version_number, author_id, body)"
            " select workspace_id, draft_id, version_number, author_id, body"
            " from public.comments, generate_series(1, 119)"
        )

        assert_refused(errors.TooMany, "too_many_comments", say, world.marco)
        say(world.dana)
