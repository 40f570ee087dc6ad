"""A coordinator's Home, where a post has to come down whose draft they may not read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import feedback
from services import home, publishing
from tests.pages.conftest import read_groups, read_page
from tests.support.acts import hide
from tests.support.people import MadeDraft, World, draft_in_state, make_content, publish
from tests.support.room_steps import labels, press, withdraw_approval

OpenPage = Callable[..., AppTest]

SECRET = "Nobody but us reads this."


@pytest.fixture
def post(world: World) -> MadeDraft:
    """Hidden, out on Instagram, its approval withdrawn by Kim."""
    draft = draft_in_state(world, "approved", title="A hidden title", content=make_content(SECRET))
    draft = publish(world, hide(draft))
    publishing.set_links(
        world.ines.gateway(), draft_id=draft.id, links={"instagram": "https://example.org/p/1"}
    )
    withdraw_approval(world, draft)
    return draft


class TestHome:
    def test_says_whose_post_it_is_where_and_what_to_do(
        self, open_page: OpenPage, post: MadeDraft
    ) -> None:
        at = open_page("sam")
        page = read_page(at)
        assert "**A post by Ines on Instagram has to come down.** Kim withdrew its approval" in page
        assert "A published post has lost the approval." in page
        assert [one.proto.url for one in at.get("link_button")] == ["https://example.org/p/1"]
        assert labels(at, kind="primary") == ["I have taken the post down"]
        for secret in (SECRET, "A hidden title", "A reader was hurt", "Could harm"):
            assert secret not in page
        assert post.id

    def test_has_the_news_which_stays_here(self, open_page: OpenPage, post: MadeDraft) -> None:
        at = open_page("sam")
        news = next(group for group in read_groups(at) if group["title"] == "News")
        said = str(news)
        assert "withdrew the approval of " in said
        assert "a post by " in said
        assert post.id not in str([row["href"] for row in news["rows"]])

    def test_without_an_address_it_says_whom_to_ask(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = publish(world, hide(draft_in_state(world, "approved")))
        world.run_sql("delete from public.post_links")
        withdraw_approval(world, draft)
        at = open_page("sam")
        assert "No address was recorded: ask Ines where it is." in read_page(at)
        assert not at.get("link_button")

    def test_records_that_it_is_down(
        self,
        world: World,
        open_page: OpenPage,
        post: MadeDraft,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The question itself is a dialog, whose buttons a browser presses."""
        asked: list[dict[str, Any]] = []
        monkeypatch.setattr(feedback, "confirm", lambda **said: asked.append(said))
        at = press(open_page("sam"), "I have taken the post down")
        (question,) = asked
        assert question["title"] == "Is the post down?"
        monkeypatch.setattr(feedback, "confirm", lambda **said: said["on_confirm"]())
        at = press(at, "I have taken the post down")
        page = read_page(at)
        assert "Recorded: the post is taken down." in page
        assert "**A post by Ines on Instagram has to come down.**" not in page
        assert home.get_home(world.sam.gateway(), workspace_id=world.home).hidden_alarms == ()
        assert post.id

    @pytest.mark.parametrize("name", ["ines", "kim", "marco", "dana"])
    def test_shows_it_to_nobody_else(self, open_page: OpenPage, post: MadeDraft, name: str) -> None:
        at = open_page(name)
        assert "A post by Ines on Instagram" not in read_page(at)
        assert post.id


@pytest.mark.parametrize("page", ["review", "draft"])
def test_the_draft_itself_stays_out_of_sight(
    open_page: OpenPage, post: MadeDraft, page: str
) -> None:
    shown = read_page(open_page("sam", page, draft=post.id))
    assert SECRET not in shown
    assert "A hidden title" not in shown
