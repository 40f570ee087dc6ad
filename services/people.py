"""Who is here: invitations, roles, credentials, and one's own profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services import errors
from services.gateway.client import Gateway
from services.models import Credential, Me, need_at, read_at, read_on


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the workspace; `email` is None for readers who are no coordinator.

    `open_drafts` counts to 101 and no further. `away_until` is set while they take no reviews.
    """

    profile_id: str
    name: str
    email: str | None
    roles: tuple[str, ...]
    suspended_at: datetime | None
    joined_at: datetime
    open_drafts: int
    credentials: tuple[Credential, ...]
    open_reviews: int = 0
    away_until: date | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation; its link was shown once and cannot be shown again."""

    id: str
    email: str
    roles: tuple[str, ...]
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A fresh invitation with its token, for a link to /auth/sign-up?invitation=TOKEN."""

    id: str
    token: str
    expires_at: datetime


Show = Literal[
    "everybody", "influencer", "professional", "coordinator", "unchecked", "lapsing", "suspended"
]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a list of people is to hold.

    `search`: words, all of which stand in name, address, profession or country. `today`: the
    reader's date, for credentials that end soon. `limit` None: all.
    """

    search: str = ""
    show: Show = "everybody"
    today: date | None = None
    profile_id: str | None = None
    offset: int = 0
    limit: int | None = None


EVERYBODY = Asked()


@dataclass(frozen=True, slots=True)
class People:
    """People of a workspace, by name, and how many fit in all.

    `invitations` is empty for readers who are no coordinator.
    """

    members: tuple[Member, ...]
    total: int
    invitations: tuple[Invitation, ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """An account at a provider that signs the person in; the provider may be offered no more."""

    issuer: str
    connected_at: datetime


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can sign in. `has_account`: with a password or a mailed code as well."""

    has_account: bool
    connections: tuple[Connection, ...]


def list_my_ways(gateway: Gateway) -> Ways:
    """The signed-in person's ways to sign in; connections in the order they were made."""
    row = gateway.read("list_my_ways")
    return Ways(
        has_account=row["has_account"],
        connections=tuple(
            Connection(one["issuer"], need_at(one["connected_at"])) for one in row["identities"]
        ),
    )


def find_me(gateway: Gateway) -> Me | None:
    """The signed-in person, or None before their first sign-in made a profile."""
    row = gateway.read("get_me")
    return None if row is None else Me.from_json(row)


def get_people(gateway: Gateway, *, workspace_id: str, asked: Asked = EVERYBODY) -> People:
    """Members with their credentials, and open invitations.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read(
        "get_people",
        {
            "p_workspace": workspace_id,
            "p_search": asked.search,
            "p_show": asked.show,
            "p_today": asked.today and asked.today.isoformat(),
            "p_offset": asked.offset,
            "p_limit": asked.limit,
            "p_person": asked.profile_id,
        },
    )
    if row is None:
        raise errors.NotFound
    return People(
        total=row["total"],
        members=tuple(
            Member(
                profile_id=m["profile_id"],
                name=m["name"],
                email=m["email"],
                roles=tuple(m["roles"]),
                suspended_at=read_at(m["suspended_at"]),
                joined_at=need_at(m["joined_at"]),
                open_drafts=m["open_drafts"],
                credentials=tuple(Credential.from_json(c) for c in m["credentials"]),
                open_reviews=m["open_reviews"],
                away_until=read_on(m["away_until"]),
            )
            for m in row["people"]
        ),
        invitations=tuple(
            Invitation(
                id=i["id"],
                email=i["email"],
                roles=tuple(i["roles"]),
                created_at=need_at(i["created_at"]),
                expires_at=need_at(i["expires_at"]),
            )
            for i in row["invitations"]
        ),
    )


def invite_person(
    gateway: Gateway, *, workspace_id: str, email: str, roles: Sequence[str]
) -> NewInvitation:
    """A link that works once, for seven days.

    Raises:
        Forbidden: the caller is no coordinator.
        Invalid: not an e-mail address, or no role.
    """
    row = gateway.write(
        "invite_person",
        {"p_workspace": workspace_id, "p_email": email, "p_roles": list(roles)},
    )
    return NewInvitation(row["id"], row["token"], need_at(row["expires_at"]))


def revoke_invitation(gateway: Gateway, *, workspace_id: str, invitation_id: str) -> None:
    """Make an open invitation's link useless."""
    gateway.write("revoke_invitation", {"p_workspace": workspace_id, "p_invitation": invitation_id})


