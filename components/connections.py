"""How somebody can sign in, as Settings shows it: accounts elsewhere, connected and let go."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import streamlit as st

from components import feedback, session, way
from components import format as fmt
from services import people
from services.errors import TandemError
from services.oidc.models import Provider
from services.people import Connection, Ways
from services.person import Person

_installed: list[Provider] = []


def install(providers: Sequence[Provider]) -> None:
    """Tells this module, once a process, which providers are offered; `app.py` calls it."""
    _installed[:] = providers


def draw_connections(person: Person) -> None:
    """The ways in, each with what can be done about it; nothing where no provider is offered."""
    if not _installed:
        return
    st.header("Ways to sign in", anchor=False)
    try:
        ways = people.list_my_ways(session.gateway())
    except TandemError as error:
        feedback.show_error(error)
        return
    if ways.has_account:
        st.markdown(":material/password: Your password, or a code by mail")
    for connection in ways.connections:
        _draw_connection(person, connection, ways)
    held = {connection.issuer for connection in ways.connections}
    for provider in _installed:
        if provider.issuer not in held:
            way.draw_way(
                f"/auth/oidc/{provider.name}/start?link=1", label=f"Connect {provider.label}"
            )


def _draw_connection(person: Person, connection: Connection, ways: Ways) -> None:
    provider = _find(connection.issuer)
    label = provider.label if provider else urlsplit(connection.issuer).hostname or "Unknown"
    since = fmt.day(fmt.today_in(person.time_zone, connection.connected_at))
    gone = "" if provider else ", not offered here any more"
    st.markdown(
        f":material/link: **{fmt.plain(label)}**  \n:small[Connected on {since}{gone}]",
    )
    if ways.has_account or any(
        _find(other.issuer) for other in ways.connections if other != connection
    ):
        way.draw_way(
            f"/auth/oidc/disconnect?issuer={quote(connection.issuer, safe='')}",
            label=f"Disconnect {label}",
        )
    else:
        st.caption("Your only way to sign in, so it cannot be disconnected.")


def _find(issuer: str) -> Provider | None:
    """The provider, if it is offered."""
    return next((provider for provider in _installed if provider.issuer == issuer), None)
