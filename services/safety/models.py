"""What goes into the checker and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, cast, get_args

Severity = Literal["blocker", "warning", "suggestion"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

VOICES = ("lived experience", "professional", "organisation")
MEDIA_TYPES = ("image", "carousel", "gif", "video", "audio")


class BadContext(ValueError):
    """A context that cannot be read; the message names the field and what it should be."""


@dataclass(frozen=True, kw_only=True)
class Guideline:
    """A public guide that a rule rests on; `year` is "n.d." where its page shows no date."""

    key: str
    name: str
    year: str
    url: str
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a rule has to say about a text.

    `start` and `end` count characters (code points) of the text as it was given, so that
    `text[start:end] == quote` always; a finding about the whole post has an empty span at 0.
    """

    rule: str
    category: str
    severity: Severity
    start: int
    end: int
    quote: str
    reason: str
    suggestion: str
    source: Guideline
    needs_professional: bool

    def to_json(self) -> dict[str, Any]:
        """The finding as the command line writes it."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        found["source"] = {
            "name": self.source.name,
            "year": self.source.year,
            "url": self.source.url,
        }
        return found


@dataclass(frozen=True, kw_only=True)
class Media:
    """An image, video or recording of the draft; what is None is not known."""

    type: str
    alt: str | None = None
    captions: bool | None = None
    transcript: str | None = None

    @classmethod
    def read(cls, raw: object, where: str) -> Self:
        """One entry of `media`. Raises BadContext."""
        table = expect_table(raw, where, {"type", "alt", "captions", "transcript"})
        kind = table.get("type")
        if kind not in MEDIA_TYPES:
            raise BadContext(f"{where}.type: one of {', '.join(MEDIA_TYPES)}")
        return cls(
            type=cast(str, kind),
            alt=expect_text(table.get("alt"), f"{where}.alt"),
            captions=expect_flag(table.get("captions"), f"{where}.captions"),
            transcript=expect_text(table.get("transcript"), f"{where}.transcript"),
        )


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is known of the draft around the text; None means unknown, and nothing follows from it.

    The text that is checked is the caption unless `caption` says what else it is; the other parts
    are only looked through for a helpline, a source or a disclosure.
    """

    caption: str | None = None
    script: str | None = None
    hashtags: tuple[str, ...] | None = None
    on_screen_text: str | None = None
    media: tuple[Media, ...] | None = None
    sponsored: bool | None = None
    paid_label_on: bool | None = None
    ai_generated: bool | None = None
    ai_label_on: bool | None = None
    audience_countries: tuple[str, ...] | None = None
    platform: str | None = None
    voice: str | None = None

    @classmethod
    def read(cls, raw: object) -> Self:
        """A context from JSON or TOML. Raises BadContext naming the field."""
        table = expect_table(raw, "context", {field.name for field in fields(cls)})
        media = table.get("media")
        if media is not None and not isinstance(media, list | tuple):
            raise BadContext("context.media: a list")
        voice = expect_text(table.get("voice"), "context.voice")
        if voice is not None and voice not in VOICES:
            raise BadContext(f"context.voice: one of {', '.join(VOICES)}")
        return cls(
            caption=expect_text(table.get("caption"), "context.caption"),
            script=expect_text(table.get("script"), "context.script"),
            hashtags=expect_texts(table.get("hashtags"), "context.hashtags"),
            on_screen_text=expect_text(table.get("on_screen_text"), "context.on_screen_text"),
            media=None
            if media is None
            else tuple(Media.read(one, f"context.media[{n}]") for n, one in enumerate(media)),
            sponsored=expect_flag(table.get("sponsored"), "context.sponsored"),
            paid_label_on=expect_flag(table.get("paid_label_on"), "context.paid_label_on"),
            ai_generated=expect_flag(table.get("ai_generated"), "context.ai_generated"),
            ai_label_on=expect_flag(table.get("ai_label_on"), "context.ai_label_on"),
            audience_countries=read_countries(table.get("audience_countries")),
            platform=expect_text(table.get("platform"), "context.platform"),
            voice=voice,
        )

    def is_whole_post(self) -> bool:
        """Whether the text is a post with all its parts, so that what is missing can be told."""
        parts = (
            self.caption,
            self.script,
            self.hashtags,
            self.on_screen_text,
            self.media,
            self.audience_countries,
            self.platform,
        )
        return any(part is not None for part in parts)

    def other_parts(self) -> str:
        """All words of the draft besides the text under check."""
        parts = [self.caption, self.script, self.on_screen_text, *(self.hashtags or ())]
        return "\n\n".join(part for part in parts if part)


def expect_table(raw: object, where: str, known: set[str]) -> Mapping[str, Any]:
    """The value as a table with known keys only. Raises BadContext."""
    if not isinstance(raw, Mapping):
        raise BadContext(f"{where}: an object with named fields")
    unknown = sorted(str(key) for key in raw if key not in known)
    if unknown:
        raise BadContext(f"{where}: unknown field {unknown[0]!r}")
    return raw


def expect_text(raw: object, where: str) -> str | None:
    """The value as text, or None when it is not known. Raises BadContext."""
    if raw is None or isinstance(raw, str):
        return raw
    raise BadContext(f"{where}: text")


def expect_flag(raw: object, where: str) -> bool | None:
    """The value as yes or no, or None when it is not known. Raises BadContext."""
    if raw is None or isinstance(raw, bool):
        return raw
    raise BadContext(f"{where}: true or false")


def expect_texts(raw: object, where: str) -> tuple[str, ...] | None:
    """The value as a list of texts, or None when it is not known. Raises BadContext."""
    if raw is None:
        return None
    if isinstance(raw, list | tuple) and all(isinstance(one, str) for one in raw):
        return tuple(raw)
    raise BadContext(f"{where}: a list of texts")


def read_countries(raw: object) -> tuple[str, ...] | None:
    """Two-letter country codes in capitals; "UK" counts as GB. Raises BadContext."""
    texts = expect_texts(raw, "context.audience_countries")
    if texts is None:
        return None
    codes = tuple("GB" if code.upper() == "UK" else code.upper() for code in texts)
    for code in codes:
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise BadContext(f"context.audience_countries: {code[:20]!r} is no two-letter code")
    return codes
