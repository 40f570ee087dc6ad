"""Which text fields a draft shows, and how each is called and explained."""

from __future__ import annotations

from components.editor import Field
from components.written import CARD, NEEDS_TITLE, TITLE, Post
from services.formats import needed_parts, order_parts, part_label
from services.platforms import platform_of
from services.posts import LONGEST_SENT

_HINTS: dict[str, str] = {
    "caption": "What people read under or beside the post.",
    "script": "What is said, word for word.",
    "on_screen_text": "Words people read in the picture. Leave an empty line between two frames.",
    "transcript": "What is said in the video as it is, for people who cannot hear it.",
    "hashtags": "Type words, with or without #, or paste a line of them.",
    "link": "A full address that starts with https://.",
    "video_link": "Where your colleagues can watch it, as a full address.",
}

_ADDS: dict[str, str] = {
    "caption": "Add a caption",
    "script": "Add a script",
    "on_screen_text": "Add text on the screen",
    "transcript": "Add a transcript",
    "hashtags": "Add hashtags",
    "link": "Add a link",
    "video_link": "Add a link to a video",
}

_CARD_HINTS: dict[str, str] = {
    "goal": "What should be different for somebody who sees it?",
    "audience": "Who is it for, and who may meet it by chance?",
    "action": "One thing, such as saving a number or talking to a friend.",
}


def title_field() -> Field:
    """The working title."""
    return Field("title", TITLE, required=NEEDS_TITLE)


def post_fields(post: Post) -> list[Field]:
    """Every part of the post in the order its format asks for."""
    format_code = post.choices.format
    needed = needed_parts(format_code)
    return [_part(post, name, is_needed=name in needed) for name in order_parts(format_code)]


def card_fields() -> list[Field]:
    """The card for colleagues."""
    return [Field(name, label, hint=_CARD_HINTS[name]) for name, label in CARD.items()]


def _part(post: Post, name: str, *, is_needed: bool) -> Field:
    platform = platform_of(post.choices.platform)
    limit = None
    if name == "caption":
        limit = platform.caption_limit
    elif name == "hashtags":
        limit = platform.hashtag_limit
    return Field(
        name,
        part_label(post.choices.format, name),
        hint="" if name == "caption" and is_needed else _HINTS[name],
        limit=limit,
        limit_name=platform.name,
        longest=LONGEST_SENT.get(name),
        # Only the part itself may decide that; a part with something in it is always there.
        shown=is_needed or bool(post.texts[name]),
        add=_ADDS[name],
    )
