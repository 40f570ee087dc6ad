"""Posts for which help is needed, in tests: what is missing, and that it is refused or approved."""

from __future__ import annotations

from dataclasses import replace

from services import rooms
from services.library import store
from services.library.models import Resource
from tests.support.acts import state_of
from tests.support.findings import refuse_approval
from tests.support.helped import LIGHT
from tests.support.library import share
from tests.support.people import MadeDraft, World, decide, have_checked, make_content

GRAVE = make_content("My brother died by suicide. Helplines are in my bio.")
BOTH = make_content(GRAVE.caption, audience_countries=("AT", "DE"))


def refuse(world: World, draft: MadeDraft, *countries: str) -> None:
    """No help for these, says the room before, and the database when it is asked."""
    have_checked(world, draft.id)
    assert missing(world, draft) == countries
    refuse_approval("help_missing", draft, by=world.dana)
    assert state_of(world, draft) == "in_review"


def approve(world: World, draft: MadeDraft) -> None:
    """It can be approved, and the room says so."""
    have_checked(world, draft.id)
    assert missing(world, draft) == ()
    decide(world, draft, "approved")


def missing(world: World, draft: MadeDraft) -> tuple[str, ...]:
    """What the room says is missing, which is what the database refuses."""
    room = rooms.get_room(world.dana.gateway(), draft_id=draft.id)
    assert room.safety is not None
    return room.help.list_missing(room.safety.topics)


def share_line(world: World) -> Resource:
    """A service of the shared part, as the home workspace has it: unchecked."""
    share(world.stack, replace(LIGHT, name="Shared Light"))
    found = store.list_library(
        world.sam.gateway(), workspace_id=world.home, asked=store.Asked(search="Shared Light")
    )
    return found.resources[0]


def attached_names(world: World, draft: MadeDraft) -> list[str]:
    """Names of what goes with the draft, as whoever reads it sees them."""
    room = rooms.get_room(world.marco.gateway(), draft_id=draft.id)
    return [
        one.entry.name
        for together in room.help.attached
        for one in together.services
        if one.id in together.attached
    ]
