"""HTTP to an OpenID Connect provider: discovery, keys, and a code for tokens.

A provider is somebody else's server: every answer is bounded in size and time, redirects are not
followed, and nothing but HTTPS is spoken (a provider on this machine may speak HTTP). Nothing
here logs an address or an answer. Asynchronous, so that a slow provider keeps no thread.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.discovery import get_well_known_url

from services.errors import Forbidden, Unavailable
from services.oidc.models import Provider, Trip

# For a whole answer, whatever the pace at which it comes.
PATIENCE_SECONDS = 8.0
LARGEST_ANSWER_BYTES = 256 * 1024
REMEMBERED_SECONDS = 3600.0
# A key nobody knows may be a new one, or made up: the keys are asked for anew this often.
LOOK_AGAIN_SECONDS = 30.0
_LONGEST_ADDRESS = 2000
_HEADERS = {
    "Accept": "application/json",
    # Sizes are counted as they come: nothing small may grow when it is unpacked.
    "Accept-Encoding": "identity",
    "User-Agent": "Tandem",
}
_FORM = "application/x-www-form-urlencoded;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider gives for a code. `access_token` is empty where it gave none."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Places:
    """What discovery told, and when."""

    authorization: str
    token: str
    keys: str
    auth_method: str
    names_itself: bool
    read_at: float


class _Client(OAuth2Client):
    """Authlib's client, which here only writes the requests: sending them is ours."""

    def _fetch_token(
        self,
        url: str,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
        method: str = "POST",
    ) -> Any:
        return auth.prepare(method, url, dict(headers or {}), body)


