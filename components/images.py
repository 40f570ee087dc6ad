"""The images of a draft being written: uploading, describing, ordering, taking out.

The list is a component of its own, so that a description is saved as it is typed, as every text of
a draft is, and what is not saved yet is kept in the browser. It sends the whole list as the person
sees it; what becomes of it is the caller's, who saves it with the rest of the draft.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components import format as fmt
from components import session
from components.image_words import LONGEST_ALT, MOST_IMAGES, Images, apply_sent, read_sent
from services.errors import TandemError, Unavailable
from services.pictures import LARGEST_BYTES
from services.posts import Image, Media

_THUMBNAIL_WIDTH = 320
# Endings decide what a phone's own picker offers; what a file is decides its content alone.
_ENDINGS = ("jpg", "jpeg", "png", "webp", "gif")

_HERE = Path(__file__).parent

_IMAGES = st.components.v2.component(
    "tandem_images",
    html='<div class="images"></div>\n<!-- filled by the script -->',
    css=(_HERE / "images.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_HERE / name).read_text(encoding="utf-8")
        for name in (
            "mounted.js",
            "editor_shelf.js",
            "editor_words.js",
            "images_row.js",
            "images.js",
        )
    ),
)


@dataclass(frozen=True, slots=True)
class AltLimit:
    """How long a description may be on a platform, in characters; None without a limit."""

    platform: str
    most: int | None


@dataclass(slots=True)
class _Shelf:
    """What this tab knows of a draft's images beyond what is saved.

    Args:
        added: All that was uploaded here, because `media` may have been read before.
        waiting: Uploaded, and not yet handed to the caller.
        refusals: What is said about files that could not be taken.
        done: Ids of chosen files that need no more work.
        heard: The last message of the browser that was acted on: its page and number.
        uploads: Grows when the field for files starts afresh.
        is_away: Whether files still wait, because the database did not answer.
        said: The list with what was heard, until the caller has it.
        odds: Words at odds as last heard, by image; None while nothing was heard.
    """

    added: list[Media] = field(default_factory=list)
    waiting: list[Media] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    heard: tuple[str, int] = ("", 0)
    uploads: int = 0
    is_away: bool = False
    said: Images | None = None
    odds: Mapping[str, str] | None = None


def draw_images(
    images: Images,
    *,
    saved: Images,
    odds: Collection[str],
    adopted: Mapping[str, int],
    media: Sequence[Media],
    draft_id: str,
    workspace_id: str,
    profile_id: str,
    limit: AltLimit,
) -> Images:
    """Draw the list and the way to add to it; returns the images as they should be saved.

    When what it returns differs from `images`, or `heard_odds` has something, keep it and run the
    page again, so that it is saved and the browser hears of it. Call `let_go` once it is kept.

    Args:
        images: As this page has them, saved or not.
        saved: As the database has them: what the browser may let go of.
        odds: Images that another window described differently, until the person chooses.
        adopted: How often the person chose the other window's words, by image.
        media: All that the draft was given; those not in the list can be put back.
        profile_id: Whose draft it is; part of the name under which the browser keeps words.
        limit: What the platform takes of a description.
    """
    shelf = _shelf_of(draft_id)
    now = hear_images(images, media=media, draft_id=draft_id, odds=odds)
    with st.container(key=_key("part", draft_id)):
        st.markdown("**Images**")
        # What comes and goes above the list stays in a place of its own, or the browser would make
        # a new list under somebody's fingers.
        with st.container():
            _draw_upload(shelf, now, draft_id=draft_id, workspace_id=workspace_id)
        here = {image.id for image in now}
        spare = [one for one in _all_media(shelf, media, now) if one not in here]
        _IMAGES(
            key=_key("list", draft_id),
            data={
                "draft": draft_id,
                "profile": profile_id,
                "images": [{"id": image.id, "alt": image.alt} for image in now],
                "saved": {image.id: image.alt for image in saved},
                "spare": spare,
                "odds": list(odds),
                "adopted": dict(adopted),
                "most": MOST_IMAGES,
                "longest": LONGEST_ALT,
                "limit": limit.most,
                "limitName": limit.platform,
                "heard": list(shelf.heard),
                "width": _THUMBNAIL_WIDTH,
            },
            on_images_change=_nothing,
        )
    return hear_images(now, media=media, draft_id=draft_id, odds=odds)


def hear_images(
    images: Images, *, media: Sequence[Media], draft_id: str, odds: Collection[str] = ()
) -> Images:
    """The images with what the browser said since, and with new uploads at their end."""
    shelf = _shelf_of(draft_id)
    state: Any = st.session_state.get(_key("list", draft_id))
    sent = read_sent(state.get("images")) if isinstance(state, Mapping) else None
    # From here to the end nothing lets a newer request break the run off: what counts as heard is
    # kept on the shelf until the page says that it has it.
    if shelf.said is not None:
        images = shelf.said
    here = {image.id for image in images}
    fresh = [one for one in shelf.waiting if one.id not in here]
    shelf.waiting.clear()
    now = (*images, *(Image(one.id, one.sha256) for one in fresh))
    if sent is not None and (sent.page != shelf.heard[0] or sent.seq > shelf.heard[1]):
        # When the connection broke and came back, another window may have changed the list since.
        is_current = bool(shelf.heard[0]) or sent.base == tuple(one.id for one in images)
        shelf.heard = (sent.page, sent.seq)
        known = _all_media(shelf, media, now)
        merged = apply_sent(now, sent, known=known, odds=odds, takes_order=is_current)
        now, shelf.odds = merged.images, merged.odds
    shelf.said = now
    return now


def let_go(draft_id: str) -> None:
    """The page has what `draw_images` returned, and what `heard_odds` did."""
    shelf = _shelf_of(draft_id)
    shelf.said = shelf.odds = None


def heard_odds(draft_id: str) -> Mapping[str, str] | None:
    """The words at odds in the browser's last message, by image; None when there is nothing new."""
    return _shelf_of(draft_id).odds


