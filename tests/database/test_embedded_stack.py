"""The running embedded server: what is exposed, and to whom."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from services.embedded.stack import Stack

Rest = Callable[..., httpx.Client]


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


class TestCleaner:
    def test_empties_what_the_last_test_wrote(
        self, sql: psycopg.Connection[tuple[Any, ...]]
    ) -> None:
        for _ in range(2):
            assert sql.execute("select count(*) from auth.users").fetchone() == (0,)
