"""Figures of the demo workspace: a year of posts on three platforms, as files that were imported.

The files are written as the platforms write them and read by the app's own reader. Addresses lead
nowhere; the figures are made up, and the same for every start.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.embedded.demo_play import Deed
from services.embedded.demo_story import Cast
from services.measures.importing import read_file
from services.metrics import Corrections

Row = dict[str, object]


@dataclass(frozen=True)
class _Account:
    """An account, whose it is (None: the organisation's), and how many days ago its files came."""

    platform: str
    name: str
    owner: str | None
    imports: tuple[int, ...]
    views: int


ACCOUNTS = (
    _Account("instagram", "ines.under.clear.skies", "ines", (34, 4), 900),
    _Account("instagram", "leila.writes", "leila", (33, 5), 600),
    _Account("facebook", "Marco Hale", "marco", (47, 19), 350),
    _Account("x", "clearskies", None, (6,), 1400),
)
# For posts from before the workspace began; nothing here asks for a review.
CAPTIONS = (
    "A slow morning counts as a morning.",
    "Ask how somebody is, and then wait for the answer.",
    "What helped you sleep this week?",
    "You may leave the party early.",
    "A walk around the block is still a walk.",
    "Today I told a friend that I was tired. It helped to say it.",
    "Three people to text when the day is long.",
    "Rest before you need it.",
    "It is fine to answer tomorrow.",
    "What would you say to a friend who feels like this?",
    "A glass of water, a window, five minutes.",
)
EVERY_DAYS = 7
WEEKS = 52


def list_measure_deeds(cast: Cast) -> Iterator[Deed]:
    """Accounts that were added and files that came in."""
    ids: dict[str, str] = {}
    for account in ACCOUNTS:
        first = max(account.imports)
        added = cast.now - timedelta(days=first, hours=2)
        yield Deed(added, partial(_add, cast, account, ids))
        for days in account.imports:
            yield Deed(cast.now - timedelta(days=days), partial(_bring, cast, account, ids))


def _add(cast: Cast, account: _Account, ids: dict[str, str], at: datetime) -> None:
    ids[account.name] = cast.history.act(
        at,
        cast.ids[account.owner or "sam"],
        "add_account",
        p_workspace=cast.workspace,
        p_platform=account.platform,
        p_name=account.name,
        p_owner=cast.ids[account.owner] if account.owner else None,
    )


def _bring(cast: Cast, account: _Account, ids: dict[str, str], at: datetime) -> None:
    """A file with every post until then."""
    raw = _write_file(account, list(_list_posts(cast, account, at)), at)
    reading = read_file(
        raw, name=f"{account.platform}-{at:%Y-%m-%d}.csv", corrections=Corrections()
    )
    who = cast.ids[account.owner or "sam"]
    period = reading.basis == "period"
    begun = {
        "name": reading.name,
        "hash": reading.file_hash,
        "basis": reading.basis,
        "captured_on": at.date().isoformat(),
        "period_start": (at - timedelta(days=400)).date().isoformat() if period else None,
        "time_zone": reading.inspection.understood.time_zone,
        "zone_source": reading.inspection.understood.zone_source,
        "layout": reading.layout,
        "rows": reading.inspection.entities,
        "rejected_count": 0,
    }
    act = partial(cast.history.act, at, who)
    import_id = act(
        "begin_import",
        p_workspace=cast.workspace,
        p_account=ids[account.name],
        p_file=json.dumps(begun),
    )
    for number, part in enumerate(reading.parts, start=1):
        act("stage_rows", p_import=import_id, p_chunk=number, p_rows=part.text)
    act("apply_import", p_import=import_id)


def _list_posts(cast: Cast, account: _Account, at: datetime) -> Iterator[tuple[datetime, str, str]]:
    """When, what and where: posts of every week, and those that were drafts."""
    for week in range(WEEKS):
        when = cast.now - timedelta(days=EVERY_DAYS * week + 1, hours=week % 9)
        if when < at:
            slug = f"https://{account.platform}.example.org/{account.name.replace(' ', '-')}/{week}"
            yield when, CAPTIONS[(week + len(account.name)) % len(CAPTIONS)], slug
    for published_at, caption, url in _find_published(cast, account):
        if published_at < at:
            yield published_at, caption, url


def _find_published(cast: Cast, account: _Account) -> list[tuple[datetime, str, str]]:
    """Drafts of the account's owner that were published on its platform. One was changed on the
    way.
    """
    if account.owner is None:
        return []
    found = cast.run(
        "select coalesce(jsonb_agg("
        " jsonb_build_array(d.published_at, v.content ->> 'caption', k.url)"
        " order by d.published_at), '[]') from public.post_links k"
        " join public.drafts d on d.id = k.draft_id"
        " join public.draft_versions v on v.draft_id = d.id and v.number = d.approved_version"
        " where d.author_id = %s and k.platform = %s",
        [cast.ids[account.owner], account.platform],
    )
    posts = [(datetime.fromisoformat(at), str(caption), str(url)) for at, caption, url in found]
    if posts and account.owner == "ines":
        at, caption, url = posts[0]
        posts[0] = (at, f"{caption} Share this with somebody.", url)
    return posts


def _write_file(
    account: _Account, posts: Sequence[tuple[datetime, str, str]], at: datetime
) -> bytes:
    rows = [
        _make_row(account, number, *post, age=(at - post[0]).days)
        for number, post in enumerate(posts)
    ]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _make_row(
    account: _Account, number: int, when: datetime, caption: str, url: str, *, age: int
) -> Row:
    """A post's row in the layout of its platform; figures grow for about four weeks."""
    uneven = 0.4 + (int(when.timestamp()) // 3600 * 7919 % 97) / 40
    views = int(account.views * uneven * min(1.0, (age + 2) / 28))
    # 17 and 19 digits, as the platforms have them; told apart by the moment.
    own = int(when.timestamp())
    shared: Row = {
        "Likes": views // 14,
        "Comments": views // 90,
        "Shares": views // 160,
    }
    if account.platform == "x":
        made: dict[str, Any] = {
            # X puts the moment into its ids.
            "Post id": ((own * 1000 - 1_288_834_974_657) << 22) + number,
            "Date": f"{when:%a, %b %d, %Y}",
            "Post text": caption,
            "Post Link": url,
            "Impressions": views,
            "Likes": views // 30,
            "Engagements": views // 12,
            "Bookmarks": views // 200,
            "Shares": views // 400,
            "New follows": views // 700,
            "Replies": views // 160,
            "Reposts": views // 120,
            "Profile visits": views // 60,
            "URL Clicks": views // 45,
        }
        return made
    row: Row = {
        "Post ID": 17_000_000_000_000_000 + own,
        "Description": caption,
        "Publish time": f"{when:%m/%d/%Y %H:%M}",
        "Permalink": url,
        "Post type": "IG image" if account.platform == "instagram" else "Photos",
        "Date": "Lifetime",
        "Views": views,
        "Reach": views * 7 // 10,
    }
    if account.platform == "instagram":
        named: Row = {"Account username": account.name}
        return row | named | shared | {"Saves": views // 50, "Follows": views // 400}
    return (
        row
        | {"Page ID": 1, "Page name": account.name, "Reactions": shared["Likes"]}
        | {name: shared[name] for name in ("Comments", "Shares")}
        | {"Link Clicks": views // 40}
    )
