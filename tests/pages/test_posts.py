"""Posts: the list, one of them, figures typed by hand, and the draft that it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from components.figures_form import read_number
from components.post_view import same_text
from tests.pages.conftest import Seat, press, read_groups, read_page
from tests.support.measures import add_account, bring, figures_of, type_in, view, write_export
from tests.support.people import World, draft_in_state, make_content, publish

OpenPage = Callable[..., AppTest]
ONE, TWO = (f"1789569566800455{number}" for number in (1, 2))


@pytest.fixture
def account(world: World) -> str:
    """On Instagram, ines's own."""
    return add_account(world.ines, world)


def read(at: AppTest) -> str:
    """What the page says, without what keeps its texts from being markup."""
    return read_page(at).replace("\\", "").replace("\u00a0", " ")


def titles(at: AppTest) -> list[str]:
    """Posts of the list, in their order."""
    rows = [row for group in read_groups(at) for row in group["rows"]]
    return ["".join(part[0] for part in row["title"]) for row in rows]


class TestList:
    def test_an_empty_one_leads_to_the_import(self, open_page: OpenPage) -> None:
        text = read(open_page("ines", "posts"))
        assert "No posts yet" in text
        assert "Import figures" in text

    def test_posts_come_with_their_figures_and_how_old_those_are(
        self, world: World, open_page: OpenPage, seat: Seat, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1))
        at = open_page("ines", "posts")
        text = read(at)
        assert "Instagram, calm.corner · 30 Nov 2025" in text
        assert "Reach 80 · Views 100 · Likes 10 · Comments 1 · Shares 0" in text
        assert "Figures until 20 Nov 2026, from a file" in text
        assert "No draft known" in text
        assert seat.calls == ["list_posts"]

    def test_they_are_ordered_by_a_figure_and_those_without_it_stand_last(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1, 2))
        bring(world.ines, world, account, write_export(3, Views=""), name="b.csv")
        at = open_page("ines", "posts", posts_sort="Most views")
        assert titles(at) == ["Caption 2", "Caption 1", "Caption 3"]
        assert "Views: not given" in read(at)

    def test_search_and_filters_are_part_of_the_address(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1, 2))
        assert titles(open_page("ines", "posts", posts_search="tion 2")) == ["Caption 2"]
        assert titles(open_page("ines", "posts", posts_search="tion_2")) == []
        assert titles(open_page("ines", "posts", posts_to="2025-11-29")) == []
        assert titles(open_page("ines", "posts", posts_match="Its draft is known")) == []
        at = open_page("ines", "posts", posts_platform="TikTok")
        assert "No post fits" in read(at)
        assert len(titles(press(at, "Show all posts"))) == 2

    def test_a_hostile_caption_is_only_text(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bad = "=HYPERLINK(1) :red[x] <script>alert(1)</script> **b**"
        bring(world.ines, world, account, write_export(1, Description=bad))
        assert titles(open_page("ines", "posts")) == [bad]
        post = view(world.ines, world, ONE).post
        at = open_page("ines", "posts", post=post.id)
        assert at.title[0].value != bad
        assert any(one.value == bad for one in at.text)


class TestOne:
    def test_an_address_that_leads_nowhere_says_so(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1))
        post = view(world.ines, world, ONE).post
        assert "This post is not here" in read(open_page("marco", "posts", post=post.id))
        assert "This post is not here" in read(open_page("ines", "posts", post="x"))

    def test_missing_figures_are_not_zero_and_say_where_they_come_from(
        self, world: World, open_page: OpenPage, seat: Seat, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1))
        at = open_page("dana", "posts", post=view(world.ines, world, ONE).post.id)
        table = at.table[0].value.set_index("Figure")["So far"]
        assert (table["Shares"], table["Views"]) == ("0", "100")
        text = read(at)
        assert "Not given, which is not zero: Impressions, Saves, Link clicks" in text
        assert "content.csv, line 2, imported by Ines" in text
        assert "times in America/Los_Angeles (assumed)" in text
        assert seat.calls == ["get_post"]
        assert "Type newer figures" not in text

    def test_figures_are_typed_over_those_that_are_here(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1), until=date(2026, 11, 1))
        post = view(world.ines, world, ONE).post
        at = press(open_page("ines", "posts", post=post.id), "Type newer figures")
        fields = {one.label: one.value for one in at.text_input}
        assert (fields["Views"], fields["Shares"], fields["Saves"]) == ("100", "0", "")

    def test_typed_figures_are_taken_back_where_they_stand(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1), until=date(2026, 11, 1))
        post = view(world.ines, world, ONE).post
        type_in(world.ines, world, account, {"saves": 12}, post_id=post.id)
        at = open_page("ines", "posts", post=post.id)
        assert "Figures over time (2)" in [one.label for one in at.expander]
        press(at, "Take back")
        assert figures_of(world.ines, world)[ONE]["views"] == 100


class TestDraft:
    def _publish(self, world: World, caption: str) -> str:
        content = make_content(caption)
        return publish(world, draft_in_state(world, "approved", content=content)).id

    def test_a_draft_of_that_time_is_offered_and_confirmed(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        self._publish(world, "Rest is a skill.")
        ((day,),) = world.run_sql("select to_char(published_at, 'MM/DD/YYYY') from public.drafts")
        raw = write_export(1, Publish_time=f"{day} 09:15", Description="Rest is a  skill.")
        bring(world.ines, world, account, raw)
        at = open_page("ines", "posts", post=view(world.ines, world, ONE).post.id)
        at = press(at, "It was this one")
        text = read(at)
        assert "said by a person" in text
        assert "Posted as approved" in text
        assert "Not one of our drafts" in read(press(at, "It was not this one"))

    def test_a_changed_caption_is_shown_word_by_word(
        self, world: World, open_page: OpenPage, account: str
    ) -> None:
        draft = self._publish(world, "Rest is a skill.")
        bring(world.ines, world, account, write_export(1, Description="Rest is a cure."))
        post = view(world.ines, world, ONE).post
        world.ines.gateway().write(
            "match_post", {"p_workspace": world.home, "p_post": post.id, "p_draft": draft}
        )
        assert "Differs from what was approved" in read(open_page("dana", "posts", post=post.id))

    def test_platforms_may_change_breaks_but_not_words(self) -> None:
        assert same_text("Rest is\n\na skill.\n#rest", "Rest is a skill. #rest")
        assert not same_text("Rest is a skill.", "Rest is a skill")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("1204", 1204),
        ("1,204", 1204),
        ("1.204.000", 1_204_000),
        ("1 204", 1204),
        ("1.2K", None),
        ("12,04", None),
        ("1.5", None),
        ("-3", None),
        ("\u0663", None),
        ("9" * 14, None),
    ],
)
def test_typed_numbers_are_whole_or_none(text: str, number: int | None) -> None:
    assert read_number(text) == number


def test_typed_figures_alone_say_so(world: World, open_page: OpenPage, account: str) -> None:
    type_in(world.ines, world, account, {"views": 1}, link="https://www.instagram.com/p/Cab_de-9/")
    at = open_page("sam", "posts", post=view(world.ines, world, "shortcode:Cab_de-9").post.id)
    assert "typed by Ines" in read(at)
