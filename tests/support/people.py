"""The people of the tests: the same ones everywhere, each with a real token.

    def test_something(world: World) -> None:
        draft = draft_in_state(world, "in_review")
        services.decisions.decide_draft(world.dana.gateway(), ...)

Home workspace: ines and marco (influencers), dana (professional, credential checked for every
topic), paul (professional without one), sam (coordinator), kim (coordinator and professional,
credential checked by sam). The other workspace: otto (coordinator) and wes (influencer).
nobody has an account and a profile, but no membership.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5
from zoneinfo import ZoneInfo

import httpx
import psycopg

from services import decisions, drafts, publishing, safety_record
from services.embedded.stack import Stack
from services.gateway.client import Gateway
from services.gateway.server import Server
from services.posts import Content
from tests.support.direct import DirectGateway, DirectServer
from tests.support.helped import have_help
from tests.support.server import rest_client, sign_token, superuser

ZONE = "Europe/Berlin"
HOME = str(uuid5(NAMESPACE_DNS, "home.workspaces.example.org"))
OTHER = str(uuid5(NAMESPACE_DNS, "other.workspaces.example.org"))

# Who belongs where, as what. Sorted roles, as the table keeps them.
MEMBERSHIPS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ines": (HOME, ("influencer",)),
        "marco": (HOME, ("influencer",)),
        "dana": (HOME, ("professional",)),
        "paul": (HOME, ("professional",)),
        "sam": (HOME, ("coordinator",)),
        "kim": (HOME, ("coordinator", "professional")),
        "otto": (OTHER, ("coordinator",)),
        "wes": (OTHER, ("influencer",)),
    }
)
NAMES = (*MEMBERSHIPS, "nobody")
CREDENTIALED = ("dana", "kim")

# Tokens outlive any test; expiry has tests of its own.
TOKEN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in. `id` is what auth.uid() returns for their token."""

    name: str
    id: str
    email: str
    _stack: Stack
    _http: httpx.Client

    def token(self, *, ttl: int = TOKEN_SECONDS) -> str:
        """A fresh access token; `ttl` in seconds."""
        return sign_token(self._stack.jwt_secret, self.id, ttl=ttl)

    def gateway(self) -> Gateway:
        """What a signed-in session would have: calls run as this person."""
        token = self.token()
        return Gateway(
            url=self._stack.url,
            publishable_key=self._stack.publishable_key,
            access_token=lambda: token,
            http=self._http,
        )

    def direct(self) -> Gateway:
        """The same rights past the Data API, which is quicker: for what a test begins with."""
        return DirectGateway(self._stack, self.id)

    def rest(self) -> httpx.Client:
        """The Data API as this person with curl would use it. Close it, or use `with`."""
        return rest_client(self._stack, self.token())


