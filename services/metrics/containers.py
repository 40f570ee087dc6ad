"""What a file is, by its bytes; its name decides nothing.

Text, a spreadsheet (.xlsx, .xls), or a ZIP of these, one level deep. Everything is measured before
it is unpacked, and unpacked no further than it was declared. What is anything else, or damaged, is
refused with a reason.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeAlias, cast

from services.metrics import ole
from services.metrics.limits import (
    MOST_BYTES,
    MOST_MEMBERS,
    MOST_RATIO,
    MOST_SHEET_BYTES,
    MOST_UNPACKED,
    RATIO_FROM_BYTES,
)
from services.metrics.models import Refused, Unreadable
from services.metrics.sheets import Sheet, open_xls, open_xlsx
from services.metrics.text import TextFile, detect_text

Given: TypeAlias = Path | bytes

_ZIP, _ZIP_EMPTY = b"PK\x03\x04", b"PK\x05\x06"
# Text by its bytes, and yet no table: PDF, RTF, HTML or XML, JSON.
_OTHER_TEXT = (b"%PDF", b"{\\rtf", b"<", b"{", b"[")
_DAMAGED = "The file is damaged or was cut short on its way: download it again."
_CHUNK = 1 << 18
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something to read: a text file or a sheet, and its name where there are several."""

    name: str | None
    content: TextFile | Sheet


@dataclass(frozen=True, slots=True)
class _Blob:
    """Bytes that can be opened again and again."""

    opener: Callable[[], BinaryIO]
    size: int

    def read(self) -> bytes:
        with self.opener() as file:
            return file.read()

    def head(self) -> bytes:
        with self.opener() as file:
            return file.read(16)


def open_parts(given: Given) -> list[Part]:
    """All parts of a file that can be looked at. Raises Unreadable or Refused."""
    blob = _open_blob(given)
    try:
        return _open_parts(blob, name=None, nested=False)
    except (NotImplementedError, RuntimeError) as error:
        raise Refused("unsupported_file_type", "This ZIP is packed in an unusual way.") from error
    except _BROKEN as error:
        # What zipfile says when sizes and places in a file do not fit together.
        raise Refused("truncated_file", _DAMAGED) from error
    except OSError as error:
        if blob.head().startswith(_ZIP):
            raise Refused("truncated_file", _DAMAGED) from error
        raise Unreadable(error.strerror or "it cannot be read") from error


def _open_blob(given: Given) -> _Blob:
    if isinstance(given, bytes):
        blob = _Blob(lambda: io.BytesIO(given), len(given))
    else:
        try:
            # A device or a pipe has no size, and cannot be read twice.
            if not given.is_file():
                raise Unreadable("no such file")
            blob = _Blob(lambda: given.open("rb"), given.stat().st_size)
            blob.head()
        except (OSError, ValueError) as error:
            told = error.strerror if isinstance(error, OSError) else None
            raise Unreadable(told or "no such file") from error
    if blob.size > MOST_BYTES:
        raise Refused("unsupported_file_type", f"The file is larger than {MOST_BYTES // 2**20} MB.")
    return blob


def _open_parts(blob: _Blob, *, name: str | None, nested: bool) -> list[Part]:
    head = blob.head()
    if head.startswith(_ZIP):
        return _open_zip(blob, name=name, nested=nested)
    if head.startswith(ole.SIGNATURE):
        _expect_bytes(blob.size, MOST_SHEET_BYTES)
        return _name_sheets(open_xls(blob.read()), name)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not blob.size or start.startswith((*_OTHER_TEXT, _ZIP_EMPTY)):
        raise Refused(
            "unsupported_file_type", "This is no table of figures: CSV, XLSX, XLS or ZIP."
        )
    return [Part(name=name, content=detect_text(blob.opener))]


