"""The floor: what Streamlit itself needs for a page, under the settings of the real app."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

PAGE = str(Path(__file__).with_name("page.py"))


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """As the real app does."""
    gc.freeze()
    yield


app = st.App(PAGE, lifespan=lifespan)
