"""Exports of platforms for tests: made-up posts in the layouts that the reference describes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from services.metrics import METRICS, Corrections, inspect

INSTAGRAM = [
    "Post ID",
    "Account ID",
    "Account username",
    "Account name",
    "Description",
    "Duration (sec)",
    "Publish time",
    "Permalink",
    "Post type",
    "Data comment",
    "Date",
    "Views",
    "Reach",
    "Likes",
    "Comments",
    "Shares",
    "Saves",
    "Follows",
]
FACEBOOK = [
    "Post ID", "Page ID", "Page name", "Title", "Description", "Publish time", "Permalink",
    "Post type", "Date", "Views", "Reach", "Reactions, Comments and Shares", "Reactions",
    "Comments", "Shares", "Total clicks", "Link Clicks", "Seconds viewed",
]  # fmt: skip
TIKTOK = [
    "Time", "Video title", "Video link", "Post time", "Total likes", "Total comments",
    "Total shares", "Total views",
]  # fmt: skip
YOUTUBE = [
    "Content", "Video title", "Video publish time", "Duration", "Views", "Watch time (hours)",
    "Likes", "Subscribers", "Subscribers gained", "Impressions",
]  # fmt: skip
X = [
    "Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements",
    "Bookmarks", "Shares", "New follows", "Replies", "Reposts", "Profile visits", "URL Clicks",
]  # fmt: skip
LINKEDIN = [
    "Post title", "Post link", "Post type", "Posted by", "Created date", "Impressions", "Views",
    "Clicks", "Click through rate (CTR)", "Likes", "Comments", "Reposts", "Follows",
    "Engagement rate",
]  # fmt: skip


def write_csv(
    *rows: Any,
    separator: str = ",",
    line_end: str = "\n",
    encoding: str = "utf-8",
    quoting: Any = csv.QUOTE_MINIMAL,
) -> bytes:
    """A text file of these records."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def instagram(number: int = 1, **changes: object) -> list[object]:
    """A row of Instagram content; figures differ by number."""
    row: dict[str, object] = {
        "Post ID": f"1789569566800455{number}",
        "Account ID": "17841400000000017",
        "Account username": "calm.corner",
        "Account name": "Calm corner",
        "Description": f"Caption {number}",
        "Duration (sec)": "0",
        "Publish time": "11/30/2025 09:15",
        "Permalink": f"https://www.instagram.com/p/Cab_de-{number}/",
        "Post type": "IG image",
        "Date": "Lifetime",
        "Views": 100 * number,
        "Reach": 80 * number,
        "Likes": 10 * number,
        "Comments": number,
        "Shares": 0,
        "Saves": "",
        "Follows": "",
    }
    row |= {key.replace("_", " "): value for key, value in changes.items()}
    return [row.get(name, "") for name in INSTAGRAM]


def look(data: bytes, **corrections: Any) -> dict[str, Any]:
    """What the command line prints for a file, without the warnings' wording."""
    found = inspect(data, Corrections(**corrections)).to_json()
    del found["warnings"]
    return found


def taken(
    platform: str,
    kind: str,
    posts: int,
    totals: Mapping[str, object],
    *,
    reach: int | None = None,
    entities: int | None = None,
    duplicates: Sequence[int] = (),
    skipped: Sequence[int] = (),
    rejected: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """What is expected of a file that is taken: every field, metrics not named being null."""
    return {
        "platform": platform,
        "kind": kind,
        "status": "accepted_with_rejections" if rejected else "accepted",
        "reason": None,
        "posts": posts,
        "entities": posts - len(duplicates) if entities is None else entities,
        "totals": dict.fromkeys(METRICS) | dict(totals),
        "reach_checksum": reach,
        "duplicates": list(duplicates),
        "skipped": list(skipped),
        "rejected": [{"line": line, "reason": why} for line, why in (rejected or {}).items()],
    }


def refused(
    reason: str,
    platform: str | None = None,
    kind: str | None = None,
    *,
    rejected: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """What is expected of a file that is refused."""
    found = taken(str(platform), str(kind), 0, {}, rejected=rejected)
    return found | {"platform": platform, "kind": kind, "status": "rejected", "reason": reason}
