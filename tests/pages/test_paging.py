"""Pages of long lists: by the address, one on or back, and to the front when the list changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.library import PAGE_SIZE
from tests.pages.conftest import press, read_page
from tests.support.library import LINE, add
from tests.support.people import World

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def entries(world: World) -> None:
    """Three pages of them."""
    for number in range(2 * PAGE_SIZE + 1):
        add(world.sam, world, replace(LINE, name=f"Line {number:02}"))


def test_one_on_and_back(open_page: OpenPage) -> None:
    at = open_page("ines", "library")
    assert "Page 1 of 3" in read_page(at)
    assert at.button(key="library_page_previous").disabled

    at = press(at, "Next")
    assert at.query_params["library_page"] == "2"
    assert f"Line {PAGE_SIZE:02}" in read_page(at)
    assert "Line 00" not in read_page(at)

    at = press(press(at, "Next"), "Previous")
    assert "Page 2 of 3" in read_page(at)
    at = press(at, "Previous")
    assert "library_page" not in at.query_params
    assert "Line 00" in read_page(at)


@pytest.mark.parametrize(("asked", "shown"), [("3", 3), ("9", 1), ("0", 1), ("-1", 1), ("x", 1)])
def test_the_address_says_which(open_page: OpenPage, asked: str, shown: int) -> None:
    assert f"Page {shown} of 3" in read_page(open_page("ines", "library", library_page=asked))


def test_looking_for_something_begins_at_the_front(open_page: OpenPage) -> None:
    at = open_page("ines", "library", library_page="2")
    at.text_input(key="library_search").set_value("Line").run()
    assert "Page 1 of 3" in read_page(at)
