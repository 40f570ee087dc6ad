"""The login through which the Data API reaches the database hands out no rights."""

from __future__ import annotations

import pytest

from tests.support.people import World
from tests.support.server import rest_client, sign_token


class TestApiRole:
    def test_leaves_grants_as_the_migrations_made_them(self, world: World) -> None:
        # Lite grants at its first request; by now it has had one.
        with world.ines.rest() as client:
            assert client.get("/drafts?select=id").status_code == 200

        granted = world.run_sql(
            """
            select c.relname, a.grantee::regrole::text, a.privilege_type
            from pg_class c cross join aclexplode(c.relacl) a
            where c.relnamespace = 'public'::regnamespace
              and a.grantee in ('anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole)
              and (a.grantee <> 'authenticated'::regrole or a.privilege_type <> 'SELECT')
            """
        )

        assert granted == []

    @pytest.mark.parametrize("role", ["postgres", "pg_read_all_data", "pg_write_all_data"])
    def test_refuses_a_token_for_a_mightier_role(self, world: World, role: str) -> None:
        token = sign_token(world.stack.jwt_secret, world.ines.id, role=role)

        with rest_client(world.stack, token) as client:
            answer = client.get("/web_sessions?select=id_hash")

        assert answer.status_code == 403

    def test_ends_a_request_that_holds_on_for_too_long(self, world: World) -> None:
        settings = dict(
            setting.split("=")
            for (row,) in world.run_sql(
                "select setconfig from pg_db_role_setting where setrole = 'tandem_api'::regrole"
            )
            for setting in row
        )

        assert settings == {
            "statement_timeout": "15s",
            "lock_timeout": "8s",
            "idle_in_transaction_session_timeout": "30s",
        }
