"""What a component makes of its markup: once, for as long as this is on the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SOURCE = Path(__file__).resolve().parents[2] / "components" / "mounted.js"
# A component that writes what happens to it; `steps` is done by whoever asks.
COMPONENT = """
async ([source, steps]) => {
  const code = source + "\\nexport { mount }"
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }))
  const { mount } = await import(address)
  const root = document.body.appendChild(document.createElement("div"))
  root.innerHTML = "<p></p>"
  const said = []
  let count = 0
  const build = (box) => {
    const name = ++count
    box.append("made ")
    return { update: () => said.push(`update ${name}`), close: () => said.push(`close ${name}`) }
  }
  const draw = () => mount({ parentElement: root }, "p", build)
  const wait = () => new Promise((done) => setTimeout(done, 20))
  const all = new Function("draw", "root", "wait", `return (async () => { ${steps} })()`)
  await all(draw, root, wait)
  return { said, text: root.textContent }
}
"""


@pytest.fixture
def happen(open_page: Callable[..., Page]) -> Callable[[str], dict[str, Any]]:
    """What a component said, and what stands on the page, after some steps."""
    page = open_page()

    def do(steps: str) -> dict[str, Any]:
        found: dict[str, Any] = page.evaluate(
            COMPONENT, [SOURCE.read_text(encoding="utf-8"), steps]
        )
        return found

    return do


def test_two_runs_in_quick_succession_make_it_once(
    happen: Callable[[str], dict[str, Any]],
) -> None:
    found = happen("const letGo = draw(); draw(); letGo(); await wait(); draw()")

    assert found == {"said": ["update 1"] * 3, "text": "made "}


def test_it_is_closed_once_it_is_gone(happen: Callable[[str], dict[str, Any]]) -> None:
    found = happen("const letGo = draw(); root.remove(); letGo(); await wait(); letGo()")

    assert found["said"] == ["update 1", "close 1"]


def test_other_markup_in_its_place_is_another_one(
    happen: Callable[[str], dict[str, Any]],
) -> None:
    found = happen("draw(); root.innerHTML = '<p></p>'; draw()")

    assert found == {"said": ["update 1", "close 1", "update 2"], "text": "made "}
