"""What a preview and an import need: how a file was understood, corrections, records one by one."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from services.metrics import BadCorrections, Corrections, inspect
from services.metrics.identity import instant_of, looks_rounded, read_id, read_link
from services.metrics.sources import (
    FILES,
    MEANINGS,
    OLDER,
    load_sources,
    match_header,
    normalise,
)
from tests.support.exports import INSTAGRAM, TIKTOK, instagram, write_csv


class TestUnderstood:
    def test_says_how_a_file_was_read(self) -> None:
        header = ["Mystery", *INSTAGRAM]
        data = write_csv(header, ["?", *instagram(1)], separator=";", encoding="utf-8-sig")
        found = inspect(b"\xef\xbb\xbfsep=;\n" + data.removeprefix(b"\xef\xbb\xbf"))
        understood = found.understood

        assert (understood.encoding, understood.separator) == ("utf-8-sig", ";")
        assert (understood.header_line, understood.language) == (2, "en")
        assert understood.unknown_columns == ("Mystery",)
        assert (understood.decimal_mark, understood.shape) == (",", "content")
        assert (understood.date_order, understood.date_order_source) == ("month_first", "proven")
        assert understood.published == (date(2025, 11, 30), date(2025, 11, 30))
        [views] = [one for one in understood.columns if one.meaning == "views"]
        assert (views.header, views.alias, views.position) == ("Views", "views", 12)

    def test_the_name_of_meta_tells_the_period(self) -> None:
        found = inspect(
            write_csv(INSTAGRAM, instagram(1)), name="Nov-01-2025_Nov-30-2025_1723676.csv"
        )
        assert found.understood.period == (date(2025, 11, 1), date(2025, 11, 30))


class TestRecords:
    def test_hold_all_of_a_row(self) -> None:
        header = [*INSTAGRAM, "Colour"]
        row = [*instagram(1, Description="", Saves="1.2K", Duration_="x"), "red"]
        [record] = inspect(write_csv(header, row)).records()

        assert record.line == 2
        assert record.account == "calm.corner"
        assert record.permalink == "https://www.instagram.com/p/Cab_de-1/"
        assert (record.caption, record.post_type) == (None, "IG image")
        assert record.metrics == {
            "views": 100, "reach": 80, "likes": 10, "comments": 1, "shares": 0, "saves": 1200,
        }  # fmt: skip
        assert record.approximate == ("saves",)
        assert record.raw == {"Duration (sec)": "0", "Colour": "red"}

    def test_of_a_repeated_post_only_the_last_comes(self) -> None:
        data = write_csv(INSTAGRAM, instagram(1), instagram(2), instagram(1, Views=5))
        found = inspect(data)

        assert [(one.line, one.metrics["views"]) for one in found.records()] == [(3, 200), (4, 5)]
        assert [one.line for one in found.records()] == [3, 4]

    def test_of_a_rejected_file_none_comes(self) -> None:
        data = write_csv(INSTAGRAM, *(instagram(1, Date=f"11/{d:02}/2025") for d in range(1, 9)))

        assert list(inspect(data).records()) == []

    def test_a_long_file_is_not_held_in_memory(self, tmp_path: Path) -> None:
        path = tmp_path / "long.csv"
        with path.open("wb") as file:
            file.write(write_csv(INSTAGRAM))
            for number in range(1_000):
                file.write(
                    write_csv(instagram(number, Description="word " * 500, Post_ID=10**16 + number))
                )
        tracemalloc.start()
        found = inspect(path)
        few = list(islice(found.records(), 3))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert (found.entities, len(few)) == (1_000, 3)
        assert path.stat().st_size > 2 * 10**6
        assert peak < 10**6


class TestCorrections:
    def test_of_order_and_zone(self) -> None:
        data = write_csv(INSTAGRAM, instagram(1, Publish_time="03/04/2025 10:00"))
        found = inspect(data, Corrections(date_order="day_first", time_zone="Europe/Berlin"))
        [record] = found.records()

        assert found.understood.date_order_source == "given"
        assert record.published_local == datetime(2025, 4, 3, 10)  # noqa: DTZ001
        assert record.published_at == datetime(2025, 4, 3, 8, tzinfo=UTC)
        assert (record.time_zone, record.zone_source) == ("Europe/Berlin", "account setting")
        assert found.warnings == ()

    def test_a_given_order_rejects_what_contradicts_it(self) -> None:
        data = write_csv(INSTAGRAM, instagram(1), instagram(2, Publish_time="01/02/2025 10:00"))
        found = inspect(data, Corrections(date_order="day_first"))

        assert [(one.line, one.reason) for one in found.rejected] == [(2, "invalid_date")]

    def test_of_what_a_column_means(self) -> None:
        header = ["Seen" if name == "Views" else name for name in INSTAGRAM]
        data = write_csv(header, instagram(1))

        assert inspect(data).totals["views"] is None
        assert inspect(data, Corrections(columns={" SEEN": "views"})).totals["views"] == 100
        assert inspect(data, Corrections(columns={"Likes": ""})).totals["likes"] is None

    def test_make_an_unknown_layout_readable(self) -> None:
        data = write_csv(
            ["a note"],
            ["Where", "Day", "Hours"],
            ["https://youtu.be/abcdefghij1", "2025-01-02", "0.5"],
        )
        columns = {"Where": "permalink", "Day": "published", "Hours": "watch_time_seconds"}

        assert inspect(data, Corrections(columns=columns)).status == "rejected"
        found = inspect(data, Corrections(columns=columns, platform="youtube"))
        assert found.totals["watch_time_seconds"] == 1800
        assert next(found.records()).external_id == "abcdefghij1"

    def test_the_day_of_the_export_gives_the_year(self) -> None:
        row = [
            "",
            "Hi",
            "https://www.tiktok.com/@a/video/1111111111111111111",
            "December 30",
            1,
            1,
            1,
            1,
        ]
        data = write_csv(TIKTOK, row)

        assert inspect(data).reason == "invalid_date"
        [record] = inspect(data, Corrections(exported_on=date(2026, 1, 5))).records()
        assert record.published_local == datetime(2025, 12, 30)  # noqa: DTZ001

    @pytest.mark.parametrize(
        "wrong",
        [
            {"platform": "myspace"},
            {"date_order": "year_first"},
            {"time_zone": "Mars/Base"},
            {"time_zone": "../../etc/passwd"},
            {"columns": {"a": "nonsense"}},
        ],
    )
    def test_that_name_nothing_known_are_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadCorrections):
            inspect(b"", Corrections(**wrong))


class TestIdentity:
    @pytest.mark.parametrize(
        ("platform", "link", "expected"),
        [
            ("instagram", "https://www.instagram.com/reel/C1a_2-x/?hl=en", "shortcode:C1a_2-x"),
            ("instagram", "https://instagram.com/tv/C1a_2-x", "shortcode:C1a_2-x"),
            ("instagram", "https://evil.org/instagram.com.org/p/C1a_2-x/", None),
            (
                "facebook",
                "https://www.facebook.com/page/posts/pfbid02abcdefghijklm",
                "pfbid02abcdefghijklm",
            ),
            ("facebook", "https://www.facebook.com/reel/123456789/", "123456789"),
            ("facebook", "https://www.facebook.com/permalink.php?story_fbid=123456&id=9", "123456"),
            ("facebook", "https://www.facebook.com/page/", None),
            (
                "tiktok",
                "https://www.tiktok.com/@a.b/photo/7301234567890123456?x=1",
                "7301234567890123456",
            ),
            ("tiktok", "https://www.tiktok.com/@a.b", None),
            (
                "x",
                "https://twitter.com/a/status/2031738472614825981/photo/1",
                "2031738472614825981",
            ),
            ("x", "https://x.com/i/web/status/2031738472614825981", "2031738472614825981"),
            ("x", "https://netflix.com/a/status/2031738472614825981", None),
            (
                "linkedin",
                "https://www.linkedin.com/posts/a_b-share-7100000000000000001-xY",
                "urn:li:share:7100000000000000001",
            ),
            ("linkedin", "https://www.linkedin.com/in/somebody", None),
        ],
    )
    def test_links(self, platform: Any, link: str, expected: str | None) -> None:
        found = read_link(platform, link)
        assert (found.external_id if found else None) == expected

    @pytest.mark.parametrize(
        "text", ["1.78E+17", "17895695668004551.0", "", "178,956", "٣" * 17, "x"]
    )
    def test_broken_ids(self, text: str) -> None:
        assert read_id("instagram", text) is None
        assert read_id("x", text) is None
        assert read_id("linkedin", text) is None
        assert read_id("facebook", text) is None

    def test_instants(self) -> None:
        assert instant_of("tiktok", str(1_756_641_600 << 32)) == datetime(
            2025, 8, 31, 12, tzinfo=UTC
        )
        assert instant_of("x", "20") is None
        assert instant_of("linkedin", "7100000000000000001") is None
        assert instant_of("tiktok", "9" * 20) is None

    def test_rounded_ids_need_three_witnesses(self) -> None:
        assert looks_rounded(["17895695668004500"] * 3)
        assert not looks_rounded(["17895695668004500"] * 2)
        assert not looks_rounded(["178956956680045"] * 3)
        assert not looks_rounded(["17895695668004500"] * 9 + ["17895695668004501"])


class TestSources:
    def test_every_known_name_leads_to_a_field(self) -> None:
        for source in load_sources():
            needed = {
                one
                for shape in source.shapes
                for one in (*shape.needs, *shape.any, *shape.without, *shape.moves)
            }
            for found in source.names.values():
                for meaning, _ in found:
                    assert meaning in MEANINGS or meaning in needed or meaning in UNUSED, meaning
            assert {one.platform for one in load_sources()} == set(FILES)
            assert source.date_order == "month_first"

    def test_every_need_has_a_name(self) -> None:
        for source in load_sources():
            named = {meaning for found in source.names.values() for meaning, _ in found}
            for shape in source.shapes:
                assert shape.needs | shape.any | set(shape.moves) <= named, shape.name

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("\ufeffPost ID", "post id"),
            ("  Publish\u00a0 time ", "publish time"),
            ("cliques em hashtags:", "cliques em hashtags"),
            ("“Gefällt mir”-Angaben", '"gefällt mir"-angaben'),
            ("\uff30\uff4f\uff53\uff54", "post"),
        ],
    )
    def test_headers_are_compared_without_what_varies(self, written: str, expected: str) -> None:
        assert normalise(written) == expected

    def test_older_names_are_no_language(self) -> None:
        match = match_header(["Plays", *INSTAGRAM])
        assert match is not None
        assert match.language != OLDER
        assert match_header(["", ""]) is None


UNUSED = {
    "average_duration",
    "average_percentage",
    "thumbnail_rate",
    "posted_by",
    "organic_impressions",
}
