"""The same page, sent as the real app sends: what is left of the floor without the wait."""

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.load.empty.app import PAGE, lifespan
from web.middleware.edge import send_at_once


class Direct:
    """Nothing but `send_at_once` around the app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] in ("http", "websocket"):
            send_at_once(send)
        await self._app(scope, receive, send)


app = st.App(PAGE, lifespan=lifespan, middleware=[Middleware(Direct)])
