"""As `components.cached`, for accounts, imports and posts."""

from __future__ import annotations

from components.shelf import forget, keep
from services.gateway.client import Gateway
from services.measures import accounts, posts
from services.measures.models import Accounts
from services.person import Person

# How long a colleague's change may stay unseen.
_SECONDS = 4.0


def get_accounts(gateway: Gateway, person: Person) -> Accounts:
    """As `services.measures.accounts.get_accounts`."""
    return keep(
        "measures",
        person,
        ("accounts",),
        _SECONDS,
        lambda: accounts.get_accounts(gateway, workspace_id=person.workspace_id),
    )


def list_posts(
    gateway: Gateway, person: Person, *, asked: posts.Asked, offset: int, limit: int
) -> posts.PostPage:
    """As `services.measures.posts.list_posts`."""
    return keep(
        "measures",
        person,
        (asked, offset, limit),
        _SECONDS,
        lambda: posts.list_posts(
            gateway, workspace_id=person.workspace_id, asked=asked, offset=offset, limit=limit
        ),
    )


def get_post(gateway: Gateway, person: Person, *, post_id: str) -> posts.PostView:
    """As `services.measures.posts.get_post`."""
    return keep(
        "measures",
        person,
        ("post", post_id),
        _SECONDS,
        lambda: posts.get_post(gateway, workspace_id=person.workspace_id, post_id=post_id),
    )


def forget_all() -> None:
    """After accounts changed, or figures came or went."""
    forget("measures")
