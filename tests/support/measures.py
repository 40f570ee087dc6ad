"""Accounts, imports and posts for tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.measures import accounts, importing, posts
from services.measures.accounts import AccountPlan
from services.measures.importing import Imported, Reading
from services.measures.models import Account, Figures
from services.measures.posts import Asked, PostView
from services.metrics import Corrections, Metric
from tests.support.exports import INSTAGRAM, instagram, write_csv
from tests.support.people import Person, World

UNTIL = date(2026, 11, 20)


def add_account(
    person: Person,
    world: World,
    *,
    platform: str = "instagram",
    name: str = "calm.corner",
    owner: Person | None = None,
    workspace_id: str | None = None,
) -> str:
    """An account of this owner, of whoever adds it unless told otherwise; its id."""
    return accounts.add_account(
        person.gateway(),
        workspace_id=workspace_id or world.home,
        plan=AccountPlan(platform, name, (owner or person).id),
    )


def find_account(person: Person, world: World, account_id: str) -> Account:
    """The account as this person has it now."""
    found = accounts.get_accounts(person.gateway(), workspace_id=world.home)
    return found.by_id[account_id]


def write_export(*numbers: int, **changes: object) -> bytes:
    """Instagram's content export, a post a number; `changes` by header hold for all of them."""
    return write_csv(INSTAGRAM, *(instagram(number, **changes) for number in numbers))


def read(raw: bytes, *, name: str = "content.csv", **corrected: Any) -> Reading:
    """A file as the page reads it."""
    return importing.read_file(raw, name=name, corrections=Corrections(**corrected))


def bring(
    person: Person,
    world: World,
    account_id: str,
    raw: bytes,
    *,
    name: str = "content.csv",
    until: date = UNTIL,
    start: date | None = None,
    workspace_id: str | None = None,
    **corrected: Any,
) -> Imported:
    """Import a file for the account."""
    return importing.import_file(
        person.gateway(),
        workspace_id=workspace_id or world.home,
        account_id=account_id,
        reading=read(raw, name=name, **corrected),
        captured_on=until,
        period_start=start,
    )


def type_in(
    person: Person,
    world: World,
    account_id: str,
    figures: Mapping[Metric, int],
    *,
    post_id: str | None = None,
    link: str = "",
    until: date = UNTIL,
    published: date | None = None,
) -> Imported:
    """Type figures of a post that is here, or of one by its address."""
    return posts.type_figures(
        person.gateway(),
        workspace_id=world.home,
        account_id=account_id,
        post_id=post_id,
        captured_on=until,
        figures=figures,
        permalink=link,
        published_on=published,
    )


def undo(person: Person, world: World, import_id: str) -> importing.Undone:
    """Take an import back."""
    return importing.undo_import(person.gateway(), workspace_id=world.home, import_id=import_id)


def figures_of(person: Person, world: World) -> dict[str, Figures]:
    """Figures in force of all posts that this person sees, by the platform's id."""
    found = posts.list_posts(person.gateway(), workspace_id=world.home, asked=Asked(), limit=1000)
    return {post.external_id: post.figures for post in found.posts}


def find_posts(person: Person, world: World, **asked: Any) -> list[str]:
    """Ids at the platform of the posts that fit, in their order."""
    found = posts.list_posts(person.gateway(), workspace_id=world.home, asked=Asked(**asked))
    assert found.total == len(found.posts)
    return [post.external_id for post in found.posts]


def view(person: Person, world: World, external_id: str) -> PostView:
    """The post with this id at the platform, with all that is known of it."""
    found = posts.list_posts(person.gateway(), workspace_id=world.home, asked=Asked())
    post = next(one for one in found.posts if one.external_id == external_id)
    return posts.get_post(person.gateway(), workspace_id=world.home, post_id=post.id)


def write_measures(world: World) -> dict[str, str]:
    """What the head of matrix.toml says of figures; the values it calls them by."""
    sam, raw = world.sam.gateway(), write_export(1)
    account = add_account(world.ines, world)
    organisation = sam.write(
        "add_account", {"p_workspace": world.home, "p_platform": "x", "p_name": "ours"}
    )
    theirs = add_account(world.wes, world, workspace_id=world.other)
    imported = bring(world.ines, world, account, raw)
    typed = type_in(
        world.sam, world, organisation, {"likes": 3}, link="https://x.com/ours/status/1990000000000"
    )
    file = {
        "name": "later.csv",
        "hash": "b" * 64,
        "basis": "lifetime",
        "captured_on": "2026-11-21",
        "rows": 1,
        "rejected_count": 0,
    }
    begun = world.ines.gateway().write(
        "begin_import",
        {"p_workspace": world.home, "p_account": account, "p_file": json.dumps(file)},
    )
    row = json.dumps({"line": "{2}", "external_id": "{17895695668004551}", "views": "{5}"})
    world.ines.gateway().write("stage_rows", {"p_import": begun, "p_chunk": 1, "p_rows": row})
    return {
        "account": account,
        "org_account": organisation,
        "their_account": theirs,
        "figures_import": imported.id,
        "typed_import": typed.id,
        "begun": begun,
        "post": view(world.ines, world, "17895695668004551").post.id,
        "file": json.dumps(file | {"hash": "c" * 64}),
        "file_hash": hashlib.sha256(raw).hexdigest(),
        "figures": json.dumps({"views": 7}),
    }