def _open_zip(blob: _Blob, *, name: str | None, nested: bool) -> list[Part]:
    members = _list_members(blob)
    names = {member.filename.lower() for member in members}
    if "[content_types].xml" in names:
        if "xl/workbook.xml" not in names:
            raise Refused("unsupported_file_type", "This is an Office file, but no spreadsheet.")
        _expect_bytes(sum(member.file_size for member in members), MOST_SHEET_BYTES * 3)
        _expect_whole(blob, members)
        return _name_sheets(open_xlsx(blob.opener), name)
    if nested:
        raise Refused("unsupported_file_type", "There is a ZIP inside the ZIP.")
    parts: list[Part] = []
    problems: list[Refused] = []
    for member in members:
        if member.is_dir() or _is_litter(member.filename):
            continue
        inner = _open_member(blob, member)
        nested_zip = inner.head().startswith(_ZIP)
        try:
            parts += _open_parts(inner, name=member.filename, nested=True)
        except Refused as error:
            if nested_zip:
                raise
            problems.append(error)
    if not parts:
        raise problems[0] if problems else Refused("unsupported_file_type", "The ZIP is empty.")
    return parts


def _list_members(blob: _Blob) -> list[zipfile.ZipInfo]:
    """What a ZIP says of its members, within bounds. Raises Refused or BadZipFile."""
    _expect_small_directory(blob)
    with blob.opener() as file, zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Refused("unsupported_file_type", f"The ZIP has more than {MOST_MEMBERS} members.")
    _expect_bytes(sum(member.file_size for member in members), MOST_UNPACKED)
    for member in members:
        if member.flag_bits & 1:
            raise Refused("unsupported_file_type", "The ZIP is locked with a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("unsupported_file_type", "This ZIP is packed in an unusual way.")
        if member.file_size > max(RATIO_FROM_BYTES, MOST_RATIO * member.compress_size):
            raise Refused("unsupported_file_type", "The ZIP would grow beyond measure.")
    return members


def _expect_small_directory(blob: _Blob) -> None:
    """Refuse a ZIP whose list of members would itself fill the memory.

    The end record gives the list's size; the wide form (ZIP64) is for files beyond our limits.
    """
    with blob.opener() as file:
        file.seek(max(0, blob.size - 66_000))
        tail = file.read()
    at = tail.rfind(_ZIP_EMPTY)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile("no end record")
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if size > MOST_MEMBERS * 1_000 or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise Refused("unsupported_file_type", f"The ZIP has more than {MOST_MEMBERS} members.")


def _open_member(blob: _Blob, member: zipfile.ZipInfo) -> _Blob:
    """A member that can be opened like a file.

    A spreadsheet is unpacked to memory, since it has to be read back and forth.
    """

    def opener() -> BinaryIO:
        file = blob.opener()
        try:
            return cast(BinaryIO, _Member(zipfile.ZipFile(file).open(member), file))
        except BaseException:
            file.close()
            raise

    packed = _Blob(opener, member.file_size)
    if packed.head().startswith((_ZIP, ole.SIGNATURE)):
        _expect_bytes(member.file_size, MOST_SHEET_BYTES)
        data = packed.read()
        return _Blob(lambda: io.BytesIO(data), len(data))
    return packed


class _Member(io.BufferedReader):
    """A member of a ZIP that closes the ZIP as well."""

    def __init__(self, member: object, file: BinaryIO) -> None:
        super().__init__(cast(io.RawIOBase, member), _CHUNK)
        self._file = file

    def close(self) -> None:
        super().close()
        self._file.close()


def _expect_whole(blob: _Blob, members: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once, to nowhere: sizes and checksums are what they are said to be."""
    with blob.opener() as file, zipfile.ZipFile(file) as archive:
        for member in members:
            with archive.open(member) as data:
                while data.read(_CHUNK):
                    pass


def _expect_bytes(size: int, most: int) -> None:
    if size > most:
        raise Refused("unsupported_file_type", f"Unpacked, this is larger than {most // 2**20} MB.")


def _is_litter(name: str) -> bool:
    """Whether an operating system put a member there by itself."""
    path = PurePosixPath(name)
    return path.parts[:1] == ("__MACOSX",) or path.name.startswith((".", "~$", "Thumbs.db"))


def _name_sheets(sheets: list[Sheet], name: str | None) -> list[Part]:
    """The sheets as parts, after the file they are in. Raises Refused without any."""
    if not sheets:
        raise Refused("unsupported_file_type", "There is no sheet with cells in this file.")
    prefix = f"{name}: " if name else ""
    return [Part(name=f"{prefix}{sheet.name}", content=sheet) for sheet in sheets]
