"""A row of ways to look at the same thing: links, each as large as a thumb, one of them current.

Streamlit's segmented control does this at 36 pixels, which a thumb misses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import streamlit as st

from components import triggers

_SWITCH = st.components.v2.component(
    "tandem_switch",
    html="<nav></nav>\n<!-- filled by the script -->",
    css="""
nav {
  display: flex;
  flex-wrap: wrap;
  font-family: var(--st-font);
  font-size: 1rem;
}
a {
  display: flex;
  align-items: center;
  min-height: 44px;
  box-sizing: border-box;
  padding: 0 0.8rem;
  border: 1px solid var(--st-border-color);
  border-left-width: 0;
  color: var(--st-text-color);
  text-decoration: none;
}
a:first-child {
  border-left-width: 1px;
  border-radius: var(--st-button-radius) 0 0 var(--st-button-radius);
}
a:last-child {
  border-radius: 0 var(--st-button-radius) var(--st-button-radius) 0;
}
a:hover {
  background: var(--st-secondary-background-color);
}
a[aria-current] {
  background: var(--st-secondary-background-color);
  box-shadow: inset 0 -3px var(--st-primary-color);
  font-weight: 600;
}
a:focus-visible {
  z-index: 1;
  outline: 2px solid var(--st-primary-color);
  outline-offset: 2px;
}
""",
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("nav")
  root.onclick = (event) => {
    const link = event.target.closest("a")
    const own = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button
    if (!link || own) return
    event.preventDefault()
    setTriggerValue("choice", link.dataset.name)
  }
  if (root.shown === data) return
  root.shown = data
  const { label, options, current } = JSON.parse(data)
  const at = root.getRootNode().activeElement?.dataset?.name
  root.setAttribute("aria-label", label)
  root.replaceChildren(...options.map(([name, words, href]) => {
    const link = document.createElement("a")
    link.href = href
    link.dataset.name = name
    link.textContent = words
    if (name === current) link.setAttribute("aria-current", "page")
    return link
  }))
  if (at) root.querySelector(`[data-name="${CSS.escape(at)}"]`)?.focus()
}
""",
)


def draw_switch(
    label: str,
    options: Mapping[str, str],
    *,
    current: str,
    address: Callable[[str], str],
    on_choice: Callable[[str], None],
    key: str,
) -> None:
    """Draw the ways.

    Args:
        label: what a screen reader calls them together.
        options: words by name.
        address: of a way, for another tab.
        on_choice: called with a name of `options`, before the page runs again.
    """
    data = {
        "label": label,
        "current": current,
        "options": [[name, words, address(name)] for name, words in options.items()],
    }

    def call() -> None:
        chosen = triggers.read(key, "choice")
        if isinstance(chosen, str) and chosen in options:
            on_choice(chosen)

    _SWITCH(key=key, data=json.dumps(data, ensure_ascii=False), on_choice_change=call)
