r"""Text files of records: encoding, lines, cells, and where each record starts.

A record may hold line breaks, so a record's line is the physical one on which it starts. Lines end
where "\n" stands (or "\r", in a file without any "\n"). Nothing is guessed silently: bytes that are
no text of one encoding refuse the file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from services.metrics.limits import LONGEST_CELL, LONGEST_HEADER, LONGEST_LINE, MOST_ROWS
from services.metrics.models import Refused, Row

Opener: TypeAlias = Callable[[], BinaryIO]
# Says whether a lone line could be a whole record of this file.
Judge: TypeAlias = Callable[[list[str]], bool]

SEPARATORS = (",", ";", "\t", "|")
_CHUNK = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
# Bytes that text of one byte a character never holds; cp1252 decodes some of them all the same.
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
# A line that no file holds: when it comes back as a record of its own, no quote was left open.
_END = "\ufdd0end\ufdd0"
# How often a broken quote is looked behind before the rest of its file is given up.
_MOST_RETRIES = 500
_NOT_TEXT = "This is not text in one encoding: UTF-8, UTF-16 with a mark, or Windows-1252."


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file known to be text.

    `encoding` is Python's name for it; `size` the bytes to read (a character cut at the very end
    is left out, and `cut` says so); `line_end` what ends its lines.
    """

    opener: Opener
    encoding: str
    size: int
    cut: bool
    line_end: str
    ended: bool

    def lines(self) -> Iterator[str]:
        """The physical lines with their ends."""
        with self.opener() as file:
            limited = io.BufferedReader(_Limited(file, self.size), _CHUNK)
            yield from io.TextIOWrapper(limited, encoding=self.encoding, newline=self.line_end)

    def records(self, separator: str, skip_lines: int, width: int, judge: Judge) -> Iterator[Row]:
        """The records below the first `skip_lines` lines. Raises Refused.

        A quote that is never closed swallows what follows. Where a swallowed line could be a
        record by itself (`judge`), the broken record ends before that line and reading goes on
        there: one broken title costs its own row only. `width` is the number of cells of a whole
        record; with fewer, the last one of a file that has no line end was cut.
        """
        return _Records(self, separator, skip_lines, width, judge).read()


class _Limited(io.RawIOBase):
    """The first bytes of a file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__()
        self._file, self._left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def detect_text(opener: Opener) -> TextFile:
    """Read a file once to know its encoding. Raises Refused unless it is text throughout."""
    with opener() as file:
        start = file.read(4)
    for mark, encoding, codec in _MARKS:
        if start.startswith(mark):
            found = _try_encoding(opener, encoding, codec, len(mark))
            if found is None:
                raise Refused("unsupported_file_type", _NOT_TEXT)
            return found
    found = _try_encoding(opener, "utf-8", "utf-8", 0)
    if found is None and _is_one_byte_text(opener):
        found = _try_encoding(opener, "cp1252", "cp1252", 0)
    if found is None:
        raise Refused("unsupported_file_type", _NOT_TEXT)
    return found


def _try_encoding(opener: Opener, encoding: str, codec: str, mark: int) -> TextFile | None:
    """The file in this encoding, or None where a byte contradicts it. Raises Refused."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    size, feeds, returns, last, unbroken = mark, False, False, "", 0
    with opener() as file:
        file.read(mark)
        while data := file.read(_CHUNK):
            size += len(data)
            try:
                text = decoder.decode(data)
            except UnicodeDecodeError:
                return None
            if "\0" in text or _END in text:
                return None
            feeds, returns = feeds or "\n" in text, returns or "\r" in text
            unbroken = _measure_line(text, unbroken)
            last = text[-1:] or last
    pending = len(decoder.getstate()[0])
    line_end = "\r" if returns and not feeds else "\n"
    return TextFile(
        opener=opener,
        encoding=encoding,
        size=size - pending,
        cut=pending > 0,
        line_end=line_end,
        ended=last == line_end,
    )


def _measure_line(text: str, before: int) -> int:
    """The length so far of the line that `text` ends in. Raises Refused for an endless one."""
    end = max(text.rfind("\n"), text.rfind("\r"))
    length = before + len(text) if end < 0 else len(text) - end - 1
    if length > LONGEST_LINE:
        raise Refused(
            "unsupported_file_type", f"A line is longer than {LONGEST_LINE:,} characters."
        )
    return length


