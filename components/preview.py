"""How a post will look on a phone, roughly: where the feed cuts it, and what is too long.

A likeness, not a copy of any platform. The markup is fixed; what somebody wrote travels as data
and becomes text nodes.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from services.formats import WITH_FRAME, WITH_IMAGES, format_label
from services.platforms import Platform, platform_of
from services.posts import Content, write_hashtags

# Wide enough for a phone's screen at twice its points.
_IMAGE_WIDTH = 640

_HERE = Path(__file__).parent

_PREVIEW = st.components.v2.component(
    "tandem_preview",
    html='<div class="preview"></div>\n<!-- filled by the script -->',
    css=(_HERE / "preview.css").read_text(encoding="utf-8"),
    js=(_HERE / "preview.js").read_text(encoding="utf-8"),
)


def draw_preview(content: Content, *, author: str, key: str) -> None:
    """Draw the post as a phone would show it; folded away on a phone until it is asked for.

    Args:
        author: The name in the profile row.
    """
    platform = platform_of(content.platform)
    data = {
        "label": _label_of(content, platform),
        "author": author,
        "platform": platform.name,
        "shape": _shape(content),
        "caption": content.caption,
        "cutOff": platform.cut_off,
        "hashtags": write_hashtags(content.hashtags),
        "images": [
            {"src": f"/images/{image.id}?w={_IMAGE_WIDTH}", "alt": image.alt}
            for image in content.media
        ],
        "frames": split_frames(content.on_screen_text),
        "link": content.link,
        "linkHost": _host_of(content.link),
        "linkKind": platform.links,
        "notes": list_notes(content),
    }
    _PREVIEW(key=key, data=data)


def split_frames(on_screen_text: str) -> list[str]:
    """The text on the screen, a piece a frame: an empty line stands between two."""
    pieces: list[list[str]] = [[]]
    for line in on_screen_text.split("\n"):
        if line.strip():
            pieces[-1].append(line)
        elif pieces[-1]:
            pieces.append([])
    return ["\n".join(piece) for piece in pieces if piece]


def list_notes(content: Content) -> list[str]:
    """What the platform would not take or show as it is, a sentence each."""
    platform = platform_of(content.platform)
    return [
        *_note_length(content, platform),
        *_note_hashtags(content, platform),
        *_note_link(content, platform),
        *_note_images(content, platform),
    ]


def _note_length(content: Content, platform: Platform) -> list[str]:
    # Hashtags are pasted below the caption and count with it.
    parts = [part for part in (content.caption, write_hashtags(content.hashtags)) if part]
    length, limit = len("\n\n".join(parts)), platform.caption_limit
    if limit is None or length <= limit:
        return []
    what = "The caption has" if len(parts) == 1 else "Caption and hashtags together have"
    return [f"{what} {length:,} characters: {length - limit:,} over {platform.name}'s {limit:,}."]


def _note_hashtags(content: Content, platform: Platform) -> list[str]:
    many, limit = len(content.hashtags), platform.hashtag_limit
    if limit is None or many <= limit:
        return []
    return [f"{many} hashtags: {platform.name} takes {limit}."]


def _note_link(content: Content, platform: Platform) -> list[str]:
    if not content.link or platform.links != "plain" or content.format == "story":
        return []
    return [f"People cannot tap a link in a caption on {platform.name}; they have to type it."]


def _note_images(content: Content, platform: Platform) -> list[str]:
    notes = []
    if content.media and platform.alt_limit is None:
        notes.append(
            f"{platform.name} takes no descriptions of images: say what they show in the caption."
        )
    for place, image in enumerate(content.media, start=1):
        if not image.alt.strip():
            notes.append(f"Image {place} has no description yet.")
        elif platform.alt_limit is not None and len(image.alt) > platform.alt_limit:
            notes.append(
                f"The description of image {place} has {len(image.alt):,} characters: "
                f"{platform.name} takes {platform.alt_limit:,}."
            )
    return notes


def _label_of(content: Content, platform: Platform) -> str:
    kind = format_label(content.format)
    return f"Preview: {kind}" if kind == platform.name else f"Preview: {kind} on {platform.name}"


def _shape(content: Content) -> str:
    """The shape of the picture: tall, square, or none where there is only text."""
    if content.format in WITH_FRAME:
        return "tall"
    has_picture = content.media or content.on_screen_text.strip()
    return "square" if has_picture or content.format in WITH_IMAGES else "none"


def _host_of(link: str) -> str:
    try:
        return urlsplit(link).hostname or link
    except ValueError:
        return link
