"""A link to one of our plain pages that stays in this tab; Streamlit's own would open another."""

from __future__ import annotations

import streamlit as st

_WAY = st.components.v2.component(
    "tandem_way",
    html='<a class="way"></a>',
    css="""
.way {
  display: inline-flex;
  align-items: center;
  min-height: 44px;
  color: var(--st-link-color);
  font-family: var(--st-font);
  font-size: 1rem;
  text-underline-offset: 0.2em;
}

.way.primary {
  padding: 0 1.25rem;
  border-radius: var(--st-button-radius);
  background: var(--st-primary-color);
  color: #ffffff;
  text-decoration: none;
}

.way:focus-visible {
  border-radius: 4px;
  outline: 3px solid var(--st-link-color);
  outline-offset: 2px;
}
""",
    js="""
export default function ({ data, parentElement }) {
  const way = parentElement.querySelector("a")
  // An address of this app alone, whatever came as data.
  way.href = data.address.startsWith("/auth/") ? data.address : "/"
  way.textContent = data.label
  way.classList.toggle("primary", data.primary)
}
""",
)


def draw_way(address: str, *, label: str, primary: bool = False) -> None:
    """Draw the link.

    Args:
        address: A page under /auth/, with its query.
        label: What it says.
        primary: Whether it is the one thing to do next; then it looks like a button.
    """
    _WAY(data={"address": address, "label": label, "primary": primary}, key=f"way_{label}")
