"""Accounts on platforms, and the files that were imported for them.

The rules live in the database: an influencer has their own, coordinators have all.
"""

from __future__ import annotations

from dataclasses import dataclass

from services import errors
from services.gateway.client import Gateway
from services.ids import require_id
from services.measures.models import Account, Accounts, FileImport

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What somebody writes of an account; as `models.Account`."""

    platform: str
    name: str
    owner_id: str | None
    time_zone: str | None = None


def get_accounts(gateway: Gateway, *, workspace_id: str) -> Accounts:
    """The accounts that the caller sees and the twenty files imported last.

    Raises:
        NotFound: the caller does not belong to the workspace.
    """
    row = gateway.read("get_accounts", {"p_workspace": workspace_id})
    if row is None:
        raise errors.NotFound
    return Accounts(
        accounts=tuple(Account.from_json(one) for one in row["accounts"]),
        imports=tuple(FileImport.from_json(one) for one in row["imports"]),
        owners={one["id"]: one["name"] for one in row["owners"]},
    )


def add_account(gateway: Gateway, *, workspace_id: str, plan: AccountPlan) -> str:
    """Add an account; its id.

    Raises:
        Forbidden: it is not the caller's own, and they are no coordinator.
        Invalid: no name, an unknown platform or zone, or an owner who is no influencer here.
        Conflict: `name_taken`, `too_many_accounts`.
    """
    account_id: str = gateway.write(
        "add_account",
        {
            "p_workspace": workspace_id,
            "p_platform": plan.platform,
            "p_name": plan.name,
            "p_owner": plan.owner_id,
            "p_time_zone": plan.time_zone,
        },
    )
    return account_id


def change_account(
    gateway: Gateway,
    *,
    workspace_id: str,
    account_id: str,
    revision: int,
    plan: AccountPlan,
    closed: bool,
) -> None:
    """Write an account anew; its platform stays.

    Raises:
        Forbidden, Invalid, Conflict: as `add_account`; `stale_account`: somebody was faster.
    """
    gateway.write(
        "change_account",
        {
            "p_workspace": workspace_id,
            "p_account": require_id(account_id),
            "p_revision": revision,
            "p_name": plan.name,
            "p_owner": plan.owner_id,
            "p_time_zone": plan.time_zone,
            "p_closed": closed,
        },
    )
