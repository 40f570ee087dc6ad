"""Nobody keeps a review they can no longer do."""

from __future__ import annotations

import pytest

from services import people, reviews
from tests.support.people import MEMBERSHIPS, MadeDraft, Person, World, draft_in_state


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """In review, by Ines; Dana has it, and Marco was asked for advice."""
    draft = draft_in_state(world, "in_review")
    reviews.take(world.dana.gateway(), draft_id=draft.id)
    reviews.ask(world.ines.gateway(), draft_id=draft.id, assignee_id=world.marco.id, kind="peer")
    return draft


def list_holders(world: World, draft: MadeDraft) -> set[str]:
    """Names of who has the draft."""
    queue = reviews.get_queue(world.sam.gateway(), workspace_id=world.home, show="all")
    (entry,) = [one for one in queue.entries if one.draft.id == draft.id]
    return {request.assignee_name for request in entry.requests}


def give_roles(world: World, person: Person, *roles: str) -> None:
    """As a coordinator does on the page People."""
    people.set_roles(
        world.sam.gateway(),
        workspace_id=world.home,
        profile_id=person.id,
        expected=MEMBERSHIPS[person.name][1],
        roles=roles,
    )


class TestMember:
    def test_who_is_suspended_has_nothing_any_more(self, world: World, draft: MadeDraft) -> None:
        people.set_suspended(
            world.sam.gateway(), workspace_id=world.home, profile_id=world.dana.id, suspended=True
        )
        assert list_holders(world, draft) == {"Marco"}

    def test_who_loses_the_role_lets_go_of_what_it_was_for(
        self, world: World, draft: MadeDraft
    ) -> None:
        give_roles(world, world.dana, "coordinator")
        give_roles(world, world.marco, "coordinator")
        assert list_holders(world, draft) == set()

    def test_another_role_more_changes_nothing(self, world: World, draft: MadeDraft) -> None:
        give_roles(world, world.dana, "professional", "influencer")
        assert list_holders(world, draft) == {"Dana", "Marco"}

    def test_the_draft_is_free_to_be_taken(self, world: World, draft: MadeDraft) -> None:
        give_roles(world, world.dana, "coordinator")
        reviews.take(world.kim.gateway(), draft_id=draft.id)
        assert list_holders(world, draft) == {"Kim", "Marco"}


class TestAuthor:
    def test_a_peer_who_becomes_the_author_reviews_it_no_more(
        self, world: World, draft: MadeDraft
    ) -> None:
        people.hand_over_drafts(
            world.sam.gateway(),
            workspace_id=world.home,
            from_id=world.ines.id,
            to_id=world.marco.id,
        )
        assert list_holders(world, draft) == {"Dana"}
