"""Starts everything: `streamlit run app.py`."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import streamlit as st

import components
from components import connections, feedback, lookout, session
from services.errors import TandemError
from services.news import Ticket
from services.safety import load_rules
from web.errors import answer_error, show_script_error
from web.left_pages import forget_left_pages
from web.logs import set_up_logs
from web.lookout import watching_rooms
from web.middleware import list_middleware
from web.reminders import reminding
from web.routes import list_routes
from web.settings import ROOT
from web.start import start_parts
from web.thrift import remember_theme

set_up_logs()
remember_theme()
forget_left_pages()
parts = start_parts()
session.install(
    sessions=parts.sessions,
    connect=parts.connect,
    add_image=parts.add_image,
    record_check=parts.record_check,
    cookie_name=parts.settings.session_cookie,
    public_url=parts.settings.public_url,
    help_directory=parts.settings.help_directory,
)
lookout.install(parts.news, write_ticket=partial(Ticket.write, sealer=parts.sealer))
connections.install(parts.settings.providers)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Beside the server: log handlers once more, a settled heap, what looks after things."""
    set_up_logs()
    _load_pages_parts()
    _let_garbage_lie()
    directory = parts.settings.help_directory
    async with (
        parts.sockets.watching(),
        watching_rooms(parts.news),
        reminding(parts.server, directory=directory),
    ):
        yield
    parts.close()


def _load_pages_parts() -> None:
    """Imports and reads what pages will need, so that the first to open one need not wait.

    pandas is Streamlit's own need, which it loads with the first field that wants it.
    """
    for name in (
        "pandas",
        *(f"components.{m.name}" for m in pkgutil.iter_modules(components.__path__)),
    ):
        importlib.import_module(name)
    load_rules()


def _let_garbage_lie() -> None:
    """Collects less often: with a hundred open pages it took a fifth of all the time.

    Streamlit's own collection after each run is off (.streamlit/config.toml). What is there at the
    start stays; of the rest, a run leaves about two thousand objects, three collections' worth by
    Python's defaults. Now the young are looked at every few dozen runs, everything once in
    thousands; the bench watches the memory.
    """
    gc.freeze()
    gc.set_threshold(50_000, 10, 20)


app = st.App(
    str(ROOT / "web" / "main.py"),
    lifespan=lifespan,
    routes=list_routes(parts),
    middleware=list_middleware(parts),
    exception_handlers={TandemError: answer_error},
    on_script_error=partial(show_script_error, show=feedback.show_error),
)
