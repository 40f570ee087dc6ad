"""Instagram and Facebook: every trap that the reference names for exports of Meta."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.metrics import inspect
from tests.support.exports import FACEBOOK, INSTAGRAM, instagram, look, refused, taken, write_csv

SV_INSTAGRAM = [
    "Publicerings-id",
    "Konto-id",
    "Kontots användarnamn",
    "Kontonamn",
    "Beskrivning",
    "Publiceringstid",
    "Permalänk",
    "Inläggstyp",
    "Datum",
    "Visningar",
    "Views",
    "Räckvidd",
    "Gilla-markeringar",
    "Kommentarer",
    "Delningar",
    "Sparade objekt",
    "Följer",
]
ONE = {"views": 100, "likes": 10, "comments": 1, "shares": 0}


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


class TestInstagram:
    def test_lines_are_those_where_a_record_starts(self) -> None:
        data = write_csv(
            INSTAGRAM,
            instagram(1, Description='Line one\nline "two", and\n\nmore 💛'),
            instagram(2, Likes="many"),
            instagram(3),
        )

        assert look(data) == taken(
            "instagram",
            "posts_lifetime",
            2,
            {"views": 400, "likes": 40, "comments": 4, "shares": 0},
            reach=320,
            rejected={6: "invalid_number"},
        )

    def test_columns_are_found_by_name_in_any_order(self) -> None:
        order = sorted(range(len(INSTAGRAM)), key=lambda at: INSTAGRAM[at][::-1])
        data = write_csv(*([row[at] for at in order] for row in (INSTAGRAM, instagram(1))))

        assert look(data) == taken("instagram", "posts_lifetime", 1, ONE, reach=80)

    def test_impressions_of_older_files_are_not_views(self) -> None:
        header = ["Impressions" if name == "Views" else name for name in INSTAGRAM]

        assert (
            look(write_csv(header, instagram(1)))["totals"]
            == taken("", "", 1, {"impressions": 100, "likes": 10, "comments": 1, "shares": 0})[
                "totals"
            ]
        )

    def test_plays_count_only_where_there_are_no_views(self) -> None:
        data = write_csv(["Plays", *INSTAGRAM], [7, *instagram(1)], [8, *instagram(2, Views="")])

        assert look(data)["totals"]["views"] == 108

    def test_numbers_with_thousands_and_missing_ones(self) -> None:
        data = write_csv(
            INSTAGRAM, instagram(1, Views="15,000", Saves="-", Follows="0"), instagram(2, Views="")
        )
        found = look(data)

        assert (found["totals"]["views"], found["totals"]["saves"]) == (15_000, None)
        assert found["totals"]["follows"] == 0

    def test_the_last_row_of_a_post_counts(self) -> None:
        data = write_csv(
            INSTAGRAM, instagram(1, Views=1, Reach=1), instagram(2), instagram(1), instagram(1)
        )

        assert look(data) == taken(
            "instagram",
            "posts_lifetime",
            4,
            {"views": 300, "likes": 30, "comments": 3, "shares": 0},
            reach=240,
            duplicates=[4, 5],
        )

    def test_a_rejected_row_does_not_replace_an_accepted_one(self) -> None:
        data = write_csv(INSTAGRAM, instagram(1), instagram(1, Views="?"))

        assert look(data) == taken(
            "instagram", "posts_lifetime", 1, ONE, reach=80, rejected={3: "invalid_number"}
        )

    def test_swedish_with_an_english_copy_of_a_column(self) -> None:
        row = [
            "17895695668004551",
            "1",
            "a",
            "A",
            "Hej",
            "11/30/2025 23:50",
            "https://www.instagram.com/reel/Cabcde1/",
            "IG reel",
            "Lifetime",
        ]
        data = write_csv(
            SV_INSTAGRAM,
            [*row, "", "40", "9", "8", "7", "6", "5", "4"],
            ["17895695668004552", *row[1:], "2", "", "1", "1", "1", "1", "1", "1"],
            encoding="utf-8-sig",
        )

        assert look(data) == taken(
            "instagram",
            "posts_lifetime",
            2,
            {"views": 42, "likes": 9, "comments": 8, "shares": 7, "saves": 6, "follows": 5},
            reach=10,
        )

    def test_portuguese_writes_thousands_with_points(self) -> None:
        header = [
            "Identificação do post",
            "Nome de usuário da conta",
            "Link permanente",
            "Horário de publicação",
            "Visualizações",
            "Alcance",
            "Curtidas",
        ]
        row = ["17895695668004551", "a", "", "11/30/2025 10:00", "1.234", "1.000", "5"]

        assert look(write_csv(header, row))["totals"]["views"] == 1234
        assert look(write_csv(header, [*row[:4], "1,234", "1", "5"]))["reason"] == "invalid_number"

    def test_german_with_points_in_dates_and_quotes_in_a_header(self) -> None:
        header = [
            "Beitrags-ID",
            "Konto-Benutzername",
            "Permalink",
            "Veröffentlichungszeitpunkt",
            "Aufrufe",
            "Reichweite",
            "„Gefällt mir“-Angaben",
        ]
        row = ["17895695668004551", "a", "", "05.11.2025 18:30", "10", "9", "8"]
        found = inspect(write_csv(header, row))

        assert found.totals["likes"] == 8
        [record] = found.records()
        assert record.published_local == datetime(2025, 11, 5, 18, 30)  # noqa: DTZ001

    def test_english_thousands_are_no_points(self) -> None:
        assert look(write_csv(INSTAGRAM, instagram(1, Views="1.234"))) == refused(
            "invalid_number", "instagram", "posts_lifetime", rejected={2: "invalid_number"}
        )

    def test_stories_say_replies(self) -> None:
        header = [*INSTAGRAM, "Replies", "Profile visits", "Link clicks", "Sticker taps"]
        row = [*instagram(1, Comments="", Post_type="IG story"), 4, 3, 2, 1]
        found = inspect(write_csv(header, row))

        assert [found.totals[name] for name in ("comments", "profile_visits", "link_clicks")] == [
            4,
            3,
            2,
        ]
        assert next(found.records()).raw["Sticker taps"] == "1"

    def test_an_id_broken_by_a_spreadsheet_gives_way_to_the_link(self) -> None:
        data = write_csv(
            INSTAGRAM,
            instagram(1, Post_ID="1.78957E+16"),
            instagram(2, Post_ID="1.78957E+16", Permalink=""),
            instagram(3, Post_ID="", Permalink="https://example.org/p/Cabcde1/"),
        )

        assert look(data) == taken(
            "instagram",
            "posts_lifetime",
            1,
            ONE,
            reach=80,
            rejected={3: "missing_identity", 4: "missing_identity"},
        )
        assert [one.external_id for one in inspect(data).records()] == ["shortcode:Cab_de-1"]

    def test_ids_cut_to_fifteen_digits_do_not_make_one_post_of_many(self) -> None:
        data = write_csv(
            INSTAGRAM, *(instagram(number, Post_ID="17895695668004500") for number in (1, 2, 3))
        )

        assert look(data)["entities"] == 3

    def test_two_posts_are_no_proof_of_cut_ids(self) -> None:
        data = write_csv(
            INSTAGRAM,
            instagram(1, Post_ID="17895695668004500"),
            instagram(2, Post_ID="17895695668004600"),
        )
        assert [one.external_id for one in inspect(data).records()] == [
            "17895695668004500",
            "17895695668004600",
        ]

    def test_a_row_for_each_day_is_refused(self) -> None:
        days = [instagram(n, Date=f"11/{day:02}/2025") for n in (1, 2) for day in (1, 2, 3)]

        assert look(write_csv(INSTAGRAM, *days)) == refused(
            "daily_breakdown", "instagram", "post_daily_breakdown"
        )

    def test_dates_decide_the_order_for_the_whole_file(self) -> None:
        times = ("25/11/2025 10:00", "03/04/2025 10:00", "26/11/2025 10:00", "11/25/2025 10:00")
        data = write_csv(
            INSTAGRAM, *(instagram(n, Publish_time=at) for n, at in enumerate(times, start=1))
        )
        found = inspect(data)

        assert [(one.line, one.reason) for one in found.rejected] == [(5, "invalid_date")]
        assert found.understood.date_order == "day_first"
        assert found.understood.date_order_source == "proven"
        second = list(found.records())[1]
        assert second.published_local == datetime(2025, 4, 3, 10)  # noqa: DTZ001

    def test_an_order_nobody_proves_is_asked_for(self) -> None:
        data = write_csv(INSTAGRAM, instagram(1, Publish_time="03/04/2025 10:00"))
        found = inspect(data)

        assert found.understood.date_order_source == "assumed"
        assert any("which number of a date" in one for one in found.warnings)
        [record] = found.records()
        assert record.published_local == datetime(2025, 3, 4, 10)  # noqa: DTZ001

    def test_times_near_a_month_s_end_keep_their_own_clock(self) -> None:
        [record] = inspect(
            write_csv(INSTAGRAM, instagram(1, Publish_time="11/30/2025 23:30"))
        ).records()

        assert record.published_local == datetime(2025, 11, 30, 23, 30)  # noqa: DTZ001
        assert record.published_at == datetime(2025, 12, 1, 7, 30, tzinfo=UTC)
        assert (record.time_zone, record.zone_source) == ("America/Los_Angeles", "assumed")

    def test_an_unknown_form_of_date_refuses_the_file(self) -> None:
        for unknown in ("2025.11.30 10:00", "1764500000", "30 Brumaire 2025"):
            data = write_csv(INSTAGRAM, instagram(1), instagram(2, Publish_time=unknown))
            assert look(data) == refused("invalid_date", "instagram", "posts_lifetime")

    def test_no_date_and_an_impossible_one_cost_their_row(self) -> None:
        times = ("", "soon", "02/30/2025 10:00", "11/30/2025 25:00", "13/13/2025 10:00")
        rows = [instagram(n, Publish_time=at) for n, at in enumerate(times, start=2)]
        data = write_csv(INSTAGRAM, instagram(1), *rows)

        assert look(data) == taken(
            "instagram",
            "posts_lifetime",
            1,
            ONE,
            reach=80,
            rejected=dict.fromkeys(range(3, 8), "invalid_date"),
        )


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
