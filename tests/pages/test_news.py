"""News, and being away: what people are told, and until when they cannot be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import menu
from services import notifications, reviews
from tests.pages.conftest import Seat, read_component, read_page, read_tabs
from tests.support.library import LINE, add, check, expire, remind
from tests.support.people import World, decide, draft_in_state, find_today

OpenPage = Callable[..., AppTest]
PressRow = Callable[..., AppTest]


def count_unread(world: World) -> int:
    return notifications.list_notifications(world.ines.gateway(), workspace_id=world.home).unread


class TestNews:
    def test_says_what_happened_and_counts_what_is_unread(
        self, world: World, open_page: OpenPage, seat: Seat
    ) -> None:
        decide(world, draft_in_state(world, "in_review", title="Rest"), "changes_requested")
        at = open_page("ines", "news")
        assert seat.calls == ["list_notifications"]
        assert "Dana sent “Rest” back to you" in read_page(at)
        assert read_tabs(at) == {"All": None, "Unread": 1}

    def test_all_can_be_marked_read(self, world: World, open_page: OpenPage) -> None:
        draft_in_state(world, "approved")
        at = open_page("ines", "news")
        at = at.button(key="news_mark").click().run()
        assert "Mark all read" not in read_page(at)
        assert count_unread(world) == 0
        page = read_page(open_page("ines", "news", show="unread"))
        assert "You have read everything" in page

    def test_following_one_marks_it_read(
        self, world: World, open_page: OpenPage, press_row: PressRow
    ) -> None:
        draft = draft_in_state(world, "approved")
        (news,) = notifications.list_notifications(
            world.ines.gateway(), workspace_id=world.home
        ).notifications
        at = press_row(open_page("ines", "news"), "open", f"news {news.id}")
        assert at.query_params["draft"] in (draft.id, [draft.id])
        assert count_unread(world) == 0

    def test_checks_that_end_lead_to_what_is_to_check(
        self, world: World, open_page: OpenPage, press_row: PressRow
    ) -> None:
        for days, name in ((5, "Pier"), (-1, "Quay"), (-2, "Buoy")):
            line = check(world.dana, world, add(world.sam, world, replace(LINE, name=name)))
            expire(world, line, days=days)
        remind(world.stack)
        ended = "2 entries of the library are given to nobody any more: their checks have ended"
        assert ended in read_page(open_page("sam"))
        page = open_page("sam", "news")
        ending = "1 entry of the library has a check that ends within two weeks"
        assert ending in read_page(page)

        (news,) = [
            one
            for one in notifications.list_notifications(
                world.sam.gateway(), workspace_id=world.home
            ).notifications
            if one.kind == "checks_ended"
        ]
        at = press_row(page, "open", f"news {news.id}")

        assert "library_show" in at.query_params
        page_read = read_page(open_page("sam", "library", library_show="To check"))
        assert "3 entries" in page_read

    def test_none_says_what_will_be_here(self, open_page: OpenPage) -> None:
        assert "No news yet" in read_page(open_page("ines", "news"))


class TestMenu:
    def test_leads_to_every_page_and_marks_the_one_that_is_open(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft_in_state(world, "approved")
        (links,) = read_component(open_page("ines", "people"), "tandem_menu")
        paths = [link["path"] for link in links]
        assert paths == [
            "",
            "drafts",
            "reviews",
            "campaigns",
            "posts",
            "news",
            "library",
            "rules",
            "figures",
            "people",
            "settings",
        ]
        assert [link["path"] for link in links if link["current"]] == ["people"]

    def test_a_click_that_came_without_its_state_opens_the_page_all_the_same(
        self, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at = open_page("ines", "people")
        draw = menu._MENU
        clicks = ["drafts"]

        def draw_clicked(**named: Any) -> Any:
            # Streamlit calls back before the menu is there, and gives the click once it is drawn.
            named["on_go_change"]()
            draw(**named)
            return SimpleNamespace(go=clicks.pop() if clicks else None)

        monkeypatch.setattr(menu, "_MENU", draw_clicked)
        monkeypatch.setattr(menu, "_KEY", "nothing is kept here")
        assert at.run().title[0].value == "Drafts"

    def test_an_ended_tab_has_none(self, open_page: OpenPage, seat: Seat) -> None:
        at = open_page("ines")
        seat.signed_out = True
        assert read_component(at.run(), "tandem_menu") == []


class TestHome:
    def test_news_can_be_marked_read_there(
        self, world: World, open_page: OpenPage, press_row: PressRow
    ) -> None:
        draft_in_state(world, "approved")
        at = open_page("ines")
        assert "Mark all read" in read_page(at)
        at = press_row(at, "mark_all_read", "News")
        assert "Mark all read" not in read_page(at)

    def test_first_steps_tick_themselves_and_can_be_put_away(
        self, world: World, open_page: OpenPage, press_row: PressRow
    ) -> None:
        at = open_page("ines")
        assert "0 of 5 done" in read_page(at)
        draft_in_state(world, "in_review")
        at = open_page("ines")
        assert "2 of 5 done" in read_page(at)
        at = press_row(at, "put_steps_away", "First steps")
        assert "First steps" not in read_page(at)
        assert "First steps" not in read_page(open_page("ines"))


class TestAway:
    def test_nobody_is_asked_until_they_are_back(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "in_review")
        reviews.take(world.dana.gateway(), draft_id=draft.id)
        at = open_page("dana", "settings")
        assert "You have 1 draft to look at." in read_page(at)
        day = find_today() + timedelta(days=5)
        at = at.date_input(key="settings_away").set_value(day).run()
        at = at.button(key="settings_away_go").click().run()
        assert "You are away until" in read_page(at)
        assert "Away until" in read_page(open_page("ines", "people"))
        at = open_page("dana", "settings")
        at = at.button(key="settings_back").click().run()
        assert "Welcome back." in read_page(at)
        assert "Away until" not in read_page(open_page("ines", "people"))
