"""Entries of the help library for tests. Numbers are those that no real line has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.embedded.stack import Stack
from services.gateway.http import make_client
from services.gateway.server import Server
from services.library import store
from services.library.models import Contact, Entry, Resource
from tests.support.direct import DirectServer
from tests.support.people import Person, World

LINE = Entry(
    kind="helpline",
    name="Harbour Line",
    country="GB",
    topics=("crisis", "suicide"),
    audience="Anyone who wants to talk (text HARBOUR)",
    languages=("en", "cy"),
    sources=("https://harbour.example.org/contact",),
    seen="2026-10",
    confidence="high",
    contacts=(
        Contact("call", "01632 960 001", hours="24/7", cost="free"),
        Contact("text", "+441632960002", keyword="HARBOUR", hours="09:00-17:00 daily"),
        Contact("web", "https://harbour.example.org/"),
    ),
)
YOUTH = replace(
    LINE,
    name="Quay, for the young",
    topics=("youth",),
    audience="Up to 25",
    contacts=(Contact("call", "01632 960 003"),),
)
CARD = Entry(
    kind="evidence_card",
    name="Talking does not plant the idea",
    country="",
    topics=("suicide",),
    words="Asking somebody about suicide does not make it likelier.\n\nIt often brings relief.",
    sources=("https://evidence.example.org/a;b?c=1",),
)


def tomorrow(days: int = 1) -> date:
    """A day from today, in UTC."""
    return datetime.now(UTC).date() + timedelta(days=days)


def add(
    person: Person, world: World, entry: Entry = LINE, *, workspace_id: str | None = None
) -> Resource:
    """Add an entry as this person, to the home workspace unless told otherwise."""
    place = workspace_id or world.home
    added = store.add_resource(person.gateway(), workspace_id=place, entry=entry)
    return store.get_resource(person.gateway(), workspace_id=place, resource_id=added)


def look(person: Person, world: World, resource_id: str) -> Resource:
    """The entry as the home workspace has it now."""
    return store.get_resource(person.gateway(), workspace_id=world.home, resource_id=resource_id)


def check(person: Person, world: World, resource: Resource, **changes: Any) -> Resource:
    """Check it for 90 days; as it is then."""
    usual: dict[str, Any] = {
        "revision": resource.revision,
        "method": "own_page",
        "source": "https://harbour.example.org/",
        "next_due": tomorrow(90),
    }
    store.check_resource(
        person.gateway(),
        workspace_id=world.home,
        resource_id=resource.id,
        **(usual | changes),
    )
    return look(person, world, resource.id)


def correct(person: Person, world: World, resource: Resource, **changes: Any) -> Resource:
    """Other facts; the entry that the workspace has then."""
    corrected = store.correct_resource(
        person.gateway(),
        workspace_id=world.home,
        resource_id=resource.id,
        revision=resource.revision,
        entry=replace(resource.entry, **changes),
    )
    return look(person, world, corrected)


def share(stack: Stack, *entries: Entry) -> dict[str, int]:
    """Make these the shared part, as the server does; what it wrote."""
    return DirectServer(stack).seed_library(entries=[entry.to_json() for entry in entries])


def remind(stack: Stack) -> int:
    """Tell people of checks that end, as the app does every hour; of how many."""
    with make_client() as http:
        return Server(url=stack.url, secret_key=stack.secret_key, http=http).remind_of_checks()


def names(person: Person, world: World, **asked: Any) -> list[str]:
    """Names of what this person finds in the home workspace."""
    found = store.list_library(
        person.gateway(), workspace_id=world.home, asked=store.Asked(**asked), limit=500
    )
    return [one.entry.name for one in found.resources]


def expire(world: World, resource: Resource, *, days: int) -> None:
    """Let its latest checks end so many days from today. Checks are append-only for everybody."""
    world.run_sql(
        # Two statements at once take no parameters.
        "set local session_replication_role = replica; update public.resource_checks"  # noqa: S608
        f" set next_due = private.today() + ({days}) where resource_id = '{resource.id}'"
        " and next_due is not null"
    )