class ProviderClient:
    """One provider, for one process; remembers what discovery told.

    All methods raise Unavailable when the provider does not answer as it should; `detail` says
    how: `provider_unreachable`, `provider_status_X`, `provider_too_large`, ...

    Args:
        ticks: Monotonic seconds, for how long something was remembered.
    """

    def __init__(self, provider: Provider, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self.provider = provider
        self._ticks = ticks
        self._places: _Places | None = None
        self._keys: Mapping[str, Any] | None = None
        self._keys_read_at = float("-inf")
        self._looked_again_at = float("-inf")

    async def make_address(self, trip: Trip) -> str:
        """Where the browser goes to prove who it is."""
        places = await self._discover()
        client = self._client(trip, places)
        address, _state = client.create_authorization_url(
            places.authorization,
            state=trip.state,
            nonce=trip.nonce,
            code_verifier=trip.verifier,
        )
        return address

    async def names_itself(self) -> bool:
        """Whether the provider promises to say who it is when it sends people back."""
        return (await self._discover()).names_itself

    async def exchange(self, *, code: str, trip: Trip) -> Answer:
        """The tokens for a code. Raises Forbidden when the provider does not take the code."""
        places = await self._discover()
        client = self._client(trip, places)
        url, headers, body = client.fetch_token(
            places.token, code=code, code_verifier=trip.verifier, headers={"Content-Type": _FORM}
        )
        status, content = await _send("POST", url, headers=headers, body=body)
        return self._read_answer(client, status, content)

    async def get_keys(self, *, look_again: bool = False) -> Mapping[str, Any]:
        """The provider's public keys, as its JWKS document.

        Args:
            look_again: Asks anew even if they are remembered, though not all the time.
        """
        now = self._ticks()
        if self._keys is not None and now - self._keys_read_at < REMEMBERED_SECONDS:
            if not look_again or now - self._looked_again_at < LOOK_AGAIN_SECONDS:
                return self._keys
            self._looked_again_at = now
        places = await self._discover()
        self._keys, self._keys_read_at = await _get(places.keys), now
        return self._keys

    async def _discover(self) -> _Places:
        now = self._ticks()
        if self._places is not None and now - self._places.read_at < REMEMBERED_SECONDS:
            return self._places
        found = await _get(get_well_known_url(self.provider.issuer, external=True))
        if found.get("issuer") != self.provider.issuer:
            raise Unavailable(detail="provider_issuer")
        methods = found.get("token_endpoint_auth_methods_supported")
        posts = isinstance(methods, list) and "client_secret_basic" not in methods
        self._places = _Places(
            authorization=self._read_place(found, "authorization_endpoint"),
            token=self._read_place(found, "token_endpoint"),
            keys=self._read_place(found, "jwks_uri"),
            auth_method="client_secret_post" if posts else "client_secret_basic",
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
            read_at=now,
        )
        return self._places

    def _read_place(self, found: Mapping[str, Any], name: str) -> str:
        place = found.get(name)
        if not isinstance(place, str) or not is_fit(place, like=self.provider.issuer):
            raise Unavailable(detail=f"provider_{name}")
        return place

    def _client(self, trip: Trip, places: _Places) -> _Client:
        return _Client(
            None,
            client_id=self.provider.client_id,
            client_secret=self.provider.client_secret,
            token_endpoint_auth_method=places.auth_method,
            scope=" ".join(self.provider.scopes),
            redirect_uri=trip.redirect_uri,
            code_challenge_method="S256",
        )

    @staticmethod
    def _read_answer(client: _Client, status: int, content: bytes) -> Answer:
        response = httpx.Response(status, content=content, request=httpx.Request("POST", "/"))
        try:
            read: Any = client.parse_response_token(response)  # type: ignore[no-untyped-call]
        except OAuth2Error as problem:
            if problem.error == "invalid_grant":
                raise Forbidden(
                    "The provider did not take this sign-in any more. Please start again.",
                    detail="code_refused",
                ) from None
            known = problem.error in ("invalid_client", "unauthorized_client", "invalid_request")
            raise Unavailable(detail=f"provider_{problem.error if known else 'error'}") from None
        except (httpx.HTTPError, ValueError, RecursionError):
            raise Unavailable(detail=f"provider_status_{status}") from None
        id_token, access_token = read.get("id_token"), read.get("access_token", "")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise Unavailable(detail="provider_no_id_token")
        return Answer(id_token, access_token)


def is_fit(address: str, *, like: str = "") -> bool:
    """Whether an address may be a provider's: HTTPS, or HTTP on this machine.

    Args:
        like: The issuer this was learned from: one elsewhere cannot lead to this machine.
    """
    if len(address) > _LONGEST_ADDRESS or not address.isascii() or not address.isprintable():
        return False
    if any(one in address for one in " \"'<>\\^`{|}"):
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    if like and _is_here(host) and not _is_here(urlsplit(like).hostname or ""):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _get(url: str) -> Mapping[str, Any]:
    status, content = await _send("GET", url)
    if status != httpx.codes.OK:
        raise Unavailable(detail=f"provider_status_{status}")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise Unavailable(detail="provider_no_json") from None
    if not isinstance(found, dict):
        raise Unavailable(detail="provider_no_json")
    return found


async def _send(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: str = ""
) -> tuple[int, bytes]:
    """Status and body of one answer that was not redirected, in time and of bounded size."""
    try:
        async with (
            asyncio.timeout(PATIENCE_SECONDS),
            httpx.AsyncClient(
                verify=_trust(), timeout=PATIENCE_SECONDS, follow_redirects=False, trust_env=False
            ) as client,
            client.stream(
                method, url, headers={**_HEADERS, **(headers or {})}, content=body or None
            ) as answer,
        ):
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise Unavailable(detail="provider_encoding")
            content = b""
            async for chunk in answer.aiter_raw():
                content += chunk
                if len(content) > LARGEST_ANSWER_BYTES:
                    raise Unavailable(detail="provider_too_large")
    except TimeoutError:
        raise Unavailable(detail="provider_slow") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unavailable(detail="provider_unreachable") from None
    if answer.is_redirect:
        raise Unavailable(detail="provider_redirects")
    return answer.status_code, content


@cache
def _trust() -> SSLContext:
    """Whose certificates count; reading them takes a while, so once a process."""
    return httpx.create_ssl_context()
