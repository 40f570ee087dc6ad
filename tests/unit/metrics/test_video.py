"""TikTok and YouTube: every trap that the reference names for their exports."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.metrics import inspect
from tests.support.exports import TIKTOK, YOUTUBE, look, refused, taken, write_csv
from tests.support.spreadsheets import write_xlsx, write_zip


def video_id(day: date, number: int = 0) -> str:
    """The id of a video that was uploaded at noon of a day."""
    return str(
        (int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) << 32) + number
    )


def tiktok(
    day: date, post_time: str, *figures: object, title: str = "Hi", time: str = ""
) -> list[object]:
    link = f"https://www.tiktok.com/@calm.corner/video/{video_id(day)}"
    return [time, title, link, post_time, *(figures or (4, 3, 2, 100))]


FOUR = {"likes": 4, "comments": 3, "shares": 2, "views": 100}


class TestTikTok:
    def test_content_takes_id_account_and_year_from_the_link(self) -> None:
        data = write_csv(
            TIKTOK,
            tiktok(date(2025, 8, 31), "August 31", "1", "2", "3", "5,431", time="September 3"),
            quoting=csv.QUOTE_ALL,
        ).rstrip(b"\n")
        found = inspect(data)

        assert look(data) == taken(
            "tiktok", "posts_lifetime", 1, {"likes": 1, "comments": 2, "shares": 3, "views": 5431}
        )
        [record] = found.records()
        assert record.account == "calm.corner"
        assert record.published_local == datetime(2025, 8, 31)  # noqa: DTZ001
        assert (record.precision, record.time_zone) == ("day", "UTC")
        assert found.understood.exported_on == date(2025, 9, 3)

    @pytest.mark.parametrize(
        "written",
        [
            "August 31",
            "31 August",
            "31 de agosto",
            "31 августа",
            "31 tháng Tám",
            "8月31日",
            "31. August",
            "31 août",
            "31 augusti",
            "8월 31일",
            "31 tháng 8",
        ],
    )
    def test_days_are_written_in_the_person_s_language(self, written: str) -> None:
        [record] = inspect(write_csv(TIKTOK, tiktok(date(2024, 8, 31), written))).records()

        assert record.published_local == datetime(2024, 8, 31)  # noqa: DTZ001

    def test_a_video_uploaded_before_new_year_can_be_posted_after_it(self) -> None:
        data = write_csv(
            TIKTOK,
            tiktok(date(2025, 12, 31), "January 2"),
            tiktok(date(2025, 12, 30), "December 30"),
            tiktok(date(2024, 2, 29), "February 29"),
        )
        days = [one.published_local for one in inspect(data).records()]

        assert [str(day)[:10] for day in days] == ["2026-01-02", "2025-12-30", "2024-02-29"]

    def test_an_unknown_language_refuses_the_file(self) -> None:
        data = write_csv(TIKTOK, tiktok(date(2025, 8, 31), "Lúnasa 31"))

        assert look(data) == refused("invalid_date", "tiktok", "posts_lifetime")

    def test_a_title_that_falls_apart_is_put_right_on_its_link(self) -> None:
        good = tiktok(date(2025, 8, 30), "August 30")
        link = good[2].replace(video_id(date(2025, 8, 30)), video_id(date(2025, 8, 29)))  # type: ignore[attr-defined]
        broken = f'"","She said "stay", then, quietly, left","{link}","August 29","4","3","2","100"'
        data = write_csv(TIKTOK, good) + broken.encode() + b"\n"

        assert look(data) == taken(
            "tiktok",
            "posts_lifetime",
            2,
            {"likes": 8, "comments": 6, "shares": 4, "views": 200},
        )
        caption = list(inspect(data).records())[1].caption
        assert caption is not None
        assert caption.startswith("She said stay")
        assert caption.endswith('quietly, left"')

    def test_a_row_that_cannot_be_put_right_is_refused(self) -> None:
        row = tiktok(date(2025, 8, 30), "August 30")
        data = write_csv(
            TIKTOK, row, [*row[:2], "part", "of it", "no link", *row[3:]], row[:5], row
        )
        found = look(data)

        assert found["rejected"] == [
            {"line": 3, "reason": "column_count_mismatch"},
            {"line": 4, "reason": "column_count_mismatch"},
        ]
        assert found["totals"]["views"] == 100

    def test_a_quote_left_open_costs_its_own_row_only(self) -> None:
        rows = [tiktok(date(2025, 8, day), f"August {day}") for day in (1, 2, 3)]
        lines = write_csv(TIKTOK, *rows, quoting=csv.QUOTE_ALL).decode().splitlines()
        lines[2] = lines[2].replace('"Hi"', '"Hi')
        data = "\n".join(lines).encode()

        assert look(data)["rejected"] == [{"line": 3, "reason": "column_count_mismatch"}]
        assert look(data)["entities"] == 2

    def test_a_link_without_a_video_is_no_identity(self) -> None:
        row = tiktok(date(2025, 8, 30), "August 30")
        data = write_csv(TIKTOK, row, [*row[:2], "https://vm.tiktok.com/ZMabc/", *row[3:]])

        assert look(data) == taken(
            "tiktok", "posts_lifetime", 1, FOUR, rejected={3: "missing_identity"}
        )

    def test_swedish_business_account(self) -> None:
        header = [
            "Videotitel",
            "Videolänk",
            "Publiceringstid",
            "Videovisningar",
            "Gilla-markeringar",
            "Kommentarer",
            "Delningar",
            "Lägg till i Favoriter",
        ]
        row = tiktok(date(2026, 4, 1), "2026/04/01", 9, 8, 7, 6)[1:]

        assert look(write_csv(header, [*row, 5])) == taken(
            "tiktok",
            "posts_lifetime",
            1,
            {"views": 9, "likes": 8, "comments": 7, "shares": 6, "saves": 5},
        )

    def test_watching_to_the_end_is_a_share_and_no_count(self) -> None:
        header = [*TIKTOK, "Total play time", "Watched full video", "Total bookmarks", "Reach"]
        row = [*tiktok(date(2025, 8, 30), "August 30"), "1:00:01.5", "38%", "6", "70"]

        assert look(write_csv(header, row)) == taken(
            "tiktok",
            "posts_lifetime",
            1,
            FOUR | {"watch_time_seconds": Decimal("3601.5"), "saves": 6},
            reach=70,
        )

    def test_lifetime_figures_cannot_be_negative(self) -> None:
        data = write_csv(
            TIKTOK,
            tiktok(date(2025, 8, 30), "August 30"),
            tiktok(date(2025, 8, 29), "August 29", 4, -1, 2, 100),
        )
        assert look(data)["rejected"] == [{"line": 3, "reason": "invalid_number"}]

    @pytest.mark.parametrize(
        "header",
        [
            ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"],
            ["Date", "Followers", "Difference in followers from previous day"],
            ["Date", "Total Viewers", "New Viewers", "Returning Viewers"],
            ["Datum", "Videovisningar", "Målgrupp som nåtts (reach)", "Profilvisningar "],
        ],
    )
    def test_series_of_an_account_are_no_posts(self, header: list[str]) -> None:
        data = write_csv(header, ["August 31", "undefined", *["-3"] * (len(header) - 2)])

        assert look(data) == refused("account_level_series", "tiktok", "account_daily")

    def test_the_posts_of_a_zip_are_found(self) -> None:
        content = write_csv(TIKTOK, tiktok(date(2025, 8, 30), "August 30"))
        data = write_zip(
            {
                "Overview.csv": b"Date,Video Views,Profile Views\nAugust 30,1,2",
                "__MACOSX/._Content.csv": b"\x00\x05\x16\x07",
                "Content.csv": content,
            }
        )
        found = inspect(data)

        assert look(data) == taken("tiktok", "posts_lifetime", 1, FOUR)
        assert (found.understood.part, found.understood.other_parts) == (
            "Content.csv",
            ("Overview.csv",),
        )

    def test_two_files_of_posts_in_a_zip_are_read_one_at_a_time(self) -> None:
        first = write_csv(TIKTOK, tiktok(date(2025, 8, 30), "August 30"))
        second = write_csv(TIKTOK, tiktok(date(2025, 8, 29), "August 29", 1, 1, 1, 1))
        data = write_zip({"a.csv": first, "b.csv": second})

        assert look(data) == refused("unsupported_file_type")
        assert look(data, part="b.csv")["totals"]["views"] == 1

    def test_a_spreadsheet_has_rows_for_lines(self) -> None:
        row = tiktok(date(2025, 8, 30), "August 30")
        data = write_xlsx({"Content": [None, TIKTOK, row, None, [*row[:7], "x"]]})

        assert look(data) == taken(
            "tiktok", "posts_lifetime", 1, FOUR, skipped=[4], rejected={5: "invalid_number"}
        )


def youtube(content: str, **changes: object) -> list[object]:
    row: dict[str, object] = {
        "Content": content,
        "Video title": "A talk, with a comma",
        "Video publish time": "Dec 15, 2023",
        "Duration": 612,
        "Views": 10,
        "Watch time (hours)": "0.6667",
        "Likes": 3,
        "Subscribers": -2,
        "Subscribers gained": 1,
        "Impressions": 200,
    }
    row |= changes
    return [row[name] for name in YOUTUBE]


class TestYouTube:
    def test_the_total_comes_first_and_hours_become_seconds(self) -> None:
        total = ["Total", "", "", "", 25, "1.5", 3, -2, 1, 300]
        data = write_csv(
            YOUTUBE,
            total,
            youtube("abcdefghij1"),
            youtube(" -bcdefghij2", **{"Watch time (hours)": "12.0001", "Impressions": ""}),
            youtube("abcdefghij3", **dict.fromkeys(YOUTUBE[4:], "")),
        )
        found = inspect(data)

        assert look(data) == taken(
            "youtube",
            "posts_period",
            3,
            {
                "views": 20,
                "likes": 6,
                "follows": 2,
                "impressions": 200,
                # (0.6667 + 12.0001) hours
                "watch_time_seconds": Decimal("45600.48"),
            },
            skipped=[2],
        )
        assert [one.external_id for one in found.records()] == [
            "abcdefghij1",
            "-bcdefghij2",
            "abcdefghij3",
        ]
        assert found.understood.impressions_of == "thumbnail"
        assert any("views is 25; its rows add up to 20" in one for one in found.warnings)

    def test_net_subscribers_are_no_follows(self) -> None:
        places = [at for at, name in enumerate(YOUTUBE) if name != "Subscribers gained"]
        rows = ([row[at] for at in places] for row in (YOUTUBE, youtube("abcdefghij1")))

        assert look(write_csv(*rows))["totals"]["follows"] is None

    def test_names_of_2026_and_older_ones(self) -> None:
        for name in ("Thumbnail impressions", "Impressions"):
            header = [name if one == "Impressions" else one for one in YOUTUBE]
            found = look(write_csv(header, youtube("abcdefghij1")))
            assert found["totals"]["impressions"] == 200

    def test_likes_can_fall_in_a_period_but_views_cannot(self) -> None:
        data = write_csv(
            YOUTUBE, youtube("abcdefghij1", Likes=-4), youtube("abcdefghij2", Views=-1)
        )

        assert look(data)["totals"]["likes"] == -4
        assert look(data)["rejected"] == [{"line": 3, "reason": "invalid_number"}]

    def test_what_is_no_id_of_a_video_is_refused(self) -> None:
        data = write_csv(YOUTUBE, youtube("abcdefghij1"), youtube("abcdefghij"), youtube("Total"))

        assert look(data)["rejected"] == [
            {"line": 3, "reason": "missing_identity"},
            {"line": 4, "reason": "missing_identity"},
        ]

    def test_semicolons_come_with_decimal_commas(self) -> None:
        row = youtube("abcdefghij1", **{"Watch time (hours)": "0,5", "Views": "1.234"})
        points = youtube("abcdefghij1", **{"Watch time (hours)": "0.25"})

        found = look(write_csv(YOUTUBE, row, separator=";"))
        assert (found["totals"]["watch_time_seconds"], found["totals"]["views"]) == (1800, 1234)
        found = look(write_csv(YOUTUBE, points, separator=";"))
        assert found["totals"]["watch_time_seconds"] == 900

    def test_a_row_a_day_and_video_is_refused(self) -> None:
        data = write_csv(
            ["Date", "Content", "Video title", "Video publish time", "Duration", "Views"],
            ["2026-01-01", "abcdefghij1", "T", "Dec 15, 2023", 5, 9],
        )
        assert look(data) == refused("daily_breakdown", "youtube", "post_daily_breakdown")

    def test_of_the_three_files_of_a_zip_the_table_is_read(self) -> None:
        data = write_zip(
            {
                "Chart data.csv": b"Date,Content,Video title,Video publish time,Duration,Views\n",
                "Totals.csv": b"Date,Views\n2026-01-01,7\n",
                "Table data.csv": write_csv(YOUTUBE, youtube("abcdefghij1")),
            }
        )

        assert look(data)["totals"]["views"] == 10
        assert look(data, part="Totals.csv")["reason"] == "account_level_series"
        assert look(data, part="none.csv") == refused("unsupported_file_type")

    @pytest.mark.parametrize("header", [["Date", "Views"], ["Date", "Views", "Watch time (hours)"]])
    def test_days_of_the_channel_are_no_posts(self, header: list[str]) -> None:
        data = write_csv(header, ["Total", "5", "1"][: len(header)])

        assert look(data) == refused("account_level_series", "youtube", "account_daily")
