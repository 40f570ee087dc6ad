"""What one browser tab knows of the draft it writes, and what waits there for a choice.

Nothing here draws or saves: see `components.autosave`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from components.messages import Message
from components.written import Post, alt_name, image_of, take_apart
from services import errors
from services.drafts import Editor
from services.models import Draft
from services.posts import Content

NO_MESSAGES: Mapping[str, Message] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Clash:
    """Two windows changed the same part; theirs is what `Writing` holds.

    Args:
        mine: This tab's text, or what it chose.
        at: When the other window's was saved.
    """

    mine: Any
    at: datetime


@dataclass(slots=True)
class Writing:
    """The draft as this tab last knew it to be on the server.

    `heard`, `acks`, `refusals`, `clashes` and `adopted` go by the part's name; `adopted` counts
    how often the person chose the server's text over the one in the field. `moved` is True when
    choices changed under the page, `voided` when a save just ended an approval; whoever acted on
    them clears them.
    """

    draft_id: str
    post: Post
    revision: int
    content_hash: str
    saved_at: datetime
    state: str
    heard: dict[str, tuple[str, int]] = field(default_factory=dict)
    acks: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: dict[str, dict[str, Any]] = field(default_factory=dict)
    clashes: dict[str, Clash] = field(default_factory=dict)
    adopted: dict[str, int] = field(default_factory=dict)
    moved: bool = False
    voided: bool = False

    @property
    def caption(self) -> str:
        """The caption, as saved."""
        return self.post.texts["caption"]

    def content(self) -> Content:
        """The post, as saved."""
        return self.post.content()

    def theirs(self, name: str) -> Any:
        """A text, an image's description or a choice as the server has it."""
        texts = self.post.texts
        if (image_id := image_of(name)) is not None:
            media = self.post.choices.media
            return next((image.alt for image in media if image.id == image_id), "")
        return texts[name] if name in texts else getattr(self.post.choices, name)

    def is_new(self, name: str, message: Message) -> bool:
        """Whether the message has not been answered yet."""
        page, seq = self.heard.get(name, ("", 0))
        return message.page != page or message.seq > seq

    def answer(self, name: str, message: Message) -> None:
        """Tell the browser that its text is safe."""
        self.heard[name] = (message.page, message.seq)
        self.acks[name] = {"page": message.page, "seq": message.seq, "revision": self.revision}
        self.refusals.pop(name, None)

    def refuse(self, name: str, message: Message, words: str, *, again: bool) -> None:
        """Tell the browser that its text is not saved; `again` makes it try again by itself."""
        self.heard[name] = (message.page, message.seq)
        self.refusals[name] = {
            "page": message.page,
            "seq": message.seq,
            "message": words,
            "again": again,
        }

    def follow(self, editor: Editor) -> None:
        """Take over what the server has, if it is newer."""
        buffer = editor.buffer
        if buffer is None or buffer.revision <= self.revision:
            return
        theirs = take_apart(editor.draft, buffer.content, editor.context)
        self.moved = self.moved or theirs.choices != self.post.choices
        self.post = theirs
        self.revision = buffer.revision
        self.content_hash = buffer.content_hash
        self.saved_at = buffer.updated_at
        self.forget_lost()

    def forget_lost(self) -> None:
        """Nothing is left to choose about the words of an image that was taken out."""
        here = {image.id for image in self.post.choices.media}
        for image_id in list_odd_images(self):
            if image_id not in here:
                self.clashes.pop(alt_name(image_id))


def raw_state(draft: Draft) -> str:
    """The state as saves report it, where an expired approval is still an approval."""
    return "approved" if draft.state == "expired" else draft.state


def start_writing(editor: Editor) -> Writing:
    """What a tab knows right after it opened a draft of its own.

    Raises:
        NotFound: somebody else's draft, which has no text to write.
    """
    if editor.buffer is None:
        raise errors.NotFound
    return Writing(
        draft_id=editor.draft.id,
        post=take_apart(editor.draft, editor.buffer.content, editor.context),
        revision=editor.buffer.revision,
        content_hash=editor.buffer.content_hash,
        saved_at=editor.buffer.updated_at,
        state=raw_state(editor.draft),
    )


def list_odd_images(writing: Writing) -> list[str]:
    """The images whose descriptions wait for a choice between two windows' words."""
    return [image_id for name in writing.clashes if (image_id := image_of(name)) is not None]


def count_adopted_images(writing: Writing) -> dict[str, int]:
    """How often the person chose the server's words over those in the field, by image."""
    counts = writing.adopted.items()
    return {one: count for name, count in counts if (one := image_of(name)) is not None}


def meet_words(writing: Writing, odds: Mapping[str, str]) -> bool:
    """Hold back descriptions that were written on other words than the server has.

    Args:
        odds: All of them as the browser has them now, by image.

    Returns whether that changed what waits for a choice.
    """
    before = dict(writing.clashes)
    for image_id in list_odd_images(writing):
        if image_id not in odds:
            writing.clashes.pop(alt_name(image_id))
    for image_id, words in odds.items():
        writing.clashes[alt_name(image_id)] = Clash(words, writing.saved_at)
    return writing.clashes != before
