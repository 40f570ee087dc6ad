"""Home: what waits for each, alarms, watching, and first steps that tick themselves."""

from __future__ import annotations

from typing import Any

from tests.support.acts import act, deny, hide
from tests.support.people import (
    Person,
    World,
    add_person,
    decide,
    draft_in_state,
    make_draft,
    publish,
    submit,
)


def home(world: World, person: Person) -> Any:
    return person.gateway().read("get_home", {"p_workspace": world.home})


def done(world: World, person: Person) -> list[str]:
    """The first steps that are ticked."""
    return [step for step, is_done in home(world, person)["steps"] if is_done]


class TestFirstSteps:
    def test_of_an_influencer(self, world: World) -> None:
        assert [step for step, _ in home(world, world.ines)["steps"]] == [
            "draft_written",
            "draft_sent",
            "peer_helped",
            "draft_approved",
            "draft_published",
        ]
        assert done(world, world.ines) == []
        draft = make_draft(world)
        assert done(world, world.ines) == ["draft_written"]
        draft = submit(world, draft)
        assert done(world, world.ines) == ["draft_written", "draft_sent"]
        act(world.ines, "add_comment", draft, version=1, body="My own does not count.")
        decide(world, draft, "changes_requested")
        assert done(world, world.ines) == ["draft_written", "draft_sent"]
        other = draft_in_state(world, "in_review", author=world.marco)
        act(world.ines, "add_comment", other, version=1, body="Lovely.")
        assert done(world, world.ines)[2:] == ["peer_helped"]
        draft = draft_in_state(world, "approved")
        assert done(world, world.ines)[3:] == ["draft_approved"]
        publish(world, draft)
        assert len(done(world, world.ines)) == 5
        assert "draft_published" not in done(world, world.marco)

    def test_of_a_professional(self, world: World) -> None:
        assert done(world, world.dana) == ["credential_recorded", "credential_checked"]
        draft = draft_in_state(world, "in_review")
        act(world.dana, "note_look", draft, version=1)
        act(world.dana, "add_comment", draft, version=1, body="Good.")
        decide(world, draft, "approved")

        assert len(done(world, world.dana)) == 5
        assert done(world, world.paul) == []

    def test_of_a_coordinator(self, world: World) -> None:
        assert done(world, world.sam) == ["person_joined", "check_done"]
        act(
            world.sam,
            "invite_person",
            workspace=world.home,
            email="new@example.org",
            roles=["influencer"],
        )
        draft = draft_in_state(world, "in_review")
        act(
            world.sam,
            "assign_reviews",
            workspace=world.home,
            drafts=[draft.id],
            assignee=world.dana.id,
        )
        publish(world, decide(world, draft, "approved"))

        assert len(done(world, world.sam)) == 5
        assert done(world, add_person(world, "cleo", roles=("coordinator",))) == [
            "person_joined",
            "draft_published",
        ]

    def test_are_put_away_for_good_by_each(self, world: World) -> None:
        act(world.ines, "hide_first_steps", workspace=world.home)
        act(world.ines, "hide_first_steps", workspace=world.home)

        assert home(world, world.ines)["steps"] is None
        assert home(world, world.marco)["steps"] is not None
        for person in (world.otto, world.nobody):
            deny("not_found", person, "hide_first_steps", workspace=world.home)


class TestWhatWaits:
    def test_is_what_one_was_asked_for(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        act(world.ines, "ask_reviewer", draft, assignee=world.marco.id, kind="peer", note="Tone?")

        (one,) = home(world, world.marco)["asked"]
        assert (one["id"], one["request"]["note"]) == (draft.id, "Tone?")
        assert home(world, world.dana)["asked"] == []
        hide(draft)
        assert home(world, world.marco)["asked"] == []

    def test_is_who_has_ones_own(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        act(world.dana, "take_review", draft)

        (one,) = home(world, world.ines)["mine"]
        assert [r["assignee_name"] for r in one["requests"]] == ["Dana"]

    def test_is_what_nobody_has(self, world: World) -> None:
        free, taken = (draft_in_state(world, "in_review") for _ in range(2))
        act(world.dana, "take_review", taken)

        found = home(world, world.kim)
        assert [draft["id"] for draft in found["queue"]] == [free.id]
        assert found["queue_count"] == 2
        assert home(world, world.ines)["queue"] == []

    def test_is_what_is_ready_for_coordinators_who_see_it(self, world: World) -> None:
        ready = draft_in_state(world, "approved")
        shut = draft_in_state(world, "approved")
        hide(shut)

        assert [d["id"] for d in home(world, world.sam)["ready_to_publish"]] == [ready.id]
        assert len(home(world, world.kim)["ready_to_publish"]) == 2
        assert home(world, world.dana)["ready_to_publish"] is None

    def test_counts_ones_own_by_state(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        act(world.dana, "hold_draft", draft, note="Wait.")
        for state in ("drafting", "changes_requested", "approved", "expired", "published"):
            draft_in_state(world, state)

        assert home(world, world.ines)["mine_counts"] == {
            "on_hold": 1,
            "drafting": 1,
            "changes_requested": 1,
            "approved": 1,
            "expired": 1,
        }
