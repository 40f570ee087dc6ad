"""The library as a file: whatever it holds comes back, and what is wrong is told with its line."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.library import seed, sheets
from services.library.models import COSTS, KINDS, TOPICS, Contact, Entry
from tests.support.library import CARD, LINE, YOUTH

# As the database keeps text: no control characters, single spaces, nothing at the ends.
LINES = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), include_characters=" ;,\"'=+-@"
    ),
    max_size=40,
).map(lambda text: " ".join(text.split()))
NAMES = LINES.filter(bool)
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=80
).map(lambda text: text.strip(" \t\n"))
LANGUAGES = st.lists(st.sampled_from(["en", "es", "cy", "yue"]), unique=True, max_size=3).map(tuple)
NUMBERS = st.from_regex(r"[+*#0-9][0-9 -]{1,12}[0-9]", fullmatch=True).filter(
    lambda number: sheets.is_address("call", number)
)
PAGES = st.from_regex(r"https://[a-z]{1,8}\.example\.org/[a-z0-9;=&?%+]{0,12}", fullmatch=True)
MAILS = st.from_regex(r"[=+a-z'-][a-z]{0,8}@example\.org", fullmatch=True)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    method = draw(st.sampled_from(["call", "text", "chat", "web", "mail"]))
    addresses = {"call": NUMBERS, "text": NUMBERS, "mail": MAILS}.get(method, PAGES)
    return Contact(
        method=method,
        address=draw(addresses),
        keyword=draw(LINES),
        hours=draw(LINES),
        time_zone=draw(st.sampled_from(["", "UTC", "Europe/London"])),
        cost=draw(st.sampled_from(sorted(COSTS))),
        languages=draw(LANGUAGES),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    words = draw(WORDS)
    kind = draw(st.sampled_from(sorted(KINDS)))
    return Entry(
        kind=kind,
        name=draw(NAMES),
        country=draw(st.sampled_from(["", "GB", "US"])),
        topics=tuple(
            draw(st.lists(st.sampled_from(sorted(TOPICS)), min_size=1, max_size=3, unique=True))
        ),
        audience=draw(LINES),
        languages=draw(LANGUAGES),
        words=words,
        sources=tuple(draw(st.lists(PAGES, max_size=3, unique=True))),
        seen=draw(st.sampled_from(["", "2021-07", "2026-11"])),
        confidence=draw(st.sampled_from(["", "high", "medium"])),
        pair=draw(LINES),
        contacts=tuple(
            draw(
                st.lists(
                    contacts(),
                    min_size=0 if kind != "helpline" and words else 1,
                    max_size=3,
                    unique_by=lambda one: (one.method, one.address, one.keyword),
                )
            )
        ),
    )


FILES = st.lists(
    entries(), min_size=1, max_size=5, unique_by=lambda one: (one.country, one.name)
).map(tuple)


def table(*rows: str, header: str = "kind,country,name,topics,method,address") -> bytes:
    return "\n".join([header, *rows]).encode()


def problems(raw: bytes) -> list[tuple[int, str]]:
    return [(one.line, one.column) for one in sheets.read_sheet(raw).problems]


class TestRoundTrip:
    @given(FILES)
    def test_changes_nothing(self, file: tuple[Entry, ...]) -> None:
        raw = sheets.write_sheet(file)
        sheet = sheets.read_sheet(raw)

        assert sheet.problems == ()
        assert sheet.entries == file
        assert sheets.write_sheet(sheet.entries) == raw

    def test_of_the_seed_changes_nothing(self) -> None:
        every = seed.load_seed()

        sheet = sheets.read_sheet(sheets.write_sheet(every))

        assert (sheet.entries, sheet.problems) == (every, ())

    @given(FILES)
    def test_writes_no_formula(self, file: tuple[Entry, ...]) -> None:
        rows = csv.reader(io.StringIO(sheets.write_sheet(file).decode("utf-8-sig"), newline=""))

        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]

    @pytest.mark.parametrize(
        ("number", "cell"),
        [
            ("988", "988"),
            ("116 123", "116 123"),
            ("08001110111", "'08001110111"),
            ("+441632960000", "'+441632960000"),
            ("*0767", "*0767"),
        ],
    )
    def test_guards_numbers_against_spreadsheets(self, number: str, cell: str) -> None:
        line = replace(YOUTH, contacts=(Contact("call", number),))
        raw = sheets.write_sheet([line])

        assert f",{cell}," in raw.decode("utf-8-sig")
        assert sheets.read_sheet(raw).entries == (line,)

    def test_keeps_an_apostrophe_that_somebody_wrote(self) -> None:
        raw = table("helpline,NL,'t Huis,general,call,020 5551234")

        assert sheets.read_sheet(raw).entries[0].name == "'t Huis"


class TestReading:
    def test_takes_a_file_with_the_needed_columns_only(self) -> None:
        sheet = sheets.read_sheet(
            table(
                "helpline,gb,Quay,youth;crisis,call,988", "helpline,gb,Quay,youth;crisis,text,85258"
            )
        )

        assert sheet.problems == ()
        assert sheet.lines == (2,)
        (entry,) = sheet.entries
        assert (entry.country, entry.topics) == ("GB", ("youth", "crisis"))
        assert [(one.method, one.address) for one in entry.contacts] == [
            ("call", "988"),
            ("text", "85258"),
        ]

    def test_names_the_line_on_which_a_row_begins(self) -> None:
        header = ",".join(sheets.COLUMNS)
        card = sheets.write_sheet([CARD]).decode("utf-8-sig").split("\r\n", 1)[1].strip()
        raw = "\r\n".join([header, card, ",".join(["x"] * len(sheets.COLUMNS))]).encode()

        # The card's words take three lines.
        assert {line for line, _column in problems(raw)} == {5}

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            ("advert,GB,Quay,youth,call,988", "kind"),
            ("helpline,Britain,Quay,youth,call,988", "country"),
            ("helpline,GB,,youth,call,988", "name"),
            ("helpline,GB,Quay,ghosts,call,988", "topics"),
            ("helpline,GB,Quay,,call,988", "topics"),
            ("helpline,GB,Quay,youth,pigeon,988", "method"),
            ("helpline,GB,Quay,youth,call,call us", "address"),
            ("helpline,GB,Quay,youth,web,www.example.org", "address"),
            ("helpline,GB,Quay,youth,mail,somebody", "address"),
            ("helpline,GB,Quay,youth,,", "address"),
            ("guide,GB,Quay,youth,,", "words"),
        ],
    )
    def test_says_what_is_wrong_and_where(self, row: str, column: str) -> None:
        found = problems(table("helpline,GB,Pier,crisis,call,116 123", row))

        assert found == [(3, column)]

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("languages", "English"),
            ("sources", "example.org"),
            ("seen", "last year"),
            ("confidence", "very"),
            ("time_zone", "Mars/Base"),
            ("cost", "cheap"),
            ("words", "x" * 2001),
        ],
    )
    def test_checks_the_other_columns_too(self, column: str, value: str) -> None:
        raw = table(
            f"helpline,GB,Pier,crisis,call,116 123,{value}",
            header=f"kind,country,name,topics,method,address,{column}",
        )

        assert problems(raw) == [(2, column)]

    def test_finds_every_problem(self) -> None:
        assert problems(
            table("x,GB,A,crisis,call,1", "helpline,GB,B,crisis,call", "x,GB,C,youth,call,988")
        ) == [
            (2, "kind"),
            (2, "address"),
            (3, ""),
            (4, "kind"),
        ]

    def test_wants_an_entry_in_one_place_and_of_one_mind(self) -> None:
        assert problems(
            table(
                "helpline,GB,Pier,crisis,call,116 123",
                "helpline,GB,Pier,youth,call,988",
                "helpline,GB,Pier,crisis,call,116 123",
                "helpline,GB,Quay,crisis,call,988",
                "helpline,GB,Pier,crisis,call,999 1",
            )
        ) == [(3, "topics"), (4, "address"), (6, "name")]

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\xff\xfe",
            b"name\nx",
            table(header="kind,country,name,topics,method,address,surprise"),
            table(header="kind,country,name,topics,method,address,kind"),
            table(),
            table('helpline,GB,"Pier,crisis'),
            b"x" * (sheets.LARGEST_BYTES + 1),
        ],
    )
    def test_refuses_what_is_no_such_table(self, raw: bytes) -> None:
        sheet = sheets.read_sheet(raw)

        assert sheet.entries == ()
        assert len(sheet.problems) == 1

    @given(st.binary(max_size=300))
    def test_reads_anything_without_falling_over(self, raw: bytes) -> None:
        sheet = sheets.read_sheet(raw)

        assert sheet.problems or sheet.entries

    @given(st.text(max_size=300))
    def test_reads_any_text_below_the_header(self, text: str) -> None:
        raw = table(text.encode("utf-8", "replace").decode(), header=",".join(sheets.COLUMNS))
        sheet = sheets.read_sheet(raw)

        assert sheet.problems or sheet.entries

    def test_agrees_with_the_database_on_lines(self) -> None:
        assert sheets.read_sheet(sheets.write_sheet([LINE, YOUTH, CARD])).problems == ()
