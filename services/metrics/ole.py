"""How large an old spreadsheet (.xls) claims to be, before a library makes room for it.

A few bytes can name a cell at row 65,536 and column 65,536; a library that lays cells out as a
table would ask for 100 GB. So the container (OLE2) is followed by hand as far as its cells'
addresses.
Layout: Microsoft's published [MS-CFB] and [MS-XLS].
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from services.metrics.models import Refused

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFA
_NAMES = ("workbook", "book")
_ENTRY = 128
# Records that put something at a row and column; MULRK and MULBLANK fill several columns.
_CELLS = frozenset({0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD})
_RUNS = frozenset({0x00BD, 0x00BE})
_DIMENSIONS, _START, _PASSWORD = 0x0200, 0x0809, 0x002F


@dataclass(frozen=True, slots=True)
class Extent:
    """The largest rows and columns of any sheet, and how many sheets there are."""

    rows: int
    columns: int
    sheets: int


def measure_workbook(data: bytes) -> Extent:
    """The extent of the largest sheet. Raises Refused where there is no workbook to read."""
    try:
        return _measure(_read_stream(data))
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("truncated_file", "This spreadsheet is damaged or cut short.") from error


def _read_stream(data: bytes) -> bytes:
    """The workbook's own stream, put together from its sectors."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or small_shift != 6:
        raise ValueError("sector size")
    size = 1 << shift
    table = _read_table(data, size)
    directory_start = struct.unpack_from("<I", data, 48)[0]
    directory = b"".join(_follow(data, table, directory_start, size))
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
    for entry in entries:
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()
        if name in _NAMES and entry[66] == 2:
            start, bytes_long = struct.unpack_from("<II", entry, 116)
            return _read_entry(data, table, entries[0], start, bytes_long, size)
    raise Refused("unsupported_file_type", "This is no spreadsheet.")


def _read_entry(
    data: bytes, table: list[int], root: bytes, start: int, length: int, size: int
) -> bytes:
    """A stream of `length` bytes; short ones lie in small sectors inside the root's own stream."""
    smallest = struct.unpack_from("<I", data, 56)[0]
    if length < smallest:
        small_start = struct.unpack_from("<I", data, 60)[0]
        raw = b"".join(_follow(data, table, small_start, size))
        small_table = list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))
        inner = b"".join(_follow(data, table, struct.unpack_from("<I", root, 116)[0], size))
        sectors = [inner[at : at + 64] for at in _chain(small_table, start, 64)]
    else:
        sectors = list(_follow(data, table, start, size))
    stream = b"".join(sectors)[:length]
    if len(stream) < length:
        raise ValueError("cut short")
    return stream


def _read_table(data: bytes, size: int) -> list[int]:
    """Which sector follows which."""
    count = struct.unpack_from("<I", data, 44)[0]
    places = list(struct.unpack_from("<109I", data, 76))
    more = struct.unpack_from("<I", data, 68)[0]
    seen = 0
    while more < _END_OF_CHAIN and seen < len(data) // size:
        block = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        places += block[:-1]
        more, seen = block[-1], seen + 1
    table: list[int] = []
    for place in places[:count]:
        if place < _END_OF_CHAIN:
            table += struct.unpack_from(f"<{size // 4}I", data, (place + 1) * size)
    return table


def _chain(table: list[int], start: int, size: int) -> Iterator[int]:
    """Where the sectors of a chain begin, counted from the first sector. Raises ValueError."""
    steps = 0
    while start < _END_OF_CHAIN:
        yield start * size
        start, steps = table[start], steps + 1
        if steps > len(table):
            raise ValueError("a chain without an end")


def _follow(data: bytes, table: list[int], start: int, size: int) -> Iterator[bytes]:
    for at in _chain(table, start, size):
        sector = data[at + size : at + 2 * size]
        if not sector:
            raise ValueError("cut short")
        yield sector


def _measure(stream: bytes) -> Extent:
    """Look at the address of every cell."""
    rows = columns = sheets = at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind == _PASSWORD:
            raise Refused("unsupported_file_type", "This spreadsheet is locked with a password.")
        sheets += kind == _START
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", stream, at)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind in _RUNS:
            row, last = struct.unpack_from("<H", stream, at)[0], at + length - 2
            column = struct.unpack_from("<H", stream, last)[0]
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == _DIMENSIONS and length >= 14:
            last_row, _, last_column = struct.unpack_from("<IHH", stream, at + 4)
            rows, columns = max(rows, last_row), max(columns, last_column)
        at += length
    return Extent(rows, columns, max(0, sheets - 1))
