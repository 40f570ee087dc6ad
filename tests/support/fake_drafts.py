"""One draft on a server that never was: a revision, its content, and what goes wrong next."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from components import autosave
from components.messages import Message, fingerprint
from components.writing import Writing
from components.written import Choices, Post
from services import errors
from services.drafts import Editor
from services.gateway.client import Gateway
from services.models import Buffer, Draft
from services.posts import Content, ContextCard, Image
from services.publishing import Handoff

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DRAFT = "7f3f2a52-1d4e-4a08-9a51-0d7a4b1c9a11"
CAPTION = "Rest is a skill."
IMAGES = (Image("5a0e7d1c-33a1-4d5b-9f0e-000000000001", "ab" * 32, "A cup of tea"),)
CHOICES = Choices("instagram", "post", "general", ("DE",), None, IMAGES)
TEXTS = {
    "title": "Rest days",
    "caption": CAPTION,
    "script": "",
    "on_screen_text": "",
    "transcript": "",
    "hashtags": "#rest",
    "link": "",
    "video_link": "",
    "goal": "",
    "audience": "",
    "action": "",
}


class FakeDrafts:
    """One draft on a server: a revision, its content, and what goes wrong next."""

    def __init__(self) -> None:
        self.revision = 5
        self.title = "Rest days"
        self.publish_by: date | None = None
        self.content = Post(CHOICES, TEXTS).content()
        self.context = ContextCard()
        self.narrow = False
        self.saves: list[int] = []
        self.trouble: errors.TandemError | None = None
        self.voids = False

    def write(self, function: str, params: dict[str, Any]) -> dict[str, Any]:
        assert function == "save_buffer"
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble
        if params["p_expected_revision"] != self.revision:
            raise errors.Conflict("changed", detail="stale_revision")
        self.saves.append(self.revision)
        self.revision += 1
        self.title = params["p_title"]
        self.publish_by = date.fromisoformat(p) if (p := params["p_publish_by"]) else None
        self.content = Content.from_json(json.loads(params["p_content"]))
        self.context = ContextCard.from_json(json.loads(params["p_context"]))
        self.narrow = params["p_professionals_only"]
        return {
            "revision": self.revision,
            "state": "drafting",
            "voided": self.voids,
            "saved_at": NOW.isoformat(),
            "content_hash": f"hash {self.revision}",
        }

    def by_another_window(self, caption: str | None = None, **changes: Any) -> None:
        """What the other window saved."""
        self.revision += 1
        self.title = changes.pop("title", self.title)
        self.context = changes.pop("context", self.context)
        text = self.content.caption if caption is None else caption
        self.content = replace(self.content, caption=text, **changes)

    def editor(self) -> Editor:
        draft = Draft(
            id=DRAFT,
            workspace_id="",
            title=self.title,
            state="drafting",
            platform=self.content.platform,
            topic=self.content.topic,
            publish_by=self.publish_by,
            excerpt="",
            author_id="",
            author_name="Ines",
            version_count=0,
            submitted_version=None,
            submitted_at=None,
            approved_version=None,
            approved_hash=None,
            approved_until=None,
            approved_by_name=None,
            published_at=None,
            published_url=None,
            change_number=1,
            created_at=NOW,
            updated_at=NOW,
            professionals_only=self.narrow,
        )
        buffer = Buffer(self.content, self.revision, f"hash {self.revision}", NOW)
        return Editor(draft, buffer, (), None, self.context, None, (), (), HANDOFF, ())


HANDOFF = Handoff({}, (), None)


def say(text: str, *, seq: int = 1, on: str = CAPTION, own: tuple[str, ...] = ()) -> Message:
    """A message written on `on`; `own` are texts this browser sent and had no answer to."""
    known = {fingerprint(words) for words in (on, *own, text)}
    return Message("page", seq, text, frozenset(known))


def write(
    gateway: Gateway, writing: Writing, *, choices: Choices | None = None, **messages: Message
) -> None:
    """A run of the page that has something to save."""
    chosen = writing.post.choices if choices is None else choices
    autosave.save(gateway, writing, choices=chosen, messages=messages)
