"""What changed between two versions of a post, part by part, in words and as word diffs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import streamlit as st

from components import format as fmt
from components.countries import names_of
from components.diff import Segment, count_changes, draw_segments, word_diff
from services.edits import list_parts
from services.posts import FORMATS, Content, Image

_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True)
class TextChange:
    """Some of the post's words that are not the same any more. Counts are of words."""

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
    def is_empty(self) -> bool:
        """Whether the two are the same."""
        return not (self.texts or self.lines)

    @property
    def words(self) -> str:
        """How much of the texts changed, in words."""
        added = sum(text.added for text in self.texts)
        removed = sum(text.removed for text in self.texts)
        if not self.texts:
            return "The words are the same."
        return f"{fmt.count(added, 'word')} added, {fmt.count(removed, 'word')} removed"


def compare_contents(before: Content, after: Content) -> Changes:
    """What changed in all that the public will see, and in the topic.

    All words are compared whole, however long, so that nothing of an edit stays out of sight.
    """
    texts = []
    words = tuple(_pair_words(before, after))
    for label, was, now in (*words, *_pair_descriptions(before.media, after.media)):
        if was != now:
            segments = word_diff(was, now)
            texts.append(TextChange(label, segments, *count_changes(segments)))
    lines = (*_compare_fields(before, after), *_compare_images(before.media, after.media))
    same = tuple(label for label, was, now in words if was == now)
    return Changes(tuple(texts), lines, same)


def _pair_words(before: Content, after: Content) -> Iterator[tuple[str, str, str]]:
    """Label, words before and words after, of each part that one of them has."""
    old, new = _list_words(before), _list_words(after)
    for label in [*old, *(label for label in new if label not in old)]:
        yield label, old.get(label, ""), new.get(label, "")


def _list_words(content: Content) -> dict[str, str]:
    """All words but descriptions of images, by the labels of their parts, as people read them."""
    words = {part.label: part.text for part in list_parts(replace(content, media=()))}
    return words | ({"Video": content.video_link} if content.video_link else {})


def _pair_descriptions(
    before: tuple[Image, ...], after: tuple[Image, ...]
) -> Iterator[tuple[str, str, str]]:
    """The same of images that both have; a description goes with its picture, wherever that is."""
    old: dict[str, list[str]] = {}
    for image in before:
        old.setdefault(image.sha256, []).append(image.alt)
    for place, image in enumerate(after):
        if old.get(image.sha256):
            yield f"Description of image {place + 1}", old[image.sha256].pop(0), image.alt


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
    )
    for what, old, new in pairs:
        if old != new:
            yield f"**{what}:** was {old}, now {new}"


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
