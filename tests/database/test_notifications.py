"""What people are told: once a kind and draft, never of what they may not see, never by others."""

from __future__ import annotations

from typing import Any

from tests.support.acts import act, get_rows, hide, save, set_suspended, told
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    submit,
)


def comment(person: Person, draft: MadeDraft, **named: Any) -> None:
    act(person, "add_comment", draft, version=1, body="Well said.", **named)


def news(person: Person, world: World, **named: Any) -> Any:
    arguments = {"p_workspace": world.home, **{f"p_{k}": v for k, v in named.items()}}
    return person.gateway().read("list_notifications", arguments)


def unread(world: World, person: Person) -> tuple[int, int]:
    """How many the list says are unread, and how many the session that draws the menu does."""
    ((memberships,),) = world.run_sql(
        "select private.describe_session(jsonb_populate_record(null::public.web_sessions,"
        " jsonb_build_object('profile_id', %s::uuid))) -> 'memberships'",
        person.id,
    )
    counts = {one["workspace_id"]: one["unread"] for one in memberships}
    return news(person, world)["unread"], counts[world.home]


class TestTelling:
    def test_counts_what_happens_again_until_it_is_read(
        self, world: World, draft: MadeDraft
    ) -> None:
        for person in (world.marco, world.sam, world.dana):
            comment(person, draft)

        (one,) = news(world.ines, world)["notifications"]
        assert (one["kind"], one["times"], one["actor_name"]) == ("comment_added", 3, "Dana")
        assert unread(world, world.ines) == (1, 1)

        assert act(world.ines, "read_notifications", workspace=world.home, ids=[one["id"]]) == 1
        comment(world.marco, draft)

        assert [n["times"] for n in news(world.ines, world)["notifications"]] == [1, 3]
        assert unread(world, world.ines) == (1, 1)
        assert act(world.ines, "read_notifications", workspace=world.home) == 1
        assert act(world.ines, "read_notifications", workspace=world.home) == 0
        assert unread(world, world.ines) == (0, 0)

    def test_is_of_others_doings(self, world: World, draft: MadeDraft) -> None:
        comment(world.ines, draft, mentions=[world.ines.id])

        assert told(world, world.ines) == []

    def test_is_about_the_way_of_a_draft(self, world: World, draft: MadeDraft) -> None:
        decide(world, draft, "changes_requested")
        again = submit(world, edit(world, draft, make_content("Better.")))
        decide(world, again, "approved")

        assert told(world, world.ines) == ["draft_changes_requested", "draft_approved"]
        assert told(world, world.sam) == told(world, world.kim) == ["ready_to_publish"]
        assert told(world, world.dana) == ["review_wanted"]
        assert told(world, world.marco) == []

    def test_holds_no_text(self, world: World) -> None:
        draft = draft_in_state(world, "in_review", content=make_content("CANARY caption"))
        act(world.marco, "add_comment", draft, version=1, body="CANARY comment")
        act(world.dana, "hold_draft", draft, note="CANARY note")
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer", note="CANARY")

        ((rows,),) = world.run_sql("select string_agg(n::text, '') from public.notifications n")
        assert rows
        assert "CANARY" not in rows

    def test_pages_backwards(self, world: World) -> None:
        for _ in range(3):
            comment(world.marco, draft_in_state(world, "in_review"))

        first = news(world.ines, world, limit=2)
        rest = news(world.ines, world, before=first["notifications"][-1]["created_at"])

        assert (len(first["notifications"]), len(rest["notifications"])) == (2, 1)
        assert first["unread"] == 3


class TestSeeing:
    def test_is_for_oneself(self, world: World, draft: MadeDraft) -> None:
        comment(world.marco, draft)
        ((one,),) = world.run_sql("select id::text from public.notifications")

        for name in ("marco", "dana", "sam", "kim", "otto", "wes", "nobody"):
            person = getattr(world, name)
            assert get_rows(person, "/notifications") == []
            assert act(person, "read_notifications", workspace=world.home, ids=[one]) == 0
        assert unread(world, world.ines)[0] == 1

    def test_ends_with_the_sight_of_the_draft(self, world: World, draft: MadeDraft) -> None:
        """What was told before it was hidden is neither shown nor counted, and comes back."""
        comment(world.ines, draft, mentions=[world.marco.id, world.sam.id, world.dana.id])

        shut = hide(draft)

        for person in (world.marco, world.sam):
            assert unread(world, person) == (0, 0)
            assert get_rows(person, "/notifications") == []
            assert act(person, "read_notifications", workspace=world.home) == 0
        assert unread(world, world.dana) == (1, 1)
        save(shut, professionals_only=False)
        assert unread(world, world.marco) == (1, 1)

    def test_nothing_is_told_of_what_is_hidden(self, world: World, draft: MadeDraft) -> None:
        """Whoever spoke in the thread before hears no more of it."""
        first = act(world.marco, "add_comment", draft, version=1, body="Hm.")
        hide(draft)
        comment(world.dana, draft, parent=first)
        decide(world, draft, "approved")

        rows = world.run_sql(
            "select count(*) from public.notifications where profile_id = any(%s::uuid[])",
            [world.marco.id, world.sam.id],
        )
        assert rows == [(0,)]
        assert told(world, world.kim) == ["ready_to_publish"]

    def test_ends_with_suspension(self, world: World, draft: MadeDraft) -> None:
        comment(world.ines, draft, mentions=[world.marco.id])
        set_suspended(world, world.marco)

        assert get_rows(world.marco, "/notifications") == []
        assert news(world.marco, world) is None
        comment(world.dana, draft)
        ((count,),) = world.run_sql(
            "select count(*) from public.notifications where profile_id = %s", world.marco.id
        )
        assert count == 1

    def test_of_another_workspace_stays_there(self, world: World, draft: MadeDraft) -> None:
        comment(world.marco, draft)
        world.run_sql(
            "insert into public.memberships (workspace_id, profile_id, roles)"
            " values (%s, %s, '{influencer}')",
            world.other,
            world.ines.id,
        )

        arguments = {"p_workspace": world.other}
        there = world.ines.gateway().read("list_notifications", arguments)
        assert there == {"unread": 0, "notifications": []}
        assert act(world.ines, "read_notifications", workspace=world.other) == 0
        assert unread(world, world.ines) == (1, 1)
