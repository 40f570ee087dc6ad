"""Who a row is about: ids as text, and what a permalink gives where the id was broken.

A spreadsheet program turns an id of 15 to 19 digits into 1.78E+17. Such an id is none; the
permalink then says which post it is (reference on exports, section 2, "Ids").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from services.metrics.models import Cell, Platform

_DIGITS = re.compile(r"[0-9]{5,20}")
_FACEBOOK = re.compile(r"[0-9]{5,20}(?:_[0-9]{5,20})?")
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_SHORTCODE = re.compile(
    r"(?:^|[./])instagram\.com/(?:[\w.]+/)?(?:p|reels?|tv)/([A-Za-z0-9_-]{5,40})"
)
_STORY = re.compile(r"(?:^|[./])instagram\.com/stories/[\w.]+/([0-9]{5,20})")
_FACEBOOK_LINK = re.compile(
    r"(?:^|[./])(?:facebook|fb)\.com/(?:.*?[/?&])??"
    r"(?:posts/(?:[^/?#]+/)?|reel/|videos/(?:[^/?#]+/)?|photos/(?:[^/?#]+/)?|story_fbid=|fbid=|v=)"
    r"(pfbid[A-Za-z0-9]{10,100}|[0-9]{5,20})(?![A-Za-z0-9])"
)
_TIKTOK_LINK = re.compile(
    r"(?:^|[./])tiktok\.com/@([\w.-]{0,40})/(?:video|photo)/([0-9]{15,20})(?![0-9])"
)
_YOUTUBE_LINK = re.compile(
    r"(?:^|[./])(?:youtu\.be/|youtube\.com/(?:watch\?(?:.*&)?v=|shorts/|live/))"
    r"([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])"
)
_X_LINK = re.compile(
    r"(?:^|[./])(?:x|twitter)\.com/(?:(?!i/)(\w{1,20})|i/web)/status(?:es)?/([0-9]{5,20})(?![0-9])"
)
_URN = re.compile(r"urn:li:(activity|share|ugcPost):([0-9]{10,20})(?![0-9])")
_LINKEDIN_SLUG = re.compile(r"[-_](activity|share|ugcPost)-([0-9]{10,20})(?![0-9])")
_X_EPOCH_MS = 1_288_834_974_657
# The first snowflake ids of X are of November 2010; older ids carry no time.
_X_FIRST = 30_000_000_000
# Longer than any permalink; a pattern takes time with the square of it.
_LONGEST_LINK = 600


@dataclass(frozen=True, slots=True)
class Identity:
    """A post's id and, where a link names it, the account."""

    external_id: str
    account: str | None = None


def read_id(platform: Platform, cell: Cell) -> str | None:
    """The id in an id cell, or None for an empty or broken one."""
    text = str(cell).strip()
    if platform == "youtube":
        # YouTube writes a space before an id that begins with "-".
        return text if _VIDEO.fullmatch(text) else None
    if platform == "facebook":
        return text if _FACEBOOK.fullmatch(text) else None
    if platform == "linkedin":
        match = _URN.fullmatch(text)
        return text if match else None
    return text if _DIGITS.fullmatch(text) else None


def read_link(platform: Platform, cell: Cell) -> Identity | None:
    """What a permalink says, or None where it names no post of this platform."""
    link = str(cell).strip()
    if not link or len(link) > _LONGEST_LINK:
        return None
    return _LINKS[platform](link)


def _instagram(link: str) -> Identity | None:
    match = _SHORTCODE.search(link)
    if match:
        return Identity(f"shortcode:{match[1]}")
    match = _STORY.search(link)
    return Identity(f"story:{match[1]}") if match else None


def _facebook(link: str) -> Identity | None:
    match = _FACEBOOK_LINK.search(link)
    return Identity(match[1]) if match else None


def _tiktok(link: str) -> Identity | None:
    match = _TIKTOK_LINK.search(link)
    return Identity(match[2], match[1] or None) if match else None


def _youtube(link: str) -> Identity | None:
    match = _YOUTUBE_LINK.search(link)
    return Identity(match[1]) if match else None


def _x(link: str) -> Identity | None:
    match = _X_LINK.search(link)
    return Identity(match[2], match[1]) if match else None


def _linkedin(link: str) -> Identity | None:
    decoded = unquote(link)
    match = _URN.search(decoded) or _LINKEDIN_SLUG.search(decoded)
    return Identity(f"urn:li:{match[1]}:{match[2]}") if match else None


_LINKS: dict[Platform, Callable[[str], Identity | None]] = {
    "instagram": _instagram,
    "facebook": _facebook,
    "tiktok": _tiktok,
    "youtube": _youtube,
    "x": _x,
    "linkedin": _linkedin,
}


def instant_of(platform: Platform, external_id: str) -> datetime | None:
    """The UTC instant inside an id, or None.

    X: of publication, to the millisecond. TikTok: of the upload, in seconds; publication may be
    later. LinkedIn's ids seem to hold one as well, which is not settled, so it is not used.
    """
    if not external_id.isdecimal():
        return None
    number = int(external_id)
    if platform == "x" and number >= _X_FIRST:
        return _since_1970((number >> 22) + _X_EPOCH_MS)
    if platform == "tiktok":
        return _since_1970((number >> 32) * 1000)
    return None


def _since_1970(milliseconds: int) -> datetime | None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment if 2006 <= moment.year <= 2100 else None


def looks_rounded(ids: list[str]) -> bool:
    """Whether a spreadsheet program kept only 15 digits of these ids and wrote zeros after them.

    Three ids or more, all longer than 15 digits and all ending so: by chance one in a million.
    """
    return len(ids) >= 3 and all(
        one.isdecimal() and len(one) > 15 and not one[15:].strip("0") for one in ids
    )
