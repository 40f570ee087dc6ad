"""Every caller x every table x every verb, and every function, against matrix.toml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from services.embedded.stack import Stack
from tests.support.matrix import (
    CALLERS,
    DENIED,
    CallRule,
    MatrixWorld,
    Outcome,
    TableRule,
    make_matrix_world,
    read_matrix,
)
from tests.support.server import Cleaner, rest_client, sign_token

TABLES, CALLS = read_matrix()

# The status that goes with each word of a refusal.
STATUS = {
    "role_missing": 403,
    "not_the_author": 403,
    "not_the_editor": 403,
    "no_credential": 403,
    "suspended": 403,
    "own_draft": 403,
    "watcher_invalid": 400,
    "not_found": 404,
    "not_approved": 409,
    "not_published": 409,
    "wrong_state": 409,
    "invitation_closed": 409,
    "already_advised": 409,
    "already_taken": 409,
    "already_waived": 409,
    "not_yours": 409,
    "by_invitation": 403,
    "email_other": 403,
    "session_over": 401,
    "issuer_connected": 409,
    "last_way_in": 409,
}
READERS = (
    "get_",
    "list_",
    "verify_",
    "review_statement",
    "server_peek_",
    "server_list_",
    "server_get_",
)


class Worlds:
    """Hands out the matrix's world, put back to how it was once a call has changed something."""

    def __init__(self, world: MatrixWorld) -> None:
        self._world = world
        self._keeper = Cleaner(world.world.stack, aside="test_matrix")
        self._spoiled = False

    def get(self) -> MatrixWorld:
        if self._spoiled:
            self._keeper.clean()
            self._spoiled = False
        return self._world

    def spoil(self) -> None:
        self._spoiled = True


@pytest.fixture(scope="module")
def worlds(stack: Stack, cleaner: Cleaner, gateway_http: httpx.Client) -> Iterator[Worlds]:
    cleaner.clean()
    world = make_matrix_world(stack, gateway_http)
    yield Worlds(world)
    world.close()


def list_objects(world: MatrixWorld, statement: str) -> set[str]:
    return {str(row[0]) for row in world.world.run_sql(statement)}


def judge(answer: httpx.Response, caller: str) -> Outcome:
    """The word of a refusal; checks that its status fits."""
    body = answer.json()
    if body["code"] == "42501":
        assert answer.status_code == (401 if caller == "anon" else 403)
        return DENIED
    assert str(body["code"]) == f"PT{answer.status_code}", body
    assert STATUS[body["details"]] == answer.status_code
    return str(body["details"])


class TestCompleteness:
    def test_names_every_table_and_view(self, worlds: Worlds) -> None:
        there = list_objects(
            worlds.get(),
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p', 'v', 'm', 'f')",
        )

        assert {table.name for table in TABLES} == there

    def test_names_every_function(self, worlds: Worlds) -> None:
        there = list_objects(
            worlds.get(),
            "select proname from pg_proc where pronamespace = 'public'::regnamespace",
        )

        assert {call.function for call in CALLS} == there

    def test_speaks_of_every_caller(self) -> None:
        people = set(CALLERS) - {"anon", "server"}
        for table in TABLES:
            assert set(table.rows) in (set(), people), table.name
        for call in CALLS:
            assert set(call.expect) in (people, {"server"}), call.id


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
class TestTables:
    def test_shows_each_caller_their_rows(self, worlds: Worlds, table: TableRule) -> None:
        seen = {
            caller: count_rows(client, table, caller)
            for caller, client in worlds.get().clients.items()
        }

        assert seen == {caller: table.rows.get(caller, DENIED) for caller in CALLERS}

    def test_lets_nobody_write(self, worlds: Worlds, table: TableRule) -> None:
        world = worlds.get()
        before = fingerprint(world, table)
        column = table.columns.partition(",")[0].replace("*", first_column(world, table))
        for caller, client in world.clients.items():
            for verb in ("POST", "PATCH", "DELETE", "PUT"):
                answer = client.request(
                    verb,
                    f"/{table.name}" + ("" if verb == "POST" else f"?{column}=not.is.null"),
                    json=None if verb == "DELETE" else {column: None},
                )

                assert answer.status_code in (400, 401, 403, 405), (caller, verb, answer.text)
                if verb != "PUT":
                    assert judge(answer, caller) == DENIED, (caller, verb)

        assert fingerprint(world, table) == before

    def test_hides_columns_from_everybody(self, worlds: Worlds, table: TableRule) -> None:
        for column in table.hidden:
            for caller, client in worlds.get().clients.items():
                for query in (
                    f"select={column}",
                    f"select=id&{column}=not.is.null",
                    f"select=id&order={column}",
                    f"select=id&or=({column}.is.null,id.not.is.null)",
                ):
                    answer = client.get(f"/{table.name}?{query}")

                    assert judge(answer, caller) == DENIED, (caller, query)


