"""The browser fixtures themselves: what they look out for, they see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.pages import Watch, axe, check_phone, small_targets

# Nothing listens there; asking is what counts.
ELSEWHERE = "http://127.0.0.2:9/pixel.png"


class TestWatching:
    def test_it_sees_a_request_to_another_host(
        self, open_page: Callable[..., Page], watch: Watch
    ) -> None:
        watch.allowed.append(ELSEWHERE)
        page = open_page()
        page.set_content(f'<img src="{ELSEWHERE}" alt="">')
        assert watch.found == [f"request to another host: GET {ELSEWHERE}"]

    def test_it_sees_what_our_policy_blocks(
        self, open_page: Callable[..., Page], watch: Watch
    ) -> None:
        watch.allowed.append("Content Security Policy")
        page = open_page()
        page.goto("/auth/sign-in")
        with page.expect_console_message():
            page.evaluate(
                """document.body.append(Object.assign(document.createElement('script'),
                  {textContent: 'document.title = "taken over"'}))"""
            )
        assert page.title() != "taken over"
        assert any("blocked by our own policy" in line for line in watch.found)

    def test_it_sees_a_script_error(self, open_page: Callable[..., Page], watch: Watch) -> None:
        watch.allowed.append("nonsense")
        page = open_page()
        with page.context.expect_event("weberror"):
            page.set_content("<script>nonsense()</script>")
        assert any("nonsense" in line for line in watch.found)


class TestLooking:
    def test_axe_names_the_element_and_the_rule(self, open_page: Callable[..., Page]) -> None:
        page = open_page()
        page.set_content('<main><h1>Page</h1><img src="data:," id="picture"></main>')
        with pytest.raises(AssertionError, match=r"(?s)image-alt.*#picture"):
            axe(page)

    def test_a_wide_table_does_not_fit_a_phone(self, open_page: Callable[..., Page]) -> None:
        page = open_page()
        page.set_content('<div style="width: 500px">Wide</div>')
        with pytest.raises(AssertionError, match="too wide"):
            check_phone(page)

    def test_a_small_button_is_named(self, open_page: Callable[..., Page]) -> None:
        page = open_page()
        page.set_content('<button style="width: 60px; height: 20px; padding: 0">Tiny</button>')
        assert small_targets(page) == ["60 x 20: Tiny"]
