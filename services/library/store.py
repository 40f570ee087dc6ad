"""The library of a workspace: look things up, add, correct, check, import.

The rules live in the database; professionals and coordinators change, everybody reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services import errors
from services.gateway.client import Gateway
from services.ids import require_id
from services.library.models import Entry, Library, Resource

Outcome = Literal["added", "corrected", "unchanged"]

# What the database hands out at once; see list_library.
MOST_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for; None and empty: everything.

    `state` is a key of `models.STATES`, `to_check` (not checked, ended, or soon to end) or
    `usable` (may be given to people who look for help). Withdrawn entries show only by that state.
    """

    search: str = ""
    kind: str | None = None
    country: str | None = None
    topic: str | None = None
    language: str | None = None
    state: str | None = None


EVERYTHING = Asked()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the entries of a file, in their order; `id` is None when nothing changed."""

    id: str | None
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class RelyingPost:
    """A post with which an entry goes: `state` is approved or published."""

    draft_id: str
    title: str
    state: str
    author_name: str


def list_library(
    gateway: Gateway,
    *,
    workspace_id: str,
    asked: Asked = EVERYTHING,
    offset: int = 0,
    limit: int = 20,
) -> Library:
    """Entries that may be given first, then by country and name, with those that come with them.

    Args:
        offset: of groups: entries that come together count as one.
        limit: of groups as well.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read(
        "list_library",
        {
            "p_workspace": workspace_id,
            "p_search": asked.search,
            "p_kind": asked.kind,
            "p_country": asked.country,
            "p_topic": asked.topic,
            "p_language": asked.language,
            "p_state": asked.state,
            "p_offset": offset,
            "p_limit": limit,
        },
    )
    if row is None:
        raise errors.NotFound
    return Library.from_json(row)


def get_resource(gateway: Gateway, *, workspace_id: str, resource_id: str) -> Resource:
    """One entry as it is now.

    Raises:
        NotFound: it is not in this workspace's library, or another stands in its place.
    """
    row = gateway.read(
        "get_resource", {"p_workspace": workspace_id, "p_resource": require_id(resource_id)}
    )
    if row is None:
        raise errors.NotFound
    return Resource.from_json(row)


def list_posts_with(
    gateway: Gateway, *, workspace_id: str, resource_id: str
) -> tuple[RelyingPost, ...]:
    """Live posts that rely on an entry, of those the caller may read; at most 100."""
    rows = gateway.read(
        "list_posts_with", {"p_workspace": workspace_id, "p_resource": require_id(resource_id)}
    )
    return tuple(
        RelyingPost(row["id"], row["title"], row["state"], row["author_name"]) for row in rows
    )


def add_resource(gateway: Gateway, *, workspace_id: str, entry: Entry) -> str:
    """A new entry of the workspace, not checked yet; its id.

    Raises:
        Invalid: something is missing or cannot be taken; `detail` says what.
        Conflict: `name_taken` in this country.
    """
    resource_id: str = gateway.write(
        "add_resource", {"p_workspace": workspace_id, "p_entry": json.dumps(entry.to_json())}
    )
    return resource_id


def correct_resource(
    gateway: Gateway, *, workspace_id: str, resource_id: str, revision: int, entry: Entry
) -> str:
    """Write other facts down; what they say of a changed contact has to be checked anew.

    Returns the entry's id: another where the workspace now has its own in place of a shared one.

    Raises:
        Invalid, Conflict: as `add_resource`; `stale_resource`: somebody was faster.
    """
    corrected_id: str = gateway.write(
        "correct_resource",
        {
            "p_workspace": workspace_id,
            "p_resource": resource_id,
            "p_revision": revision,
            "p_entry": json.dumps(entry.to_json()),
        },
    )
    return corrected_id


def set_withdrawn(
    gateway: Gateway, *, workspace_id: str, resource_id: str, revision: int, withdrawn: bool
) -> None:
    """Take an entry of the workspace out of use, or back in.

    Raises:
        Conflict: `shared`, `stale_resource`, or `name_taken` meanwhile.
    """
    gateway.write(
        "set_resource_withdrawn",
        {
            "p_workspace": workspace_id,
            "p_resource": resource_id,
            "p_revision": revision,
            "p_withdrawn": withdrawn,
        },
    )


def check_resource(
    gateway: Gateway,
    *,
    workspace_id: str,
    resource_id: str,
    revision: int,
    method: str,
    source: str,
    next_due: date,
) -> None:
    """Say that everything is right as it stands; counts in this workspace through `next_due`.

    Args:
        method: a key of `models.CHECK_METHODS`.
        source: the page that was read, or, for `confirmed`, who said so.

    Raises:
        Invalid: `method_missing`, `source_invalid`, `due_invalid`.
        Conflict: `stale_resource`: what was looked at is not what is kept.
    """
    gateway.write(
        "check_resource",
        {
            "p_workspace": workspace_id,
            "p_resource": resource_id,
            "p_revision": revision,
            "p_method": method,
            "p_source": source,
            "p_next_due": next_due.isoformat(),
        },
    )


def doubt_resource(
    gateway: Gateway, *, workspace_id: str, resource_id: str, revision: int, reason: str
) -> None:
    """Say that it is not right any more: unchecked from now on, until somebody checks it again."""
    gateway.write(
        "doubt_resource",
        {
            "p_workspace": workspace_id,
            "p_resource": resource_id,
            "p_revision": revision,
            "p_reason": reason,
        },
    )


def import_entries(
    gateway: Gateway, *, workspace_id: str, entries: Sequence[Entry], file: bytes, preview: bool
) -> Imported:
    """Add and correct entries, all or none; those that are not among them stay as they are.

    Args:
        entries: at most 1,000, each name once a country.
        file: where they came from; only its hash is kept.
        preview: say what would happen, and write nothing.

    Raises:
        Invalid, Conflict: nothing was written.
    """
    row = gateway.write(
        "import_library",
        {
            "p_workspace": workspace_id,
            "p_entries": json.dumps([one.to_json() for one in entries]),
            "p_file_hash": hashlib.sha256(file).hexdigest(),
            "p_preview": preview,
        },
    )
    return Imported(row["id"], tuple(row["outcomes"]))


def undo_import(gateway: Gateway, *, workspace_id: str, import_id: str) -> None:
    """Make the library as it was before an import, with the checks it had.

    Raises:
        Conflict: `already_undone`, or `changed_since`: somebody went on from it.
    """
    gateway.write("undo_library_import", {"p_workspace": workspace_id, "p_import": import_id})
