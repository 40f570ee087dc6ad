"""Any bytes at all: no traceback, always one of the reasons, and JSON that adds up."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics import METRICS, REASONS, BadCorrections, Corrections, Record, inspect
from services.metrics.cli import to_json_text
from tests.support.exports import (
    FACEBOOK,
    INSTAGRAM,
    LINKEDIN,
    TIKTOK,
    YOUTUBE,
    X,
    instagram,
    write_csv,
)
from tests.support.spreadsheets import write_xls, write_xlsx, write_zip

TEXTS = [
    write_csv(INSTAGRAM, instagram(1, Description='two\nlines "quoted"'), instagram(2)),
    write_csv(INSTAGRAM, instagram(1), line_end="\r\n", encoding="utf-16"),
    write_csv(INSTAGRAM, instagram(1), separator=";", encoding="utf-8-sig"),
    *(write_csv(header, header) for header in (FACEBOOK, TIKTOK, YOUTUBE, X)),
]
SHEETS = [
    write_xlsx({"All posts": [["A sentence"], LINKEDIN, LINKEDIN]}),
    write_xls({"All posts": [["A sentence"], LINKEDIN, LINKEDIN]}),
    write_zip({"a.csv": TEXTS[0], "b.csv": TEXTS[3]}),
]


def check(data: bytes) -> None:
    """What holds for every file there can be."""
    found = inspect(data)
    told: dict[str, Any] = json.loads(to_json_text(found.to_json()))
    assert set(told["totals"]) == set(METRICS)
    assert told["totals"]["reach"] is None
    assert (told["reason"] is None) == (told["status"] != "rejected")
    assert told["reason"] is None or told["reason"] in REASONS
    assert all(one["reason"] in REASONS and one["line"] > 0 for one in told["rejected"])
    assert (told["status"] == "accepted_with_rejections") == bool(
        told["rejected"] and told["reason"] is None
    )
    assert told["posts"] == told["entities"] + len(told["duplicates"])
    if found.status != "rejected":
        check_records(list(found.records()), told)


def check_records(records: list[Record], told: dict[str, Any]) -> None:
    """The records are the posts that were counted, each once, and add up to the totals."""
    assert len({one.external_id for one in records}) == len(records) == told["entities"]
    for metric in METRICS:
        amounts = [one.metrics[metric] for one in records if metric in one.metrics]
        expected = told["reach_checksum"] if metric == "reach" else told["totals"][metric]
        assert (float(sum(amounts)) if amounts else None) == expected


class TestAnyBytes:
    @settings(max_examples=150)
    @given(st.binary(max_size=300))
    def test_are_answered(self, data: bytes) -> None:
        check(data)

    @settings(max_examples=80)
    @given(st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
           st.binary(max_size=600))  # fmt: skip
    def test_behind_a_signature_are_answered(self, start: bytes, data: bytes) -> None:
        check(start + data)


class TestChangedFiles:
    @settings(max_examples=250)
    @given(st.sampled_from(TEXTS), st.data())
    def test_with_other_bytes_in_a_text_are_answered(
        self, whole: bytes, data: st.DataObject
    ) -> None:
        at = data.draw(st.integers(0, len(whole)))
        until = min(len(whole), at + data.draw(st.integers(0, 30)))
        inserted = data.draw(
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b'"', b'""', b"\n", b"\r", b",", b"\0", b"-", b"=", b"\xff", b"1e9"]
                ),
            )
        )
        check(whole[:at] + inserted + whole[until:])

    @settings(max_examples=120)
    @given(st.sampled_from(TEXTS), st.integers(0, 2000))
    def test_cut_short_are_answered(self, whole: bytes, length: int) -> None:
        check(whole[:length])

    @settings(max_examples=200, deadline=None)
    @given(st.sampled_from(SHEETS), st.integers(0), st.binary(min_size=1, max_size=3))
    def test_with_other_bytes_in_a_container_are_answered(
        self, whole: bytes, at: int, other: bytes
    ) -> None:
        at %= len(whole)
        check(whole[:at] + other + whole[at + len(other) :])

    @settings(max_examples=60)
    @given(st.lists(st.lists(st.text(max_size=8), max_size=20), max_size=5))
    def test_with_any_rows_below_a_header_are_answered(self, rows: list[list[str]]) -> None:
        table = [[cell.replace("\ud800", "") for cell in row] for row in rows]
        try:
            data = write_csv(INSTAGRAM, instagram(1), *table)
        except UnicodeEncodeError:
            return
        check(data)


class TestHostileText:
    @pytest.mark.parametrize(
        "caption",
        ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\uff1d1", "<script>", "'; drop table"],
    )
    def test_formulas_in_captions_are_kept_as_they_are(self, caption: str) -> None:
        [record] = inspect(write_csv(INSTAGRAM, instagram(1, Description=caption))).records()

        assert record.caption == caption

    def test_a_formula_is_no_figure(self) -> None:
        data = write_csv(INSTAGRAM, instagram(1), instagram(2, Views="=1+1"))

        assert [one.reason for one in inspect(data).rejected] == ["invalid_number"]

    def test_links_made_to_be_slow_are_quick(self) -> None:
        slow = "https://www.facebook.com/" + "a?&" * 40_000
        row = [slow if name == "Permalink" else "" for name in FACEBOOK]
        assert inspect(write_csv(FACEBOOK, *[row] * 50)).reason == "missing_identity"

    @pytest.mark.parametrize("day", [date.min, date.max])
    def test_a_day_of_export_beyond_reason_is_refused(self, day: date) -> None:
        with pytest.raises(BadCorrections):
            inspect(write_csv(TIKTOK, TIKTOK), Corrections(exported_on=day))
