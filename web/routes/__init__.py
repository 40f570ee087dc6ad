"""Plain HTTP beside Streamlit: the list of all routes."""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.parts import Parts
from web.render import STATIC
from web.routes.codes import Codes
from web.routes.connecting import Connecting
from web.routes.desk import Desk
from web.routes.health import Health
from web.routes.help import Help
from web.routes.images import Images
from web.routes.joining import Joining
from web.routes.oidc import OpenId
from web.routes.rooms import Rooms
from web.routes.signing_in import SigningIn


def list_routes(parts: Parts) -> list[BaseRoute]:
    """Every route of ours; each area adds its own here."""
    desk = Desk(parts)
    return [
        *Health(parts.server).list_routes(),
        *SigningIn(desk).list_routes(),
        *Codes(desk).list_routes(),
        *Joining(desk).list_routes(),
        *Images(parts).list_routes(),
        *Rooms(parts).list_routes(),
        *Help(parts).list_routes(),
        *OpenId(desk, exchanges=parts.exchanges, trips=parts.trips).list_routes(),
        *Connecting(desk).list_routes(),
        Mount("/auth/static", StaticFiles(directory=STATIC)),
        # Last: whatever else is asked for below /auth/ is not one of the app's pages.
        Route("/auth/{rest:path}", desk.answer_missing),
    ]
