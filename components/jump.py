"""A link to something further down the same page, for whoever came to do that."""

from __future__ import annotations

import json

import streamlit as st

_JUMP = st.components.v2.component(
    "tandem_jump",
    html='<a class="jump"></a>',
    css="""
.jump {
  display: inline-flex;
  align-items: center;
  gap: 0.4em;
  min-height: 44px;
  color: var(--st-link-color);
  font-family: var(--st-font);
  font-size: 1rem;
  text-underline-offset: 0.2em;
}

/* The arrow is for the eye; the words say it. */
.jump::before {
  content: "\\2193" / "";
}

.jump:focus-visible {
  border-radius: 4px;
  outline: 3px solid var(--st-link-color);
  outline-offset: 2px;
}

/* From this width on Streamlit puts columns side by side, and the place is in sight. */
@media (min-width: 641px) {
  .jump.stacked {
    display: none;
  }
}
""",
    js="""
export default function ({ data, parentElement }) {
  const { to, label, stacked } = JSON.parse(data)
  const jump = parentElement.querySelector("a")
  jump.href = `#${to}`
  jump.textContent = label
  jump.classList.toggle("stacked", stacked)
  jump.onclick = (event) => {
    const place = document.querySelector(`.st-key-${to}`)
    if (!place) return
    event.preventDefault()
    // Streamlit's own head lies over the page, and would cover the place's first line.
    place.style.scrollMarginTop = "4.5rem"
    place.scrollIntoView({ block: "start" })
    // The next press of Tab goes on from there, and a screen reader reads from there.
    place.tabIndex = -1
    place.style.outline = "none"
    place.focus({ preventScroll: true })
  }
}
""",
)


def draw_jump(to: str, *, label: str, is_stacked: bool = False) -> None:
    """Draw the link.

    Args:
        to: The key of a container on this page.
        label: Where it leads, such as "Go to your decision".
        is_stacked: Only where columns lie one below the other, because side by side the place
            is in sight.
    """
    _JUMP(
        data=json.dumps({"to": to, "label": label, "stacked": is_stacked}),
        key=f"jump_{to}",
    )