@dataclass(frozen=True, slots=True)
class World:
    """Two workspaces and the people in them, fresh for one test."""

    stack: Stack
    home: str
    other: str
    ines: Person
    marco: Person
    dana: Person
    paul: Person
    sam: Person
    kim: Person
    otto: Person
    wes: Person
    nobody: Person

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody, in the order of NAMES."""
        return tuple(getattr(self, name) for name in NAMES)

    def server(self) -> Server:
        """The server's own calls, with the secret key."""
        return Server(url=self.stack.url, secret_key=self.stack.secret_key, http=self.nobody._http)

    def run_sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement as superuser and commit it: what no person could do."""
        cursor = superuser(self.stack.dsn).run(statement, values or None)
        return cursor.fetchall() if cursor.description else []


@dataclass(frozen=True, slots=True)
class MadeDraft:
    """A draft made for a test, with what the next call on it has to know.

    `revision` is the buffer's; `version` and `content_hash` are of the last submitted version.
    """

    id: str
    author: Person
    content: Content
    title: str
    revision: int = 1
    version: int | None = None
    content_hash: str = ""


def profile_id(name: str) -> str:
    """The id of one of the people; the same in every test."""
    return str(uuid5(NAMESPACE_DNS, f"{name}.example.org"))


def make_world(stack: Stack, http: httpx.Client, *, has_checker: bool = True) -> World:
    """Write the people into an empty database, in one round trip.

    Args:
        has_checker: False for a database of a time before the checker's findings were kept.
    """
    people = {
        name: Person(name, profile_id(name), f"{name}@example.org", stack, http) for name in NAMES
    }
    with superuser(stack.dsn).transaction() as connection:
        _write_people(connection)
        if has_checker:
            connection.execute(
                "select public.server_state_rule_set(%s)", [safety_record.rule_set_hash()]
            )
    return World(stack=stack, home=HOME, other=OTHER, **people)


def add_person(
    world: World, name: str, *, roles: tuple[str, ...] = (), workspace_id: str | None = None
) -> Person:
    """Somebody more, a member of the workspace (home unless told otherwise) if they have roles."""
    person = replace(world.nobody, name=name, id=profile_id(name), email=f"{name}@example.org")
    world.run_sql(
        "insert into public.profiles (id, display_name) values (%s, initcap(%s))", person.id, name
    )
    world.run_sql("insert into public.profile_contacts values (%s, %s)", person.id, person.email)
    if roles:
        world.run_sql(
            "insert into public.memberships (workspace_id, profile_id, roles) values (%s, %s, %s)",
            workspace_id or world.home,
            person.id,
            sorted(roles),
        )
    return person


def find_today() -> date:
    """The day it is where the test people live, and so on their pages."""
    return datetime.now(ZoneInfo(ZONE)).date()


def _write_people(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    connection.execute(
        """
        with made as (
          insert into public.profiles (id, display_name, time_zone)
          select p.id, initcap(p.name), %(zone)s
          from unnest(%(ids)s::uuid[], %(names)s::text[]) p (id, name)
          returning id, display_name
        )
        insert into public.profile_contacts (profile_id, email)
        select id, lower(display_name) || '@example.org' from made
        """,
        {
            "ids": [UUID(profile_id(name)) for name in NAMES],
            "names": list(NAMES),
            "zone": ZONE,
        },
    )
    connection.execute(
        "insert into public.workspaces (id, name) values (%s, 'Home'), (%s, 'Other')", [HOME, OTHER]
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into public.memberships (workspace_id, profile_id, roles) values (%s, %s, %s)",
            [
                (place, profile_id(name), list(roles))
                for name, (place, roles) in MEMBERSHIPS.items()
            ],
        )
    connection.execute(
        """
        insert into public.credentials (workspace_id, profile_id, profession, register_url,
          jurisdiction, scope, submitted_by, checked_by, checked_at, expires_on)
        select %(home)s, p.id, 'Psychologist', 'https://register.example.org/' || p.id, 'DE',
          private.topics(), p.id, %(sam)s, now(), current_date + 365
        from unnest(%(ids)s::uuid[]) p (id)
        """,
        {
            "home": HOME,
            "sam": profile_id("sam"),
            "ids": [UUID(profile_id(name)) for name in CREDENTIALED],
        },
    )


def make_content(caption: str = "Rest is a skill you can learn.", **changes: Any) -> Content:
    """What the public would see; `changes` are other fields of Content."""
    return replace(Content("instagram", "general", caption, ("DE",)), **changes)


def make_draft(
    world: World,
    *,
    author: Person | None = None,
    title: str = "Rest days",
    content: Content | None = None,
    workspace_id: str | None = None,
) -> MadeDraft:
    """A private draft of `author` (ines unless told otherwise)."""
    author = author or world.ines
    content = content or make_content()
    draft_id = drafts.create_draft(
        author.direct(),
        workspace_id=workspace_id or world.home,
        title=title,
        content=content,
        publish_by=None,
    )
    return MadeDraft(draft_id, author, content, title)


def submit(world: World, draft: MadeDraft) -> MadeDraft:
    """Put the draft's saved text before the professionals."""
    # Past the service, which does not hand on the hash: one round trip in place of two.
    row = draft.author.direct().write(
        "submit_draft",
        {"p_draft": draft.id, "p_expected_revision": draft.revision, "p_note": ""},
    )
    have_checked(world, draft.id)
    return replace(draft, version=row["version"], content_hash=row["content_hash"])


