"""Help with a post in the review room: what goes with it, and what its reviewer can do about it."""

from __future__ import annotations

from components import post_help
from components.post_help import Shelf
from components.review import Visit

_CHECKERS = {"professional", "coordinator"}


def draw_help(visit: Visit) -> None:
    """Draw the part, while a version could become approved next."""
    room = visit.room
    safety = room.safety
    if safety is None or (not safety.topics and room.help.is_empty):
        return
    if visit.is_author and any(one.is_about_author for one in safety.findings):
        return
    post_help.draw_part(
        Shelf(
            draft_id=room.draft.id,
            workspace_id=room.draft.workspace_id,
            help=room.help,
            topics=safety.topics,
            names_place="Its author has not said which countries it is for. Ask them to choose.",
            # Whoever opens the room has it read.
            is_sent=False,
            may_check=not visit.roles.isdisjoint(_CHECKERS),
        )
    )
