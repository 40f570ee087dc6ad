"""Who is signed in, as pages and services see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.models import Membership


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, seen from one of their workspaces; empty ids and roles without any."""

    profile_id: str
    name: str
    email: str
    time_zone: str
    workspace_id: str
    workspace_name: str
    roles: frozenset[str]
    memberships: tuple[Membership, ...]

    @property
    def unread(self) -> int:
        """News not read yet in the workspace, as counted at most ten seconds ago."""
        here = (one.unread for one in self.memberships if one.workspace_id == self.workspace_id)
        return next(here, 0)

    def within(self, workspace_id: str) -> Person:
        """The same person in another of their workspaces; unchanged if it is not theirs."""
        for membership in self.memberships:
            if membership.workspace_id == workspace_id:
                return replace(
                    self,
                    workspace_id=membership.workspace_id,
                    workspace_name=membership.workspace_name,
                    roles=membership.roles,
                )
        return self


def read_person(row: Mapping[str, Any]) -> Person:
    """The person of a session's row, in the workspace they chose, else in their first."""
    memberships = tuple(Membership.from_json(found) for found in row["memberships"])
    person = Person(
        profile_id=str(row["profile_id"]),
        name=str(row["name"]),
        email=str(row["email"]),
        time_zone=str(row["time_zone"]),
        workspace_id="",
        workspace_name="",
        roles=frozenset(),
        memberships=memberships,
    )
    if not memberships:
        return person
    chosen = str(row["workspace_id"] or "")
    known = {membership.workspace_id for membership in memberships}
    return person.within(chosen if chosen in known else memberships[0].workspace_id)
