"""What people do in the review room and on the draft page, and what they find there."""

from __future__ import annotations

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from services import decisions, rooms
from services.rooms import Room
from tests.support.people import MadeDraft, World, make_content

# A post with more than a caption.
WHOLE = make_content(
    "Rest is a skill.",
    format="video",
    script="Say it slowly.",
    hashtags=("rest", "sleep"),
    link="https://example.org/help",
)


def key(name: str, draft: MadeDraft) -> str:
    """The key of a widget of the room."""
    return f"review_{name}_{draft.id}"


def press(at: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    return next(button for button in at.button if button.label == label).click().run()


def labels(at: AppTest, *, kind: str = "") -> list[str]:
    """What the buttons say, all of them or those of one kind."""
    return [button.label for button in at.button if not kind or button.proto.type == kind]


def choose(at: AppTest, draft: MadeDraft, kind: str) -> AppTest:
    """Open one of the decisions."""
    return at.button(key=key(f"choose_{kind}", draft)).click().run()


def components_of(at: AppTest) -> list[str]:
    """The keys of the texts and diffs, which are components of ours."""
    return [str(element.key) for element in at.get("bidi_component")]


def read_room(world: World, draft: MadeDraft, *, version: int | None = None) -> Room:
    """The room as a coordinator reads it."""
    return rooms.get_room(world.sam.gateway(), draft_id=draft.id, version=version)


def as_in_review(world: World, draft: MadeDraft) -> MadeDraft:
    """The draft with the version that is in review now."""
    room = read_room(world, draft)
    return replace(draft, version=room.version.number, content_hash=room.version.content_hash)


def withdraw_approval(world: World, draft: MadeDraft) -> None:
    """Kim withdraws the approval."""
    decisions.withdraw_approval(
        world.kim.gateway(),
        draft_id=draft.id,
        content_hash=draft.content_hash,
        reason_code="safety",
        note="A reader was hurt.",
    )
