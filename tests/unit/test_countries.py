"""Country codes and the names people know them by."""

from __future__ import annotations

import re

from components.countries import COUNTRIES, name_of, names_of


class TestCountries:
    def test_all_of_iso_3166_is_there(self) -> None:
        assert len(COUNTRIES) == 249
        assert all(re.fullmatch("[A-Z]{2}", code) for code in COUNTRIES)
        assert len(set(COUNTRIES.values())) == 249

    def test_they_are_listed_by_name(self) -> None:
        names = [name.replace("Å", "A") for name in COUNTRIES.values()]
        assert names == sorted(names)

    def test_names_come_with_their_code(self) -> None:
        assert name_of("DE") == "Germany (DE)"
        assert name_of("XX") == "XX"

    def test_long_lists_are_cut_short(self) -> None:
        assert names_of(()) == ""
        assert names_of(("DE", "AT")) == "Austria, Germany"
        assert names_of(("DE", "AT", "CH", "FR", "IT")) == "Austria, France, Germany and 2 more"
