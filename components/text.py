"""A post as the public will see it."""

from __future__ import annotations

import streamlit as st

from components import format as fmt
from components import gallery, reading
from components.countries import names_of
from components.marks import reveal
from services.formats import format_label, order_parts, part_label
from services.posts import Content, write_hashtags


def draw_text(text: str, *, label: str, key: str | None = None) -> None:
    """Draw a text exactly as written.

    Line breaks are kept, each paragraph has its own direction, HTML and Markdown are
    characters, invisible characters are named.
    """
    pieces = [("same", piece.text, piece.mark) for piece in reveal(text)]
    reading.draw_pieces(pieces, label=label, key=key)


def describe_content(content: Content) -> str:
    """One Markdown line: platform, format, topic, and who it is for."""
    where = names_of(content.audience_countries)
    # A podcast on a podcast platform is said once.
    kind = dict.fromkeys((fmt.platform_label(content.platform), format_label(content.format)))
    topic = fmt.topic_label(content.topic)
    return " · ".join((*kind, topic, f"For {where}" if where else "No country chosen"))


def draw_post(content: Content, *, label: str = "The post", key: str | None = None) -> None:
    """Where the post goes, for whom, and all its parts exactly, in the order readers meet them.

    Args:
        label: What a screen reader calls the caption; the other parts add their name to it.
        key: Begins the key of every part.
    """
    st.caption(describe_content(content))
    shown = [name for name in order_parts(content.format) if getattr(content, name)]
    for name in shown:
        part = part_label(content.format, name)
        if shown != ["caption"]:
            st.markdown(f"**{part}**")
        words = write_hashtags(content.hashtags) if name == "hashtags" else getattr(content, name)
        draw_text(
            words,
            label=label if name == "caption" else f"{label}: {part}",
            key=None if key is None else f"{key}_{name}",
        )
    if not shown:
        st.caption("There is no text yet.")
    gallery.draw_gallery(
        content.media, label=f"{label}: images", key=None if key is None else f"{key}_images"
    )
