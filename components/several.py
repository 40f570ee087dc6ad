"""Choosing several of a list: typing finds what contains the words, Enter takes the one on top."""

from functools import partial

import streamlit as st

# As Streamlit has it, Enter takes all that matches: "ger" and Enter were Germany, Niger, Algeria
# and whatever else has these three letters somewhere. On one row, names are pushed out of sight.
choose_several = partial(st.multiselect, select_all=False, filter_mode="contains", wrap=True)
