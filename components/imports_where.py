"""Where each platform keeps its export, for whoever looks for the file."""

from __future__ import annotations

import streamlit as st

from components import format as fmt
from components.exports import EXPORTS


def draw_where(*, is_open: bool) -> None:
    """A paragraph for each platform, folded away for those who know."""
    with st.expander("Where to find the files", icon=":material/help:", expanded=is_open):
        lines = [
            f"**{fmt.platform_label(platform)}.** {export.where}  \n"
            f":small[On a phone: {export.phone}]"
            for platform, export in EXPORTS.items()
        ]
        st.markdown("\n\n".join(lines))
