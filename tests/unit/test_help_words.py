"""The public help pages in words: links that telephones understand, hours, languages, countries."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from services.countries import COUNTRIES
from services.library.models import CHECK_METHODS, Contact, Entry
from services.library.public import Line, Together
from services.library.seed import load_seed
from web import help_words
from web.help_words import Service, dial, say_country, say_host, show_groups


def show(*contacts: Contact, **changes: object) -> Service:
    entry = Entry("helpline", "Harbour Line", "GB", ("crisis",), contacts=contacts)
    values: dict[str, object] = {
        "entry": entry,
        "until": date(2026, 12, 3),
        "checked_at": datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        "checked_how": "own_page",
        "pair_id": "1",
        "in_pair": 1,
    }
    line = Line(**(values | changes))  # type: ignore[arg-type]
    ((group),) = show_groups([Together((line,), is_whole=True)])
    return group.services[0]


class TestNumbers:
    @pytest.mark.parametrize(
        ("written", "dialled"),
        [
            ("988", "988"),
            ("116 123", "116123"),
            ("741741", "741741"),
            ("+44 (0)20 7946 0018", "+442079460018"),
            ("(020) 7946-0018", "02079460018"),
            ("*4141", "*4141"),
            ("1-800-273-TALK", "18002738255"),
            ("01632 960 001 ext. 12", "01632960001"),
            ("01632/960.001", "01632960001"),
        ],
    )
    def test_are_dialled_as_they_are_written(self, written: str, dialled: str) -> None:
        assert dial(written) == dialled

    def test_that_come_with_tandem_can_all_be_dialled(self) -> None:
        for entry in load_seed():
            for contact in entry.contacts:
                if contact.method in ("call", "text"):
                    dialled = dial(contact.address)
                    assert re.fullmatch(r"\+?[0-9*#]+", dialled), contact
                    digits = re.sub(r"[^0-9*#+]", "", contact.address)
                    assert dialled == digits, contact

    def test_are_shown_to_the_letter(self) -> None:
        (way,) = show(Contact("call", "0800 1111", hours="24/7", cost="free")).ways
        assert way.href == "tel:08001111"
        assert way.words == (("Call ", False), ("0800 1111", True))
        assert way.facts == "Day and night, every day · Free"

    def test_of_hash_codes_survive_the_address(self) -> None:
        (way,) = show(Contact("call", "*123#")).ways
        assert way.href == "tel:*123%23"


class TestTexts:
    @pytest.mark.parametrize("keyword", ["HOME", "HELP ME", "ÇA & VA"])
    def test_begin_with_the_keyword(self, keyword: str) -> None:
        (way,) = show(Contact("text", "741741", keyword=keyword)).ways
        parts = urlsplit(way.href)
        assert (parts.scheme, parts.path) == ("sms", "741741")
        assert parse_qs(parts.query) == {"body": [keyword]}
        assert "".join(text for text, _strong in way.words) == f"Text {keyword} to 741741"

    def test_without_a_keyword_begin_empty(self) -> None:
        (way,) = show(Contact("text", "+441632960002")).ways
        assert way.href == "sms:+441632960002"


class TestPages:
    def test_are_named_by_their_site(self) -> None:
        chat, web = show(
            Contact("chat", "https://www.harbour.example.org/chat?x=1", hours="09:00-17:00"),
            Contact("web", "http://harbour.example.org"),
        ).ways
        assert chat.href == "https://www.harbour.example.org/chat?x=1"
        assert chat.words == (("Chat at ", False), ("harbour.example.org", True))
        assert chat.facts == "09:00-17:00, local time"
        assert web.words == (("Open ", False), ("harbour.example.org", True))
        assert web.facts == ""
        assert say_host("https://www.example.org:8443/x") == "example.org"

    def test_a_mailbox_is_written_to(self) -> None:
        (way,) = show(Contact("mail", "a+b?c@example.org")).ways
        assert unquote(way.href) == "mailto:a+b?c@example.org"
        assert "?" not in way.href


class TestHours:
    @pytest.mark.parametrize(
        ("zone", "said"),
        [
            ("Europe/London", "London time"),
            ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
            ("UTC", "UTC"),
            ("", "local time"),
        ],
    )
    def test_say_whose_clock(self, zone: str, said: str) -> None:
        (way,) = show(Contact("call", "988", hours="Mon-Fri 09:00-17:00", time_zone=zone)).ways
        assert way.facts.startswith(f"Mon-Fri 09:00-17:00, {said} · ")

    def test_that_nobody_knows_are_not_made_up(self) -> None:
        (way,) = show(Contact("call", "988", languages=("es", "en"))).ways
        assert way.facts == "Hours not known · Cost not known · In Spanish and English"


class TestChecks:
    @pytest.mark.parametrize("how", CHECK_METHODS)
    def test_say_who_when_how_and_until_when(self, how: str) -> None:
        said = show(Contact("call", "988"), checked_how=how).checked
        assert said.startswith("Checked on 3 November 2026, ")
        assert said.endswith(". Counts until 3 December 2026.")

    def test_languages_are_named(self) -> None:
        assert show(Contact("call", "988")).languages == "Languages not known"


class TestCountries:
    def test_are_said_as_people_say_them(self) -> None:
        said = {code: say_country(code) for code in COUNTRIES}
        assert said["GB"] == "the United Kingdom"
        assert said["US"] == "the United States"
        assert said["DE"] == "Germany"
        for code, name in said.items():
            plural = COUNTRIES[code].endswith(("Islands", "States", "Emirates", "Republic"))
            assert name.startswith("the ") or not plural or code == "GS", name

    def test_moments_are_of_one_clock(self) -> None:
        at = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
        assert help_words.say_moment(at) == "3 November 2026, 09:05 UTC"
