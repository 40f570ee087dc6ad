"""The running embedded server: what is exposed, to whom, and what it leaves behind."""

import re
import stat
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from services.embedded.stack import Stack
from tests.support.waiting import wait_until

Rest = Callable[..., httpx.Client]
Sql = psycopg.Connection[tuple[Any, ...]]

PASSWORD = "canary-password-long"


class TestDataApi:
    def test_refuses_a_request_without_a_key(self, stack: Stack) -> None:
        answer = httpx.get(f"{stack.url}/rest/v1/profiles", trust_env=False)

        assert answer.status_code == 401

    def test_hides_the_private_schema(self, rest: Rest, stack: Stack) -> None:
        answer = rest(key=stack.secret_key).get("/anything", headers={"Accept-Profile": "private"})

        assert answer.status_code == 406

    def test_refuses_an_expired_token(self, rest: Rest, token: Callable[..., str]) -> None:
        answer = rest(token(uuid.uuid4(), ttl=-10)).get("/profiles?select=id")

        assert answer.status_code == 401
        assert answer.json()["code"] == "PGRST303"


class TestLite:
    def test_talks_to_this_machine_only(self, stack: Stack) -> None:
        """Its telemetry and its update check are off."""
        assert stack.lite.process is not None
        connections = psutil.Process(stack.lite.process.pid).net_connections("inet")

        assert connections
        # A socket that only listens has no other end.
        ends = [end for one in connections for end in (one.laddr, one.raddr)]
        assert {getattr(end, "ip", "127.0.0.1") for end in ends} == {"127.0.0.1"}


class TestPostgres:
    def test_listens_on_this_machine_only(self, sql: Sql) -> None:
        found = sql.execute(
            "select current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()

        assert found == ("127.0.0.1", "")

    def test_asks_for_a_password(self, stack: Stack) -> None:
        wrong = stack.dsn.replace(stack.postgres.password, "wrong")

        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)

    def test_has_the_extensions_a_hosted_project_has(self, sql: Sql) -> None:
        rows = sql.execute("select name from pg_available_extensions").fetchall()

        wanted = {"btree_gist", "citext", "moddatetime", "pg_stat_statements", "pg_trgm"}
        assert wanted | {"unaccent", "vector"} <= {row[0] for row in rows}


class TestMail:
    def test_keeps_a_code_in_a_private_file(self, clean_stack: Stack) -> None:
        known = set(clean_stack.places.mail.iterdir())
        auth(clean_stack, "signup", email="mail@example.org", password=PASSWORD)

        answer = auth(clean_stack, "recover", email="mail@example.org")

        (file,) = set(clean_stack.places.mail.iterdir()) - known
        text = file.read_text()
        assert answer.status_code == 200
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert text.startswith("To: mail@example.org\nSubject: Your code for Tandem\n")
        assert "http" not in text
        code = re.search(r"\b\d{6}\b", text)
        assert code is not None
        body = {"type": "recovery", "email": "mail@example.org", "token": code[0]}
        assert auth(clean_stack, "verify", **body).status_code == 200


class TestLogs:
    def test_quote_nothing_that_people_wrote(self, clean_stack: Stack, rest: Rest) -> None:
        """Every way to fail that makes PostgreSQL or Lite complain, with something to find."""
        secret = rest(key=clean_stack.secret_key)
        auth(clean_stack, "signup", email="canary@example.org", password=PASSWORD)
        auth(clean_stack, "signup", email="canary@example.org", password=PASSWORD)
        auth(
            clean_stack, "token?grant_type=password", email="canary@example.org", password="canary"
        )
        auth(clean_stack, "otp", email="canary@example.org")
        auth(clean_stack, "recover", email="canary@example.org")
        secret.get("/profiles?id=eq.canary-text")
        secret.post("/profiles", json={"id": "canary-text"})
        secret.post("/rpc/canary_function", json={"canary": "canary-text"})
        secret.post("/rpc/server_create_workspace", json={"p_name": "canary", "p_email": "canary"})
        with psycopg.connect(clean_stack.dsn, autocommit=True) as connection:
            for statement in (
                "select 'canary-text'::uuid",
                "do $$ begin raise exception 'canary-text'; end $$",
                "do $$ begin raise warning 'canary-text'; end $$",
                "insert into auth.users (id, email) values (null, 'canary-text')",
            ):
                with suppress(psycopg.Error):
                    connection.execute(statement)

        lite_log = clean_stack.places.logs / "lite.log"
        wait_until(lambda: "PostgresError" in lite_log.read_text(), what="an error in the log")
        for log in clean_stack.places.logs.iterdir():
            text = log.read_text()
            assert "canary" not in text, log
            assert clean_stack.secret_key not in text, log
            assert clean_stack.jwt_secret not in text, log
            assert clean_stack.postgres.password not in text, log


class TestFiles:
    def test_are_their_owners_only(self, stack: Stack) -> None:
        data = stack.places.data
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        for path in data.rglob("*"):
            if not path.is_symlink() and stack.places.cluster not in (path, *path.parents):
                wanted = 0o700 if path.is_dir() else 0o600
                assert stat.S_IMODE(path.stat().st_mode) == wanted, path

    def test_configuration_holds_no_secret(self, stack: Stack) -> None:
        text = (stack.places.lite / "supabase" / "config.toml").read_text()

        for secret in (stack.secret_key, stack.jwt_secret, stack.postgres.password):
            assert secret not in text


class TestCleaner:
    def test_empties_what_the_last_test_wrote(self, clean_stack: Stack, sql: Sql) -> None:
        auth(clean_stack, "signup", email="one@example.org", password=PASSWORD)
        assert sql.execute("select count(*) from auth.users").fetchone() == (1,)

    def test_has_emptied_it(self, sql: Sql) -> None:
        assert sql.execute("select count(*) from auth.users").fetchone() == (0,)

    def test_keeps_what_migrations_wrote(self, sql: Sql) -> None:
        found = sql.execute("select count(*) from supabase_migrations.schema_migrations").fetchone()
        files = list((Path(__file__).parents[2] / "supabase" / "migrations").glob("*.sql"))

        assert found == (len(files),)


def auth(stack: Stack, path: str, **body: object) -> httpx.Response:
    return httpx.post(
        f"{stack.url}/auth/v1/{path}",
        json=body,
        headers={"apikey": stack.publishable_key},
        trust_env=False,
        timeout=30,
    )
