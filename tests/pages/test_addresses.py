"""The addresses of a post that is out: adding, correcting and removing one, losing nobody's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from services import publishing
from tests.pages.conftest import read_page
from tests.support.people import MadeDraft, World, draft_in_state
from tests.support.room_steps import labels, press, read_room, withdraw_approval

OpenPage = Callable[..., AppTest]

OLD, NEW = "https://example.org/old", "https://example.org/new"
PLACES = pytest.mark.parametrize(
    ("name", "page"), [("ines", "draft"), ("ines", "review"), ("sam", "review")]
)


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """Out on Instagram and on a blog."""
    draft = draft_in_state(world, "published")
    links = {"instagram": OLD, "blog": OLD}
    publishing.set_links(world.ines.gateway(), draft_id=draft.id, links=links)
    return draft


def type_address(at: AppTest, platform: str, address: str) -> None:
    """Into the field of that platform."""
    label = f"Address of the post on {platform}"
    next(field for field in at.text_input if field.label == label).set_value(address)


def links_of(world: World, draft: MadeDraft) -> dict[str, str]:
    return dict(read_room(world, draft).handoff.links)


@PLACES
class TestWhoeverMayPost:
    def test_corrects_one(
        self, world: World, open_page: OpenPage, draft: MadeDraft, name: str, page: str
    ) -> None:
        at = open_page(name, page, draft=draft.id)
        type_address(at, "Instagram", f" {NEW} ")
        at = press(at, "Save the addresses")
        assert "Saved: the address on Instagram." in read_page(at)
        assert links_of(world, draft) == {"instagram": NEW, "blog": OLD}

    def test_removes_one_after_a_question(
        self, world: World, open_page: OpenPage, draft: MadeDraft, name: str, page: str
    ) -> None:
        at = press(open_page(name, page, draft=draft.id), "Remove the address on Blog")
        assert "**Remove the address on Blog?**" in read_page(at)
        assert links_of(world, draft) == {"instagram": OLD, "blog": OLD}
        at = press(at, "Keep it")
        assert "Remove it" not in labels(at)
        at = press(press(at, "Remove the address on Blog"), "Remove it")
        assert "The address on Blog is removed." in read_page(at)
        assert links_of(world, draft) == {"instagram": OLD}
        assert "Remove the address on Blog" not in labels(at)

    def test_adds_one_and_leaves_the_others(
        self, world: World, open_page: OpenPage, draft: MadeDraft, name: str, page: str
    ) -> None:
        at = open_page(name, page, draft=draft.id)
        at.multiselect(key=f"{page}_elsewhere_{draft.id}").set_value(["tiktok"]).run()
        type_address(at, "TikTok", NEW)
        press(at, "Save the addresses")
        assert links_of(world, draft) == {"instagram": OLD, "blog": OLD, "tiktok": NEW}


class TestSaving:
    def test_with_an_emptied_field_asks_first(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = open_page("ines", "draft", draft=draft.id)
        type_address(at, "Instagram", " ")
        type_address(at, "Blog", "")
        at = press(at, "Save the addresses")
        assert "**Remove the address on Instagram and Blog?**" in read_page(at)
        assert links_of(world, draft) == {"instagram": OLD, "blog": OLD}
        at = press(at, "Remove them")
        assert links_of(world, draft) == {}
        assert [one.label for one in at.expander if one.label == "Add its address"]

    def test_nothing_says_so(self, world: World, open_page: OpenPage, draft: MadeDraft) -> None:
        at = press(open_page("ines", "draft", draft=draft.id), "Save the addresses")
        assert "Nothing has changed." in read_page(at)
        assert links_of(world, draft) == {"instagram": OLD, "blog": OLD}

    def test_what_is_no_address_is_refused_and_kept(
        self, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = open_page("ines", "draft", draft=draft.id)
        type_address(at, "Instagram", "instagram.com/p/1")
        at = press(at, "Save the addresses")
        assert "The address of a post starts with https://." in read_page(at)
        assert "instagram.com/p/1" in [field.value for field in at.text_input]

    @pytest.mark.parametrize("page", ["draft", "review"])
    def test_never_goes_over_a_correction_not_seen(
        self, world: World, open_page: OpenPage, draft: MadeDraft, page: str
    ) -> None:
        at = open_page("ines", page, draft=draft.id)
        publishing.set_links(
            world.sam.gateway(), draft_id=draft.id, links={"blog": NEW}, known={"blog": OLD}
        )
        type_address(at, "Blog", "https://example.org/mine")
        at = press(at, "Save the addresses")
        if page == "review":  # The room stays as it is until its reader asks for the news.
            assert "Somebody has changed the addresses" in read_page(at)
            at = press(at, "Show what is new")
        assert links_of(world, draft) == {"instagram": OLD, "blog": NEW}
        assert "Not saved, what you had typed: https" in read_page(at)
        type_address(at, "Blog", "https://example.org/mine")
        at = press(at, "Save the addresses")
        assert links_of(world, draft)["blog"] == "https://example.org/mine"
        assert "Not saved" not in read_page(at)

    def test_of_one_leaves_a_correction_of_another_alone(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = open_page("ines", "review", draft=draft.id)
        publishing.set_links(world.sam.gateway(), draft_id=draft.id, links={}, known={"blog": OLD})
        type_address(at, "Instagram", NEW)
        press(at, "Save the addresses")
        assert links_of(world, draft) == {"instagram": NEW}


def test_the_address_of_a_post_that_has_to_come_down_stays(
    world: World, open_page: OpenPage, draft: MadeDraft
) -> None:
    withdraw_approval(world, draft)
    at = press(open_page("sam", "review", draft=draft.id), "Remove the address on Blog")
    assert "the address says where it is" in read_page(press(at, "Remove it"))
    assert links_of(world, draft) == {"instagram": OLD, "blog": OLD}


def test_the_history_tells_what_was_done(
    world: World, open_page: OpenPage, draft: MadeDraft
) -> None:
    publishing.set_links(
        world.sam.gateway(),
        draft_id=draft.id,
        links={"x": NEW, "blog": NEW},
        known={"blog": OLD, "instagram": OLD},
    )
    page = read_page(open_page("ines", "review", draft=draft.id))
    assert "added the address on Blog and Instagram" in page
    said = "added the address on X, corrected the address on Blog and removed the address on"
    assert said in page
