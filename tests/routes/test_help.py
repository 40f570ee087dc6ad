"""The public help pages: what they serve to whom, what they say, and that they keep nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.support.library import CARD, LINE, YOUTH, add, check, expire
from tests.support.people import World
from tests.support.visitor import TestClient, Visitor, make_parts, make_settings
from web.pace import Pace
from web.requests import is_page
from web.routes.help import EXIT_ADDRESS, Help

Visit = Callable[..., Visitor]
DIRECTORY = "https://www.directory.example.org/services"


@pytest.fixture
def reader(world: World, visit: Visit) -> Visitor:
    """A browser in front of an instance whose own workspace is home."""
    return visit(help_workspace=world.home)


def words(answer: httpx.Response) -> str:
    """What the page says, without its markup."""
    body = answer.text.partition("</style>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


class TestPages:
    def test_a_country_shows_how_to_reach_what_was_checked(
        self, world: World, reader: Visitor
    ) -> None:
        check(world.dana, world, add(world.sam, world))
        answer = reader.get("/help/gb")
        page = words(answer)

        assert answer.status_code == 200
        assert "Help in the United Kingdom" in page
        assert 'href="tel:01632960001"' in answer.text
        assert 'href="sms:+441632960002?&amp;body=HARBOUR"' in answer.text
        assert 'href="https://harbour.example.org/"' in answer.text
        assert "Call 01632 960 001" in page
        assert "Text HARBOUR to +441632960002" in page
        assert "Day and night, every day · Free" in page
        assert "09:00-17:00 daily, local time · Cost not known" in page
        assert "In English and Welsh." in page
        assert "For: Anyone who wants to talk" in page
        assert re.search(r"Checked on \d+ \w+ \d{4}, on the service's own page", page)

    @pytest.mark.parametrize("days", [90, 14, 0])
    def test_a_check_counts_to_its_last_day(self, world: World, reader: Visitor, days: int) -> None:
        expire(world, check(world.dana, world, add(world.sam, world)), days=days)
        assert LINE.name in words(reader.get("/help/gb"))

    def test_what_nobody_checked_or_checked_long_ago_is_not_there(
        self, world: World, reader: Visitor
    ) -> None:
        expire(world, check(world.dana, world, add(world.sam, world)), days=-1)
        add(world.sam, world, YOUTH)
        check(world.dana, world, add(world.sam, world, replace(CARD, country="GB")))

        page = words(reader.get("/help/gb"))

        for name in (LINE.name, YOUTH.name, CARD.name):
            assert name not in page
        assert "There is no checked service in the United Kingdom at the moment" in page
        assert "Call 999" in page
        assert "Open findahelpline.com" in page

    def test_the_operators_directory_stands_in(self, world: World, visit: Visit) -> None:
        visitor = visit(help_workspace=world.home, help_directory=DIRECTORY)
        answer = visitor.get("/help/gb")
        assert f'href="{DIRECTORY}"' in answer.text
        assert "Open directory.example.org" in words(answer)
        assert "findahelpline" not in answer.text

    def test_a_topic_comes_first_and_hides_nothing(self, world: World, reader: Visitor) -> None:
        for entry in (LINE, YOUTH):
            check(world.dana, world, add(world.sam, world, entry))
        page = words(reader.get("/help/gb/youth"))
        assert page.index("Children and young people") < page.index(YOUTH.name)
        assert page.index(YOUTH.name) < page.index("Other help in the United Kingdom")
        assert page.index("Other help in the United Kingdom") < page.index(LINE.name)

        page = words(reader.get("/help/gb/eating-disorders"))
        assert "There is no checked service for this topic in the United Kingdom" in page
        assert LINE.name in page

    def test_what_is_good_anywhere_is_in_every_country(self, world: World, reader: Visitor) -> None:
        check(world.dana, world, add(world.sam, world, replace(LINE, country="")))
        page = words(reader.get("/help/de"))
        assert "There is no checked service in Germany at the moment" in page
        assert page.index("Good in any country") < page.index(LINE.name)

    def test_those_that_belong_together_stand_together(self, world: World, visit: Visit) -> None:
        youth = replace(YOUTH, pair="coast")
        check(world.dana, world, add(world.sam, world, replace(LINE, pair="coast")))
        check(world.dana, world, add(world.sam, world, replace(LINE, name="Between")))
        young = check(world.dana, world, add(world.sam, world, youth))
        page = words(visit(help_workspace=world.home).get("/help/gb"))
        pair = page.partition("These belong together.")[2]
        assert pair.index(LINE.name) < pair.index(YOUTH.name)
        assert "Between" not in pair[: pair.index(YOUTH.name)]

        expire(world, young, days=-1)
        page = words(visit(help_workspace=world.home).get("/help/gb"))
        assert YOUTH.name not in page
        assert LINE.name in page
        assert "for other people, is not checked at the moment" in page

    def test_danger_comes_before_all_services(self, world: World, reader: Visitor) -> None:
        check(world.dana, world, add(world.sam, world))
        page = words(reader.get("/help/gb"))
        assert page.index("the emergency number in the United Kingdom") < page.index(LINE.name)
        assert 'href="tel:112"' in reader.get("/help/de").text
        elsewhere = words(reader.get("/help/in"))
        assert "call your local emergency number in India" in elsewhere
        assert not re.search(r"\b(112|911|999|000)\b", elsewhere)

    def test_the_way_out_comes_before_everything(self, reader: Visitor) -> None:
        for path in ("/help", "/help/gb", "/help/gb/crisis", "/help/xx"):
            first = re.search(r"<a [^>]*>", reader.get(path).text)
            assert first is not None
            assert f'href="{EXIT_ADDRESS}"' in first[0]
            assert "noreferrer" in first[0]

    def test_countries_are_listed_with_those_that_have_services_first(
        self, world: World, reader: Visitor
    ) -> None:
        check(world.dana, world, add(world.sam, world))
        answer = reader.get("/help")
        page = words(answer)
        assert page.index("United Kingdom") < page.index("Other countries")
        assert page.index("Other countries") < page.index("Germany")
        assert answer.text.count('href="/help/') == 249

    @pytest.mark.parametrize("path", ["/help/", "/help/GB", "/help/gb/", "/help/gb/Crisis"])
    def test_addresses_are_read_kindly(self, reader: Visitor, path: str) -> None:
        assert reader.get(path).status_code == 200

    @pytest.mark.parametrize(
        "path", ["/help/xx", "/help/gb/love", "/help/gb/crisis/x", "/help/%00", "/help/gb/%F0"]
    )
    def test_others_lead_to_the_list(self, reader: Visitor, path: str) -> None:
        answer = reader.get(path)
        assert answer.status_code == 404
        assert "We have no page at this address" in words(answer)
        assert 'href="/help/gb"' in answer.text

    def test_what_people_wrote_is_text(self, world: World, reader: Visitor) -> None:
        name = "<b>\"Pier\" & 'Co'</b>"
        check(world.dana, world, add(world.sam, world, replace(LINE, name=name)))
        answer = reader.get("/help/gb")
        assert "<b>" not in answer.text
        assert name in unescape(answer.text)


class TestWorkspaces:
    def test_an_address_names_one_and_its_links_keep_it(self, world: World, visit: Visit) -> None:
        check(world.dana, world, add(world.sam, world))
        visitor = visit(help_workspace=world.other)
        assert LINE.name not in visitor.get("/help/gb").text

        answer = visitor.get(f"/help/gb?w={world.home}")

        assert LINE.name in answer.text
        links = re.findall(r'href="(/help[^"]*)"', answer.text)
        assert links
        assert all(link.endswith(f"?w={world.home}") for link in links)

    @pytest.mark.parametrize("named", ["nothing", "00000000-0000-4000-8000-000000000000"])
    def test_an_unknown_one_leads_to_the_instances_own(
        self, world: World, reader: Visitor, named: str
    ) -> None:
        check(world.dana, world, add(world.sam, world))
        answer = reader.get(f"/help/gb?w={named}")
        assert answer.status_code == 404
        assert "Part of the address is missing or wrong" in words(answer)
        assert 'href="/help/gb"' in answer.text

    @pytest.mark.usefixtures("world")
    def test_none_named_among_several_shows_nothing_checked(self, visitor: Visitor) -> None:
        answer = visitor.get("/help/gb")
        assert answer.status_code == 200
        assert "There is no checked service" in words(answer)


class TestTraces:
    PATHS = ("/help", "/help/gb", "/help/gb/suicide", "/help/xx", "/help/gb?w=canary")

    @pytest.mark.parametrize("path", PATHS)
    def test_no_cookie_is_set_or_read(self, reader: Visitor, path: str) -> None:
        without = reader.get(path)
        reader.client.cookies.set("tandem_session", "canary", domain="127.0.0.1")
        answer = reader.get(path)
        assert "set-cookie" not in answer.headers
        assert "vary" not in answer.headers
        assert answer.text == without.text

    @pytest.mark.parametrize("path", PATHS)
    def test_nothing_is_loaded_run_or_told_to_others(self, reader: Visitor, path: str) -> None:
        answer = reader.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert "unsafe" not in policy
        assert "form-action 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<(script|img|iframe|form|object)|src=|@import|url\(", answer.text)
        assert re.findall(r"<link [^>]*>", answer.text) == ['<link rel="icon" href="data:,">']

    @pytest.mark.parametrize("path", PATHS)
    def test_no_log_tells_of_it(
        self, reader: Visitor, path: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="tandem")
        reader.get(path)
        reader.client.post(path, headers={"origin": "https://elsewhere.example"})
        told = "\n".join(
            f"{record.getMessage()} {record.__dict__}"
            for record in caplog.records
            if record.name.startswith("tandem")
        )
        for trace in ("/help/", "gb", "suicide", "canary", "192.0.2.7"):
            assert trace not in told

    def test_an_error_of_ours_tells_where_and_not_which_page(
        self,
        reader: Visitor,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("web.help_words.say_country", lambda _code: 1 / 0)
        with caplog.at_level(logging.INFO, logger="tandem"):
            assert reader.get("/help/gb/suicide").status_code == 500
        paths = {record.__dict__.get("path") for record in caplog.records} - {None}
        assert paths == {"/help"}


class TestProtocol:
    def test_an_unchanged_page_is_not_sent_again(self, world: World, reader: Visitor) -> None:
        check(world.dana, world, add(world.sam, world))
        first = reader.get("/help/gb")
        assert first.headers["cache-control"] == "no-cache"
        again = reader.client.get("/help/gb", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]

    @pytest.mark.parametrize("path", ["/help", "/help/gb", "/help/xx"])
    def test_heads_are_answered(self, reader: Visitor, path: str) -> None:
        head, whole = reader.client.head(path), reader.get(path)
        assert head.status_code == whole.status_code
        for name in ("content-type", "cache-control", "content-security-policy"):
            assert head.headers[name] == whole.headers[name]

    def test_they_are_no_pages_of_the_app(self) -> None:
        assert not is_page("/help")
        assert not is_page("/help/gb")
        assert is_page("/helpers")

    def test_too_many_at_once_are_asked_to_wait(
        self, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("web.routes.help._BURST", 3)
        monkeypatch.setattr("web.routes.help._PER_SECOND", 0.0)
        visitor = visit(help_workspace=world.home)
        statuses = [visitor.get("/help/gb").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        answer = visitor.get("/help/gb")
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["cache-control"] == "no-store"
        assert "call your local emergency number" in words(answer)

    def test_no_address_is_remembered(
        self, world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[str] = []
        monkeypatch.setattr(Pace, "take", lambda _self, key: seen.append(key))
        for _process in range(2):
            visit(help_workspace=world.home, client="203.0.113.77").get("/help")
        assert len(set(seen)) == 2
        assert "203.0.113.77" not in "".join(seen)


class TestWithoutTheDatabase:
    def test_what_was_last_known_is_served_and_says_so(
        self, world: World, visit: Visit, tmp_path: Path
    ) -> None:
        check(world.dana, world, add(world.sam, world))
        kept = {"help_workspace": world.home, "data_dir": tmp_path}
        assert LINE.name in visit(**kept).get("/help/gb").text

        later = visit(**kept, supabase_url="http://127.0.0.1:9")
        for _ in range(2):
            page = words(later.get("/help/gb"))
            assert LINE.name in page
            assert "This is how it was on" in page

    def test_what_lapses_meanwhile_is_left_out_by_the_clock(
        self, world: World, visit: Visit, tmp_path: Path
    ) -> None:
        line = check(world.dana, world, add(world.sam, world))
        expire(world, line, days=0)
        kept = {"help_workspace": world.home, "data_dir": tmp_path}
        assert LINE.name in visit(**kept).get("/help/gb").text

        settings = make_settings(world.stack, **kept, supabase_url="http://127.0.0.1:9")
        parts = make_parts(settings)
        for days, is_there in ((0, True), (1, False)):
            at = datetime.now(UTC) + timedelta(days=days)
            app = Starlette(
                routes=Help(parts, now=partial(datetime.astimezone, at, UTC)).list_routes()
            )
            page = words(TestClient(app).get("/help/gb"))
            assert (LINE.name in page) is is_there
            assert "This is how it was on" in page
        parts.close()

    def test_nothing_known_still_says_what_to_do(self, world: World, visit: Visit) -> None:
        visitor = visit(
            help_workspace=world.home,
            help_directory=DIRECTORY,
            supabase_url="http://127.0.0.1:9",
        )
        answer = visitor.get("/help/gb")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert "call your local emergency number" in words(answer)
        assert f'href="{DIRECTORY}"' in answer.text
