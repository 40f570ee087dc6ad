"""Accounts for the test people, so that they can sign in as anybody does.

Written straight into Auth's tables: signing nine people up takes a second, this takes milliseconds.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from psycopg.types.json import Json

from tests.support.people import World
from tests.support.server import superuser

PASSWORD = "a long enough password"
# bcrypt of PASSWORD with the fewest rounds there are: no test should wait for signing in.
_PASSWORD_HASH = "$2a$04$FFKdLDgZIaOoMVtyt7CrKert8qp/4gXsXyAxvxLWguiVRLwKUcb9i"

_ACCOUNT = """
insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
values (%(id)s, 'authenticated', 'authenticated', %(email)s, %(hash)s, now(),
  '{"provider": "email", "providers": ["email"]}', %(claims)s, now(), now())
"""

_IDENTITY = """
insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at,
  updated_at)
values (%(identity)s, 'email', %(id)s::text, %(id)s, %(claims)s, now(), now())
"""


def add_accounts(world: World) -> None:
    """Give everybody an account with a confirmed address and PASSWORD."""
    people = [
        {
            "id": UUID(person.id),
            "identity": uuid5(UUID(person.id), "identity"),
            "email": person.email,
            "hash": _PASSWORD_HASH,
            "claims": Json({"sub": person.id, "email": person.email}),
        }
        for person in world.people
    ]
    with (
        superuser(world.stack.dsn).transaction() as connection,
        connection.cursor() as cursor,
    ):
        cursor.executemany(_ACCOUNT, people)
        cursor.executemany(_IDENTITY, people)
