"""An OpenID Connect provider of our own on a free port, which can be told to misbehave.

It keeps to the standard by itself: it knows one client, checks its secret, the address it sends
people back to and the PKCE verifier, and takes a code once. Every knob of `Quirks` breaks one rule.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from services.embedded.ports import LOOPBACK, find_free_port
from services.oidc.models import Provider
from tests.support.waiting import wait_until
from web.providers import PREFIX

CLIENT_ID = "tandem-client"
CLIENT_SECRET = "a-client-secret-of-some-length"


@dataclass(frozen=True)
class Account:
    """Who is signed in at the provider, in whatever browser comes."""

    subject: str = "subject-of-nora"
    name: str = "Nora Lund"
    email: str = "nora@example.org"
    email_verified: Any = True


@dataclass(frozen=True)
class Quirks:
    """How the provider misbehaves; none of it by default."""

    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    drop_claims: tuple[str, ...] = ()
    kid: str = ""
    key_named: str = ""
    token_status: int = 200
    token_answer: bytes | None = None
    token_redirects: bool = False
    token_waits: float = 0.0
    token_drips: bool = False
    token_posts_only: bool = False
    discovery: dict[str, Any] = field(default_factory=dict)
    discovery_status: int = 200
    keys: list[dict[str, Any]] | None = None
    answer_iss: str | None = None
    answer_extra: tuple[tuple[str, str], ...] = ()
    error: str = ""


@cache
def make_keys(generation: int) -> dict[str, RSAKey | ECKey]:
    """The provider's keys of one generation; the same all through a run."""
    return {
        "RS256": RSAKey.generate_key(2048, {"kid": f"rsa-{generation}"}),
        "ES256": ECKey.generate_key("P-256", {"kid": f"ec-{generation}"}),
    }


