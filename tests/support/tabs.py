"""Pages of one browser that tests take and give back.

The first page of a fresh context takes three times as long as the next one in the same tab, which
has Streamlit's scripts parsed already. So a tab is emptied after a test and handed to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.support.pages import Watch

# Plain text of the app's own, where nothing runs that could write while all is cleared.
EMPTY = "/_stcore/health"
# Set anew for each test. A tab with anything else that was asked for is kept apart by it.
_CHANGING = {"viewport", "color_scheme"}

_CLEAR = "() => { localStorage.clear(); sessionStorage.clear() }"


@dataclass(kw_only=True)
class Tabs:
    """Tabs, each in a context of its own. Call from one thread.

    Args:
        defaults: What `new_context` is told where a test does not say otherwise.
        watch: Follows every context.
        patience: Milliseconds to wait for something on a page.
    """

    browser: Browser
    defaults: Mapping[str, Any]
    watch: Watch
    patience: int
    _free: dict[str, list[Page]] = field(default_factory=dict)
    _taken: list[tuple[str, Page]] = field(default_factory=list)

    def take(self, *, fresh: bool = False, **options: Any) -> Page:
        """A page that remembers nothing, as if in a browser that was just installed.

        Args:
            fresh: For a test that leaves something no tab can be rid of: a script at every start,
                another clock, a route. It is closed afterwards.
            options: Keywords of Playwright's `new_context`.
        """
        wanted = {**self.defaults, **options}
        kind = repr(sorted((name, wanted[name]) for name in wanted.keys() - _CHANGING))
        free = [] if fresh else self._free.setdefault(kind, [])
        if free:
            page = free.pop()
            page.set_viewport_size(wanted["viewport"])
            page.emulate_media(
                color_scheme=wanted["color_scheme"], reduced_motion=wanted["reduced_motion"]
            )
        else:
            page = self._open(wanted).new_page()
        self._taken.append(("" if fresh else kind, page))
        return page

    def give_back(self, *, keep: bool = True) -> None:
        """Take back all that were taken: emptied for the next test, or closed."""
        # For a test that talked to a server of its own, this is another host.
        self.watch.allowed.append(EMPTY)
        for kind, page in self._taken:
            if kind and keep and self._is_emptied(page):
                self._free[kind].append(page)
            else:
                page.context.close()
        self._taken.clear()

    def _open(self, wanted: Mapping[str, Any]) -> BrowserContext:
        context = self.browser.new_context(**wanted)
        context.set_default_timeout(self.patience)
        self.watch.follow(context)
        return context

    def _is_emptied(self, page: Page) -> bool:
        """Empties the tab; False when it cannot be used again."""
        context = page.context
        try:
            for other in context.pages:
                if other is not page:
                    other.close()
            context.set_offline(False)
            page.goto(EMPTY)
            page.evaluate(_CLEAR)
            context.clear_cookies()
            context.clear_permissions()
            page.goto("about:blank")
        except Error:
            return False
        return True
