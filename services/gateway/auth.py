"""Supabase Auth, as far as Tandem uses it: public calls with the publishable key.

The official client keeps one signed-in person per object, so each call here makes one of its own,
without storage and timers, over the process's shared connections. Nothing here logs, and tokens do
not show in a repr.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import httpx
from pydantic import ValidationError
from supabase_auth import SyncGoTrueClient
from supabase_auth.errors import (
    AuthApiError,
    AuthError,
    AuthRetryableError,
    AuthSessionMissingError,
    AuthWeakPasswordError,
)
from supabase_auth.types import AuthResponse

from services.errors import Invalid, TooMany, Unavailable

CodeKind = Literal["recovery", "signup"]
SignOutScope = Literal["local", "others", "global"]

# Answers that mean "not with these details", whoever is asking.
_REFUSALS = frozenset({400, 401, 403, 404, 422})
_WAIT_SECONDS = 60
# The embedded server writes "2026-11-22 23:40:23.289+00", which the official models refuse.
_TIME = re.compile(rb'"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\+00"')


@dataclass(frozen=True, slots=True)
class Tokens:
    """What signing in gives. `expires_at` is in seconds since 1970, by our own clock."""

    profile_id: str
    email: str
    name: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: float


def mend_times(answer: httpx.Response) -> None:
    """Response hook: gives Auth's time stamps the form its own client reads."""
    if "/auth/v1/" not in str(answer.url):
        return
    answer.read()
    if _TIME.search(answer.content):
        answer._content = _TIME.sub(rb'"\1T\2+00:00"', answer.content)  # noqa: SLF001


class _Refused(Exception):
    """Auth does not do this with the details given; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Auth:
    """Asks Supabase Auth. Methods return None where Auth refuses the details given.

    All raise Unavailable when Auth does not answer and TooMany when it asks us to wait.

    Args:
        http: A client from `services.gateway.http.make_client`, which mends Auth's time stamps.
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
        return self._ask(
            lambda auth: auth.sign_in_with_password({"email": email, "password": password})
        )

    def refresh(self, *, refresh_token: str) -> Tokens | None:
        """New tokens; None when the session was ended or the token was spent."""
        return self._ask(lambda auth: auth.refresh_session(refresh_token))

    def sign_up(
        self, *, email: str, password: str, name: str
    ) -> Tokens | Literal["confirm"] | None:
        """A new account: tokens, or "confirm" where the address must be confirmed by a code first.

        None when there is such an account already. Raises Invalid for a password Auth finds weak.
        """
        try:
            with self._translated():
                answer = self._client().sign_up(
                    {"email": email, "password": password, "options": {"data": {"name": name}}}
                )
        except _Refused as refused:
            if refused.code == "weak_password":
                raise _weak_password() from None
            return None
        return self._tokens(answer) or "confirm"

    def send_code(self, *, email: str) -> None:
        """Mails a code. Answers the same whether or not there is such an account."""
        with suppress(_Refused), self._translated():
            self._client().reset_password_for_email(email)

    def verify_code(self, *, email: str, code: str, kind: CodeKind = "recovery") -> Tokens | None:
        """Tokens for the right code, which is then spent; None for a wrong or expired one."""
        return self._ask(
            lambda auth: auth.verify_otp({"email": email, "token": code, "type": kind})
        )

    def change_password(self, *, access_token: str, password: str) -> None:
        """Sets the password, also to what it was. Raises Invalid for one Auth does not take."""
        try:
            with self._translated():
                auth = self._client()
                auth.set_session(access_token, "")
                auth.update_user({"password": password})
        except _Refused as refused:
            if refused.code != "same_password":
                raise _weak_password() from None

    def sign_out(self, *, access_token: str, scope: SignOutScope = "local") -> None:
        """Ends the refresh tokens of this sign-in, of the person's others, or of all of them."""
        with suppress(_Refused), self._translated():
            self._client().admin.sign_out(access_token, scope)

    def is_reachable(self) -> bool:
        """Whether Auth answers and takes our publishable key."""
        # The official client has no call that needs nothing but the key.
        try:
            answer = self._http.get(f"{self._url}/settings", headers={"apikey": self._key})
        except httpx.HTTPError as problem:
            raise Unavailable(detail="auth_unreachable") from problem
        if answer.status_code >= 500:
            raise Unavailable(detail=f"auth_status_{answer.status_code}")
        return answer.is_success

    def list_signing_keys(self) -> frozenset[str]:
        """Names of the public keys by which the project checks access tokens."""
        try:
            answer = self._http.get(
                f"{self._url}/.well-known/jwks.json", headers={"apikey": self._key}
            )
            found = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, ValueError) as problem:
            raise Unavailable(detail="auth_keys_unknown") from problem
        listed = found.get("keys") if isinstance(found, dict) else None
        return frozenset(
            str(key["kid"]) for key in listed or () if isinstance(key, dict) and "kid" in key
        )

    def _client(self) -> SyncGoTrueClient:
        """An object without anybody signed in, used for one call."""
        return SyncGoTrueClient(
            url=self._url,
            headers={"apikey": self._key},
            http_client=self._http,
            auto_refresh_token=False,
            persist_session=False,
        )

    def _ask(self, call: Callable[[SyncGoTrueClient], AuthResponse]) -> Tokens | None:
        try:
            with self._translated():
                return self._tokens(call(self._client()))
        except _Refused:
            return None

    def _tokens(self, answer: AuthResponse) -> Tokens | None:
        session = answer.session
        if session is None:
            return None
        user = session.user
        return Tokens(
            profile_id=str(user.id),
            email=user.email or "",
            name=str((user.user_metadata or {}).get("name") or ""),
            access=session.access_token,
            refresh=session.refresh_token,
            expires_at=self._now() + float(session.expires_in or 300),
        )

    @staticmethod
    @contextmanager
    def _translated() -> Iterator[None]:
        """Inside, Auth's errors become ours; its words stay behind, since they may name people."""
        try:
            yield
        except AuthWeakPasswordError:
            raise _Refused("weak_password") from None
        except AuthRetryableError as problem:
            raise Unavailable(detail="auth_unreachable") from problem
        except AuthApiError as problem:
            if problem.status == 429:
                raise TooMany(
                    detail="auth_limit", data={"retry_after_seconds": _WAIT_SECONDS}
                ) from None
            if problem.status in _REFUSALS:
                raise _Refused(str(problem.code or "")) from None
            raise Unavailable(detail=f"auth_status_{problem.status}") from None
        except AuthSessionMissingError:
            raise _Refused("session_missing") from None
        except AuthError as problem:
            raise Unavailable(detail=type(problem).__name__) from None
        except ValidationError:
            # Its words would quote the answer, which holds tokens.
            raise Unavailable(detail="auth_answer_unknown") from None


def _weak_password() -> Invalid:
    return Invalid("Please choose a longer or less common password.", detail="weak_password")
