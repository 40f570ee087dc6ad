"""A post as the public will see it."""

from __future__ import annotations

import streamlit as st

from components import format as fmt
from components import gallery, reading
from components.countries import names_of
from components.marks import reveal
from services.posts import Content


def draw_text(text: str, *, label: str, key: str | None = None) -> None:
    """Draw a text exactly as written.

    Line breaks are kept, each paragraph has its own direction, HTML and Markdown are
    characters, invisible characters are named.
    """
    pieces = [("same", piece.text, piece.mark) for piece in reveal(text)]
    reading.draw_pieces(pieces, label=label, key=key)


def describe_content(content: Content) -> str:
    """One Markdown line: platform, topic, and who it is for."""
    where = names_of(content.audience_countries)
    return " · ".join(
        (
            fmt.platform_label(content.platform),
            fmt.topic_label(content.topic),
            f"For {where}" if where else "No country chosen",
        )
    )


def draw_post(content: Content, *, label: str = "The post", key: str | None = None) -> None:
    """Where the post goes, for whom, its text exactly, and its images with what describes them."""
    st.caption(describe_content(content))
    if content.caption.strip():
        draw_text(content.caption, label=label, key=key)
    else:
        st.caption("There is no text yet.")
    gallery.draw_gallery(
        content.media, label=f"{label}: images", key=None if key is None else f"{key}_images"
    )
