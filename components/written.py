"""A draft taken apart for the editor: texts that are typed, by name, and choices that are made.

Every text, the shortest too, is saved, kept in the browser and merged in the same way. Hashtags
are one line of text here, as people type them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from components import format as fmt
from components.messages import Message
from services import posts
from services.checking import ALT
from services.formats import PARTS
from services.models import Draft
from services.posts import TEXTS, Content, ContextCard, Image

TITLE = "Working title"

# The card for colleagues: what each line is called, and what it asks.
CARD: dict[str, str] = {
    "goal": "Goal",
    "audience": "Audience",
    "action": "What it asks people to do",
}

LABELS: dict[str, str] = {"title": TITLE} | PARTS | CARD

NEEDS_TITLE = "Please give it a working title. The last one is kept until then."


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen rather than typed."""

    platform: str
    format: str
    topic: str
    countries: tuple[str, ...]
    publish_by: date | None
    media: tuple[Image, ...] = ()
    professionals_only: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """All of a draft as one save writes it. `texts` has every name of LABELS."""

    choices: Choices
    texts: Mapping[str, str]

    @property
    def title(self) -> str:
        """The working title."""
        return self.texts["title"]

    def content(self) -> Content:
        """What the public will see."""
        choices, texts = self.choices, self.texts
        return Content(
            platform=choices.platform,
            topic=choices.topic,
            caption=texts["caption"],
            audience_countries=tuple(sorted(choices.countries)),
            format=choices.format,
            script=texts["script"],
            on_screen_text=texts["on_screen_text"],
            hashtags=posts.read_hashtags(texts["hashtags"]),
            link=texts["link"],
            media=choices.media,
            video_link=texts["video_link"],
            transcript=texts["transcript"],
        )

    def context(self) -> ContextCard:
        """The card for colleagues."""
        return ContextCard(**{name: self.texts[name] for name in CARD})


def take_apart(draft: Draft, content: Content, context: ContextCard) -> Post:
    """A draft as the server has it, with this content."""
    choices = Choices(
        platform=content.platform,
        format=content.format,
        topic=content.topic,
        countries=tuple(sorted(content.audience_countries)),
        publish_by=draft.publish_by,
        media=content.media,
        professionals_only=draft.professionals_only,
    )
    texts = {"title": draft.title} | content_texts(content) | context.to_json()
    return Post(choices, texts)


def content_texts(content: Content) -> dict[str, str]:
    """What is typed in a post, by the part's name."""
    lines = {
        "hashtags": posts.write_hashtags(content.hashtags),
        "link": content.link,
        "video_link": content.video_link,
    }
    return {name: getattr(content, name) for name in TEXTS} | lines


def with_texts(post: Post, messages: Mapping[str, Message]) -> Post:
    """The post with the texts of these messages, as far as a draft can hold them."""
    typed = {name: tidy(name, message.text) for name, message in messages.items()}
    kept = {name: words for name, words in typed.items() if not why_not_kept(name, words)}
    return Post(post.choices, {**post.texts, **kept})


def alt_name(image_id: str) -> str:
    """The name of an image's description."""
    return f"{ALT}{image_id}"


def image_of(name: str) -> str | None:
    """The image whose description has that name; None for any other name."""
    return name.removeprefix(ALT) if name.startswith(ALT) else None


def tidy(name: str, text: str) -> str:
    """A text as it is kept: lines on one line, hashtags as hashtags."""
    if name in TEXTS:
        return text
    if name == "hashtags":
        return posts.write_hashtags(posts.read_hashtags(text))
    return fmt.one_line(text)


def why_not_kept(name: str, text: str) -> str:
    """Why this text cannot be saved as it is, in words; empty when it can."""
    if name == "hashtags":
        return _why_not_tags(posts.read_hashtags(text))
    if name == "title" and not text:
        return NEEDS_TITLE
    longest = longest_kept(name)
    if len(text) > longest:
        return f"Not saved: {len(text):,} characters, and {longest:,} is the most."
    return ""


def longest_kept(name: str) -> int:
    """The most characters of a text that a draft can hold."""
    if name in TEXTS:
        return posts.LONGEST_KEPT
    if name == "title":
        return posts.LONGEST_TITLE
    return posts.LONGEST_CARD_LINE if name in CARD else posts.LONGEST_ADDRESS


def _why_not_tags(tags: tuple[str, ...]) -> str:
    if len(tags) > posts.MOST_HASHTAGS:
        return f"Not saved: {len(tags)} hashtags, and {posts.MOST_HASHTAGS} is the most."
    if any(len(tag) > posts.LONGEST_HASHTAG for tag in tags):
        return f"Not saved: a hashtag can have at most {posts.LONGEST_HASHTAG} characters."
    return ""
