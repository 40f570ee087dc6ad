"""Supabase Auth, as far as Tandem uses it: public calls with the publishable key.

Spoken over HTTP directly: the official client keeps one signed-in person per object and runs
timers, and its models refuse the time stamps of the embedded server. Nothing here logs, and
tokens do not show in a repr.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from services.errors import Invalid, TooMany, Unavailable

CodeKind = Literal["recovery", "signup"]
SignOutScope = Literal["local", "others", "global"]

# Answers that mean "not with these details", whoever is asking.
_REFUSALS = frozenset({400, 401, 403, 404, 422})


@dataclass(frozen=True, slots=True)
class Tokens:
    """What signing in gives. `expires_at` is in seconds since 1970, by our own clock."""

    profile_id: str
    email: str
    name: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: float


class Auth:
    """Asks Supabase Auth. Methods return None where Auth refuses the details given.

    All raise Unavailable when Auth does not answer and TooMany when it asks us to wait.
    """

    def __init__(
        self,
        *,
        url: str,
        publishable_key: str,
        http: httpx.Client,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = f"{url.rstrip('/')}/auth/v1"
        self._key = publishable_key
        self._http = http
        self._now = now

    def sign_in(self, *, email: str, password: str) -> Tokens | None:
        """Tokens for the right password; None for a wrong one or an unknown address."""
        return self._obtain("/token", {"email": email, "password": password}, grant_type="password")

    def refresh(self, *, refresh_token: str) -> Tokens | None:
        """New tokens; None when the session was ended or the token was spent."""
        return self._obtain("/token", {"refresh_token": refresh_token}, grant_type="refresh_token")

    def sign_up(
        self, *, email: str, password: str, name: str
    ) -> Tokens | Literal["confirm"] | None:
        """A new account: tokens, or "confirm" where the address must be confirmed by a code first.

        None when there is such an account already. Raises Invalid for a password Auth finds weak.
        """
        answer = self._post(
            "/signup", {"email": email, "password": password, "data": {"name": name}}
        )
        if answer.is_success:
            body = answer.json()
            return self._tokens(body) if body.get("access_token") else "confirm"
        if _error_code(answer) == "weak_password":
            raise Invalid("Please choose a longer or less common password.", detail="weak_password")
        return None

    def send_code(self, *, email: str) -> None:
        """Mails a code. Answers the same whether or not there is such an account."""
        self._post("/recover", {"email": email})

    def verify_code(self, *, email: str, code: str, kind: CodeKind = "recovery") -> Tokens | None:
        """Tokens for the right code, which is then spent; None for a wrong or expired one."""
        return self._obtain("/verify", {"email": email, "token": code, "type": kind})

    def change_password(self, *, access_token: str, password: str) -> None:
        """Sets the password, also to what it was. Raises Invalid for one Auth does not take."""
        answer = self._send("PUT", "/user", {"password": password}, access_token=access_token)
        if answer.is_success:
            return
        if _error_code(answer) == "same_password":
            return
        raise Invalid("Please choose a longer or less common password.", detail="weak_password")

    def sign_out(self, *, access_token: str, scope: SignOutScope = "local") -> None:
        """Ends the refresh tokens of this sign-in, of the person's others, or of all of them."""
        self._send("POST", f"/logout?scope={scope}", {}, access_token=access_token)

    def is_reachable(self) -> bool:
        """Whether Auth answers and takes our publishable key."""
        return self._send("GET", "/settings", None).is_success

    def _obtain(self, path: str, body: Mapping[str, Any], **query: str) -> Tokens | None:
        answer = self._post(path, body, **query)
        if not answer.is_success:
            return None
        content = answer.json()
        return self._tokens(content) if content.get("access_token") else None

    def _tokens(self, body: Mapping[str, Any]) -> Tokens:
        user = body["user"]
        metadata = user.get("user_metadata") or {}
        return Tokens(
            profile_id=str(user["id"]),
            email=str(user.get("email") or ""),
            name=str(metadata.get("name") or ""),
            access=str(body["access_token"]),
            refresh=str(body["refresh_token"]),
            expires_at=self._now() + float(body.get("expires_in") or 300),
        )

    def _post(self, path: str, body: Mapping[str, Any], **query: str) -> httpx.Response:
        return self._send("POST", path, body, query=query)

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        *,
        query: Mapping[str, str] | None = None,
        access_token: str = "",
    ) -> httpx.Response:
        headers = {"apikey": self._key}
        if access_token:
            headers["Authorization"] = f"Bearer {access_token}"
        url = httpx.URL(self._url + path)
        if query:
            url = url.copy_merge_params(dict(query))
        try:
            answer = self._http.request(method, url, json=body, headers=headers)
        except httpx.HTTPError as problem:
            raise Unavailable(detail="auth_unreachable") from problem
        if answer.status_code == 429:
            wait = answer.headers.get("Retry-After", "")
            seconds = int(wait) if wait.isdigit() else 60
            raise TooMany(detail="auth_limit", data={"retry_after_seconds": seconds})
        if answer.is_success or answer.status_code in _REFUSALS:
            return answer
        raise Unavailable(detail=f"auth_status_{answer.status_code}")


def _error_code(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("error_code") or body.get("code") or "") if isinstance(body, dict) else ""
