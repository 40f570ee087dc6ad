"""Facebook: every trap that the reference names for its exports."""

from __future__ import annotations

from typing import Any

from services.metrics import inspect
from tests.support.exports import FACEBOOK, look, refused, taken, write_csv


def facebook(number: int, **changes: object) -> list[Any]:
    row: dict[str, object] = {
        "Post ID": f"12210{number}345678901",
        "Page ID": "100064",
        "Page name": "",
        "Title": f"Title {number}",
        "Publish time": "11/14/2025 08:00",
        "Permalink": f"https://www.facebook.com/calm/posts/pfbid0Abcdefghij{number}",
        "Post type": "Photos",
        "Date": "Lifetime",
        "Views": 1000 * number,
        "Reach": 500 * number,
        "Reactions, Comments and Shares": 999,
        "Reactions": 7,
        "Comments": 2,
        "Shares": 1,
        "Total clicks": 44,
        "Link Clicks": 3,
        "Seconds viewed": "12.5",
    }
    row |= {key.replace("_", " "): value for key, value in changes.items()}
    return [row.get(name, "") for name in FACEBOOK]


class TestFacebook:
    def test_posts_with_commas_in_a_header(self) -> None:
        data = write_csv(FACEBOOK, facebook(1), facebook(2, Post_ID=""))

        assert look(data) == taken(
            "facebook",
            "posts_lifetime",
            2,
            {
                "views": 3000,
                "likes": 14,
                "comments": 4,
                "shares": 2,
                "link_clicks": 6,
                "watch_time_seconds": 25,
            },
            reach=1500,
        )
        records = list(inspect(data).records())
        assert [one.external_id for one in records] == ["122101345678901", "pfbid0Abcdefghij2"]
        assert records[0].caption == "Title 1"
        assert records[0].raw["Total clicks"] == "44"

    def test_few_repeated_posts_are_no_daily_breakdown(self) -> None:
        rows = [facebook(number) for number in range(10, 90)]
        data = write_csv(FACEBOOK, *rows, rows[5])

        found = look(data)
        assert (found["posts"], found["entities"], found["duplicates"]) == (81, 80, [82])

    def test_a_column_of_days_alone_proves_nothing(self) -> None:
        data = write_csv(FACEBOOK, *(facebook(n, Date="11/30/2025") for n in (1, 2, 3)))

        assert look(data)["status"] == "accepted"

    def test_a_row_for_each_post_and_day_without_views_is_refused(self) -> None:
        places = [at for at, name in enumerate(FACEBOOK) if name != "Views"]
        for days in (["Lifetime"] * 28, [f"11/{day:02}/2025" for day in range(1, 29)]):
            rows = [facebook(n, Date=day) for n in (1, 2) for day in days]
            data = write_csv(*([row[at] for at in places] for row in [FACEBOOK, *rows]))
            assert look(data) == refused("daily_breakdown", "facebook", "post_daily_breakdown")

    def test_posts_that_do_not_repeat_need_no_views(self) -> None:
        places = [at for at, name in enumerate(FACEBOOK) if name != "Views"]
        data = write_csv(*([row[at] for at in places] for row in [FACEBOOK, facebook(1)]))

        assert look(data)["totals"]["views"] is None
        assert look(data)["status"] == "accepted"

    def test_swedish(self) -> None:
        header = [
            "Publicerings-id",
            "Sid-id",
            "Sidnamn",
            "Titel",
            "Publiceringstid",
            "Permalänk",
            "Datum",
            "Visningar",
            "Räckvidd",
            "Reaktioner, kommentarer och delningar",
            "Reaktioner",
            "Kommentarer",
            "Delningar",
            "Länkklick",
        ]
        row = [
            "122101345678901",
            "1",
            "Sida",
            "Hej",
            "2025-11-30 10:00:05",
            "",
            "Lifetime",
            "1 234",
            "9",
            "6",
            "3",
            "2",
            "1",
            "0",
        ]

        assert look(write_csv(header, row)) == taken(
            "facebook",
            "posts_lifetime",
            1,
            {"views": 1234, "likes": 3, "comments": 2, "shares": 1, "link_clicks": 0},
            reach=9,
        )

    def test_the_older_workbook_describes_its_columns_in_a_row(self) -> None:
        header = [
            "Post ID",
            "Permalink",
            "Post Message",
            "Type",
            "Countries",
            "Languages",
            "Posted",
            "Audience Targeting",
            "Lifetime Post Total Reach",
            "Lifetime Post organic reach",
            "Lifetime Post Total Impressions",
        ]
        told = ["", "", "", "", "", "", "", "", "Lifetime: The total number of people", "", "How"]
        row = [
            "100064_122101",
            "https://www.facebook.com/1/posts/122101",
            "Hi",
            "Photo",
            "",
            "",
            "11/30/2016 06:15:07 AM",
            "",
            "50",
            "40",
            "70",
        ]

        assert look(write_csv(header, told, row)) == taken(
            "facebook", "posts_lifetime", 1, {"impressions": 70}, reach=50, skipped=[2]
        )

    def test_results_of_a_day_are_no_posts(self) -> None:
        for title, platform in (("Views", None), ("Facebook link clicks", "facebook")):
            text = f'sep=,\r\n"{title}"\r\n"Date","Primary"\r\n"2026-08-22T00:00:00","8226"\r\n'
            data = b"\xff\xfe" + text.encode("utf-16-le")
            assert look(data) == refused("account_level_series", platform, "account_daily")

    def test_ads_are_no_posts(self) -> None:
        data = write_csv(
            ["Reporting starts", "Reporting ends", "Campaign name", "Amount spent (USD)", "Reach"],
            ["2026-01-01", "2026-01-31", "Spring", "12.50", "100"],
        )
        assert look(data) == refused("paid_ads_report", "facebook", "ads_daily")
