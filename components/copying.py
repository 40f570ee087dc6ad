"""Buttons that copy a text exactly, character by character, to the clipboard.

The texts travel as data; the script writes them to the clipboard as they are. Where the browser
has no clipboard for pages (an address without https), it copies from a field of its own, and if
that fails too it shows the text to select.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent

_COPYING = st.components.v2.component(
    "tandem_copying",
    html="""
<div id="copies" class="copies"></div>
<p id="told" class="told" role="status"></p>
<textarea id="by-hand" class="by-hand" readonly hidden aria-label="Text to copy"></textarea>
""",
    css=(_HERE / "copying.css").read_text(encoding="utf-8"),
    js=(_HERE / "copying.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A text to copy. `what` ends the sentence "Copy ..."; not as somebody typed it."""

    what: str
    text: str


def draw_copies(copies: Sequence[Copy], *, key: str) -> None:
    """Draw a button for each text."""
    _COPYING(data={"copies": [[one.what, one.text] for one in copies]}, key=key)
