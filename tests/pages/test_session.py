"""What `components.session` shows before a page: who one is, where, and when to sign in again."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Seat, read_page
from tests.support.people import World

OpenPage = Callable[..., AppTest]


def join_other(world: World, name: str, roles: str) -> None:
    world.run_sql(
        "insert into public.memberships (workspace_id, profile_id, roles) "
        "values (%s, %s, %s::text[])",
        world.other,
        getattr(world, name).id,
        roles,
    )


def read_sidebar(at: AppTest) -> list[str]:
    return [one.value for one in (*at.sidebar.markdown, *at.sidebar.caption)]


class TestAccount:
    def test_it_names_person_and_workspace(self, open_page: OpenPage) -> None:
        shown = read_sidebar(open_page("ines"))
        assert "**Ines**" in shown
        assert "Home" in shown

    def test_with_one_workspace_there_is_nothing_to_choose(self, open_page: OpenPage) -> None:
        assert len(open_page("ines").sidebar.selectbox) == 0

    def test_another_workspace_brings_its_own_role(self, open_page: OpenPage, world: World) -> None:
        join_other(world, "ines", "{professional}")
        at = open_page("ines")
        assert at.sidebar.selectbox(key="session_workspace_choice").options == ["Home", "Other"]
        at.sidebar.selectbox(key="session_workspace_choice").select(world.other).run()
        assert at.session_state["session_workspace"] == world.other
        assert not at.exception
        assert at.sidebar.selectbox(key="session_workspace_choice").value == world.other

    def test_a_name_is_shown_as_text(self, open_page: OpenPage, world: World) -> None:
        world.run_sql(
            "update public.profiles set display_name = '[x](http://evil.test) :red[y] <b>'"
        )
        shown = read_sidebar(open_page("ines"))
        assert r"**\[x\]\(http\://evil\.test\) \:red\[y\] \<b\>**" in shown


class TestNobody:
    def test_an_account_without_membership_is_told_how_to_join(self, open_page: OpenPage) -> None:
        at = open_page("nobody")
        assert "do not belong to a workspace yet" in read_page(at)

    def test_a_tab_that_ended_shows_only_the_way_back(
        self, open_page: OpenPage, seat: Seat
    ) -> None:
        at = open_page("ines")
        seat.signed_out = True
        at.run()
        assert "Please sign in again" in read_page(at)
        assert "Ines" not in read_page(at)
        assert at.session_state["session_built_for"] == "ended"

    def test_it_stays_ended_when_somebody_signs_in(self, open_page: OpenPage, seat: Seat) -> None:
        at = open_page("ines")
        seat.signed_out = True
        at.run()
        seat.signed_out, seat.name = False, "dana"
        at.run()
        assert "This tab was emptied" in read_page(at)
        assert "Dana" not in read_page(at)
