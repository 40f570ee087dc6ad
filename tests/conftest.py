"""Fixtures for every kind of test; the code behind them is in tests/support."""

import gc
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from hypothesis import settings

from services.embedded.stack import Stack
from services.safety import load_rules
from tests.support.oidc_provider import OidcProvider
from tests.support.people import World, make_world
from tests.support.server import Cleaner, rest_client, sign_token

# How long an example takes says more about the machine than about the code.
settings.register_profile("tandem", deadline=None)
settings.load_profile("tandem")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One embedded server for the whole run, migrations applied; use `clean_stack` to write."""
    server = Stack(data=tmp_path_factory.mktemp("server") / "var", durable=False)
    try:
        server.start()
        # Have the collector leave alone for good what nearly all tests need, as the app does.
        load_rules()
        gc.collect()
        gc.freeze()
        yield server
    finally:
        server.destroy()


@pytest.fixture(scope="session")
def cleaner(stack: Stack) -> Cleaner:
    """`cleaner.clean()` brings the database back to how the migrations left it (stateful tests)."""
    return Cleaner(stack)


@pytest.fixture
def clean_stack(stack: Stack, cleaner: Cleaner) -> Stack:
    """The shared server with an empty database."""
    cleaner.clean()
    return stack


@pytest.fixture
def sql(clean_stack: Stack) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A superuser's connection that commits each statement, to a database emptied before."""
    with psycopg.connect(clean_stack.dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def token(clean_stack: Stack) -> Callable[..., str]:
    """`token(profile_id, ttl=300)`: an access token of that person."""

    def make(profile_id: UUID | str, *, ttl: int = 300, role: str = "authenticated") -> str:
        return sign_token(clean_stack.jwt_secret, profile_id, ttl=ttl, role=role)

    return make


@pytest.fixture
def rest(clean_stack: Stack) -> Iterator[Callable[..., httpx.Client]]:
    """`rest(token)`: a client of the Data API with that token; `rest()` is a stranger's."""
    clients: list[httpx.Client] = []

    def make(access_token: str | None = None, *, key: str | None = None) -> httpx.Client:
        clients.append(rest_client(clean_stack, access_token, key=key))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def gateway_http() -> Iterator[httpx.Client]:
    """The connections that all test people's gateways share."""
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def world(clean_stack: Stack, gateway_http: httpx.Client) -> World:
    """The people of tests/support/people.py in an otherwise empty database."""
    return make_world(clean_stack, gateway_http)


@pytest.fixture(scope="session")
def running_provider() -> Iterator[OidcProvider]:
    """One OpenID Connect provider for the whole run; use `provider`."""
    server = OidcProvider()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def provider(running_provider: OidcProvider) -> OidcProvider:
    """The provider, well-behaved until told otherwise."""
    running_provider.reset()
    return running_provider
