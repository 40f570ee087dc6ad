"""The app around one page made for tests; `PROBE_BLIND=1` never looks for ended sessions."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from components import feedback, session  # noqa: E402
from services.errors import TandemError  # noqa: E402
from web.errors import answer_error, show_script_error  # noqa: E402
from web.logs import set_up_logs  # noqa: E402
from web.middleware import list_middleware  # noqa: E402
from web.parts import make_parts  # noqa: E402
from web.routes import list_routes  # noqa: E402
from web.settings import read_settings  # noqa: E402

set_up_logs()
parts = make_parts(read_settings(os.environ))
session.install(
    sessions=parts.sessions,
    connect=parts.connect,
    add_image=parts.add_image,
    record_check=parts.record_check,
    cookie_name=parts.settings.session_cookie,
)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """As in the app, but a blind probe leaves it to the page to notice an end."""
    set_up_logs()
    if os.environ.get("PROBE_BLIND"):
        yield
        return
    async with parts.sockets.watching():
        yield


app = st.App(
    str(Path(__file__).with_name("page.py")),
    lifespan=lifespan,
    routes=list_routes(parts),
    middleware=list_middleware(parts),
    exception_handlers={TandemError: answer_error},
    on_script_error=partial(show_script_error, show=feedback.show_error),
)
