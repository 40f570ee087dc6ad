"""Looking at a page in the browser: settled, accessible, whole on a phone, silent elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, expect

from tests.support.node import node_modules

Scheme = Literal["light", "dark"]

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
# Taller pages are cut in a screenshot: nobody looks that far.
TALLEST = 6000
SCREENSHOTS = "TANDEM_SCREENSHOTS"
SMALLEST_TARGET = 44
AXE_PATIENCE_SECONDS = 5.0

# How web/errors.py begins to tell people that something broke.
OUR_FAULT = "Something went wrong on our side"

_OF_COLOUR = ["color-contrast", "link-in-text-block"]
_IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
_APP = '[data-testid="stApp"]'


@dataclass(kw_only=True)
class Watch:
    """What browser contexts did that no page of ours may do; checked when the test ends.

    A test that provokes one of these says so: `watch.allowed.append("part of its text")`.
    """

    host: str
    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.found.append(f"script error: {error.error}"))

    def begin(self, host: str) -> None:
        """Forget what was before."""
        self.host = host
        self.found.clear()
        self.allowed.clear()

    def check(self) -> None:
        """Raise AssertionError when something was found that the test does not allow."""
        left = [line for line in self.found if not any(part in line for part in self.allowed)]
        assert not left, "The pages did what they must not:\n" + "\n".join(left)

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc != self.host:
            self.found.append(f"request to another host: {request.method} {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.found.append(f"blocked by our own policy: {message.text}")


def _ask(page: Page, script: str, value: Any = None) -> Any:
    """What a script answers. A page that just loads itself anew, as one does that waits for the
    database, is asked again.
    """
    for left in reversed(range(5)):
        try:
            return page.evaluate(script, value)
        except Error as error:
            if left == 0 or "Execution context was destroyed" not in error.message:
                raise
            page.wait_for_load_state("load")
    raise AssertionError("unreachable")


def settle(page: Page) -> None:
    """Wait until the page shows all it is going to show by itself: no script runs, fonts are there.

    A traceback, or our own words for one, is a failure.
    """
    page.wait_for_load_state("load")
    app = page.locator(_APP)
    if app.count():
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        for broken in (page.get_by_test_id("stException"), page.get_by_text(OUR_FAULT)):
            assert broken.count() == 0, f"{page.url} shows an error: {broken.first.inner_text()}"
    _ask(page, "document.fonts.ready.then(() => true)")


def axe(page: Page) -> None:
    """Assert that axe-core finds nothing wrong with the page, in light and in dark.

    The scheme changes colours alone, so the rules that look at them are those asked again.
    """
    before: Scheme = "dark" if _ask(page, _IS_DARK) else "light"
    settle(page)
    findings = [f"{before}: {line}" for line in _find_violations(page, {})]
    other: Scheme = "light" if before == "dark" else "dark"
    page.emulate_media(color_scheme=other, reduced_motion="reduce")
    settle(page)
    findings += [f"{other}: {line}" for line in _find_violations(page, {"runOnly": _OF_COLOUR})]
    page.emulate_media(color_scheme=before)
    settle(page)
    assert not findings, f"axe-core on {page.url}:\n" + "\n".join(findings)


def _find_violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe-core finds, and still finds a while later.

    A page that has just changed its scheme mixes the colours of both for some frames.
    """
    asked = {"resultTypes": ["violations"], **options}
    until = time.monotonic() + AXE_PATIENCE_SECONDS
    while True:
        for frame in page.frames:
            # Through the debugger, which our content policy does not bind.
            if not frame.evaluate("'axe' in window"):
                frame.evaluate(_axe_source())
        # A page that comes back after an outage may load itself anew just now.
        found = _ask(page, "async (asked) => window.axe && axe.run(document, asked)", asked)
        described = _describe(found["violations"]) if found else ["It was loaded anew meanwhile."]
        if not described or time.monotonic() > until:
            return described
        page.wait_for_timeout(100)


@cache
def _axe_source() -> str:
    """The library, as one expression that leaves nothing behind but `window.axe`."""
    return (node_modules() / "axe-core" / "axe.min.js").read_text() + ";true"


def _describe(violations: list[dict[str, Any]]) -> list[str]:
    """One text for each element that breaks a rule."""
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n"
        f"    {' '.join(map(str, node['target']))}\n"
        f"    {node['html'][:300]}\n    {node['failureSummary'].replace(chr(10), ' ')}"
        for rule in violations
        for node in rule["nodes"]
    ]


