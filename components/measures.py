"""Figures in words: what each is called, what it counts, where it comes from, how old it is.

A figure that is missing is said to be missing, never shown as zero.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from components import format as fmt
from components.words import Line, Words
from services.measures.models import Account, Post, Source
from services.metrics import Metric
from services.metrics.models import Amount

# Days after which an account's figures are called for again.
FRESH_DAYS = 14
MISSING = "not given"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure is.

    Args:
        unit: What is counted, in the plural; empty where the label says it.
        meaning: One sentence.
        adds_up: Whether posts may be added.
    """

    label: str
    unit: str
    meaning: str
    adds_up: bool = True


MEANINGS: dict[Metric, Meaning] = {
    "impressions": Meaning(
        "Impressions",
        "times",
        "How often the post, or on YouTube its preview image, was on a screen; the same person "
        "counts each time. Not the same as views.",
    ),
    "reach": Meaning(
        "Reach",
        "accounts",
        "How many different accounts saw the post, as the platform estimates. Reach of several "
        "posts or days cannot be added: the same people are in it again.",
        adds_up=False,
    ),
    "views": Meaning(
        "Views",
        "times",
        "How often a video was played; on Instagram and Facebook since 2025 how often a post of "
        "any kind was on a screen.",
    ),
    "likes": Meaning("Likes", "times", "Likes and other reactions."),
    "comments": Meaning("Comments", "times", "Comments and replies."),
    "shares": Meaning("Shares", "times", "Shares and reposts."),
    "saves": Meaning("Saves", "times", "How often people kept the post: saves and bookmarks."),
    "link_clicks": Meaning(
        "Link clicks",
        "times",
        "Clicks on the link that leaves the platform. Other clicks are not in it.",
    ),
    "profile_visits": Meaning(
        "Profile visits", "times", "Visits to the profile that came from the post."
    ),
    "follows": Meaning("New followers", "people", "People who began to follow because of it."),
    "watch_time_seconds": Meaning("Watch time", "", "How long people watched, all together."),
    "video_completions": Meaning(
        "Watched to the end",
        "times",
        "Plays that reached the end, by each platform's own measure.",
    ),
}


def say_label(metric: Metric) -> str:
    """What the figure is called: "Link clicks"."""
    return MEANINGS[metric].label


def say_amount(metric: Metric, amount: Amount | None, *, about: bool = False) -> str:
    """A figure as people read it: "1,204", "about 1,200", "3 h 20 min"; MISSING where it is not
    known.
    """
    if amount is None:
        return MISSING
    words = _say_time(amount) if metric == "watch_time_seconds" else f"{amount:,}"
    return f"about {words}" if about else words


def _say_time(seconds: Amount) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def say_figures(figures: Mapping[Metric, Amount | None], approximate: Container[str] = ()) -> str:
    """The figures that there are, in one line: "Views 1,204 · Likes 33"."""
    return " · ".join(
        # A figure stays on the line of its name.
        f"{say_label(metric)}\u00a0{say_amount(metric, amount, about=metric in approximate)}"
        for metric, amount in figures.items()
        if amount is not None
    )


def list_meanings() -> Iterator[str]:
    """Each figure with what it counts, as Markdown paragraphs."""
    for meaning in MEANINGS.values():
        yield f"**{meaning.label}**: {meaning.meaning}"


def say_cover(source: Source) -> str:
    """Which time the figures are of: "until 3 Nov 2026", "1 Oct 2026 to 3 Nov 2026 only"."""
    last = fmt.day(source.captured_on, short=True)
    if source.period_start is None:
        return f"until {last}"
    return f"{fmt.day(source.period_start, short=True)} to {last} only"


def say_origin(source: Source, zone: str, *, line: int | None = None) -> str:
    """Where figures come from, in one sentence without a stop.

    Args:
        zone: the reader's.
        line: of the file.
    """
    if source.is_typed:
        return f"typed by {source.by_name}, {fmt.moment(source.at, zone)}"
    at = f", line {line:,}" if line is not None else ""
    times = f"; times in {source.time_zone}" if source.time_zone else ""
    assumed = " (assumed)" if source.zone_source == "assumed" else ""
    return (
        f"{source.file_name}{at}, imported by {source.by_name}, {fmt.moment(source.at, zone)}"
        f"{times}{assumed}"
    )


def is_part(post: Post) -> bool:
    """Whether the figures cover only a part of the post's life, and so compare with no others."""
    start = post.source.period_start
    return start is not None and (post.published_on is None or post.published_on < start)


def say_account(account: Account) -> str:
    """The account by platform and name: "Instagram, @ines.writes"."""
    return say_name(account.platform, account.name)


def say_name(platform: str, name: str) -> str:
    """A platform and a name there."""
    return f"{fmt.platform_label(platform)}, {name}"


def find_missing(account: Account, today: date) -> Line:
    """A mark for an account whose figures are missing or old; empty while they are fresh."""
    if account.closed_at is not None:
        return (Words("Closed", look="badge", icon="archive", colour="gray"),)
    if account.captured_on is None:
        return (Words("No figures yet", look="badge", icon="hourglass_empty", colour="gray"),)
    if today - account.captured_on <= timedelta(days=FRESH_DAYS):
        return ()
    since = fmt.day(account.captured_on + timedelta(days=1), short=True)
    return (
        Words(f"Figures missing since {since}", look="badge", icon="event_busy", colour="orange"),
    )
