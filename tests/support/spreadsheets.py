"""Spreadsheets for tests, written by hand so that no writer tidies what a test is about."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

# A row holds text, numbers as their digits are to stand in the file (Raw), dates, or nothing.
Rows = Sequence[Any]


class Raw(str):
    """A number, written as it is."""


def column_name(position: int) -> str:
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def write_xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """An .xlsx; a row that is None is not written at all."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    names = list(sheets)
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}" r:id="s{number}"/>'
            for number, name in enumerate(names, start=1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="s{number}" Type="{office}/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
            for number, _ in enumerate(names, start=1)
        )
        + f'<Relationship Id="st" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    for number, name in enumerate(names, start=1):
        rows = "".join(
            f'<row r="{line}">'
            + "".join(_cell(line, at, one) for at, one in enumerate(row))
            + "</row>"
            for line, row in enumerate(sheets[name], start=1)
            if row is not None
        )
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return write_zip({name: text.encode() for name, text in files.items()})


def _cell(line: int, at: int, value: object) -> str:
    address = f"{column_name(at)}{line}"
    if value is None:
        return ""
    if isinstance(value, date):
        return f'<c r="{address}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, Raw | int | float):
        return f'<c r="{address}"><v>{value}</v></c>'
    text = f'<t xml:space="preserve">{escape(str(value))}</t>'
    return f'<c r="{address}" t="inlineStr"><is>{text}</is></c>'


def write_zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def write_xls(sheets: Mapping[str, Rows]) -> bytes:
    """A true .xls (BIFF8 in OLE2): text and numbers."""
    bodies = [_xls_sheet(rows) for rows in sheets.values()]
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    page = _record(0x0042, struct.pack("<H", 1200))
    end = _record(0x000A, b"")
    lengths = [4 + 8 + 2 * len(name) for name in sheets]
    at = len(start) + len(page) + sum(lengths) + len(end)
    bounds = b""
    for name, body in zip(sheets, bodies, strict=True):
        bounds += _record(
            0x0085, struct.pack("<IHBB", at, 0, len(name), 1) + name.encode("utf-16-le")
        )
        at += len(body)
    return write_ole("Workbook", start + page + bounds + end + b"".join(bodies))


def _xls_sheet(rows: Rows) -> bytes:
    width = max((len(row) for row in rows if row), default=0)
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    out += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for line, row in enumerate(rows):
        for at, value in enumerate(row or ()):
            if value is None:
                continue
            if isinstance(value, int | float):
                out += _record(0x0203, struct.pack("<HHHd", line, at, 0, value))
            else:
                text = str(value)
                out += _record(
                    0x0204,
                    struct.pack("<HHHHB", line, at, 0, len(text), 1) + text.encode("utf-16-le"),
                )
    return out + _record(0x000A, b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def write_ole(name: str, stream: bytes) -> bytes:
    """A compound file with one stream, which is made long enough to lie in ordinary sectors."""
    stream = stream.ljust(4096, b"\0")
    length = len(stream)
    stream = stream.ljust(-(-length // 512) * 512, b"\0")
    sectors = len(stream) // 512
    # The table needs a sector for each 128 sectors, its own and the directory's included.
    tables = 1
    while tables * 128 < sectors + 1 + tables:
        tables += 1
    chain = [at + 1 for at in range(sectors)]
    chain[-1] = 0xFFFFFFFE
    chain += [0xFFFFFFFE] + [0xFFFFFFFD] * tables
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, sectors, 0, 4096,
                          0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    places = [sectors + 1 + at for at in range(tables)]
    header += struct.pack("<109I", *places, *[0xFFFFFFFF] * (109 - tables))
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, 2, 0xFFFFFFFF, 0, length)
    directory += _entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    return header + stream + directory + struct.pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    none = 0xFFFFFFFF
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, none, none, child)
        + bytes(36)
        + struct.pack("<IQ", start, length)
    )