def screenshot(page: Page, name: str) -> None:
    """Store the page, wide and on a phone, as NAME-wide.png and NAME-360.png.

    Only where TANDEM_SCREENSHOTS names a folder; otherwise nothing happens.
    """
    folder = os.environ.get(SCREENSHOTS)
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for label, size in (("wide", WIDE), ("360", PHONE)):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        settle(page)
        height = min(max(int(_ask(page, _CONTENT_HEIGHT)), size["height"]), TALLEST)
        page.set_viewport_size({"width": size["width"], "height": height})
        settle(page)
        page.screenshot(path=Path(folder) / f"{name}-{label}.png", animations="disabled")
    if before is not None:
        page.set_viewport_size(before)
        settle(page)


# Streamlit scrolls a container inside the page, not the page.
_CONTENT_HEIGHT = """() => {
  const main = document.querySelector('[data-testid="stMain"]') || document.documentElement;
  return Math.max(main.scrollHeight, document.documentElement.scrollHeight);
}"""

_OVERFLOW = """() => {
  const main = document.querySelector('[data-testid="stMain"]') || document.documentElement;
  return Math.max(main.scrollWidth - main.clientWidth,
    document.documentElement.scrollWidth - document.documentElement.clientWidth);
}"""

# What counts is where a finger lands: from the middle of a control outwards, as long as the page
# says that it would be hit. A field is hit by its label, and by all that is drawn around the text.
_TARGETS = """(smallest) => {
  const fields = 'label, [role="group"][data-rac], [data-testid$="InputRootElement"], '
    + '[data-testid$="TimeInputField"], [data-testid="stDateInputField"]';
  const isPartOfField = (element) =>
    element.matches('input, select, textarea') || element.matches('[tabindex="-1"][aria-haspopup]');
  const measure = (element) => {
    const whole = (isPartOfField(element) && element.closest(fields)) || element;
    whole.scrollIntoView({block: 'center'});
    const box = whole.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const isHit = (dx, dy) => {
      const hit = document.elementFromPoint(x + dx, y + dy);
      return hit !== null && (whole.contains(hit) || hit.control === element);
    };
    const reach = (dx, dy) => {
      let far = 0;
      while (far < smallest && isHit(dx * (far + 1), dy * (far + 1))) far += 1;
      return far;
    };
    // Outside the window, or under what waits to be read first.
    if (!isHit(0, 0)) return null;
    // Most are large enough, and asking what is where takes its time.
    const half = smallest / 2;
    if (isHit(-half, 0) && isHit(half, 0) && isHit(0, -half) && isHit(0, half)) return null;
    return [reach(-1, 0) + reach(1, 0) + 1, reach(0, -1) + reach(0, 1) + 1];
  };
  // A window that was wide has the menu open, which on a phone lies over the page; toasts pass.
  const covers = [...document.querySelectorAll('[data-testid="stSidebar"], ' +
    '[data-testid="stToastContainer"]')];
  for (const cover of covers) cover.style.display = 'none';
  const main = document.querySelector('[data-testid="stMain"]') || document.documentElement;
  const scrolled = main.scrollTop;
  const found = [...document.querySelectorAll('button, [role=button], [role=tab], [role=checkbox], '
      + '[role=switch], input, select, textarea, summary, nav a')]
    .filter((element) => !element.closest('[aria-hidden="true"], [inert]'))
    .filter((element) => element.checkVisibility({opacityProperty: true, visibilityProperty: true}))
    // Clipped to a pixel for screen readers.
    .filter((element) => [element, element.parentElement].every((one) =>
      Math.min(one.offsetWidth ?? 2, one.offsetHeight ?? 2) > 1))
    .map((element) => [element, measure(element)])
    .filter(([, size]) => size !== null && Math.min(...size) < smallest)
    .map(([element, size]) => `${size.join(' x ')}: ` + (element.getAttribute('aria-label')
      || element.textContent.trim() || element.outerHTML).slice(0, 80));
  for (const cover of covers) cover.style.display = '';
  main.scrollTop = scrolled;
  return found;
}"""


def check_phone(page: Page) -> None:
    """Assert that the page is for phones: nothing to scroll sideways, nothing a thumb misses."""
    before = page.viewport_size
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    with _under_a_finger(page):
        settle(page)
        overflow, small = _ask(page, _OVERFLOW), small_targets(page)
    if before is not None:
        page.set_viewport_size(before)
    assert overflow <= 0, f"{page.url} is {overflow} pixels too wide for a phone."
    assert not small, f"{page.url} has what a finger would miss:\n" + "\n".join(small)


@contextmanager
def _under_a_finger(page: Page) -> Iterator[None]:
    """What is drawn for coarse pointers is drawn; a tab that has them anyway stays as it is."""
    if _ask(page, "matchMedia('(pointer: coarse)').matches"):
        yield
        return
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    yield
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    devtools.detach()


def small_targets(page: Page) -> list[str]:
    """What a finger would miss: controls less than 44 pixels high or wide, with their size."""
    found: list[str] = _ask(page, _TARGETS, SMALLEST_TARGET)
    return found
