"""A browser's way to the local provider and back, step by step."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import httpx

from tests.support.oidc_provider import OidcProvider
from tests.support.people import NAMES, World
from tests.support.visitor import Visitor

START = "/auth/oidc/local/start"
CALLBACK = "/auth/oidc/local/callback"
NORA = "nora@example.org"


def leave(visitor: Visitor, *, form_at: str = "/auth/sign-in", **fields: str) -> str:
    """Press the provider's button; the address that the page leads on to."""
    page = visitor.post(START, form_at=form_at, **fields)
    assert page.status_code == 200, page.text
    return read_way(page.text)


def read_way(page: str) -> str:
    """Where a page leads on to by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', page)
    assert found, page
    return unescape(found.group(1))


def come_back(visitor: Visitor, address: str) -> httpx.Response:
    """Follow the provider's redirect."""
    parts = urlsplit(address)
    return visitor.get(f"{parts.path}?{parts.query}")


def travel(
    visitor: Visitor, provider: OidcProvider, *, form_at: str = "/auth/sign-in", **fields: str
) -> httpx.Response:
    """All the way there and back."""
    return come_back(visitor, provider.answer(leave(visitor, form_at=form_at, **fields)))


def read_message(page: str) -> str:
    """What a page of ours says, as one text."""
    main = page.split("<main", 1)[-1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main.partition(">")[2])).split())


def check_nobody_is_in(visitor: Visitor, world: World) -> None:
    """Assert that nobody was signed in or made, and that nothing is left of the trip."""
    assert visitor.cookie() == ""
    for table in ("web_sessions", "identities", "pending_sign_ins"):
        assert world.run_sql(f"select count(*) from public.{table}") == [(0,)], table  # noqa: S608
    assert world.run_sql("select count(*) from public.profiles") == [(len(NAMES),)]


def check_page(page: str, says: str) -> None:
    """Assert that a page tells people this, shows a way on, and nothing for programmers."""
    message = read_message(page)
    assert says in message
    assert "Back to sign-in" in message
    for word in ("Traceback", "Error", "canary", "id_token"):
        assert word not in page


def invite(world: World, email: str = NORA) -> str:
    """The token of an open invitation to Home as influencer."""
    offer = {"p_workspace": world.home, "p_email": email, "p_roles": ["influencer"]}
    return str(world.sam.gateway().write("invite_person", offer)["token"])


def people_of(world: World, issuer: str) -> list[tuple[str, str, str | None]]:
    """Subject, name and address of everybody known through the provider."""
    return world.run_sql(
        "select i.subject, p.display_name, c.email from public.identities i "
        "join public.profiles p on p.id = i.profile_id "
        "left join public.profile_contacts c on c.profile_id = p.id where i.issuer = %s order by 1",
        issuer,
    )
