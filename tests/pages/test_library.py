"""Library: everybody looks help up; those who may add, correct and check it, in words and signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from services.embedded.library import load_library
from services.library import store
from services.library.models import Contact
from tests.pages.conftest import Seat, press, read_page
from tests.support.gate import GRAVE
from tests.support.library import (
    CARD,
    LINE,
    YOUTH,
    add,
    check,
    correct,
    expire,
    share,
)
from tests.support.people import World, draft_in_state

OpenPage = Callable[..., AppTest]
UNCHECKED = "Not checked yet in your workspace"


def test_an_entry_says_how_to_reach_it(world: World, open_page: OpenPage) -> None:
    add(world.sam, world)

    page = read_page(open_page("ines", "library"))
    # As a reader sees it: escapes and what keeps icons from appearing are not on the screen.
    page = page.replace("\\", "").replace("\u2060", "")

    assert "**Harbour Line**" in page
    assert "United Kingdom · Crisis, Suicide · English, Welsh" in page
    assert ":material/call: Call **01632 960 001** · 24/7 · Free" in page
    assert "Text **HARBOUR** to **+441632960002**" in page
    assert "09:00-17:00 daily" in page
    assert "Anyone who wants to talk" in page
    assert UNCHECKED in page


@pytest.mark.parametrize("name", ["ines", "marco"])
def test_influencers_look_and_do_not_touch(world: World, open_page: OpenPage, name: str) -> None:
    add(world.sam, world)

    page = read_page(open_page(name, "library"))

    for label in ("Add an entry", "Check", "More", "Export and import"):
        assert label not in page.split("\n")
    assert "Export" in page.split("\n")


@pytest.mark.parametrize("name", ["dana", "paul", "sam", "kim"])
def test_those_who_may_check_are_offered_it(world: World, open_page: OpenPage, name: str) -> None:
    add(world.sam, world)

    at = open_page(name, "library")

    labels = [button.label for button in at.button]
    assert {"Add an entry", "Check", "Export and import"} <= set(labels)


def test_the_public_page_of_what_is_looked_at_is_one_step_away(
    world: World, open_page: OpenPage
) -> None:
    def find_way(**asked: str) -> tuple[str, str]:
        (way,) = open_page("ines", "library", **asked).get("link_button")
        return way.proto.label, way.proto.url.partition("/help")[2]

    assert find_way() == ("Public help pages", f"?w={world.home}")
    chosen = {"library_country": "United Kingdom", "library_topic": "Eating disorders"}
    assert find_way(**chosen) == (
        "Public page for United Kingdom",
        f"/gb/eating-disorders?w={world.home}",
    )


def test_a_check_begins_with_what_to_compare(world: World, open_page: OpenPage) -> None:
    added = add(world.sam, world)
    at = open_page("dana", "library")

    page = read_page(press(at, "Check"))

    assert "Compare every number" in page
    assert "never called or texted to test it" in page
    assert at.text_input(key=f"library_source_own_page_{added.id}").value == (
        "https://harbour.example.org/"
    )
    assert "Everything is right" in page


@pytest.mark.parametrize(
    ("days", "words", "until"),
    [
        (90, "Checked", "Counts until"),
        (3, "Check ends soon", "Counts until"),
        (-3, "Check has ended", "Counted until"),
    ],
)
def test_the_state_of_a_check_is_told_in_words(
    world: World, open_page: OpenPage, days: int, words: str, until: str
) -> None:
    checked = check(world.dana, world, add(world.sam, world))
    expire(world, checked, days=days)

    page = read_page(open_page("ines", "library"))

    assert f" {words}]" in page
    assert until in page
    assert UNCHECKED not in page.replace("not checked yet in your workspace", "")


def test_a_changed_entry_says_that_its_check_counts_no_more(
    world: World, open_page: OpenPage
) -> None:
    checked = check(world.dana, world, add(world.sam, world))
    correct(world.sam, world, checked, audience="Anybody")

    page = read_page(open_page("ines", "library"))

    assert "Something was changed since" in page
    assert UNCHECKED in page


def test_a_doubt_is_told_with_its_reason(world: World, open_page: OpenPage) -> None:
    checked = check(world.dana, world, add(world.sam, world))
    store.doubt_resource(
        world.sam.gateway(),
        workspace_id=world.home,
        resource_id=checked.id,
        revision=1,
        reason="It closed in June",
    )

    page = read_page(open_page("ines", "library"))

    assert "It closed in June" in page
    assert "until somebody has checked it again" in page


def test_the_filters_come_from_the_address(world: World, open_page: OpenPage) -> None:
    for entry in (LINE, YOUTH, CARD, replace(LINE, country="US", name="Pier")):
        add(world.sam, world, entry)
    check(world.dana, world, add(world.sam, world, replace(LINE, name="Lighthouse")))

    def total(**query: str) -> str:
        page = read_page(open_page("ines", "library", **query))
        return next(line for line in page.split("\n") if line.endswith(("entry", "entries")))

    assert total() == "5 entries"
    assert total(library_country="United States") == "2 entries"
    assert total(library_topic="Children and young people") == "1 entry"
    assert total(library_language="Welsh") == "4 entries"
    assert total(library_kind="Evidence card") == "1 entry"
    assert total(library_show="Ready to give") == "1 entry"
    assert total(library_show="To check") == "4 entries"
    assert total(library_search="960003") == "1 entry"


def test_nothing_fitting_offers_everything(world: World, open_page: OpenPage) -> None:
    add(world.sam, world)
    at = open_page("ines", "library", library_search="zebra")
    assert "Nothing fits" in read_page(at)

    at.button(key="library_clear").click().run()

    assert "1 entry" in read_page(at)


@pytest.mark.parametrize(("name", "way"), [("otto", "import a list"), ("wes", "Your coordinators")])
def test_an_empty_library_says_what_to_do(open_page: OpenPage, name: str, way: str) -> None:
    page = read_page(open_page(name, "library"))

    assert "The library is empty" in page
    assert way in page


def test_what_comes_together_says_so(world: World, open_page: OpenPage) -> None:
    add(world.sam, world, replace(LINE, pair="coast"))
    assert "These come together" not in read_page(open_page("ines", "library"))
    add(world.sam, world, replace(YOUTH, pair="coast"))

    page = read_page(open_page("ines", "library", library_topic="Children and young people"))

    assert "These come together" in page
    assert "Harbour Line" in page


def test_numbers_of_the_list_that_comes_with_tandem_are_shown_as_dialled(
    world: World, open_page: OpenPage
) -> None:
    load_library(url=world.stack.url, key=world.stack.secret_key, say=lambda _said: None)
    for search, shown in {
        "988 suicide": "Call **988**",
        "Samaritans": "Call **116 123**",
        "741741": "**HOME** to **741741**",
        "0767": "Call **\\*0767**",
        "Childline 0800": "Call **0800 1111**",
        "+541152751135": "Call **\\+541152751135**",
    }.items():
        page = read_page(open_page("ines", "library", library_search=search))
        assert shown in page
        assert UNCHECKED in page
        assert "From the list that comes with Tandem" in page


def test_text_of_others_is_shown_as_typed(world: World, open_page: OpenPage) -> None:
    add(
        world.sam,
        world,
        replace(
            LINE,
            name="[x](javascript:alert(1)) **bold**",
            contacts=(Contact("call", "1-800 (555) 0100"),),
        ),
    )

    page = read_page(open_page("ines", "library"))

    assert "\\[x\\]\\(javascript" in page
    assert "**1\\-800 \\(555\\) 0100**" in page


def test_one_request_a_run(world: World, open_page: OpenPage, seat: Seat) -> None:
    share(world.stack, *(replace(LINE, name=f"Line {number}") for number in range(30)))

    at = open_page("dana", "library")

    assert seat.calls == ["list_library"]
    assert "30 entries" in read_page(at)
    assert [button.label for button in at.button].count("Check") == 12


def test_says_which_posts_rely_on_an_entry(world: World, open_page: OpenPage) -> None:
    draft_in_state(world, "approved", title="What I miss", content=GRAVE)
    at = open_page("marco", "library", library_country="Germany")

    at = press(at, "Used by 1 post")

    assert "What I miss, by Ines (approved)" in read_page(at)
