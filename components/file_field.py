"""A field for one file that screen readers know as one thing."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_MENDING = st.components.v2.component(
    "tandem_file_field",
    html="<span></span>",
    js=(Path(__file__).parent / "file_field.js").read_text(encoding="utf-8"),
)


def pick_file(label: str, *, ending: str, largest_bytes: int, key: str) -> bytes | None:
    """Draw the field; what the chosen file holds, or None while none is chosen.

    Args:
        ending: of the files that can be chosen, without the dot.
        largest_bytes: whole megabytes.
    """
    with st.container(key=f"file_field_{key}"):
        file = st.file_uploader(
            label, type=ending, key=key, max_upload_size=largest_bytes // 1_000_000
        )
        _MENDING(key=f"{key}_mending")
    return None if file is None else file.getvalue()
