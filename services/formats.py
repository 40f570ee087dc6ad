"""Which parts a post of each format has: what the editor asks for, and what it calls them."""

from __future__ import annotations

from services.posts import FORMATS, TEXTS, Content

LINE_PARTS: dict[str, str] = {
    "hashtags": "Hashtags",
    "link": "Link",
    "video_link": "Link to the video",
}

# Everything in a post that is typed, in the order in which readers meet it.
PARTS: dict[str, str] = TEXTS | LINE_PARTS

# What the editor shows from the start, in this order; everything else can be added with one tap.
_NEEDED: dict[str, tuple[str, ...]] = {
    "post": ("caption", "hashtags"),
    "carousel": ("on_screen_text", "caption", "hashtags"),
    "story": ("on_screen_text", "link"),
    "video": ("script", "on_screen_text", "video_link", "transcript", "caption", "hashtags"),
    "article": ("caption", "link"),
    "podcast": ("script", "transcript", "caption"),
    "infographic": ("on_screen_text", "caption", "hashtags"),
}

# Formats that are nothing without images.
WITH_IMAGES = frozenset({"carousel", "story", "infographic"})

# Formats whose text on the screen is spread over moments or slides.
WITH_FRAME = frozenset({"story", "video"})

_OWN_LABELS: dict[tuple[str, str], str] = {
    ("article", "caption"): "Text",
    ("podcast", "caption"): "Description",
    ("carousel", "on_screen_text"): "Text on the slides",
    ("infographic", "on_screen_text"): "Text on the image",
}


def needed_parts(format_code: str) -> tuple[str, ...]:
    """What a post of this format is made of, in the order of the editor."""
    return _NEEDED.get(format_code, _NEEDED["post"])


def order_parts(format_code: str) -> tuple[str, ...]:
    """Every part: those the format needs first, in its order."""
    needed = needed_parts(format_code)
    return needed + tuple(name for name in PARTS if name not in needed)


def part_label(format_code: str, name: str) -> str:
    """What a part is called in a post of this format: the caption of an article is its text."""
    return _OWN_LABELS.get((format_code, name), PARTS[name])


def format_label(format_code: str) -> str:
    """The format in words: "Reel or video"."""
    return FORMATS.get(format_code, format_code.replace("_", " ").capitalize())


def is_written(content: Content) -> bool:
    """Whether a post has anything that could be sent for review."""
    texts = (content.caption, content.script, content.on_screen_text)
    return bool(content.media) or any(text.strip() for text in texts)
