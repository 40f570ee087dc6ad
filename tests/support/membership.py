"""Changes of people, as tests make them: through the functions that pages call."""

from __future__ import annotations

from services import people
from services.people import NewInvitation
from tests.support.people import Person, World


def invite(world: World, *roles: str, by: Person | None = None) -> NewInvitation:
    """An open invitation to the home workspace, by sam unless told otherwise."""
    return people.invite_person(
        (by or world.sam).gateway(),
        workspace_id=world.home,
        email="new@example.org",
        roles=roles or ("influencer",),
    )


def accept(person: Person, invitation: NewInvitation) -> str:
    """Take the invitation; the workspace's id."""
    return people.accept_invitation(person.gateway(), token=invitation.token)


def roles_of(world: World, person: Person) -> list[str]:
    """Roles in the home workspace, as the table keeps them."""
    found: list[str] = world.run_sql(
        "select coalesce(max(roles), '{}') from public.memberships"
        " where profile_id = %s and workspace_id = %s",
        person.id,
        world.home,
    )[0][0]
    return found


def give(
    world: World, person: Person, *roles: str, by: Person, expected: list[str] | None = None
) -> None:
    """Set the roles, expecting those held now unless told otherwise."""
    people.set_roles(
        by.gateway(),
        workspace_id=world.home,
        profile_id=person.id,
        roles=roles,
        expected=expected or roles_of(world, person),
    )


def suspend(
    world: World, person: Person, *, by: Person | None = None, suspended: bool = True
) -> None:
    """Suspend somebody (by sam unless told otherwise), or let them back in."""
    people.set_suspended(
        (by or world.sam).gateway(),
        workspace_id=world.home,
        profile_id=person.id,
        suspended=suspended,
    )


def open_browser(world: World, person: Person) -> None:
    """Sign a browser of the person in."""
    world.run_sql(
        "select public.server_open_session(md5(random()::text) || md5(random()::text), %s, 'x', %s,"
        " 'password', 'sealed', now())",
        person.id,
        person.email,
    )


def browsers(world: World, person: Person) -> int:
    """How many browsers the person has."""
    ((count,),) = world.run_sql(
        "select count(*) from public.web_sessions where profile_id = %s", person.id
    )
    return int(count)
