"""What several of the database's tests begin with."""

from __future__ import annotations

import pytest

from tests.support.people import MadeDraft, World, draft_in_state


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """In review, by ines."""
    return draft_in_state(world, "in_review")
