"""The one module that holds the secret key: named functions of the server, nothing else.

Each maps to one SQL function `public.server_*`, which `service_role` may execute. The key opens
no table. Whoever needs something new here writes the SQL function first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from postgrest.exceptions import APIError

from services.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    SignedOut,
    TandemError,
    Unavailable,
)
from services.oidc.models import Identity
from supabase import Client, ClientOptions

# A dropped keep-alive connection shows at the first use after the server was restarted.
_READ_ATTEMPTS = 3
_FIRST_PAUSE_SECONDS = 0.1
# One that kept us waiting this long does so again: people are told sooner that it is away.
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be tried: `burst` times at once, then once every so many seconds."""

    key: str
    every_seconds: float
    burst: int


class Server:
    """The server's own calls. All raise Unavailable when the database does not answer.

    `detail` of that error tells the operator more: `unreachable`, `key_refused`,
    `function_missing` (migrations behind) or `code_X`, PostgREST's or PostgreSQL's own.
    """

    def __init__(self, *, url: str, secret_key: str, http: httpx.Client) -> None:
        self._client = Client(
            url,
            secret_key,
            ClientOptions(httpx_client=http, auto_refresh_token=False, persist_session=False),
        )

    def open_session(
        self,
        *,
        id_hash: str,
        profile_id: str,
        name: str,
        email: str,
        method: str,
        sealed: str,
        access_expires_at: float,
    ) -> None:
        """Writes the row of a new browser; makes the person's profile at their first sign-in."""
        self._write(
            "server_open_session",
            p_id_hash=id_hash,
            p_profile=profile_id,
            p_name=name,
            p_email=email,
            p_method=method,
            p_sealed=sealed,
            p_access_expires_at=_iso(access_expires_at),
        )

    def open_identity_session(
        self,
        *,
        id_hash: str,
        identity: Identity,
        sealed: str,
        invitation: str,
        open_sign_up: bool,
    ) -> None:
        """Writes the row of a new browser of whoever has this account at a provider.

        Makes the person at their first sign-in: by an invitation to their confirmed address, or
        where anybody may. Raises Forbidden (`by_invitation`, `email_missing`, `email_other`) or
        Conflict (`invitation_closed`) otherwise.
        """
        self._write(
            "server_open_identity_session",
            p_id_hash=id_hash,
            p_issuer=identity.issuer,
            p_subject=identity.subject,
            p_name=identity.name,
            p_email=identity.email,
            p_sealed=sealed,
            p_invitation=invitation,
            p_open_sign_up=open_sign_up,
        )

    def find_session(self, *, id_hash: str, in_use: bool = True) -> dict[str, Any] | None:
        """The session with its person and memberships, or None when it is over.

        Args:
            id_hash: Which one.
            in_use: Whether somebody does something with it, which keeps it from going idle.
        """
        found = self._read("server_find_session", p_id_hash=id_hash, p_in_use=in_use)
        return found if isinstance(found, dict) else None

    def list_alive_sessions(self, *, id_hashes: Sequence[str]) -> frozenset[str]:
        """Which of these sessions still stand; does not keep them from going idle."""
        return frozenset(self._read("server_alive_sessions", p_id_hashes=list(id_hashes)) or ())

    def claim_refresh(self, *, id_hash: str, generation: int, seconds: int) -> bool:
        """True for exactly one caller a generation, which then has so many seconds for it."""
        return bool(
            self._write(
                "server_claim_refresh",
                p_id_hash=id_hash,
                p_generation=generation,
                p_seconds=seconds,
            )
        )

    def store_tokens(
        self, *, id_hash: str, generation: int, sealed: str, access_expires_at: float
    ) -> bool:
        """Ends the claim; False when the session ended meanwhile."""
        return bool(
            self._write(
                "server_store_tokens",
                p_id_hash=id_hash,
                p_generation=generation,
                p_sealed=sealed,
                p_access_expires_at=_iso(access_expires_at),
            )
        )

    def choose_workspace(self, *, id_hash: str, workspace_id: str) -> None:
        """Remembers which of their workspaces this browser shows."""
        self._write("server_choose_workspace", p_id_hash=id_hash, p_workspace=workspace_id)

    def close_session(self, *, id_hash: str) -> None:
        """Ends one browser."""
        self._write("server_close_session", p_id_hash=id_hash)

    def close_sessions_of(self, *, profile_id: str) -> int:
        """Ends all of a person's browsers and returns how many there were."""
        return int(self._write("server_close_sessions_of", p_profile=profile_id) or 0)

    def begin_sign_in(
        self, *, state_hash: str, browser_hash: str, provider: str, sealed: str
    ) -> None:
        """Remembers a trip to a provider for ten minutes."""
        self._write(
            "server_begin_sign_in",
            p_state_hash=state_hash,
            p_browser_hash=browser_hash,
            p_provider=provider,
            p_sealed=sealed,
        )

    def take_sign_in(self, *, state_hash: str, browser_hash: str, provider: str) -> str:
        """What was sealed for the trip, once; empty when there is no such trip (any more)."""
        found = self._write(
            "server_take_sign_in",
            p_state_hash=state_hash,
            p_browser_hash=browser_hash,
            p_provider=provider,
        )
        return found if isinstance(found, str) else ""

    def connect_identity(self, *, id_hash: str, issuer: str, subject: str) -> None:
        """From now on the account signs the person of this browser in.

        Raises SignedOut, or Conflict (`identity_taken`, `issuer_connected`).
        """
        self._write(
            "server_connect_identity", p_id_hash=id_hash, p_issuer=issuer, p_subject=subject
        )

    def disconnect_identity(self, *, id_hash: str, issuer: str, offered: Sequence[str]) -> None:
        """The account signs nobody in any more; other browsers that came through it are closed.

        Args:
            id_hash: The browser that asks.
            issuer: The account's provider.
            offered: Issuers that can be used today: another of them must be left.

        Raises SignedOut, NotFound, or Conflict (`last_way_in`).
        """
        self._write(
            "server_disconnect_identity",
            p_id_hash=id_hash,
            p_issuer=issuer,
            p_offered=list(offered),
        )

    def take_attempt(self, *limits: Limit) -> float:
        """Takes one attempt from every limit, or none: 0, or how many seconds to wait."""
        asked = [
            {"key": limit.key, "every": limit.every_seconds, "burst": limit.burst}
            for limit in limits
        ]
        return float(self._write("server_take_attempt", p_limits=json.dumps(asked)) or 0.0)

    def return_attempt(self, limit: Limit) -> None:
        """Gives an attempt back: one that succeeded does not count."""
        self._write("server_return_attempt", p_key=limit.key, p_every=limit.every_seconds)

    def peek_invitation(self, *, token: str) -> dict[str, Any] | None:
        """`workspace_name`, `roles` and `email` of an open invitation, or None."""
        found = self._read("server_peek_invitation", p_token=token)
        return found if isinstance(found, dict) else None

    def create_workspace(self, *, name: str, email: str) -> str:
        """A new workspace; returns the token of its first coordinator's invitation."""
        return str(self._write("server_create_workspace", p_name=name, p_email=email))

    def list_change_numbers(self, *, draft_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """How often each draft changed, and how many notes its reviewers have; 5,000 at most."""
        found = self._read("server_change_numbers", p_drafts=list(draft_ids)) or {}
        return {
            draft_id: (int(changes), int(notes)) for draft_id, (changes, notes) in found.items()
        }

    def add_media(
        self,
        *,
        profile_id: str,
        draft_id: str,
        sha256: str,
        path: str,
        content_type: str,
        width: int,
        height: int,
        byte_count: int,
    ) -> str:
        """Records an image that was stored for a draft's author; returns its id.

        The same image twice is one, so this is tried again when the database does not answer.

        Raises: NotFound when the draft is not theirs, Conflict when it takes no more images.
        """
        return str(
            self._read(
                "server_add_media",
                p_profile=profile_id,
                p_draft=draft_id,
                p_sha256=sha256,
                p_path=path,
                p_content_type=content_type,
                p_width=width,
                p_height=height,
                p_byte_count=byte_count,
            )
        )

    def seed_library(self, *, entries: Sequence[Mapping[str, object]]) -> dict[str, int]:
        """Makes the shared part of the library these entries; says how many it wrote.

        `added`, `corrected` and `withdrawn`; doing it again changes nothing. Raises Invalid, and
        nothing is written.
        """
        found = self._read("server_seed_library", p_entries=json.dumps(list(entries)))
        return {name: int(count) for name, count in found.items()}

    def read_public_help(self, *, workspace_id: str | None) -> dict[str, Any] | None:
        """Services that anybody may be given, as checked in the workspace; None: there is none.

        Args:
            workspace_id: Which one; None is the only one there is.
        """
        found = self._read("server_list_help", p_workspace=workspace_id)
        return found if isinstance(found, dict) else None

    def remind_of_checks(self) -> int:
        """Tells people of checks that end soon or have ended, of each once; of how many now."""
        return int(self._write("server_remind_of_checks") or 0)

    def state_directory(self, *, address: str) -> bool:
        """From now on this is the operator's list of services in many countries; whether it is new.

        Raises: Invalid when it is no address of a page.
        """
        return bool(self._read("server_state_directory", p_address=address))

    def state_rule_set(self, *, rule_set_hash: str) -> bool:
        """From now on the checker reads with these rules; whether that is new."""
        return bool(self._read("server_state_rule_set", p_hash=rule_set_hash))

    def find_rule_set(self) -> str | None:
        """The hash of the rules approvals are held to; None before one was ever stated."""
        found = self._read("server_get_rule_set")
        return found if isinstance(found, str) else None

    def get_check(self, *, draft_id: str, version: int | None) -> dict[str, Any] | None:
        """What the checker reads of a submitted version, and whether it did; None: no such version.

        `content`, `context` and `settings` are what there is to read and how, `review_hash`,
        `rule_set_hash` and `configuration_hash` what the findings are bound to. Without a version:
        the one that could become approved next.
        """
        found = self._read("server_get_check", p_draft=draft_id, p_version=version)
        return found if isinstance(found, dict) else None

    def record_findings(
        self,
        *,
        draft_id: str,
        version: int,
        review_hash: str,
        rule_set_hash: str,
        configuration_hash: str,
        findings: Sequence[Mapping[str, object]],
        blockers: int,
        topics: Sequence[str],
    ) -> bool:
        """Records what was found in exactly this; False when that was done before.

        Args:
            blockers: how many there are, also beyond those among the findings.
            topics: what asks for help to go with it; keys of `services.checking.SENSITIVE`.

        Raises: Conflict (`check_stale`) when any of the hashes is not that of now.
        """
        return bool(
            self._read(
                "server_record_findings",
                p_draft=draft_id,
                p_version=version,
                p_review_hash=review_hash,
                p_rule_set_hash=rule_set_hash,
                p_configuration_hash=configuration_hash,
                p_findings=json.dumps(list(findings)),
                p_blockers=blockers,
                p_topics=list(topics),
            )
        )

    def list_migrations(self) -> tuple[str, ...]:
        """Versions of the migrations that were applied, oldest first."""
        return tuple(self._read("server_list_migrations") or ())

    def _read(self, name: str, **params: Any) -> Any:
        pause = _FIRST_PAUSE_SECONDS
        started = time.monotonic()
        for _ in range(_READ_ATTEMPTS - 1):
            try:
                return self._write(name, **params)
            except Unavailable as problem:
                if problem.detail in ("key_refused", "function_missing"):
                    raise
                if time.monotonic() - started > _PATIENCE_SECONDS:
                    raise
            time.sleep(pause)
            pause *= 2
        return self._write(name, **params)

    def _write(self, name: str, **params: Any) -> Any:
        try:
            return self._client.rpc(name, params).execute().data
        except (APIError, httpx.HTTPError) as problem:
            raise _translate(problem) from None


# What our functions refuse with words for people.
_REFUSALS: dict[str, type[TandemError]] = {
    "PT400": Invalid,
    "PT401": SignedOut,
    "PT403": Forbidden,
    "PT404": NotFound,
    "PT409": Conflict,
}


def _translate(problem: APIError | httpx.HTTPError) -> TandemError:
    if not isinstance(problem, APIError):
        return Unavailable(detail="unreachable")
    code = str(problem.code or "")
    if code in _REFUSALS:
        return _REFUSALS[code](problem.message, detail=problem.details or "")
    if code == "PGRST202":
        return Unavailable(detail="function_missing")
    # Without a code it was not the Data API that refused, but the key check before it.
    if code in ("", "401", "403", "42501") or code.startswith("PGRST3"):
        return Unavailable(detail="key_refused")
    return Unavailable(detail=f"code_{code}")


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat()
