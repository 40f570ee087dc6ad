"""Importing: what a file is, corrected before it is taken, and taken back; accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from services.measures import accounts
from services.measures.accounts import AccountPlan
from tests.pages.conftest import Seat, press, read_page
from tests.support.exports import YOUTUBE, write_csv
from tests.support.measures import (
    add_account,
    bring,
    figures_of,
    undo,
    write_export,
)
from tests.support.people import World

OpenPage = Callable[..., AppTest]
ONE, TWO = (f"1789569566800455{number}" for number in (1, 2))


@pytest.fixture
def account(world: World) -> str:
    """On Instagram, ines's own."""
    return add_account(world.ines, world)


def read(at: AppTest) -> str:
    """What the page says, without what keeps its texts from being markup."""
    return read_page(at).replace("\\", "").replace("\u00a0", " ")


def find_import(world: World, name: str) -> str:
    """The import of a file."""
    ((found,),) = world.run_sql("select id from public.imports where file_name = %s", name)
    return str(found)


def drop(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The page after these files were dropped."""
    at.file_uploader[0].set_value([(name, raw, "text/csv") for name, raw in files])
    return at.run()


class TestWhoComes:
    def test_an_influencer_without_an_account_is_asked_for_one(self, open_page: OpenPage) -> None:
        text = read(open_page("ines", "imports"))
        assert "No accounts yet" in text
        assert "Meta Business Suite: Insights, Content, then Export" in text

    def test_a_professional_reads_and_brings_nothing(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1))
        at = open_page("dana", "imports")
        text = read(at)
        assert "Influencers import figures of their own accounts" in text
        assert "content.csv" in text
        assert not at.file_uploader
        assert not {"Take back", "Change", "Add an account"} & {one.label for one in at.button}

    @pytest.mark.usefixtures("account")
    def test_one_request_draws_it(self, open_page: OpenPage, seat: Seat) -> None:
        open_page("ines", "imports")
        assert seat.calls == ["get_accounts"]


class TestTaking:
    @pytest.mark.usefixtures("account")
    def test_a_file_is_shown_and_then_taken(self, world: World, open_page: OpenPage) -> None:
        at = drop(open_page("ines", "imports"), ("nov.csv", write_export(1, 2)))
        text = read(at)
        assert "Instagram: posts, with all that each did so far" in text
        assert "2 posts · published 30 Nov 2025 to 30 Nov 2025" in text
        assert "In all: Views 300 · Likes 30 · Comments 3 · Shares 0" in text
        assert figures_of(world.ines, world) == {}
        at = press(at, "Import 2 posts")
        assert "nov.csv: 2 posts, 2 new." in read(at)
        assert figures_of(world.ines, world)[TWO]["views"] == 200

    @pytest.mark.usefixtures("account")
    def test_several_files_are_taken_with_one_press(self, open_page: OpenPage) -> None:
        files = (("a.csv", write_export(1)), ("b.csv", write_export(2)), ("c.csv", write_export(1)))
        at = drop(open_page("ines", "imports"), *files)
        assert "The same file was chosen twice" in read(at)
        text = read(press(at, "Import 2 posts of 2 files"))
        assert "a.csv: 1 post, 1 new." in text
        assert "b.csv: 1 post, 1 new." in text

    def test_a_file_that_is_here_already_says_so(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1))
        at = drop(open_page("sam", "imports"), ("again.csv", write_export(1)))
        assert "These figures are here already: content.csv" in read(at)
        assert not any(one.label.startswith("Import ") for one in at.button)

    @pytest.mark.usefixtures("account")
    def test_the_order_of_a_date_is_corrected_before_it_counts(
        self, world: World, open_page: OpenPage
    ) -> None:
        raw = write_export(1, Publish_time="03/11/2025 09:15")
        at = drop(open_page("ines", "imports"), ("nov.csv", raw))
        assert "published 11 Mar 2025" in read(at)
        at = at.radio[0].set_value("day_first").run()
        assert "published 3 Nov 2025" in read(at)
        press(at, "Import 1 post")
        ((day,),) = world.run_sql("select published_on from public.posts")
        assert day == date(2025, 11, 3)

    def test_the_last_corrections_are_offered_again(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        raw = write_export(1, Publish_time="03/11/2025 09:15")
        bring(world.ines, world, account, raw, date_order="day_first")
        later = write_export(2, Publish_time="04/11/2025 09:15")
        at = drop(open_page("ines", "imports"), ("dec.csv", later))
        assert "published 11 Apr 2025" in read(at)
        at = press(at, "Correct this one in the same way")
        assert "published 4 Nov 2025" in read(at)

    @pytest.mark.usefixtures("account")
    def test_lines_that_cannot_be_taken_are_listed_with_their_reasons(
        self, open_page: OpenPage
    ) -> None:
        good, bad = write_export(1), write_export(2, Views="many").split(b"\n", 1)[1]
        at = drop(open_page("ines", "imports"), ("nov.csv", good + bad))
        assert "Line 3: a figure in it is no number" in read(at)
        assert "Import 1 post" in read(at)

    @pytest.mark.usefixtures("account")
    def test_a_file_that_is_none_says_what_to_do(self, open_page: OpenPage) -> None:
        at = drop(open_page("ines", "imports"), ("nov.csv", b"\x89PNG\r\n\x1a\n" + bytes(40)))
        text = read(at)
        assert "Not taken." in text
        assert "Choose the file as the platform gave it" in text

    def test_a_period_has_to_be_known(self, world: World, open_page: OpenPage) -> None:
        add_account(world.ines, world, platform="youtube", name="Calm corner")
        row = ["abcdefghijk", "Title", "Dec 15, 2025", "61", 10, "1.5", 1, -2, 3, 5]
        at = drop(open_page("ines", "imports"), ("Table data.csv", write_csv(YOUTUBE, row)))
        assert not any(one.label.startswith("Import ") for one in at.button)
        start = next(one for one in at.date_input if one.label == "Its figures begin on")
        at = start.set_value(date(2020, 1, 1)).run()
        press(at, "Import 1 post")
        found = figures_of(world.ines, world)["abcdefghijk"]
        assert (found["views"], found["watch_time_seconds"]) == (10, 5400)

    def test_the_account_knows_the_zone_that_the_file_does_not_name(
        self, world: World, open_page: OpenPage
    ) -> None:
        accounts.add_account(
            world.ines.gateway(),
            workspace_id=world.home,
            plan=AccountPlan("instagram", "calm", world.ines.id, "Europe/Berlin"),
        )
        at = drop(open_page("ines", "imports"), ("nov.csv", write_export(1)))
        press(at, "Import 1 post")
        ((zone, source),) = world.run_sql("select time_zone, zone_source from public.imports")
        assert (zone, source) == ("Europe/Berlin", "account setting")


class TestTakingBack:
    def test_it_is_asked_first_and_says_what_it_did(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1), until=date(2026, 11, 1))
        bring(world.ines, world, account, write_export(1, 2, Views=9), name="later.csv")
        at = press(open_page("ines", "imports"), "Take back")
        assert "Posts that only this file knew go with them" in read(at)
        later = find_import(world, "later.csv")
        undo(world.ines, world, later)
        assert "Taken back" in read(open_page("dana", "imports"))

    @pytest.mark.usefixtures("account")
    def test_a_platform_without_an_account_leads_to_adding_one(self, open_page: OpenPage) -> None:
        row = ["abcdefghijk", "Title", "Dec 15, 2025", "61", 10, "1.5", 1, -2, 3, 5]
        at = drop(open_page("ines", "imports"), ("Table data.csv", write_csv(YOUTUBE, row)))
        assert "There is no account of yours on YouTube yet." in read(at)
        at = press(at, "Add the account")
        platform = next(one for one in at.selectbox if one.label == "Platform")
        assert platform.value == "youtube"


class TestAccounts:
    def test_figures_that_are_missing_are_called_for(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        assert "No figures yet" in read(open_page("ines", "imports"))
        bring(world.ines, world, account, write_export(1), until=date(2026, 1, 31))
        assert "Figures missing since 1 Feb 2026" in read(open_page("ines", "imports"))