class OidcProvider:
    """The provider as a server in a thread of its own.

    `account` and `quirks` may be set at any time; `handed_out` holds every secret it gave away.
    """

    def __init__(self) -> None:
        self.port = find_free_port()
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app(),
                host=LOOPBACK,
                port=self.port,
                log_config=None,
                # Some of its answers never end.
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.reset()

    @property
    def issuer(self) -> str:
        """What it calls itself."""
        return f"http://{LOOPBACK}:{self.port}"

    def reset(self) -> None:
        """Well-behaved again, with the first account and keys, and nothing remembered."""
        self.account = Account()
        self.quirks = Quirks()
        self.generation = 0
        self.asked: Counter[str] = Counter()
        self.handed_out: list[str] = []
        self._requests: dict[str, dict[str, str]] = {}
        self._codes: dict[str, dict[str, str]] = {}

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._thread.start()
        wait_until(lambda: self._server.started, what="the provider")

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(10)

    def configure(self, name: str = "local", **changes: Any) -> Provider:
        """How Tandem's configuration names it."""
        values: dict[str, Any] = {
            "name": name,
            "label": "Local Login",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        return Provider(**(values | changes))

    def environment(self) -> dict[str, str]:
        """The same for an app that is a process of its own."""
        values = {
            "label": "Local Login",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        return {f"{PREFIX}LOCAL_{key.upper()}": value for key, value in values.items()}

    def answer(self, address: str, *, allow: bool = True) -> str:
        """What somebody's browser does with the provider's page: where it is sent back to."""
        with httpx.Client(trust_env=False) as browser:
            page = browser.get(address)
            assert page.status_code == 200, page.text
            request = page.text.split('name="request" value="')[1].split('"')[0]
            chosen = browser.get(
                f"{self.issuer}/decide", params={"request": request, "allow": "1" if allow else ""}
            )
        assert chosen.status_code == 302, chosen.text
        return str(chosen.headers["location"])

    # -- what it serves ------------------------------------------------------------------------

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/decide", self._decide),
                Route("/token", self._token, methods=["POST"]),
                Route("/elsewhere", self._elsewhere, methods=["GET", "POST"]),
                Route("/keys", self._list_keys),
            ]
        )

    async def _discovery(self, _request: Request) -> Response:
        self.asked["discovery"] += 1
        methods = ["client_secret_post"]
        if not self.quirks.token_posts_only:
            methods.append("client_secret_basic")
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=one",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": methods,
            **self.quirks.discovery,
        }
        return JSONResponse(found, self.quirks.discovery_status)

    async def _list_keys(self, _request: Request) -> Response:
        self.asked["keys"] += 1
        if self.quirks.keys is not None:
            return JSONResponse({"keys": self.quirks.keys})
        keys = [
            {**key.as_dict(private=False), "use": "sig", "alg": algorithm}
            for algorithm, key in make_keys(self.generation).items()
        ]
        return JSONResponse({"keys": keys})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        problems = [
            name
            for name, fits in {
                "tenant": asked.get("tenant") == "one",
                "client_id": asked.get("client_id") == CLIENT_ID,
                "response_type": asked.get("response_type") == "code",
                "scope": "openid" in asked.get("scope", "").split(),
                "redirect_uri": asked.get("redirect_uri", "").endswith("/callback"),
                "code_challenge_method": asked.get("code_challenge_method") == "S256",
                "code_challenge": len(asked.get("code_challenge", "")) == 43,
                "state": len(asked.get("state", "")) >= 32,
                "nonce": len(asked.get("nonce", "")) >= 24,
            }.items()
            if not fits
        ]
        if problems:
            return HTMLResponse(f"This request is wrong: {', '.join(problems)}", 400)
        number = secrets.token_hex(4)
        self._requests[number] = asked
        self.handed_out.append(asked["state"])
        return HTMLResponse(
            '<!doctype html><html lang="en"><title>Local Login</title><h1>Local Login</h1>'
            f'<form action="/decide"><input type="hidden" name="request" value="{number}">'
            f'<button name="allow" value="1">Go on as {escape(self.account.name)}</button>'
            '<button name="allow" value="">Cancel</button></form>'
        )

    async def _decide(self, request: Request) -> Response:
        asked = self._requests.pop(request.query_params["request"])
        answer = {"state": asked["state"]}
        if self.quirks.error or not request.query_params.get("allow"):
            answer["error"] = self.quirks.error or "access_denied"
            answer["error_description"] = "canary words of the provider"
        else:
            answer["code"] = f"code-{secrets.token_urlsafe(24)}"
            self._codes[answer["code"]] = asked
            self.handed_out.append(answer["code"])
        if self.quirks.answer_iss is not None:
            answer["iss"] = self.quirks.answer_iss
        pairs = [*answer.items(), *self.quirks.answer_extra]
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(pairs)}", 302)

    async def _token(self, request: Request) -> Response:
        self.asked["token"] += 1
        form = dict(parse_qsl((await request.body()).decode()))
        if self.quirks.token_waits:
            await asyncio.sleep(self.quirks.token_waits)
        if self.quirks.token_redirects:
            return RedirectResponse(f"{self.issuer}/elsewhere", 307)
        if self.quirks.token_answer is not None:
            return Response(self.quirks.token_answer, self.quirks.token_status)
        if self.quirks.token_drips:
            return StreamingResponse(_drip())
        if not self._knows_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or not _fits(asked, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = f"access-{secrets.token_urlsafe(24)}"
        token = self._sign(self._claims(asked, access))
        self.handed_out += [access, token]
        return JSONResponse(
            {"access_token": access, "token_type": "Bearer", "id_token": token},
            self.quirks.token_status,
        )

    async def _elsewhere(self, _request: Request) -> Response:
        self.asked["elsewhere"] += 1
        return JSONResponse({})

    def _knows_client(self, request: Request, form: dict[str, str]) -> bool:
        if self.quirks.token_posts_only:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {known}"

    def _claims(self, asked: dict[str, str], access: str) -> dict[str, Any]:
        now = int(time.time())
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": self.account.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "at_hash": _base64url(half),
            "name": self.account.name,
            "email": self.account.email,
            "email_verified": self.account.email_verified,
            **self.quirks.claims,
        }
        return {name: one for name, one in claims.items() if name not in self.quirks.drop_claims}

    def _sign(self, claims: dict[str, Any]) -> str:
        quirks, keys = self.quirks, make_keys(self.generation)
        if quirks.algorithm == "none":
            return f"{_segment({'alg': 'none'})}.{_segment(claims)}."
        if quirks.algorithm == "HS256":
            # With what everybody can read as the secret.
            signed = f"{_segment({'alg': 'HS256', 'kid': 'rsa-0'})}.{_segment(claims)}"
            secret = keys["RS256"].as_pem(private=False)
            return f"{signed}.{_base64url(hmac.digest(secret, signed.encode(), 'sha256'))}"
        key = keys[quirks.algorithm]
        header: dict[str, Any] = {"alg": quirks.algorithm, "x-of-its-own": "1"}
        if quirks.key_named != "nothing":
            header["kid"] = quirks.key_named or key.kid
        return jwt.encode(header, claims, key, registry=_lax_registry())


def _lax_registry() -> Any:
    from joserfc.jws import JWSRegistry

    return JWSRegistry(algorithms=["RS256", "ES256"], strict_check_header=False)


def _fits(asked: dict[str, str], form: dict[str, str]) -> bool:
    """Whether the code is turned in by whoever asked for it."""
    challenge = _base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
    return (
        form.get("grant_type") == "authorization_code"
        and form.get("redirect_uri") == asked["redirect_uri"]
        and challenge == asked["code_challenge"]
    )


async def _drip() -> AsyncIterator[bytes]:
    """An answer that goes on for ever, a byte at a time."""
    while True:
        yield b" "
        await asyncio.sleep(0.02)


def _segment(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
