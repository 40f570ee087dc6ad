"""An empty page: a title and nothing else."""

import streamlit as st

st.title("Empty")
