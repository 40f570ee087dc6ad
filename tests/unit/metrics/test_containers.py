"""What a file is, by its bytes; what is hostile or damaged is refused before it does harm."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from services.metrics import Unreadable, inspect
from services.metrics.ole import Extent, measure_workbook
from tests.support.exports import INSTAGRAM, LINKEDIN, instagram, look, refused, write_csv
from tests.support.spreadsheets import Raw, write_ole, write_xls, write_xlsx, write_zip

CSV = write_csv(INSTAGRAM, instagram(1))
WRONG = refused("unsupported_file_type")
CUT = refused("truncated_file")


def change_sheet(body: str) -> bytes:
    """A workbook whose only sheet holds this XML."""
    with zipfile.ZipFile(io.BytesIO(write_xlsx({"Sheet": [["x"]]}))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    files["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'.encode()
    )
    return write_zip(files)


class TestByBytes:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\n\n",
            b"\x89PNG\r\n\x1a\n" + bytes(40),
            b"%PDF-1.7\n1 0 obj",
            b"<html><table></table></html>",
            b'{"posts": []}',
            b"\xef\xbb\xbf[1]",
            b"PK\x05\x06" + bytes(18),
            b"\x1f\x8b\x08\x00",
            b"Just a sentence.",
            bytes(100),
        ],
    )
    def test_anything_else_is_refused(self, data: bytes) -> None:
        assert look(data) == WRONG

    def test_a_name_decides_nothing(self, tmp_path: Path) -> None:
        for name, data in (
            ("a.xlsx", CSV),
            ("b.csv", write_xlsx({"S": [INSTAGRAM, instagram(1)]})),
        ):
            (tmp_path / name).write_bytes(data)
            assert inspect(tmp_path / name).posts == 1

    def test_what_cannot_be_opened_is_unreadable(self, tmp_path: Path) -> None:
        for path in (tmp_path, tmp_path / "none", Path("\0"), Path("/dev/null")):
            with pytest.raises(Unreadable):
                inspect(path)

    def test_a_file_too_large_is_refused_unread(self, tmp_path: Path) -> None:
        with (tmp_path / "large.csv").open("wb") as file:
            file.truncate(300 * 2**20)
        assert inspect(tmp_path / "large.csv").reason == "unsupported_file_type"

    @pytest.mark.parametrize("keep", [0.3, 0.7, 0.97])
    def test_a_container_cut_short_says_so(self, keep: float) -> None:
        rows = [LINKEDIN, *([f"Post {number} " * 9] * len(LINKEDIN) for number in range(300))]
        for data in (
            write_xlsx({"All posts": rows}),
            write_zip({"a.csv": CSV * 9}),
            write_xls({"A": rows}),
        ):
            assert look(data[: int(len(data) * keep)]) == CUT

    def test_a_container_damaged_inside_says_so(self) -> None:
        for data in (write_zip({"a.csv": CSV}), write_xlsx({"S": [INSTAGRAM, instagram(1)]})):
            damaged = bytearray(data)
            damaged[60:90] = bytes(30)
            assert look(bytes(damaged)) in (CUT, WRONG)


class TestZip:
    def test_a_spreadsheet_in_a_zip_is_read(self) -> None:
        data = write_zip({"export/a.xlsx": write_xlsx({"S": [INSTAGRAM, instagram(1)]})})

        assert look(data)["posts"] == 1
        assert inspect(data).understood.part == "export/a.xlsx: S"

    def test_a_zip_in_a_zip_is_refused(self) -> None:
        assert look(write_zip({"a.csv": CSV, "b.zip": write_zip({"c.csv": CSV})})) == WRONG

    def test_too_many_members_are_refused(self) -> None:
        assert look(write_zip({f"{number}.csv": CSV for number in range(201)})) == WRONG
        assert (
            look(write_zip({f"{number}.txt": b"note" for number in range(40)} | {"a.csv": CSV}))[
                "posts"
            ]
            == 1
        )

    def test_a_bomb_is_refused_and_not_unpacked(self) -> None:
        bomb = write_zip({"a.csv": CSV + b"\n" * (40 * 2**20)})
        tracemalloc.start()
        found = look(bomb)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert found == WRONG
        assert peak < 10 * 2**20

    def test_a_member_larger_than_it_says_is_refused(self) -> None:
        data = write_zip({"a.csv": CSV * 50})
        size = len(CSV) * 50
        lying = data.replace(struct.pack("<I", size), struct.pack("<I", 40))

        assert lying != data
        assert look(lying) == CUT

    def test_a_locked_member_is_refused(self) -> None:
        data = bytearray(write_zip({"a.csv": CSV}))
        for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(signature) + at] |= 1

        assert look(bytes(data)) == WRONG

    def test_places_beyond_the_file_are_damage(self, tmp_path: Path) -> None:
        data = bytearray(write_zip({"a.csv": CSV}))
        data[data.rindex(b"PK\x05\x06") + 17] = 0xEE
        (tmp_path / "a.zip").write_bytes(data)

        assert look(bytes(data)) == CUT
        assert inspect(tmp_path / "a.zip").reason == "truncated_file"

    def test_other_office_files_are_refused(self) -> None:
        names = ("word/document.xml", "xl/workbook.bin")
        for name in names:
            assert look(write_zip({"[Content_Types].xml": b"<Types/>", name: b"x"})) == WRONG
        assert look(write_zip({})) == WRONG


class TestSpreadsheets:
    @pytest.mark.parametrize(
        "body",
        [
            '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
            "<row r='9'><c r = 'ZZZ1'><v>1</v></c></row>",
            '<row r="1048576"><c><v>1</v></c></row>',
            "<row>" + "<c><v>1</v></c>" * 1001 + "</row>",
            "".join(f"<row><c><v>{number * 7919}</v></c></row>" for number in range(300_001)),
        ],
    )
    def test_a_sheet_that_claims_too_much_is_refused(self, body: str) -> None:
        found = inspect(change_sheet(body))

        assert found.reason == "unsupported_file_type"
        assert "claims more rows or columns" in found.warnings[0]

    def test_a_sheet_under_another_name_is_measured_as_well(self) -> None:
        body = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
        with zipfile.ZipFile(io.BytesIO(change_sheet(body))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        rels = "xl/_rels/workbook.xml.rels"
        files[rels] = files[rels].replace(b"worksheets/sheet1.xml", b"media/picture.png")
        files["xl/media/picture.png"] = files.pop("xl/worksheets/sheet1.xml")

        found = inspect(write_zip(files))
        assert "claims more rows or columns" in found.warnings[0]

    def test_a_workbook_without_a_sheet_is_refused(self) -> None:
        assert look(write_xlsx({})) == WRONG
        assert look(write_zip({"a.xlsx": write_xlsx({})})) == WRONG

    def test_a_cell_longer_than_any_caption_is_refused(self) -> None:
        rows = [INSTAGRAM, instagram(1, Description="x" * 131_073)]

        assert look(write_xlsx({"S": rows}))["reason"] == "unsupported_file_type"
        assert look(write_csv(*rows))["reason"] == "unsupported_file_type"

    def test_entities_do_not_grow(self) -> None:
        with zipfile.ZipFile(io.BytesIO(change_sheet(""))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
        files["xl/worksheets/sheet1.xml"] = (
            f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet><sheetData><row r="1">'
            '<c r="A1" t="inlineStr"><is><t>&l8;</t></is></c></row></sheetData></worksheet>'
        ).encode()

        assert look(write_zip(files))["status"] == "rejected"

    def test_an_old_sheet_that_claims_too_much_is_refused(self) -> None:
        record = struct.pack("<HHHHHd", 0x0203, 14, 65535, 65535, 0, 1.0)
        start = struct.pack("<HHHHHHII", 0x0809, 16, 0x600, 5, 0, 0, 0, 0)

        found = inspect(write_ole("Workbook", start + record))
        assert "claims more rows or columns" in found.warnings[0]
        assert measure_workbook(write_ole("Workbook", start + record)) == Extent(65536, 65536, 0)
        runs = struct.pack("<HHHHHH", 0x00BE, 8, 65535, 0, 0, 65534)
        assert measure_workbook(write_ole("Book", runs)) == Extent(65536, 65535, 0)
        claim = struct.pack("<HHIIHHH", 0x0200, 14, 0, 65536, 0, 256, 0)
        assert measure_workbook(write_ole("Workbook", claim)).rows == 65536

    def test_an_ole_file_without_a_workbook_is_refused(self) -> None:
        assert look(write_ole("WordDocument", b"")) == WRONG
        assert look(write_ole("Workbook", struct.pack("<HH", 0x002F, 0))) == WRONG

    def test_a_chain_in_a_circle_ends(self) -> None:
        data = bytearray(write_xls({"A": [["x"]]}))
        table = struct.unpack_from("<I", data, 76)[0]
        struct.pack_into("<II", data, (table + 1) * 512, 1, 0)

        assert look(bytes(data)) == CUT

    def test_an_id_that_became_a_number_has_lost_its_digits(self) -> None:
        for number in (Raw("17895695668004551"), Raw("1.7895695668E+16")):
            with_link = instagram(1, Post_ID=number)
            without = instagram(2, Post_ID=number, Permalink="")
            data = write_xlsx({"S": [INSTAGRAM, with_link, without]})

            assert look(data)["rejected"] == [{"line": 3, "reason": "missing_identity"}]
            [record] = inspect(data).records()
            assert record.external_id == "shortcode:Cab_de-1"

    def test_an_id_kept_as_text_or_exact_number_stays(self) -> None:
        data = write_xlsx(
            {"S": [INSTAGRAM, instagram(1), instagram(2, Post_ID=Raw("123456789012345"))]}
        )
        assert [one.external_id for one in inspect(data).records()] == [
            "17895695668004551",
            "123456789012345",
        ]
