"""What the browser sends of a draft's images, and what becomes of it beside what others changed.

Pure: a description is written on words that somebody had before them. Where other words stand by
now, neither is given up: the image is at odds until the person chooses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from components.messages import fingerprint
from services.posts import Image

MOST_IMAGES = 20
LONGEST_ALT = 4_000
_LARGEST_NUMBER = 2**53
_MOST_KNOWN = 200

Images = tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A description that is not the saved one.

    Args:
        known: Fingerprints of the words it was written on, and of those that this browser sent
            since and had no answer to.
    """

    alt: str
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """The list as the browser sent it: ids in their order, with the descriptions that it changed.

    Args:
        page: The document it comes from; changes with a reload.
        seq: Grows with every message of a document.
        known: The images that the browser knew of, in the list or not.
        base: The list it was changed from.
        moved: Whether images were moved, taken out or put back there since the last answer; where
            they came to be as in `base` again, only this tells.
    """

    page: str
    seq: int
    words: Mapping[str, Words | None]
    known: frozenset[str]
    base: tuple[str, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """A list to go on with. `odds` are this side's words of images described differently there."""

    images: Images
    odds: Mapping[str, str]


def read_sent(state: object) -> Sent | None:
    """The message in what the browser sent, or None when it is none. Trusts nothing."""
    if not isinstance(state, Mapping):
        return None
    page, seq, known = (state.get(name) for name in ("page", "seq", "known"))
    if not isinstance(page, str) or isinstance(seq, bool) or not isinstance(seq, int | float):
        return None
    if not isinstance(known, list):
        return None
    return Sent(
        page=page[:40],
        seq=int(min(max(seq, 0), _LARGEST_NUMBER)),
        words=_read_words(state.get("images")),
        known=_read_marks(known),
        base=_read_ids(state.get("base")),
        moved=state.get("moved") is True,
    )


def apply_sent(
    images: Images,
    sent: Sent,
    *,
    known: Mapping[str, str],
    odds: Collection[str] = (),
    takes_order: bool = True,
) -> Merged:
    """The list as the browser wants it, and behind it what the browser does not know of yet.

    Args:
        known: The draft's images, id to hash: another draft's cannot be slipped in.
        odds: Images that are at odds already: only the same words end that by themselves.
        takes_order: Whether the browser's order and choice of images counts.
    """
    here = {image.id: image for image in images}
    order = list(here)
    if takes_order and sent.moved:
        unknown = [one for one in order if one not in sent.known and one not in sent.words]
        order = [*(one for one in sent.words if one in known), *unknown][:MOST_IMAGES]
    at_odds: dict[str, str] = {}
    now: list[Image] = []
    for one in order:
        image, words = here.get(one), sent.words.get(one)
        if image is None:
            image = Image(one, known[one], "" if words is None else words.alt)
        elif words is not None and words.alt != image.alt:
            if one in odds or fingerprint(image.alt) not in words.known:
                at_odds[one] = words.alt
            else:
                image = replace(image, alt=words.alt)
        now.append(image)
    return Merged(tuple(now), at_odds)


def merge(before: Images, mine: Images, theirs: Images) -> Merged | None:
    """Two lists that grew out of one, description by description; None when that cannot be done.

    It cannot where both changed which images there are, or their order, in different ways, nor
    where one took out an image that the other described.
    """
    ids = [[image.id for image in images] for images in (before, mine, theirs)]
    if ids[1] != ids[0] and ids[2] not in ids[:2]:
        return None
    was, here, there = ({image.id: image for image in images} for images in (before, mine, theirs))
    if _is_described_in_vain(was, here, there) or _is_described_in_vain(was, there, here):
        return None
    odds: dict[str, str] = {}
    now: list[Image] = []
    for image in theirs if ids[1] == ids[0] else mine:
        own, other = here.get(image.id, image), there.get(image.id, image)
        base = was[image.id].alt if image.id in was else ""
        if own.alt not in (base, other.alt) and other.alt != base:
            odds[image.id] = own.alt
        now.append(own if other.alt == base else other)
    return Merged(tuple(now), odds)


def with_alt(images: Images, image_id: str, alt: str) -> Images:
    """The list with other words for one image."""
    return tuple(replace(one, alt=alt) if one.id == image_id else one for one in images)


def _is_described_in_vain(
    was: Mapping[str, Image], here: Mapping[str, Image], there: Mapping[str, Image]
) -> bool:
    """Whether one side gave words to an image that the other took out."""
    return any(one in here and here[one].alt != was[one].alt for one in was.keys() - there.keys())


def _read_words(rows: object) -> dict[str, Words | None]:
    """What is said of each image, in the order of the list."""
    return {
        row["id"]: _read_alt(row)
        for row in (rows[:MOST_IMAGES] if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and isinstance(row.get("id"), str)
    }


def _read_alt(row: Mapping[str, object]) -> Words | None:
    alt, known = row.get("alt"), row.get("known")
    if not isinstance(alt, str):
        return None
    return Words(_mend(alt), _read_marks(known if isinstance(known, list) else []))


def _read_ids(ids: object) -> tuple[str, ...]:
    found = ids[:MOST_IMAGES] if isinstance(ids, list) else []
    return tuple(one for one in found if isinstance(one, str))


def _read_marks(marks: list[object]) -> frozenset[str]:
    return frozenset(one for one in marks[:_MOST_KNOWN] if isinstance(one, str))


def _mend(text: str) -> str:
    """Without halves of characters, which no database can keep, without NUL, and not too long."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "")[:LONGEST_ALT]
