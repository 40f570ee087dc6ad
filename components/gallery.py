"""The images of a post for reading: each with its description, because that is reviewed too.

Also what became of them between two versions. The markup is fixed; descriptions travel as data and
become text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from components.diff import Segment, word_diff
from components.marks import reveal
from services.posts import Image

_HERE = Path(__file__).parent
# Of those that web/routes/images.py makes: two images beside each other, or one on a phone.
_WIDTH = 640

Fate = Literal["same", "new", "replaced", "moved", "removed"]

_WORDS: dict[Fate, str] = {
    "same": "",
    "new": "new",
    "replaced": "replaced",
    "moved": "moved",
    "removed": "removed",
}

_GALLERY = st.components.v2.component(
    "tandem_gallery",
    html='<div class="gallery"></div>\n<!-- filled by the script -->',
    css=(_HERE / "gallery.css").read_text(encoding="utf-8"),
    js=(_HERE / "gallery.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one image: `now` is None where it was removed, `place` counts from one."""

    fate: Fate
    place: int
    before: Image | None
    now: Image | None

    @property
    def alt(self) -> tuple[Segment, ...]:
        """Its description, with what changed of it word by word."""
        if self.now is None:
            return word_diff(self.before.alt, "") if self.before else ()
        return word_diff(self.before.alt if self.before else self.now.alt, self.now.alt)

    @property
    def is_change(self) -> bool:
        """Whether anything is different."""
        return self.fate != "same" or any(one.kind != "same" for one in self.alt)


def compare_images(before: Sequence[Image], now: Sequence[Image]) -> list[Change]:
    """What became of the images, in the order they have now; removed ones come last.

    An image is known again by its bytes. One that took a place whose image is gone replaces it.
    """
    known = {image.sha256: image for image in before}
    there = {image.sha256 for image in now}
    steady = _find_steady(
        [image.sha256 for image in before if image.sha256 in there],
        [image.sha256 for image in now if image.sha256 in known],
    )
    changes: list[Change] = []
    replaced: set[str] = set()
    for place, image in enumerate(now, 1):
        if image.sha256 in known:
            fate: Fate = "same" if image.sha256 in steady else "moved"
            changes.append(Change(fate, place, known[image.sha256], image))
            continue
        gone = before[place - 1] if place <= len(before) else None
        if gone is not None and gone.sha256 not in there:
            replaced.add(gone.sha256)
            changes.append(Change("replaced", place, gone, image))
        else:
            changes.append(Change("new", place, None, image))
    for place, image in enumerate(before, 1):
        if image.sha256 not in there and image.sha256 not in replaced:
            changes.append(Change("removed", place, image, None))
    return changes


def _find_steady(order: list[str], stayed: list[str]) -> set[str]:
    """Which of the images that stayed are still in the same order: most, where one was moved."""
    blocks = SequenceMatcher(None, order, stayed, autojunk=False).get_matching_blocks()
    return {one for block in blocks for one in order[block.a : block.a + block.size]}


def draw_gallery(
    images: Sequence[Image],
    *,
    label: str = "Images",
    before: Sequence[Image] | None = None,
    key: str | None = None,
) -> None:
    """Draw the images in their order; nothing where there are none.

    Args:
        label: What a screen reader calls the group.
        before: An earlier version's, to show what became of them since.
        key: Needed where two galleries on a page could be equal.
    """
    shown = [Change("same", place, image, image) for place, image in enumerate(images, 1)]
    if before is not None:
        shown = compare_images(before, images)
    if shown:
        entries = [_describe(change, of=len(images)) for change in shown]
        _GALLERY(data={"label": label, "images": entries}, key=key)


def _describe(change: Change, *, of: int) -> dict[str, Any]:
    image = change.now or change.before
    assert image is not None  # noqa: S101 - one of the two is always there
    title = f"Image {change.place}"
    if change.now is not None and of > 1:
        title += f" of {of}"
    was = change.before if change.fate == "replaced" else None
    return {
        "title": title,
        "fate": change.fate,
        "word": _WORDS[change.fate],
        # Relative, so that it holds wherever the app is served. An id needs no escaping.
        "src": f"images/{image.id}?w={_WIDTH}",
        "href": f"images/{image.id}",
        "was": f"images/{was.id}?w={_WIDTH}" if was else "",
        "alt": image.alt,
        "pieces": [
            [segment.kind, piece.text, piece.mark]
            for segment in change.alt
            for piece in reveal(segment.text)
        ],
    }
