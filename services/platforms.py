"""What each platform takes: the one table of limits, for previews, counters and warnings.

Limits are checked as advice, never as a rule: platforms change them, and some accounts have
others. Each figure carries where it was read and when; where no owner of a platform publishes one,
the comment says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# What becomes of an address in a text: readers can tap it, the platform shows a card for it, or it
# is only characters.
LinkHandling = Literal["card", "tappable", "plain"]


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform's name and limits, in characters as the platform counts them.

    Args:
        caption_limit: The longest caption; None without a limit worth a warning.
        cut_off: How much a feed on a phone shows before "more", about; None: all of it.
        hashtag_limit: The most hashtags in one post; None without one.
        alt_limit: The longest description of an image; None where the platform takes none.
        links: What becomes of an address in the caption.
    """

    name: str
    caption_limit: int | None
    cut_off: int | None
    hashtag_limit: int | None
    alt_limit: int | None
    links: LinkHandling


# Sources, read in November 2026:
# [limits] github.com/coreyhaines31/marketingskills, skills/social/references/platform-limits.md
# [upload] docs.upload-post.com/resources/character-limits
# [alt]    github.com/trypostit/trypost/pull/179, from each platform's own API documentation
# [ayr]    ayrshare.com/docs/apis/post/social-networks/instagram
# [notes]  podnews.net/article/html-episode-notes-in-podcast-rss
# No platform publishes where its feed cuts a text; it varies with the device and the line breaks.
PLATFORMS: dict[str, Platform] = {
    "instagram": Platform(
        "Instagram",
        caption_limit=2_200,  # [upload] [ayr]
        cut_off=125,  # [limits]
        hashtag_limit=5,  # [limits] [ayr]; it was 30 until December 2025.
        alt_limit=1_000,  # [upload] [alt]
        links="plain",  # "Hashtags are clickable in Instagram posts, but links are not": [ayr].
    ),
    "tiktok": Platform(
        "TikTok",
        caption_limit=4_000,  # [limits], in the app; 2,200 through the API: [upload].
        cut_off=150,  # [limits]
        hashtag_limit=5,  # [limits], since August 2025.
        alt_limit=None,  # [alt]: it takes none.
        links="plain",  # Nothing was found that says captions link.
    ),
    "youtube": Platform(
        "YouTube",
        caption_limit=5_000,  # [limits], the description.
        cut_off=100,  # [limits]
        hashtag_limit=15,  # [limits]: with more, all are ignored.
        alt_limit=None,  # [alt]: it takes none.
        links="tappable",  # As descriptions of videos show them.
    ),
    "facebook": Platform(
        "Facebook",
        caption_limit=63_206,  # [upload]
        cut_off=125,  # On a phone: socialk.it/en/tools/social-media-character-limits.
        hashtag_limit=None,  # [limits]
        alt_limit=1_000,  # [alt]: none is documented; the cap that project chose.
        links="card",
    ),
    "x": Platform(
        "X",
        caption_limit=280,  # [limits], without a paid account.
        cut_off=None,  # [limits]: all of it is shown.
        hashtag_limit=None,  # [limits]
        alt_limit=1_000,  # [alt]
        links="card",
    ),
    "linkedin": Platform(
        "LinkedIn",
        caption_limit=3_000,  # [upload]
        cut_off=210,  # [limits]
        hashtag_limit=None,  # [limits]
        alt_limit=4_086,  # [alt]
        links="card",
    ),
    "podcast": Platform(
        "Podcast",
        caption_limit=4_000,  # [notes], of Apple Podcasts.
        cut_off=None,  # Differs from app to app.
        hashtag_limit=None,
        alt_limit=None,  # A feed carries its cover without a description.
        links="tappable",  # [notes]
    ),
    "blog": Platform(
        "Blog",
        caption_limit=None,
        cut_off=None,
        hashtag_limit=None,
        alt_limit=4_000,  # Ours: the most that a post here can hold.
        links="tappable",
    ),
}


def platform_of(code: str) -> Platform:
    """The platform with this code; one that the table does not know has no limits."""
    return PLATFORMS.get(code) or Platform(code, None, None, None, None, "plain")
