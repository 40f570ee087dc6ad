"""What people do in the talk of the review room, as the browser tells it, and doing it.

Nothing here draws, and nothing that the browser sends is trusted: the services check it all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args

from services import discussion
from services.discussion import MOST_MENTIONS
from services.errors import NotFound, TandemError
from services.gateway.client import Gateway
from services.ids import is_id
from services.rooms import Room

Kind = Literal["comment", "resolve", "note", "advise", "news"]

# More than the database takes, so that it is the one to refuse, in its own words.
_MOST_CHARACTERS = 20_000
_LARGEST_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class Act:
    """One press of a button. `page` and `seq` name it, so that it counts once.

    Args:
        target: The thread that is answered, resolved or reopened.
        choice: A key of ADVICE, or for a thread "resolved" or "open".
    """

    page: str
    seq: int
    kind: Kind
    body: str = ""
    target: str | None = None
    choice: str = ""
    mentions: tuple[str, ...] = ()


def read_act(sent: object) -> Act | None:
    """The act in what the browser sent, or None when it is none."""
    if not isinstance(sent, Mapping):
        return None
    page, seq, kind = sent.get("page"), sent.get("seq"), sent.get("kind")
    if not isinstance(page, str) or not _is_number(seq) or not _is_kind(kind):
        return None
    body, target, choice = sent.get("body"), sent.get("target"), sent.get("choice")
    mentions = sent.get("mentions")
    named = mentions[: MOST_MENTIONS + 1] if isinstance(mentions, list) else []
    return Act(
        page=page[:40],
        seq=int(seq),
        kind=kind,
        body=body[:_MOST_CHARACTERS] if isinstance(body, str) else "",
        target=target if isinstance(target, str) and is_id(target) else None,
        choice=choice if isinstance(choice, str) else "",
        mentions=tuple(one for one in named if isinstance(one, str) and is_id(one)),
    )


def _is_kind(value: object) -> TypeGuard[Kind]:
    return value in get_args(Kind)


def _is_number(value: object) -> TypeGuard[int | float]:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value < _LARGEST_NUMBER
    )


def perform(gateway: Gateway, act: Act, *, room: Room) -> None:
    """Do it, about the version on the screen.

    Raises what `services.discussion` raises.
    """
    draft_id, version = room.draft.id, room.version
    if act.kind == "comment":
        discussion.add_comment(
            gateway,
            draft_id=draft_id,
            version=version.number,
            body=act.body,
            parent_id=act.target,
            mentions=act.mentions,
        )
    elif act.kind == "resolve":
        if act.target is None:
            raise NotFound
        discussion.resolve_thread(
            gateway, comment_id=act.target, is_resolved=act.choice == "resolved"
        )
    elif act.kind == "note":
        discussion.add_note(gateway, draft_id=draft_id, version=version.number, body=act.body)
    elif act.kind == "advise":
        discussion.advise(
            gateway,
            draft_id=draft_id,
            version=version.number,
            content_hash=version.content_hash,
            kind=act.choice,
            note=act.body,
        )


@dataclass(slots=True)
class Answers:
    """What this tab's browser was told of its acts, the last of each document."""

    page: str = ""
    seq: int = -1
    refusal: str = ""

    def is_new(self, act: Act) -> bool:
        """Whether the act was not done or refused yet: it may come twice when a line breaks."""
        return act.page != self.page or act.seq > self.seq

    def note(self, act: Act, error: TandemError | None = None) -> None:
        """Remember how it went."""
        self.page, self.seq = act.page, act.seq
        self.refusal = "" if error is None else error.message

    def as_data(self) -> dict[str, str | int]:
        """What the script hears."""
        return {"page": self.page, "seq": self.seq, "refusal": self.refusal}
