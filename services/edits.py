"""The words of a post, part by part: what a professional may edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.posts import (
    LONGEST_ADDRESS,
    LONGEST_HASHTAG,
    LONGEST_SENT,
    MOST_HASHTAGS,
    TEXTS,
    Content,
    read_hashtags,
    write_hashtags,
)

# Most characters, as the database takes them.
_LONGEST_HASHTAGS = MOST_HASHTAGS * (LONGEST_HASHTAG + 2)
_LONGEST_ALT = 4_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a post. `name` is caption, script, ..., hashtags, link, or alt_0, alt_1, ..."""

    name: str
    label: str
    text: str
    most: int

    @property
    def is_line(self) -> bool:
        """Whether it is written on one line."""
        return self.name in ("link", "hashtags")


def list_parts(content: Content) -> tuple[Part, ...]:
    """The parts that the post has, in the order people read them."""
    parts = [
        Part(name, label, getattr(content, name), LONGEST_SENT[name])
        for name, label in TEXTS.items()
    ]
    at = next(i for i, part in enumerate(parts) if part.name == "transcript")
    parts[at:at] = [
        Part("hashtags", "Hashtags", write_hashtags(content.hashtags), _LONGEST_HASHTAGS),
        Part("link", "Link", content.link, LONGEST_ADDRESS),
    ]
    parts += [
        Part(f"alt_{place}", f"Description of image {place + 1}", image.alt, _LONGEST_ALT)
        for place, image in enumerate(content.media)
    ]
    return tuple(part for part in parts if part.text)


def with_texts(content: Content, texts: Mapping[str, str]) -> Content:
    """The post with these words in place of its own, by the name of the part.

    Everything that is not words (platform, countries, images and their order) stays.
    """
    changed = {
        name: text for name, text in texts.items() if name in TEXTS or name in ("link", "hashtags")
    }
    media = tuple(
        replace(image, alt=texts.get(f"alt_{place}", image.alt))
        for place, image in enumerate(content.media)
    )
    return replace(
        content,
        media=media,
        caption=changed.get("caption", content.caption),
        script=changed.get("script", content.script),
        on_screen_text=changed.get("on_screen_text", content.on_screen_text),
        transcript=changed.get("transcript", content.transcript),
        link=changed.get("link", content.link).strip(),
        hashtags=read_hashtags(changed["hashtags"]) if "hashtags" in changed else content.hashtags,
    )
