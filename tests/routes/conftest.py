"""Our routes and middleware in front of a real embedded server, and visitors to them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from services.embedded.stack import Stack
from services.tokens import make_shared_key
from tests.support.accounts import PASSWORD, add_accounts
from tests.support.oidc_provider import OidcProvider
from tests.support.people import Person, World
from tests.support.visitor import (
    HERE,
    Line,
    TestClient,
    Visitor,
    make_app,
    make_parts,
    make_settings,
)
from tests.support.waiting import wait_until
from web.parts import Parts

Seated = Callable[[Person], Visitor]


@pytest.fixture
def members(world: World) -> World:
    """The test people, able to sign in."""
    add_accounts(world)
    return world


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals after a tenth of a second: for tests that are not about time."""
    monkeypatch.setattr("web.forms.REFUSAL_SECONDS", 0.1)


@pytest.fixture
def parts(clean_stack: Stack) -> Iterator[Parts]:
    """One process's parts."""
    made = make_parts(make_settings(clean_stack))
    yield made
    made.close()


@pytest.fixture
def line() -> Line:
    """What stands in for Streamlit at the far end of a websocket."""
    return Line()


@pytest.fixture
def visit(parts: Parts, line: Line) -> Iterator[Callable[..., Visitor]]:
    """`visit()`: a fresh browser; `visit(public_url=...)`: in front of other settings."""
    with ExitStack() as opened:

        def make(*, at: str = HERE, client: str = "192.0.2.7", **changes: Any) -> Visitor:
            used = parts
            if changes:
                changed = {**_as_dict(parts), **changes}
                used = make_parts(type(parts.settings)(**changed))
                opened.callback(used.close)
            browser = TestClient(
                make_app(used, line),
                base_url=at,
                client=(client, 50000),
                raise_server_exceptions=False,
            )
            return Visitor(opened.enter_context(browser), origin=changes.get("public_url") or at)

        yield make


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    """A browser nobody has used yet."""
    return visit()


@pytest.fixture
def seated(visit: Callable[..., Visitor]) -> Seated:
    """`seated(person)`: a browser in which this person is signed in."""

    def sit(person: Person) -> Visitor:
        visitor = visit()
        assert visitor.sign_in(person.email, PASSWORD).status_code == 303
        return visitor

    return sit


@pytest.fixture
def arrive(
    visit: Callable[..., Visitor], clean_stack: Stack, provider: OidcProvider
) -> Callable[..., Visitor]:
    """`arrive()`: a fresh browser in front of an app that offers the provider."""
    values = {
        "providers": (provider.configure(),),
        "signing_key": make_shared_key(clean_stack.jwt_secret),
    }

    def make(*, at: str = HERE, client: str = "192.0.2.7", **changes: Any) -> Visitor:
        return visit(at=at, client=client, **(values | changes))

    return make


@pytest.fixture
def reasons(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """`reasons()`: what the log says about refused trips."""
    caplog.set_level(logging.DEBUG)
    return lambda: [
        str(record.__dict__["why"])
        for record in caplog.records
        if record.getMessage() == "trip refused"
    ]


@pytest.fixture
def silent(caplog: pytest.LogCaptureFixture, provider: OidcProvider) -> Iterator[None]:
    """Nothing a provider handed out, or said, is in any record, whatever went wrong."""
    caplog.set_level(logging.DEBUG, logger="tandem")
    yield
    # Of the client that plays the browser, "tandem" knows nothing; httpx tells of every address.
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    ours = [record for record in records if record.name.startswith("tandem")]
    told = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in ours)
    for secret in (*provider.handed_out, "canary"):
        assert secret not in told


@pytest.fixture
def read_code(clean_stack: Stack) -> Callable[[str], str]:
    """`read_code(email)`: the code last mailed there; waits for it."""
    folder: Path = clean_stack.places.mail
    seen = set(folder.glob("*"))

    def read(email: str) -> str:
        def find() -> str:
            new = sorted(set(folder.glob("*")) - seen, key=lambda path: path.stat().st_mtime_ns)
            for path in reversed(new):
                text = path.read_text(encoding="utf-8", errors="replace")
                code = _find_code(text)
                if email in text and code:
                    return code
            return ""

        return wait_until(find, what=f"a mail to {email}")

    return read


def _find_code(text: str) -> str:
    words = (word.strip(".,:") for word in text.split())
    return next((word for word in words if len(word) == 6 and word.isdigit()), "")


def _as_dict(parts: Parts) -> dict[str, Any]:
    return {name: getattr(parts.settings, name) for name in parts.settings.__slots__}
