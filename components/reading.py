"""Text that somebody wrote, shown exactly: never Markdown, never HTML, never a link.

The component's markup is fixed; the text travels as data and becomes text nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent

_READING = st.components.v2.component(
    "tandem_reading",
    html='<div id="post" class="post" role="group"></div>\n<!-- filled by the script -->',
    css=(_HERE / "reading.css").read_text(encoding="utf-8"),
    js=(_HERE / "reading.js").read_text(encoding="utf-8"),
)


def draw_pieces(
    pieces: Iterable[tuple[str, str, str]], *, label: str, key: str | None = None
) -> None:
    """Draw pieces (kind, text, mark) in order.

    Args:
        pieces: kind is "same", "added" or "removed"; mark names an invisible character or is
            empty.
        label: What a screen reader calls the block.
    """
    _READING(data={"label": label, "pieces": [list(piece) for piece in pieces]}, key=key)
