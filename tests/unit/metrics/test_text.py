"""Text files: what is written is read, and each record is where it starts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.limits import LONGEST_LINE
from services.metrics.models import Refused, Row
from services.metrics.text import detect_text
from tests.support.exports import INSTAGRAM, instagram, look, refused, taken, write_csv

# Of every kind that matters: separators, quotes, line breaks, wide and narrow letters.
SIGNS = st.sampled_from([*'ab ,;\t"', "\n", "\r\n", "é", "💛", "=", "'"])
CELLS = st.lists(SIGNS, max_size=6).map("".join)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6)
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark", "utf-16-be-mark"])


def opener(data: bytes) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(data)


def encode(text: str, encoding: str) -> bytes:
    if encoding.endswith("-mark"):
        return ("\ufeff" + text).encode(encoding.removesuffix("-mark"))
    return text.encode(encoding)


def read(
    data: bytes, separator: str = ",", width: int = 2, *, judge: bool = False, skip: int = 0
) -> list[Row]:
    found = detect_text(opener(data))
    return list(found.records(separator, skip, width, lambda cells: judge and len(cells) == width))


class TestRecords:
    @settings(max_examples=120)
    @given(
        TABLES, ENCODINGS, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans()
    )
    def test_what_is_written_is_read(
        self, table: list[list[str]], encoding: str, separator: str, line_end: str, ended: bool
    ) -> None:
        text, starts = "", []
        for cells in table:
            starts.append(text.count("\n") + 1)
            out = io.StringIO(newline="")
            csv.writer(
                out, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL
            ).writerow(cells)
            text += out.getvalue()
        text = text if ended else text.removesuffix(line_end)
        rows = read(encode(text, encoding), separator, len(table[0]))

        assert [list(row.cells) for row in rows] == table
        assert [row.line for row in rows] == starts
        assert {row.fault for row in rows} == {None}

    def test_lines_before_the_header_count(self) -> None:
        rows = read(b"title\nsep=,\nh,i\n\n1,2\n", skip=3)

        assert [(row.line, row.cells) for row in rows] == [(5, ("1", "2"))]

    def test_old_line_ends_are_lines_where_there_are_no_others(self) -> None:
        assert [row.line for row in read(b'a,b\rc,"d\r"\re,f')] == [1, 2, 4]
        assert [row.line for row in read(b'a,"b\rb"\nc,d\n')] == [1, 2]

    def test_the_last_record_can_be_cut(self) -> None:
        for data, line in (
            (b"a,b\nc", 2),
            (b'a,b\nc,"d', 2),
            (b'a,b\n"', 2),
            (b'a,b\nc,"d\n\n', 2),
        ):
            rows = read(data)
            assert [(row.line, row.fault) for row in rows] == [
                (1, None),
                (line, "truncated_record"),
            ]
            assert "\ufdd0" not in "".join(map(str, rows[-1].cells))

    def test_a_short_record_with_a_line_end_was_not_cut(self) -> None:
        assert [row.fault for row in read(b"a,b\nc\n")] == [None, None]

    def test_a_character_cut_in_the_middle_cuts_its_record(self) -> None:
        for data in ("a,b\nc,dé".encode()[:-1], b"\xff\xfe" + "a,b\nc,d".encode("utf-16-le")[:-1]):
            assert [row.fault for row in read(data)] == [None, "truncated_record"]

    def test_an_open_quote_gives_back_what_it_swallowed(self) -> None:
        rows = read(b'a,b\n"c,d\ne,f\ng,h\n', judge=True)

        assert [(row.line, row.fault) for row in rows] == [
            (1, None),
            (2, "column_count_mismatch"),
            (3, None),
            (4, None),
        ]
        assert rows[2].cells == ("e", "f")

    def test_an_open_quote_in_the_last_cell_gives_back_as_well(self) -> None:
        rows = read(b'a,"b\nc,d\n', judge=True)

        assert [(row.line, row.fault) for row in rows] == [
            (1, "column_count_mismatch"),
            (2, None),
        ]

    def test_an_open_quote_that_another_closes_gives_back_as_well(self) -> None:
        rows = read(b'"a,b\nc,d\ne,f"\ng,h\n', judge=True)

        assert [row.line for row in rows if row.fault is None] == [2, 3, 4]

    def test_quotes_left_open_everywhere_are_given_up(self) -> None:
        with pytest.raises(Refused) as caught:
            read(b'"a,b,c\nc,d\n' * 600, judge=True)
        assert caught.value.reason == "truncated_file"

    def test_an_endless_line_or_cell_is_refused(self) -> None:
        for data in (b"a" * (LONGEST_LINE + 1), b'"' + b"a,\n" * 60_000):
            with pytest.raises(Refused) as caught:
                read(data)
            assert caught.value.reason == "unsupported_file_type"


class TestEncoding:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark", "utf-16-le-mark"]
    )
    def test_files_are_read_alike(self, encoding: str) -> None:
        text = write_csv(INSTAGRAM, instagram(1, Description="é 💛")).decode()

        assert look(encode(text, encoding)) == taken(
            "instagram",
            "posts_lifetime",
            1,
            {"views": 100, "likes": 10, "comments": 1, "shares": 0},
            reach=80,
        )

    @pytest.mark.parametrize(
        "wrong",
        [
            "é 💛".encode() + b" caf\xe9",
            b"caf\xe9 \x00",
            b"\x07 caf\xe9",
            b"\x81",
            b"null \x00 byte",
            "💛".encode() + b"\xed\xa0\x80",
        ],
    )
    def test_mixed_encodings_and_no_text_are_refused(self, wrong: bytes) -> None:
        data = write_csv(INSTAGRAM, instagram(1, Description="@@")).replace(b"@@", wrong)

        assert look(data) == refused("unsupported_file_type")

    def test_a_mark_is_binding(self) -> None:
        data = b"\xef\xbb\xbf" + write_csv(INSTAGRAM, instagram(1)).replace(b"Calm", b"C\xe4lm")

        assert look(data) == refused("unsupported_file_type")

    def test_utf_16_without_a_mark_is_no_text(self) -> None:
        data = write_csv(INSTAGRAM, instagram(1)).decode().encode("utf-16-le")

        assert look(data) == refused("unsupported_file_type")


class TestHeader:
    def test_a_separator_that_is_told_is_the_only_one(self) -> None:
        data = b"sep=;\n" + write_csv(INSTAGRAM, instagram(1), separator=";")

        assert look(data)["posts"] == 1
        assert look(b"sep=;\n" + write_csv(INSTAGRAM, instagram(1))) == refused(
            "unsupported_file_type"
        )

    def test_a_header_again_and_empty_rows_are_skipped(self) -> None:
        data = write_csv(
            INSTAGRAM, instagram(1), INSTAGRAM, [""] * 18, [" ", ""], [], instagram(2), ["Total", 5]
        )

        assert look(data) == taken(
            "instagram",
            "posts_lifetime",
            2,
            {"views": 300, "likes": 30, "comments": 3, "shares": 0},
            reach=240,
            skipped=[3, 4, 5, 8],
        )

    def test_cells_beyond_the_last_column_may_be_empty_only(self) -> None:
        data = write_csv(
            [*INSTAGRAM, "", ""], instagram(1), [*instagram(2), "", "", ""], [*instagram(3), "x"]
        )

        assert look(data)["rejected"] == [{"line": 4, "reason": "column_count_mismatch"}]

    def test_a_row_that_is_cut_is_told_from_a_short_one(self) -> None:
        short = write_csv(INSTAGRAM, instagram(1), instagram(2)[:9])

        assert look(short)["rejected"] == [{"line": 3, "reason": "column_count_mismatch"}]
        assert look(short.rstrip())["rejected"] == [{"line": 3, "reason": "truncated_record"}]

    def test_a_file_without_rows_is_empty_and_not_wrong(self) -> None:
        assert look(write_csv(INSTAGRAM)) == taken("instagram", "posts_lifetime", 0, {})
