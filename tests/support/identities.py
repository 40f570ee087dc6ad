"""People who come through providers, by the server's own calls."""

from __future__ import annotations

from uuid import UUID

from services.gateway.server import Server
from services.oidc.models import Identity
from tests.support.people import Person, World

ISSUER, OTHER = "https://id.example.org", "https://other.example.org"


def key(number: int | str) -> str:
    """A hash that is no real one's."""
    return str(number).rjust(64, "0")


def enter(
    server: Server,
    subject: str = "nora",
    *,
    issuer: str = ISSUER,
    name: str = "Nora",
    email: str = "nora@example.org",
    invitation: str = "",
    open_sign_up: bool = True,
    at: int = 1,
) -> None:
    """Somebody comes through a provider, with the browser of this number."""
    server.open_identity_session(
        id_hash=key(at),
        identity=Identity(issuer, subject, name, email),
        sealed="sealed",
        invitation=invitation,
        open_sign_up=open_sign_up,
    )


def sign_in(server: Server, person: Person, at: int = 9) -> str:
    """A browser of somebody who came with a password; its hash."""
    server.open_session(
        id_hash=key(at),
        profile_id=person.id,
        name=person.name,
        email=person.email,
        method="password",
        sealed="sealed",
        access_expires_at=2_000_000_000,
    )
    return key(at)


def owner(world: World, subject: str = "nora", issuer: str = ISSUER) -> str:
    """Whose account it is."""
    rows = world.run_sql(
        "select profile_id from public.identities where issuer = %s and subject = %s",
        issuer,
        subject,
    )
    return str(rows[0][0]) if rows else ""


def contact(world: World, profile_id: str) -> str | None:
    """The address kept of somebody."""
    rows = world.run_sql(
        "select email from public.profile_contacts where profile_id = %s", UUID(profile_id)
    )
    return str(rows[0][0]) if rows else None