def accept_invitation(gateway: Gateway, *, token: str) -> str:
    """Join with the roles offered, in addition to those held; returns the workspace's id.

    Raises:
        Conflict: the link was used, taken back, or has expired.
        Forbidden: the person is suspended there.
    """
    workspace_id: str = gateway.write("accept_invitation", {"p_token": token})["workspace_id"]
    return workspace_id


def set_roles(
    gateway: Gateway,
    *,
    workspace_id: str,
    profile_id: str,
    roles: Sequence[str],
    expected: Sequence[str],
) -> None:
    """Give and take roles; taking one signs the person out everywhere.

    Raises:
        Conflict: `stale_roles`, or `last_coordinator`.
    """
    gateway.write(
        "set_roles",
        {
            "p_workspace": workspace_id,
            "p_profile": profile_id,
            "p_roles": list(roles),
            "p_expected": list(expected),
        },
    )


def set_suspended(gateway: Gateway, *, workspace_id: str, profile_id: str, suspended: bool) -> None:
    """Shut somebody out at once, or let them back in; what they wrote stays."""
    gateway.write(
        "set_suspended",
        {"p_workspace": workspace_id, "p_profile": profile_id, "p_suspended": suspended},
    )


def hand_over_drafts(gateway: Gateway, *, workspace_id: str, from_id: str, to_id: str) -> int:
    """Give somebody's open drafts another author; returns how many.

    Raises:
        Conflict: the other is no influencer, is suspended, or decided on one of them.
    """
    count: int = gateway.write(
        "hand_over_drafts", {"p_workspace": workspace_id, "p_from": from_id, "p_to": to_id}
    )
    return count


def submit_credential(
    gateway: Gateway,
    *,
    workspace_id: str,
    profile_id: str,
    profession: str,
    register_url: str,
    jurisdiction: str,
    scope: Sequence[str],
) -> None:
    """Record what a professional may decide on; a coordinator then checks it.

    Args:
        register_url: The public register's page of this person, https.
        scope: Keys of `services.drafts.TOPICS`.
    """
    gateway.write(
        "submit_credential",
        {
            "p_workspace": workspace_id,
            "p_profile": profile_id,
            "p_profession": profession,
            "p_register_url": register_url,
            "p_jurisdiction": jurisdiction,
            "p_scope": list(scope),
        },
    )


def check_credential(
    gateway: Gateway, *, workspace_id: str, credential_id: str, expires_on: date
) -> None:
    """Say that the entry was found in the register; it counts through `expires_on`."""
    gateway.write(
        "check_credential",
        {
            "p_workspace": workspace_id,
            "p_credential": credential_id,
            "p_expires_on": expires_on.isoformat(),
        },
    )


def revoke_credential(gateway: Gateway, *, workspace_id: str, credential_id: str) -> None:
    """From now on no decision is made under it; earlier ones keep their snapshot."""
    gateway.write("revoke_credential", {"p_workspace": workspace_id, "p_credential": credential_id})


def update_profile(gateway: Gateway, *, name: str, time_zone: str) -> None:
    """Change one's own name and IANA time zone."""
    gateway.write("update_profile", {"p_display_name": name, "p_time_zone": time_zone})


def close_my_sessions(gateway: Gateway) -> None:
    """Sign out every browser of the caller, this one too."""
    gateway.write("close_my_sessions")
