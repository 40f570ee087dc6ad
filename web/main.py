"""The Streamlit entry script: runs before every page, registers them all, and checks who looks.

It lies apart from `pages/` on purpose: beside that folder, a fresh server would run a page on a
deep link without this script.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import cached, menu, session
from web.site import list_pages

# Pictures of ours: the icon of a page would be fetched from a font service. The logo is the mark
# with room beside it, so that the link it is comes out 44 pixels wide.
STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Tandem", page_icon=str(STATIC / "mark.svg"), layout="wide")
st.logo(str(STATIC / "logo.svg"), size="large")
# Registered in any case, or the address would be lost; an ended tab offers only the way back.
pages = list_pages()
page = st.navigation(pages, position="hidden")
if not session.is_over():
    menu.draw_menu(pages, page)
session.draw_account()
cached.come_to(page.url_path)
page.run()
