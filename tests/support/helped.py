"""Help that goes with posts in tests: services that do not exist, with numbers of no real line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from services import safety_record
from services.checking import list_sensitive
from services.library import attached, store
from services.library.models import Contact, Entry, Resource
from tests.support.direct import DirectServer

if TYPE_CHECKING:
    from tests.support.people import MadeDraft, Person, World

DIRECTORY = "https://directory.example.org/"
LIGHT = Entry(
    kind="helpline",
    name="Night Light",
    country="DE",
    topics=("crisis", "suicide"),
    audience="Anyone who wants to talk",
    languages=("en",),
    sources=("https://light.example.org/",),
    contacts=(Contact("call", "01632 960 555", hours="24/7", cost="free"),),
)


def add_line(
    world: World, *, checked: bool = True, workspace_id: str | None = None, **changes: object
) -> Resource:
    """A service of the home workspace, checked by kim unless told otherwise."""
    who, place = world.kim.direct(), workspace_id or world.home
    entry = replace(LIGHT, **changes)  # type: ignore[arg-type]
    line = store.add_resource(who, workspace_id=place, entry=entry)
    found = store.get_resource(who, workspace_id=place, resource_id=line)
    return check_line(world, found) if checked else found


def check_line(world: World, line: Resource, *, by: Person | None = None) -> Resource:
    """Somebody looks it up, and all is right."""
    who = (by or world.kim).direct()
    store.check_resource(
        who,
        workspace_id=world.home,
        resource_id=line.id,
        revision=line.revision,
        method="own_page",
        source=line.entry.sources[0],
        next_due=datetime.now(UTC).date() + timedelta(days=90),
    )
    return store.get_resource(who, workspace_id=world.home, resource_id=line.id)


def attach(world: World, draft: MadeDraft, *lines: Resource, by: Person | None = None) -> int:
    """Let these go with the draft, and have it read anew as the app does; how many are new."""
    added = attached.attach(
        (by or draft.author).direct(),
        draft_id=draft.id,
        resource_ids=[line.id for line in lines],
    )
    safety_record.record_check(DirectServer(world.stack), draft_id=draft.id)
    return added


def have_help(world: World, draft: MadeDraft) -> None:
    """Let checked help go with a draft on a sensitive topic, for each country that it is for."""
    if list_sensitive(draft.content):
        attach(world, draft, *_find_lines(world, draft.content.audience_countries))


def _find_lines(world: World, countries: Iterable[str]) -> list[Resource]:
    lines = []
    for country in countries:
        rows = world.run_sql(
            "select id::text from public.resources where library_id = %s and name = %s"
            " and country = %s",
            *(world.home, LIGHT.name, country),
        )
        lines.append(
            store.get_resource(world.kim.direct(), workspace_id=world.home, resource_id=rows[0][0])
            if rows
            else add_line(world, country=country)
        )
    return lines
