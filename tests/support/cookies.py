"""Cookies of people who are signed in, without the sign-in page.

A session is opened as that page opens one: a sealed row in web_sessions. Only the token comes from
here, signed with the embedded server's own secret, so that nobody's password has to be checked.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import httpx

from services.embedded.stack import Stack
from services.gateway.auth import Auth, Tokens
from services.sealing import Sealer
from services.sessions import Sessions
from tests.support.direct import DirectServer
from tests.support.server import NO_TLS, sign_token

COOKIE = "tandem_session"
# Longer than any test or measurement: renewing a token is tested by itself.
TOKEN_SECONDS = 12 * 3600


def open_sessions(stack: Stack, people: Iterable[tuple[str, str]]) -> list[str]:
    """The cookie's value of a new browser for each person, who is given as id and address."""
    with httpx.Client(trust_env=False, verify=NO_TLS) as http:
        auth = Auth(url=stack.url, publishable_key=stack.publishable_key, http=http)
        sealer = Sealer(keys=stack.session_keys.split(","))
        sessions = Sessions(server=DirectServer(stack), auth=auth, sealer=sealer)
        return [
            sessions.open(tokens=_tokens(stack, profile_id, email), method="password")
            for profile_id, email in people
        ]


def _tokens(stack: Stack, profile_id: str, email: str) -> Tokens:
    return Tokens(
        profile_id=profile_id,
        email=email,
        name="",
        access=sign_token(stack.jwt_secret, profile_id, ttl=TOKEN_SECONDS),
        refresh="not-used",
        expires_at=time.time() + TOKEN_SECONDS,
    )
