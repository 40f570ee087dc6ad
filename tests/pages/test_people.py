"""People: names and roles for everybody, everything else for coordinators."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from components.people import Desk, write_list
from services import people
from services.people import Asked
from tests.pages.conftest import Seat, read_page
from tests.support.people import World, add_person

OpenPage = Callable[..., AppTest]


def test_members_see_names_but_neither_addresses_nor_actions(
    world: World, open_page: OpenPage
) -> None:
    people.invite_person(
        world.sam.gateway(), workspace_id=world.home, email="new@example.org", roles=["influencer"]
    )
    page = read_page(open_page("ines", "people"))
    assert "Dana" in page
    assert "dana" not in page.replace("Dana", "")
    assert "new" not in page
    assert "Invite somebody" not in page


def test_coordinators_see_open_invitations(world: World, open_page: OpenPage) -> None:
    people.invite_person(
        world.sam.gateway(), workspace_id=world.home, email="new@example.org", roles=["influencer"]
    )
    page = read_page(open_page("sam", "people"))
    assert "as influencer" in page
    assert "Its link works until" in page
    assert "Take back" in page


def test_search_finds_by_name_and_profession(open_page: OpenPage) -> None:
    assert "1 person" in read_page(open_page("ines", "people", people_search="mar"))
    assert "2 people" in read_page(open_page("ines", "people", people_search="psycholog"))


def test_nobody_found_offers_everybody(open_page: OpenPage) -> None:
    at = open_page("ines", "people", people_search="zebra")
    assert "Nobody fits" in read_page(at)
    at.button(key="people_clear").click().run()
    assert "6 people" in read_page(at)


def test_a_long_list_is_turned_page_by_page_and_exported_whole(
    world: World, seat: Seat, open_page: OpenPage
) -> None:
    for number in range(20):
        add_person(world, f"new{number:02}", roles=("influencer",))
    first = read_page(open_page("ines", "people"))
    assert "26 people" in first
    assert "New12" in first
    assert "Paul" not in first
    last = read_page(open_page("ines", "people", people_page="2"))
    assert "Paul" in last
    assert "New12" not in last
    assert "Paul" in read_page(open_page("ines", "people", people_page="99"))

    ines = seat.find("")
    assert ines is not None
    desk = Desk(ines, datetime.now(UTC))
    written = write_list(world.ines.gateway(), desk, Asked(search="new")).decode("utf-8-sig")
    names = [row["Name"] for row in csv.DictReader(io.StringIO(written))]
    assert names == [f"New{number:02}" for number in range(20)]


def test_the_filter_comes_from_the_address(world: World, open_page: OpenPage) -> None:
    assert "3 people" in read_page(open_page("sam", "people", people_show="Professionals"))
    assert "0 people" in read_page(open_page("sam", "people", people_show="Credential to check"))
    people.set_suspended(
        world.sam.gateway(), workspace_id=world.home, profile_id=world.marco.id, suspended=True
    )
    assert "1 person" in read_page(open_page("sam", "people", people_show="Suspended"))


def test_nobody_checks_their_own_entry(world: World, open_page: OpenPage) -> None:
    for person in (world.kim, world.paul):
        people.submit_credential(
            world.sam.gateway(),
            workspace_id=world.home,
            profile_id=person.id,
            profession="Nurse",
            register_url="https://register.example.org/x",
            jurisdiction="Kenya",
            scope=["general"],
        )
    at = open_page("kim", "people", people_show="Credential to check")
    assert [button.label for button in at.button].count("Check") == 1
