"""Spreadsheets (.xlsx, .xls): cells as they are, with the sheet's own row numbers.

python-calamine reads both. It keeps a sheet in memory as a table, empty cells included, so what a
file claims is measured before it is asked. A number of 2**53 or more has lost digits in a
spreadsheet program and comes out as "1.78E+17", which is no id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO, TypeVar
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from services.metrics.limits import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_SHEET_CELLS,
    MOST_SHEET_ROWS,
    MOST_SHEETS,
)
from services.metrics.models import Cell, Refused, Row
from services.metrics.ole import measure_workbook

# From here on two whole numbers share one float.
_EXACT = 2**53
_CHUNK = 1 << 18
_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_TOO_LARGE = "A sheet claims more rows or columns than any export has."
_DAMAGED = "This spreadsheet is damaged or cut short."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook; `rows` can be called again and again."""

    name: str
    load: Callable[[], CalamineSheet]

    def rows(self) -> Iterator[Row]:
        """The rows with their number in the sheet, from 1. Raises Refused."""
        # The library gives the rows from the sheet's first on, empty ones included.
        for number, cells in enumerate(self.load().iter_rows(), start=1):
            yield Row(line=number, cells=tuple(map(read_cell, cells)))


def read_cell(value: object) -> Cell:
    """A cell as text, a whole number, an exact decimal or a date."""
    if isinstance(value, str):
        if len(value) > LONGEST_CELL:
            raise Refused(
                "unsupported_file_type", f"A cell is longer than {LONGEST_CELL:,} characters."
            )
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _read_number(value)
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    return str(value)


def _read_number(value: float) -> Cell:
    if not abs(value) < _EXACT:
        return f"{value:.2E}"
    return int(value) if value == int(value) else Decimal(repr(value))


def open_xlsx(opener: Callable[[], BinaryIO]) -> list[Sheet]:
    """The sheets of an .xlsx whose members were found harmless. Raises Refused."""
    with opener() as file, ZipFile(file) as archive:
        # A workbook may call any member a sheet, whatever its name, so all are measured.
        for name in archive.namelist():
            with archive.open(name) as member:
                _measure_sheet(iter(lambda: member.read(_CHUNK), b""))
        file.seek(0)
        return _open(BytesIO(file.read()))


def open_xls(data: bytes) -> list[Sheet]:
    """The sheets of an .xls. Raises Refused."""
    extent = measure_workbook(data)
    if extent.sheets > MOST_SHEETS:
        raise Refused("unsupported_file_type", f"There are more than {MOST_SHEETS} sheets.")
    _expect_area(extent.rows, extent.columns)
    return _open(BytesIO(data))


def _expect_area(rows: int, columns: int) -> None:
    if rows > MOST_SHEET_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_SHEET_CELLS:
        raise Refused("unsupported_file_type", _TOO_LARGE)


def _measure_sheet(pieces: Iterator[bytes]) -> None:
    """Refuse a sheet that claims a large area, by its cells' addresses or by their number.

    A cell may leave its address out; then it is the next one, so cells of a row are counted too.
    """
    rows = columns = row_tags = in_row = 0
    rest = b""
    for piece in pieces:
        text = rest + piece
        # A tag may be cut at the edge of a piece: keep what follows the last whole one.
        cut = text.rfind(b">") + 1
        text, rest = text[:cut], text[cut:]
        if len(rest) > LONGEST_CELL * 8:
            raise Refused("unsupported_file_type", _TOO_LARGE)
        for letters, digits in _ADDRESS.findall(text):
            rows = max(rows, int(digits))
            columns = max(columns, _column_number(letters))
        parts = _ROW.split(text)
        row_tags += len(parts) - 1
        for number, part in enumerate(parts):
            in_row = (in_row if number == 0 else 0) + len(_CELL.findall(part))
            columns = max(columns, in_row)
        _expect_area(max(rows, row_tags), columns)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _open(data: BytesIO) -> list[Sheet]:
    workbook = _guarded(lambda: CalamineWorkbook.from_filelike(data))
    # Charts and macros are sheets as well, without cells.
    names = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if len(names) > MOST_SHEETS:
        raise Refused("unsupported_file_type", f"There are more than {MOST_SHEETS} sheets.")

    def load(name: str) -> Callable[[], CalamineSheet]:
        held: list[CalamineSheet] = []

        def get() -> CalamineSheet:
            if not held:
                held.append(_guarded(lambda: workbook.get_sheet_by_name(name)))
            return held[0]

        return get

    return [Sheet(name, load(name)) for name in names]


_T = TypeVar("_T")


def _guarded(action: Callable[[], _T]) -> _T:
    """Run the library; whatever stops it is a damaged file. Raises Refused."""
    try:
        return action()
    except (CalamineError, OSError, ValueError, MemoryError) as error:
        raise Refused("truncated_file", _DAMAGED) from error
    except BaseException as error:
        # The library is in Rust: a panic there is no Exception here.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("truncated_file", _DAMAGED) from error