def _is_one_byte_text(opener: Opener) -> bool:
    """Whether a file that is no UTF-8 may be Windows-1252: no controls, and nothing of UTF-8.

    A file with characters of UTF-8 and other bytes beside them is of mixed encodings.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    with opener() as file:
        while data := file.read(_CHUNK):
            if not _CONTROLS.isdisjoint(data) or not decoder.decode(data).isascii():
                return False
    return True


class _Records:
    """One reading of a file's records."""

    def __init__(
        self, file: TextFile, separator: str, skip_lines: int, width: int, judge: Judge
    ) -> None:
        self._file, self._separator, self._width, self._judge = file, separator, width, judge
        self._source = file.lines()
        self._again: deque[str] = deque()
        # The physical lines of the record being read, and the number of the last one.
        self._taken: list[str] = []
        self._line = 0
        self._retries = 0
        self._at_end = False
        self._given_back = False
        for _ in range(skip_lines):
            self._next_line()
        self._taken.clear()

    def _next_line(self) -> str | None:
        line = self._again.popleft() if self._again else next(self._source, None)
        if line is not None:
            self._line += 1
            self._taken.append(line)
        return line

    def _feed(self) -> Iterator[str]:
        """Lines for the csv module, then the mark that shows whether a quote is open."""
        while (line := self._next_line()) is not None:
            yield line
        self._at_end = True
        yield _END

    def _records(self) -> Iterator[list[str] | csv.Error]:
        """What the csv module makes of the lines; it starts anew when lines were given back."""
        reader = csv.reader(self._feed(), delimiter=self._separator)
        while True:
            try:
                found: list[str] | csv.Error | None = next(reader, None)
            except csv.Error as error:
                found = error
            if found is None or (self._at_end and not self._taken):
                return
            yield found
            if self._given_back:
                self._given_back = self._at_end = False
                reader = csv.reader(self._feed(), delimiter=self._separator)

    def read(self) -> Iterator[Row]:
        """Each record with the line on which it starts. Raises Refused."""
        start = self._line + 1
        for number, found in enumerate(self._records(), start=1):
            if number > MOST_ROWS:
                raise Refused("unsupported_file_type", f"There are more than {MOST_ROWS:,} rows.")
            row = self._make_row(start, found)
            start = self._line + 1
            self._taken.clear()
            if row is not None:
                yield row

    def _make_row(self, start: int, found: list[str] | csv.Error) -> Row | None:
        """The record, cut short where it swallowed others; None for an empty line."""
        if isinstance(found, csv.Error):
            if "field limit" in str(found) and not self._give_back():
                raise Refused(
                    "unsupported_file_type", f"A cell is longer than {LONGEST_CELL:,} characters."
                )
            return Row(line=start, cells=self._cells_kept(), fault="column_count_mismatch")
        if not found:
            return None
        open_quote = found[-1].endswith(_END)
        if len(self._taken) > 1 and self._is_suspect(found, open_quote) and self._give_back():
            return Row(line=start, cells=self._cells_kept(), fault="column_count_mismatch")
        if open_quote:
            found[-1] = found[-1].removesuffix(_END)
        unended = not self._taken[-1].endswith(self._file.line_end)
        cut = open_quote or (unended and (self._file.cut or len(found) < self._width))
        return Row(line=start, cells=tuple(found), fault="truncated_record" if cut else None)

    def _is_suspect(self, found: list[str], open_quote: bool) -> bool:
        """Whether a record of several lines may have swallowed others."""
        return open_quote or not self._judge(found)

    def _give_back(self) -> bool:
        """Put swallowed lines back, from the first that could be a record. Raises Refused."""
        for number, line in enumerate(self._taken[1:], start=1):
            if self._judge(split_line(line, self._separator)):
                self._retries += 1
                if self._retries > _MOST_RETRIES:
                    raise Refused("truncated_file", "Quotes are left open in many places.")
                self._again.extendleft(reversed(self._taken[number:]))
                self._line -= len(self._taken) - number
                del self._taken[number:]
                self._given_back = True
                return True
        return False

    def _cells_kept(self) -> tuple[str, ...]:
        """What can be made of the lines that are left of a broken record."""
        try:
            rows = list(csv.reader(self._taken, delimiter=self._separator))
        except csv.Error:
            rows = []
        return tuple(rows[0]) if len(rows) == 1 else ()


def split_line(line: str, separator: str) -> list[str]:
    """The cells of a line by itself; none where it is no record."""
    if len(line) > LONGEST_CELL:
        return []
    try:
        rows = list(csv.reader([line, _END], delimiter=separator))
    except csv.Error:
        return []
    # With a quote left open, the end is swallowed and there is one row.
    return rows[0] if len(rows) == 2 else []


def first_lines(file: TextFile, most: int) -> list[str]:
    """The first lines of a file, without their ends; each is cut at what a header can be."""
    found = []
    for line in file.lines():
        found.append(line.rstrip("\r\n")[:LONGEST_HEADER])
        if len(found) >= most:
            break
    return found