def count_rows(client: httpx.Client, table: TableRule, caller: str) -> Outcome:
    answer = client.get(f"/{table.name}?select={table.columns}")
    return len(answer.json()) if answer.status_code == 200 else judge(answer, caller)


def first_column(world: MatrixWorld, table: TableRule) -> str:
    rows = world.world.run_sql(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum = 1",
        f"public.{table.name}",
    )
    return str(rows[0][0])


def fingerprint(world: MatrixWorld, table: TableRule) -> Any:
    return world.world.run_sql(
        # The name is one of the catalogue's own.
        f"select count(*), md5(string_agg(t::text, '' order by t::text)) from public.{table.name} t"  # noqa: S608
    )


@pytest.mark.parametrize("rule", CALLS, ids=lambda rule: rule.id)
class TestFunctions:
    def test_answers_each_caller(self, worlds: Worlds, rule: CallRule) -> None:
        outcomes = {caller: call(worlds, rule, caller) for caller in CALLERS}

        assert outcomes == {caller: rule.expect.get(caller, DENIED) for caller in CALLERS}


def call(worlds: Worlds, rule: CallRule, caller: str) -> Outcome:
    """Call the function as the caller, in a world that no call has changed."""
    world = worlds.get()
    answer = world.clients[caller].post(f"/rpc/{rule.function}", json=world.fill(rule.args))
    if answer.status_code >= 300:
        return judge(answer, caller)
    reads = rule.function.startswith(READERS)
    if not reads:
        worlds.spoil()
    found = answer.json() if answer.content else None
    if rule.value is not None and found is not None:
        found = found[rule.value]
        if isinstance(found, list | int):
            return len(found) if isinstance(found, list) else found
    return "null" if found is None and reads else "ok"


class TestUnreachable:
    def test_private_functions(self, worlds: Worlds) -> None:
        world = worlds.get()
        names = list_objects(
            world,
            "select proname from pg_proc where pronamespace = 'private'::regnamespace",
        ) - list_objects(
            world, "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        )
        assert len(names) > 20

        for caller in ("ines", "sam", "anon", "server"):
            client = world.clients[caller]
            for name in names:
                assert client.post(f"/rpc/{name}", json={}).json()["code"] == "PGRST202"
                assert client.post(f"/rpc/private.{name}", json={}).json()["code"] == "PGRST202"
            refused = client.post(
                "/rpc/my_roles", json={"p_workspace": None}, headers={"Content-Profile": "private"}
            )
            assert refused.json()["code"] == "PGRST106"

    @pytest.mark.parametrize("schema", ["private", "auth", "storage", "pg_catalog", "extensions"])
    def test_other_schemas(self, worlds: Worlds, schema: str) -> None:
        for client in worlds.get().clients.values():
            answer = client.get("/users?select=*", headers={"Accept-Profile": schema})

            assert answer.json()["code"] == "PGRST106"

    @pytest.mark.parametrize(
        "name",
        ["pg_sleep", "set_config", "current_setting", "version", "pg_read_file", "lo_import"],
    )
    def test_functions_of_postgresql(self, worlds: Worlds, name: str) -> None:
        for client in worlds.get().clients.values():
            assert client.post(f"/rpc/{name}", json={}).json()["code"] == "PGRST202"


class TestTokens:
    @pytest.mark.parametrize("role", ["anon", "service_role", "authenticated"])
    def test_a_token_of_no_person_opens_nothing(self, worlds: Worlds, role: str) -> None:
        """A signed token without a person: as little as anon, whatever role it names."""
        world = worlds.get().world
        token = sign_token(world.stack.jwt_secret, "", role=role)
        with rest_client(world.stack, token) as client:
            for table in TABLES:
                answer = client.get(f"/{table.name}?select={table.columns}")

                assert answer.status_code in (401, 403) or answer.json() == [], table.name

    @pytest.mark.parametrize("change", ["signature", "expired", "none"])
    def test_a_bad_token_is_no_token(self, worlds: Worlds, change: str) -> None:
        person = worlds.get().world.sam
        token = {
            "signature": person.token()[:-3] + "abc",
            "expired": person.token(ttl=-60),
            "none": "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + person.token().split(".")[1] + ".",
        }[change]
        with rest_client(worlds.get().world.stack, token) as client:
            answer = client.get("/drafts?select=id")

        assert answer.status_code == 401
        assert answer.json()["code"] in ("PGRST301", "PGRST303", "42501")
