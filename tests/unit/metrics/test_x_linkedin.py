"""X, LinkedIn and Google Analytics: every trap that the reference names for their exports."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.metrics import inspect
from tests.support.exports import LINKEDIN, X, look, refused, taken, write_csv
from tests.support.spreadsheets import Raw, write_xls, write_xlsx


def x(number: int, **changes: object) -> list[object]:
    row: dict[str, object] = {
        "Post id": f"203173847261482598{number}",
        "Date": "Tue, Mar 10, 2026",
        "Post text": "@friend hello\nthere",
        "Post Link": f"https://x.com/calm_corner/status/203173847261482598{number}",
        "Impressions": 1000,
        "Likes": 9,
        "Engagements": 77,
        "Bookmarks": 8,
        "Shares": 55,
        "New follows": 1,
        "Replies": 2,
        "Reposts": 3,
        "Profile visits": 4,
        "URL Clicks": 5,
    }
    row |= {key.replace("_", " "): value for key, value in changes.items()}
    return [row[name] for name in X]


ALL = {
    "impressions": 1000,
    "likes": 9,
    "saves": 8,
    "follows": 1,
    "comments": 2,
    "shares": 3,
    "profile_visits": 4,
    "link_clicks": 5,
}


class TestX:
    def test_reposts_are_shares_and_shares_are_not(self) -> None:
        data = write_csv(X, x(1), x(2, Likes="n/a"))

        assert look(data) == taken("x", "posts_period", 1, ALL, rejected={4: "invalid_number"})

    def test_the_id_carries_the_instant(self) -> None:
        [record] = inspect(write_csv(X, x(1))).records()
        instant = datetime.fromtimestamp(
            ((2031738472614825981 >> 22) + 1288834974657) / 1000, tz=UTC
        )

        assert record.published_at is not None
        assert abs((record.published_at - instant).total_seconds()) < 0.001
        assert (record.zone_source, record.account) == ("id", "calm_corner")
        assert (record.caption, record.raw["Shares"]) == ("@friend hello\nthere", "55")

    def test_an_id_broken_by_a_spreadsheet_gives_way_to_the_link(self) -> None:
        data = write_csv(X, x(1, Post_id="2.03174E+18"), x(1))

        assert look(data) == taken("x", "posts_period", 2, ALL, duplicates=[4])

    @pytest.mark.parametrize(
        "lines",
        [
            [
                "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows",
                '"Tue, Mar 10, 2026",1,2,3,4,5,6,7',
            ],
            [
                "Video overview,,,,,",
                (
                    "Date,Views,Watch Time (ms),Completion Rate,"
                    "Average Watch Time (ms),Estimated Revenue"
                ),
                '"Tue, Mar 10, 2026",1,2,3,4,5',
            ],
        ],
    )
    def test_overviews_are_no_posts(self, lines: list[str]) -> None:
        assert look("\n".join(lines).encode()) == refused(
            "account_level_series", "x", "account_daily"
        )

    def test_older_files_write_counts_as_floats_and_utc(self) -> None:
        header = [
            "Tweet id",
            "Tweet permalink",
            "Tweet text",
            "time",
            "impressions",
            "engagements",
            "engagement rate",
            "retweets",
            "replies",
            "favorites",
            "user profile clicks",
            "url clicks",
            "follows",
            "promoted impressions",
        ]
        row = [
            "1226930000000000001",
            "https://twitter.com/calm/status/1226930000000000001",
            "Hi",
            "2020-02-10 18:00 +0000",
            "1203.0",
            "9.0",
            "0.0074",
            "4.0",
            "3.0",
            "2.0",
            "1.0",
            "0.0",
            "0.0",
            "-",
        ]
        data = write_csv(header, row)

        assert look(data) == taken(
            "x",
            "posts_period",
            1,
            {
                "impressions": 1203,
                "shares": 4,
                "comments": 3,
                "likes": 2,
                "profile_visits": 1,
                "link_clicks": 0,
                "follows": 0,
            },
        )
        [record] = inspect(data).records()
        assert record.published_at == datetime(2020, 2, 10, 18, tzinfo=UTC)
        assert record.zone_source == "file"
        row[4] = "1203.5"
        assert look(write_csv(header, row))["reason"] == "invalid_number"

    def test_headers_in_portuguese_with_a_stray_colon(self) -> None:
        header = ["id do Tweet", "Link permanente do Tweet", "hora", "cliques no URL:"]
        row = ["1226930000000000001", "", "2020-02-10 18:00 +0000", "6.0"]

        assert look(write_csv(header, row))["totals"]["link_clicks"] == 6

    def test_the_name_tells_the_period(self) -> None:
        name = "account_analytics_content_2026-01-01_2026-03-31.csv"

        assert inspect(write_csv(X, x(1)), name=name).understood.period == (
            date(2026, 1, 1),
            date(2026, 3, 31),
        )


def linkedin(number: int, **changes: object) -> list[object]:
    row: dict[str, object] = {
        "Post title": "The whole text,\nin two lines",
        "Post link": "https://www.linkedin.com/feed/update/"
        f"urn:li:activity:710000000000000000{number}",
        "Post type": "Organic",
        "Posted by": "Somebody",
        "Created date": "11/30/2025",
        "Impressions": 500,
        "Views": "",
        "Clicks": 44,
        "Click through rate (CTR)": 0.088,
        "Likes": 9,
        "Comments": 2,
        "Reposts": 1,
        "Follows": 0,
        "Engagement rate": 0.112,
    }
    row |= {key.replace("_", " "): value for key, value in changes.items()}
    return [row[name] for name in LINKEDIN]


POST = {"impressions": 500, "likes": 9, "comments": 2, "shares": 1, "follows": 0}
DAYS = [
    ["A sentence about the data."],
    ["Date", "Impressions (organic)", "Clicks (organic)"],
    ["11/30/2025", 7, -1],
]


class TestLinkedIn:
    def test_posts_of_a_true_xls_with_its_row_numbers(self) -> None:
        sheet = [["A sentence."], LINKEDIN, linkedin(1), linkedin(2, Post_link="no link")]
        data = write_xls({"Metrics": DAYS, "All posts": sheet})
        found = inspect(data)

        assert look(data) == taken(
            "linkedin", "posts_lifetime", 1, POST, rejected={4: "missing_identity"}
        )
        assert (found.understood.part, found.understood.other_parts) == ("All posts", ("Metrics",))
        [record] = found.records()
        assert record.external_id == "urn:li:activity:7100000000000000001"
        assert record.caption == "The whole text,\nin two lines"

    def test_the_same_as_xlsx_and_as_a_csv_of_one_sheet(self) -> None:
        row = linkedin(1, Created_date=date(2025, 11, 30))
        xlsx = write_xlsx({"Metrics": DAYS, "All posts": [["A sentence."], LINKEDIN, row]})
        text = write_csv(["A sentence, with a comma."], LINKEDIN, linkedin(1), line_end="\r\n")

        for data in (xlsx, text):
            assert look(data) == taken("linkedin", "posts_lifetime", 1, POST)
            [record] = inspect(data).records()
            assert record.published_local == datetime(2025, 11, 30)  # noqa: DTZ001

    def test_clicks_are_no_link_clicks_and_long_headers_are_known(self) -> None:
        header = [
            "Views (Excluding offsite video views)" if name == "Views" else name
            for name in LINKEDIN
        ]
        found = look(write_csv(header, linkedin(1, Views=5)))

        assert (found["totals"]["views"], found["totals"]["link_clicks"]) == (5, None)

    def test_ids_in_escaped_links(self) -> None:
        link = "https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A7100000000000000001/"
        [record] = inspect(write_csv(LINKEDIN, linkedin(1, Post_link=link))).records()

        assert record.external_id == "urn:li:ugcPost:7100000000000000001"

    def test_days_of_the_page_are_no_posts(self) -> None:
        assert look(write_xls({"Metrics": DAYS})) == refused(
            "account_level_series", "linkedin", "account_daily"
        )

    def test_an_old_encoding_is_read_with_a_warning(self) -> None:
        data = write_csv(LINKEDIN, linkedin(1, Post_title="Für “alle”"), encoding="cp1252")
        found = inspect(data)

        assert next(found.records()).caption == "Für “alle”"
        assert any("Windows-1252" in one for one in found.warnings)

    def test_fractions_in_a_spreadsheet_stay_exact(self) -> None:
        data = write_xlsx({"All posts": [LINKEDIN, linkedin(1, Impressions=Raw("500.0"))]})

        assert look(data)["totals"]["impressions"] == 500

    @pytest.mark.parametrize(
        ("first", "header", "row"),
        [
            (
                "Campaign Performance Report (in UTC)",
                "Start Date (in UTC)\tAccount Name\tCurrency\tCampaign ID\tAd ID\tReach",
                "9/21/2026\tCalm\tEUR\t1\t2\t1,234",
            ),
            (
                "Rapport over campagneprestaties (in UTC)",
                "Begindatum (in UTC)\tAccountnaam\tValuta\tCampagne-id\tImpressies",
                "23-9-2026\tCalm\tEUR\t1\t1.234",
            ),
            ("Campaign Performance Report (in UTC)", "", ""),
        ],
    )
    def test_ads_are_recognised_and_never_posts(self, first: str, header: str, row: str) -> None:
        lines = [first, "Report Start: 1", "Report End: 2", "Date Generated: 3", "", header, row]
        data = b"\xff\xfe" + "\n".join(lines).strip().encode("utf-16-le")

        assert look(data) == refused("paid_ads_report", "linkedin", "ads_daily")


class TestOthers:
    @pytest.mark.parametrize(
        "days",
        [
            ("Start date: 20260224", "End date: 20260323"),
            ("Date de début : 20260701", "Date de fin : 20260731"),
        ],
    )
    def test_visits_to_a_website_are_no_posts(self, days: tuple[str, str]) -> None:
        lines = [
            "# ----",
            "# Pages and screens",
            "# ----",
            "# ",
            "# All Users",
            *(f"# {day}" for day in days),
            "Page path and screen class,Views",
            "/,12",
        ]

        assert look("\n".join(lines).encode()) == refused(
            "unsupported_file_type", None, "site_traffic"
        )

    @pytest.mark.parametrize(
        "header",
        [
            "Date (GMT),Post ID,Post Message,Post Permalink,Post Type,Social Network,Impressions",
            "Date;Followers;Gained followers;Lost followers;Posts;Impressions;Reach",
            "Link,Long URL,Title,Clicks",
            "a,b,c",
        ],
    )
    def test_other_tools_are_not_recognised(self, header: str) -> None:
        assert look(f"{header}\n1,2,3\n".encode()) == refused("unsupported_file_type")
