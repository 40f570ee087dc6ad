"""Numbers and dates: exact in every form that is known, refused in every other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.dates import (
    DATA,
    BadDate,
    OrderEvidence,
    UnknownForm,
    is_day,
    load_months,
    parse_text,
    read_moment,
)
from services.metrics.models import Cell
from services.metrics.numbers import (
    BadNumber,
    DecimalMark,
    is_approximate,
    read_amount,
    read_count,
    read_seconds,
)

WHOLE = st.integers(-(10**15), 10**15)
MARKS = st.sampled_from([".", ","])


class TestNumbers:
    @given(WHOLE, MARKS, st.booleans(), st.sampled_from(["", " ", "\u00a0", "\t"]))
    def test_whole_numbers_come_back(
        self, number: int, mark: DecimalMark, grouped: bool, around: str
    ) -> None:
        text = f"{number:,}" if grouped else str(number)
        text = text.replace(",", "." if mark == "," else ",")

        assert read_count(f"{around}{text}{around}", mark) == number

    @given(WHOLE, st.integers(1, 10**6 - 1), MARKS)
    def test_decimals_come_back_exactly(self, whole: int, part: int, mark: DecimalMark) -> None:
        text = f"{whole}{mark}{part:06}"

        found = read_amount(text, mark)
        assert found == Decimal(f"{whole}.{part:06}")
        assert isinstance(found, Decimal)

    @pytest.mark.parametrize(
        ("text", "mark", "expected"),
        [
            ("1,234", ".", 1234),
            ("1.234", ",", 1234),
            ("1\u202f234\u202f567", ",", 1234567),
            ("1203.0", ".", 1203),
            ("+5", ".", 5),
            ("-5", ".", -5),
            ("1.2K", ".", 1200),
            ("1,2k", ",", 1200),
            ("3M", ".", 3_000_000),
            ("00012", ".", 12),
        ],
    )
    def test_forms_that_were_seen(self, text: str, mark: DecimalMark, expected: int) -> None:
        assert read_count(text, mark) == expected

    @pytest.mark.parametrize("text", ["", " ", "-", "--", "undefined", "Undefined", "\u00a0"])
    def test_what_stands_for_no_value(self, text: str) -> None:
        assert read_count(text) is None
        assert read_seconds(text, 3600) is None

    @pytest.mark.parametrize(
        "text",
        [
            "1.234",
            "1,23",
            "12,34",
            "1,2345",
            "1203.5",
            "n/a",
            "1e5",
            "0x10",
            "1_000",
            "٣",
            "²",
            "38%",
            "=1+1",
            "$5",
            "1 2",
            "1,,234",
            ",123",
            "--5",
            "9" * 19,
            "9" * 400,
            "nan",
            "inf",
            "https://x.com/a/status/1",
            "1.2T",
            "1,234.567,8",
        ],
    )
    def test_what_is_no_count(self, text: str) -> None:
        with pytest.raises(BadNumber):
            read_count(text, ".")

    def test_cells_of_a_spreadsheet_need_no_style(self) -> None:
        assert read_count(1234, ",") == 1234
        assert read_amount(Decimal("1.5"), ",") == Decimal("1.5")
        for cell in (Decimal("1.5"), date(2025, 1, 1), Decimal("1e30")):
            with pytest.raises(BadNumber):
                read_count(cell)

    def test_short_forms_are_approximate(self) -> None:
        assert is_approximate("1.2K")
        assert not is_approximate("1200")
        assert not is_approximate(1200)

    @given(st.decimals(0, 10**6, places=4))
    def test_hours_become_seconds_without_noise(self, hours: Decimal) -> None:
        assert read_seconds(str(hours), 3600) == hours * 3600

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("0:11:34", 694),
            ("0:12", 12),
            ("11.5", Decimal("11.5")),
            ("1:00:00.25", Decimal("3600.25")),
        ],
    )
    def test_durations(self, text: str, expected: object) -> None:
        found = read_seconds(text, 1)
        assert found == expected
        assert type(found) is type(expected)

    @pytest.mark.parametrize("text", ["-1", "0:99", "1:2:3:4", "1h"])
    def test_what_is_no_duration(self, text: str) -> None:
        with pytest.raises(BadNumber):
            read_seconds(text, 1)

    @given(st.text(max_size=12), MARKS)
    def test_any_text_is_a_number_or_an_error(self, text: str, mark: DecimalMark) -> None:
        for reader in (read_count, read_amount):
            try:
                found = reader(text, mark)
            except BadNumber:
                continue
            assert found is None or isinstance(found, int | Decimal)


DAYS = st.dates(date(2005, 1, 1), date(2099, 12, 31))
ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class TestDates:
    @given(DAYS, st.times())
    def test_every_form_comes_back(self, day: date, clock: object) -> None:
        moment = datetime.combine(day, clock).replace(microsecond=0)  # type: ignore[arg-type]
        minute = moment.replace(second=0)
        month = ENGLISH[day.month - 1]
        hour = f"{moment.hour % 12 or 12}:{moment.minute:02} {'pm' if moment.hour > 11 else 'am'}"
        for text, expected in [
            (f"{moment:%m/%d/%Y %H:%M}", minute),
            (f"{moment.month}/{moment.day}/{moment.year}", None),
            (f"{moment:%Y-%m-%d %H:%M:%S}", moment),
            (f"{moment:%Y-%m-%dT%H:%M:%S}.000Z", moment),
            (f"{moment:%Y/%m/%d}", None),
            (f"{month} {day.day}, {day.year}", None),
            (f"Tue, {month} {day.day}, {day.year}", None),
            (f"{moment:%m/%d/%Y} {hour}", minute),
            (f"{moment:%d.%m.%Y %H:%M}", minute),
            (f"{day.year}年{day.month}月{day.day}日", None),
            (f"{month} {day.day}, {day.year} {hour.upper()}", minute),
        ]:
            found = read_moment(text, "month_first")
            assert found.local == (expected or datetime(day.year, day.month, day.day)), text  # noqa: DTZ001
            assert (found.precision == "day") == (expected is None), text
        if day.day <= 12 or day.month <= 12:
            assert read_moment(f"{day:%d/%m/%Y}", "day_first").local.date() == day

    @given(DAYS, st.integers(0, 363))
    def test_a_day_without_a_year_is_the_first_after_the_upload(
        self, day: date, later: int
    ) -> None:
        upload = day - timedelta(days=later)
        found = read_moment(
            f"{ENGLISH[day.month - 1]} {day.day}", "month_first", upload
        ).local.date()

        assert (found.month, found.day) == (day.month, day.day)
        assert found == day

    def test_a_day_before_the_upload_s_is_of_another_zone(self) -> None:
        found = read_moment("August 30", "month_first", date(2025, 8, 31))
        assert found.local.date() == date(2025, 8, 30)

    def test_a_day_without_a_year_and_nothing_to_tell_it_is_bad(self) -> None:
        with pytest.raises(BadDate):
            read_moment("August 30", "month_first")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "soon",
            "02/30/2025",
            "13/01/2025",
            "2025-13-01",
            "11/30/2025 24:00",
            "11/30/2025 13:00 pm",
            "11/30/1999",
            "2020-02-10 18:00 +9900",
            "Feb 30, 2025",
            "x" * 99,
        ],
    )
    def test_impossible_dates(self, text: str) -> None:
        with pytest.raises(BadDate):
            read_moment(text, "month_first")

    @pytest.mark.parametrize(
        "text",
        [
            "2025.11.30",
            "11/30/25",
            "1764500000",
            "Lúnasa 30, 2025",
            "30-Nov",
            "11-30/2025",
            "30/11",
            "2025-11",
            "\u0660\u0661/02/2025",
        ],
    )
    def test_forms_nobody_has_taught_us(self, text: str) -> None:
        with pytest.raises(UnknownForm):
            read_moment(text, "month_first")
        with pytest.raises(UnknownForm):
            read_moment(45000, "month_first")

    def test_no_name_of_a_month_means_two(self) -> None:
        count = sum(
            len(line.split("|")) + line.count('", "')
            for line in (DATA / "months.toml").read_text(encoding="utf-8").splitlines()
            if " = [" in line
        )
        seen: dict[str, set[int]] = {}
        import tomllib

        for names in tomllib.loads((DATA / "months.toml").read_text(encoding="utf-8")).values():
            assert len(names) == 12
            for number, spellings in enumerate(names, start=1):
                for name in spellings.split("|"):
                    seen.setdefault(name, set()).add(number)
        assert count > 12
        assert {name: months for name, months in seen.items() if len(months) > 1} == {}
        assert set(load_months()) == set(seen)

    @given(st.text(max_size=30))
    def test_any_text_is_a_date_or_an_error(self, text: str) -> None:
        try:
            read_moment(text, "day_first", date(2025, 1, 1))
        except (BadDate, UnknownForm):
            return
        assert is_day(text)

    def test_lifetime_is_no_day_in_any_language(self) -> None:
        assert [
            is_day(cell) for cell in ("Lifetime", "Livstid", "", "11/30/2025", date(2025, 1, 1))
        ] == [
            False,
            False,
            False,
            True,
            True,
        ]


class TestOrder:
    @staticmethod
    def decide(*cells: Cell) -> tuple[str, str]:
        evidence = OrderEvidence()
        for cell in cells:
            evidence.add(cell)
        return evidence.decide("month_first")

    def test_one_number_above_twelve_proves_it(self) -> None:
        assert self.decide("01/02/2025", "13/02/2025") == ("day_first", "proven")
        assert self.decide("01/02/2025", "02/13/2025") == ("month_first", "proven")
        assert self.decide("23-9-2026") == ("day_first", "proven")

    def test_the_larger_part_decides(self) -> None:
        assert self.decide("13/02/2025", "14/02/2025", "02/13/2025") == ("day_first", "proven")

    def test_without_proof_it_is_assumed(self) -> None:
        assert self.decide("01/02/2025") == ("month_first", "assumed")
        assert self.decide("13/02/2025", "02/13/2025") == ("month_first", "assumed")
        assert self.decide("14/14/2025") == ("month_first", "assumed")

    def test_forms_that_name_the_month_need_none(self) -> None:
        assert self.decide("2025-02-13", "Feb 13, 2025", "13.02.2025") == ("month_first", "written")

    def test_dates_are_parsed_once(self) -> None:
        assert parse_text("01/02/2025") is parse_text("01/02/2025")
        assert all(a == b for a, b in pairwise([parse_text("9月6日")] * 2))