def take_newest(draft_id: str, image_id: str) -> str | None:
    """The words that the browser has for an image now; its message counts as heard.

    None when it has none of its own. What the message says of other images comes again.
    """
    state: Any = st.session_state.get(_key("list", draft_id))
    sent = read_sent(state.get("images")) if isinstance(state, Mapping) else None
    if sent is None:
        return None
    _shelf_of(draft_id).heard = (sent.page, sent.seq)
    words = sent.words.get(image_id)
    return None if words is None else words.alt


def why_not_send(images: Sequence[Image]) -> str:
    """Which image keeps the post from being sent for review, in words; empty when none does."""
    missing = [place for place, image in enumerate(images, 1) if not image.alt.strip()]
    if not missing:
        return ""
    return f"Describe {fmt.listing(f'image {place}' for place in missing)} first."


def _all_media(shelf: _Shelf, media: Sequence[Media], images: Images) -> dict[str, str]:
    given = {one.id: one.sha256 for one in (*media, *shelf.added)}
    return given | {image.id: image.sha256 for image in images}


# -- uploading ---------------------------------------------------------------------------------


def _draw_upload(shelf: _Shelf, images: Images, *, draft_id: str, workspace_id: str) -> None:
    """The field for files. Ends the run once some were taken in, so that the list shows them."""
    left = MOST_IMAGES - len(images)
    files = st.file_uploader(
        "Add images",
        type=_ENDINGS,
        accept_multiple_files=True,
        key=_key(f"upload_{shelf.uploads}", draft_id),
        max_upload_size=LARGEST_BYTES // 1_000_000,
        disabled=left <= 0,
    )
    if left > 0:
        st.caption("Where a photo was taken is removed from it. A moving picture is kept still.")
    else:
        st.caption(f"A post can have at most {MOST_IMAGES} images.")
    for words in shelf.refusals:
        st.warning(words, icon=":material/image_not_supported:")
    todo = [one for one in files if one.file_id not in shelf.done]
    if not todo:
        return
    if shelf.is_away and not _draw_retry(len(todo), draft_id):
        return
    shelf.refusals.clear()
    shelf.is_away = False
    for place, file in enumerate(todo):
        if place >= left:
            shelf.refusals.append(
                f"{fmt.plain(file.name)} was left out: {MOST_IMAGES} images are the most."
            )
            shelf.done.add(file.file_id)
            continue
        with st.spinner(f"Adding {place + 1} of {len(todo)}", show_time=False):
            if not _take_in(shelf, file, draft_id=draft_id, workspace_id=workspace_id):
                break
    if not shelf.is_away:
        shelf.uploads += 1
        shelf.done.clear()
    st.rerun()


def _draw_retry(number: int, draft_id: str) -> bool:
    """Files wait for the database to come back; whether the person tries again now."""
    st.warning(
        f"The database is not answering. {fmt.count(number, 'image')} will be added when you try "
        "again.",
        icon=":material/cloud_off:",
    )
    return st.button("Try again", key=_key("retry", draft_id), icon=":material/refresh:")


def _take_in(shelf: _Shelf, file: UploadedFile, *, draft_id: str, workspace_id: str) -> bool:
    """Take in one file; False when the others should wait."""
    try:
        image = session.add_image(workspace_id=workspace_id, draft_id=draft_id, raw=file.getvalue())
    except Unavailable:
        shelf.is_away = True
        return False
    except TandemError as error:
        shelf.refusals.append(f"{fmt.plain(file.name)}: {error.message}")
    else:
        shelf.added.append(image)
        shelf.waiting.append(image)
    shelf.done.add(file.file_id)
    return True


def _shelf_of(draft_id: str) -> _Shelf:
    shelf: _Shelf = st.session_state.setdefault(_key("shelf", draft_id), _Shelf())
    return shelf


def _key(name: str, draft_id: str) -> str:
    return f"draft_images_{name}_{draft_id}"


def _nothing() -> None:
    """The list is read from the state; this only declares it."""
