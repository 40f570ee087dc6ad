"""Images of a draft: taken in, kept in Storage, and read back for whoever may see them."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field

from services.errors import Conflict, NotFound, Tampered
from services.gateway.client import Gateway
from services.gateway.server import Server
from services.ids import require_id
from services.pictures import ENDINGS, prepare_image
from services.posts import Media

log = logging.getLogger("tandem.media")


@dataclass(frozen=True, slots=True)
class Stored:
    """An image's row, and its path in Storage, which is shown to nobody."""

    media: Media
    path: str = field(repr=False)


def add_image(
    gateway: Gateway,
    *,
    server: Server,
    workspace_id: str,
    draft_id: str,
    profile_id: str,
    raw: bytes,
) -> Media:
    """Take in a picture for a draft that this person writes.

    First stored, as the person, then recorded, by the server: what is recorded is always there.
    Each step done twice is as done once, so after Unavailable the same call simply finishes what
    is missing. Bytes that were stored but never recorded are seen by nobody.

    Args:
        workspace_id: The draft's.
        raw: The file as it was sent; at most `pictures.LARGEST_BYTES`.

    Raises:
        Invalid: not a picture we take; the message says what to do.
        NotFound, Forbidden: not an open draft of theirs.
        Conflict: the draft takes no more images.
        SignedOut, Unavailable.
    """
    picture = prepare_image(raw)
    path = f"{workspace_id}/{draft_id}/{picture.sha256}.{ENDINGS[picture.content_type]}"
    is_new = gateway.storage.store(path, picture.data, content_type=picture.content_type)
    media = Media(
        id=server.add_media(
            profile_id=profile_id,
            draft_id=draft_id,
            sha256=picture.sha256,
            path=path,
            content_type=picture.content_type,
            width=picture.width,
            height=picture.height,
            byte_count=len(picture.data),
        ),
        sha256=picture.sha256,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        byte_count=len(picture.data),
    )
    if not is_new and not _is_it(gateway.storage.fetch(path), picture.sha256):
        # Nothing in Storage is ever replaced, so another try would end the same way.
        log.error("another file is in an image's place", extra={"media": media.id})
        raise Conflict(
            "Something else is kept in the place of this picture. Please crop it a little and "
            "add it again.",
            detail="image_place_taken",
        )
    return media


def find_stored(gateway: Gateway, media_id: str) -> Stored:
    """Where an image is kept that this person may see.

    Raises: NotFound when there is none or it is not theirs to see; SignedOut, Unavailable.
    """
    row = gateway.read("get_media", {"p_media": require_id(media_id)})
    if row is None:
        raise NotFound
    return Stored(Media.from_json(row), row["path"])


def fetch_bytes(gateway: Gateway, stored: Stored) -> bytes:
    """The bytes of an image, once they are known to be those that were recorded.

    Raises: Tampered when they are others, or gone; SignedOut, Unavailable.
    """
    try:
        data = gateway.storage.fetch(stored.path)
    except NotFound:
        # The same rule lets a person see the row and the bytes.
        log.error("an image is gone from storage", extra={"media": stored.media.id})
        raise Tampered(detail="image_gone") from None
    if not _is_it(data, stored.media.sha256):
        log.error("an image was changed in storage", extra={"media": stored.media.id})
        raise Tampered(detail="image_changed")
    return data


def _is_it(data: bytes, sha256: str) -> bool:
    return hashlib.sha256(data).hexdigest() == sha256
