"""Instagram: every trap that the reference names for its exports."""

from __future__ import annotations

from datetime import UTC, datetime

from services.metrics import inspect
from tests.support.exports import INSTAGRAM, instagram, look, refused, taken, write_csv

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
