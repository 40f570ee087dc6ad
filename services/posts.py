"""What a post is made of: all that the public will see, and the card that explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

Json = Mapping[str, Any]

FORMATS: dict[str, str] = {
    "post": "Post",
    "carousel": "Carousel",
    "story": "Story",
    "video": "Reel or video",
    "article": "Article",
    "podcast": "Podcast",
    "infographic": "Infographic",
}

# The long texts of a post, by the name that Content and the database give them.
TEXTS: dict[str, str] = {
    "caption": "Caption",
    "script": "Script",
    "on_screen_text": "Text on the screen",
    "transcript": "Transcript",
}

# Characters. A buffer keeps more than can be sent for review, so that a paste is not lost.
LONGEST_KEPT = 100_000
LONGEST_SENT: dict[str, int] = {
    "caption": 20_000,
    "script": 60_000,
    "on_screen_text": 20_000,
    "transcript": 60_000,
}
LONGEST_TITLE = 140
LONGEST_ADDRESS = 500
LONGEST_CARD_LINE = 500
LONGEST_HASHTAG = 100
MOST_HASHTAGS = 60

# What ends a hashtag. Apostrophes are left out of it, as people mean one word.
_TAG_ENDS = re.compile(r'[\s\x85\ufeff#@.,;:!?"()<>\u060c\u3001\uff0c]+')
_APOSTROPHES = re.compile("['\u2018\u2019]")


@dataclass(frozen=True, slots=True)
class Image:
    """An image in its place in a post. `sha256` is of the stored bytes, `alt` describes it."""

    id: str
    sha256: str
    alt: str = ""

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of content's `media`."""
        return cls(row["id"], row["sha256"], row["alt"])

    def to_json(self) -> dict[str, str]:
        """The object that content holds."""
        return {"id": self.id, "sha256": self.sha256, "alt": self.alt}


@dataclass(frozen=True, slots=True)
class Content:
    """All that the public will see, and the topic that decides who may approve it.

    The database hashes exactly these fields, less those that are empty. `audience_countries` are
    ISO 3166 alpha-2 codes, `hashtags` words without their #.
    """

    platform: str
    topic: str
    caption: str
    audience_countries: tuple[str, ...] = ()
    format: str = "post"
    script: str = ""
    on_screen_text: str = ""
    hashtags: tuple[str, ...] = ()
    link: str = ""
    media: tuple[Image, ...] = ()
    video_link: str = ""
    transcript: str = ""

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read a content object of a buffer or version; parts it does not have are empty."""
        return cls(
            platform=row["platform"],
            topic=row["topic"],
            caption=row["caption"],
            audience_countries=tuple(row["audience_countries"]),
            format=row.get("format", "post"),
            script=row.get("script", ""),
            on_screen_text=row.get("on_screen_text", ""),
            hashtags=tuple(row.get("hashtags", ())),
            link=row.get("link", ""),
            media=tuple(Image.from_json(one) for one in row.get("media", ())),
            video_link=row.get("video_link", ""),
            transcript=row.get("transcript", ""),
        )

    def to_json(self) -> dict[str, Any]:
        """The object the write functions take, before `json.dumps`."""
        return {
            "platform": self.platform,
            "format": self.format,
            "topic": self.topic,
            "caption": self.caption,
            "script": self.script,
            "on_screen_text": self.on_screen_text,
            "hashtags": list(self.hashtags),
            "link": self.link,
            "media": [image.to_json() for image in self.media],
            "video_link": self.video_link,
            "transcript": self.transcript,
            "audience_countries": list(self.audience_countries),
        }


@dataclass(frozen=True, slots=True)
class ContextCard:
    """What a post is for, for colleagues; not published. `action` is what it asks people to do."""

    goal: str = ""
    audience: str = ""
    action: str = ""

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read a draft's `context`."""
        return cls(row.get("goal", ""), row.get("audience", ""), row.get("action", ""))

    def to_json(self) -> dict[str, str]:
        """The object the write functions take, before `json.dumps`."""
        return {"goal": self.goal, "audience": self.audience, "action": self.action}


@dataclass(frozen=True, slots=True)
class Media:
    """An image that a draft has, used or not. Sizes in pixels and bytes."""

    id: str
    sha256: str
    content_type: str
    width: int
    height: int
    byte_count: int

    @classmethod
    def from_json(cls, row: Json) -> Self:
        """Read one of `media_json`."""
        return cls(
            id=row["id"],
            sha256=row["sha256"],
            content_type=row["content_type"],
            width=row["width"],
            height=row["height"],
            byte_count=row["byte_count"],
        )


def read_hashtags(text: str) -> tuple[str, ...]:
    """The hashtags in a line as somebody typed or pasted it, with or without #.

    In the order given; of two that differ in upper and lower case alone, the first.
    """
    words = _TAG_ENDS.split(_APOSTROPHES.sub("", text))
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.lower(), word)
    return tuple(found.values())


def write_hashtags(tags: Iterable[str]) -> str:
    """The hashtags as one line: "#rest #sleep"."""
    return " ".join(f"#{tag}" for tag in tags)
