"""The people that every other test relies on."""

from __future__ import annotations

import pytest

from services import drafts, people
from tests.support.people import MEMBERSHIPS, REACHABLE_STATES, World, draft_in_state


class TestWorld:
    def test_gives_everybody_their_memberships(self, world: World) -> None:
        for person in world.people:
            me = people.find_me(person.gateway())

            assert me is not None
            assert me.email == person.email
            expected = [MEMBERSHIPS[person.name]] if person.name in MEMBERSHIPS else []
            assert [(m.workspace_id, tuple(sorted(m.roles))) for m in me.memberships] == expected

    @pytest.mark.parametrize("state", REACHABLE_STATES)
    def test_brings_a_draft_to_each_state(self, world: World, state: str) -> None:
        draft = draft_in_state(world, state)

        assert drafts.get_editor(world.ines.gateway(), draft_id=draft.id).draft.state == state