def find_version(world: World, draft_id: str, content: Content) -> MadeDraft:
    """A draft of ines's that was sent for review on a page, with what the next call has to know."""
    ((title, version, content_hash, revision),) = world.run_sql(
        "select d.title, v.number, v.content_hash, b.revision from public.drafts d"
        " join public.draft_versions v on v.draft_id = d.id and v.number = d.submitted_version"
        " join public.draft_buffers b on b.draft_id = d.id where d.id = %s",
        draft_id,
    )
    return MadeDraft(draft_id, world.ines, content, title, revision, version, content_hash)


def have_checked(world: World, draft_id: str) -> bool:
    """Have the checker read what could become approved next, as the app does; whether it was new.

    Without it the database refuses to approve.
    """
    return safety_record.record_check(DirectServer(world.stack), draft_id=draft_id)


def edit(world: World, draft: MadeDraft, content: Content) -> MadeDraft:
    """Save another text in the draft, as its author's editor does."""
    saved = drafts.save_buffer(
        draft.author.direct(),
        draft_id=draft.id,
        expected_revision=draft.revision,
        title=draft.title,
        content=content,
        publish_by=None,
    )
    return replace(draft, content=content, revision=saved.revision)


def decide(world: World, draft: MadeDraft, kind: str, *, by: Person | None = None) -> MadeDraft:
    """Have `by` (dana unless told otherwise) decide on the last submitted version."""
    if draft.version is None:
        message = "Only a submitted draft can be decided on."
        raise ValueError(message)
    approved = kind == "approved"
    decisions.decide_draft(
        (by or world.dana).direct(),
        draft_id=draft.id,
        version=draft.version,
        content_hash=draft.content_hash,
        kind=kind,
        reason_code=None if approved else "wording",
        note="" if approved else "Please soften the second sentence.",
    )
    return draft


def publish(world: World, draft: MadeDraft, *, by: Person | None = None) -> MadeDraft:
    """Mark the approved text published."""
    publishing.mark_published(
        (by or draft.author).direct(), draft_id=draft.id, content_hash=draft.content_hash
    )
    return draft


def let_approval_expire(world: World, draft: MadeDraft) -> MadeDraft:
    """Move the approval's last moment into the past: nobody can wait for it in a test."""
    world.run_sql(
        "update public.drafts set approved_until = now() - interval '1 minute' where id = %s",
        draft.id,
    )
    return draft


def withdraw(world: World, draft: MadeDraft, *, expected_state: str) -> MadeDraft:
    """Take the draft back."""
    drafts.withdraw_draft(draft.author.direct(), draft_id=draft.id, expected_state=expected_state)
    return draft


def _in_review(world: World, draft: MadeDraft) -> MadeDraft:
    return submit(world, draft)


def _changes_requested(world: World, draft: MadeDraft) -> MadeDraft:
    return decide(world, submit(world, draft), "changes_requested")


def _declined(world: World, draft: MadeDraft) -> MadeDraft:
    return decide(world, submit(world, draft), "declined")


def _approved(world: World, draft: MadeDraft) -> MadeDraft:
    sent = submit(world, draft)
    have_help(world, sent)
    return decide(world, sent, "approved")


def _expired(world: World, draft: MadeDraft) -> MadeDraft:
    return let_approval_expire(world, _approved(world, draft))


def _published(world: World, draft: MadeDraft) -> MadeDraft:
    return publish(world, _approved(world, draft))


def _withdrawn(world: World, draft: MadeDraft) -> MadeDraft:
    return withdraw(world, submit(world, draft), expected_state="in_review")


_STEPS: dict[str, Callable[[World, MadeDraft], MadeDraft]] = {
    "drafting": lambda _world, draft: draft,
    "in_review": _in_review,
    "changes_requested": _changes_requested,
    "declined": _declined,
    "approved": _approved,
    "expired": _expired,
    "published": _published,
    "withdrawn": _withdrawn,
}
REACHABLE_STATES = tuple(_STEPS)


def draft_in_state(
    world: World,
    state: str,
    *,
    author: Person | None = None,
    title: str = "Rest days",
    content: Content | None = None,
) -> MadeDraft:
    """A draft brought to the state the way people would.

    `drafting` was never shown to anybody, `withdrawn` was in review, `expired` is an approval
    whose time was moved into the past.
    """
    return _STEPS[state](world, make_draft(world, author=author, title=title, content=content))
