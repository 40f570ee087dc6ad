"""What changed between two versions of a post, part by part, in words and as word diffs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from components import format as fmt
from components.countries import names_of
from components.diff import Segment, count_changes, draw_segments, word_diff
from services.posts import FORMATS, TEXTS, Content, Image

_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True)
class TextChange:
    """One of the post's texts that is not the same any more. Counts are of words."""

    label: str
    segments: tuple[Segment, ...]
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs: `lines` are Markdown, `same` names the texts that stayed."""

    texts: tuple[TextChange, ...]
    lines: tuple[str, ...]
    same: tuple[str, ...]

    @property
    def words(self) -> str:
        """How much of the texts changed, in words."""
        added = sum(text.added for text in self.texts)
        removed = sum(text.removed for text in self.texts)
        if not self.texts:
            return "The words are the same."
        return f"{fmt.count(added, 'word')} added, {fmt.count(removed, 'word')} removed"


def compare_contents(before: Content, after: Content) -> Changes:
    """What changed in all that the public will see, and in the topic."""
    texts, same = [], []
    for name, label in TEXTS.items():
        old, new = str(getattr(before, name)), str(getattr(after, name))
        if old != new:
            segments = word_diff(old, new)
            texts.append(TextChange(label, segments, *count_changes(segments)))
        elif new:
            same.append(label)
    lines = (*_compare_fields(before, after), *_compare_images(before.media, after.media))
    return Changes(tuple(texts), lines, tuple(same))


def draw_changes(found: Changes, *, label: str, key: str) -> None:
    """Draw everything that differs.

    Args:
        label: What a screen reader calls it, such as "What changed since version 2".
        key: Begins the key of every element.
    """
    same = f" Unchanged: {fmt.listing(found.same).lower()}." if found.same else ""
    st.markdown("\n\n".join([f":small[{found.words}{same}]", *found.lines]))
    for text in found.texts:
        if text.label != "Caption":
            st.markdown(f"**{text.label}**")
        draw_segments(text.segments, label=f"{text.label}: {label}", key=f"{key}_{text.label}")


def _compare_fields(before: Content, after: Content) -> Iterator[str]:
    pairs = (
        ("Platform", fmt.platform_label(before.platform), fmt.platform_label(after.platform)),
        ("Format", FORMATS.get(before.format, ""), FORMATS.get(after.format, "")),
        ("Topic", fmt.topic_label(before.topic), fmt.topic_label(after.topic)),
        (
            "Countries",
            names_of(before.audience_countries) or "none chosen",
            names_of(after.audience_countries) or "none chosen",
        ),
        ("Hashtags", _say_hashtags(before), _say_hashtags(after)),
        ("Link", _quote(before.link), _quote(after.link)),
        ("Video", _quote(before.video_link), _quote(after.video_link)),
    )
    for what, old, new in pairs:
        if old != new:
            yield f"**{what}:** was {old}, now {new}"


def _say_hashtags(content: Content) -> str:
    return ", ".join(fmt.plain(f"#{word}") for word in content.hashtags) or "none"


def _quote(text: str) -> str:
    """What somebody typed, short enough for a line, as Markdown."""
    short = text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
    return f"“{fmt.plain(short)}”" if text else "none"


def _compare_images(before: tuple[Image, ...], after: tuple[Image, ...]) -> Iterator[str]:
    """Images by what they show, not by their name; places are counted from one."""
    old, new = [one.sha256 for one in before], [one.sha256 for one in after]
    gone = [place for place, sha256 in enumerate(old) if sha256 not in new]
    come = [place for place, sha256 in enumerate(new) if sha256 not in old]
    replaced = set(gone) & set(come)
    for place in sorted(set(gone) | set(come)):
        what = "replaced" if place in replaced else "removed" if place in gone else "added"
        described = after[place].alt if place in come else before[place].alt
        yield f"**Image {place + 1}:** {what}, described as {_quote(described)}"
    stayed_old = [sha256 for sha256 in old if sha256 in new]
    stayed_new = [sha256 for sha256 in new if sha256 in old]
    if stayed_old != stayed_new:
        yield "**Images:** in another order"
    descriptions = {one.sha256: one.alt for one in before}
    for place, image in enumerate(after):
        was = descriptions.get(image.sha256)
        if was is not None and was != image.alt:
            yield (
                f"**Description of image {place + 1}:** was {_quote(was)}, now {_quote(image.alt)}"
            )
