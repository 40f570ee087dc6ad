"""Who is signed in with which browser, and a good access token for them.

A browser holds a random cookie; the database holds its hash with the person's sealed tokens.
This module keeps what it saw for two seconds (longer while the watch over open tabs says that the
session stands), renews tokens shortly before they expire, and makes sure that exactly one thread
of one process does so: a hosted project ends a session whose refresh token is used twice.

For people who came through an OpenID Connect provider, whom Auth does not know, each process signs
the tokens it needs itself: nothing is renewed, and Auth is never asked.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from services.errors import SignedOut, TandemError, Unavailable
from services.gateway.auth import Auth, Tokens
from services.gateway.server import Server
from services.oidc.models import Identity
from services.person import Person, read_person
from services.sealing import SealBroken, Sealer
from services.tokens import Signer

log = logging.getLogger("tandem.sessions")

OIDC = "oidc"
REMEMBERED_SECONDS = 2.0
# How long a name or a role may stay as it was read, while the watch says that the session stands.
# Losing a role ends the session, so that shows at once.
DETAILS_SECONDS = 10.0
RENEW_BEFORE_SECONDS = 60.0
# A token this close to its end may expire on the way to the database.
USABLE_SECONDS = 5.0
# Longer than the HTTP client waits for Auth, so that a slow refresher is never overtaken.
CLAIM_SECONDS = 20
WAIT_FOR_OTHER_SECONDS = 12.0
_FORGET_AFTER_SECONDS = 600.0
_SWEEP_ABOVE = 1000


@dataclass(frozen=True, slots=True)
class WebSession:
    """A session as it was read: its person and tokens. Times are seconds since 1970.

    `refresh` is what new tokens are got with: Auth's own, or the session's id where we sign them.
    """

    person: Person
    method: str
    generation: int
    access_expires_at: float
    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(slots=True)
class _Entry:
    """What this process knows of one session; the lock makes its threads take turns.

    `seen` is when it was known to stand, `read` when the rest was read.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    session: WebSession | None = None
    in_use: bool = False
    seen: float = float("-inf")
    read: float = float("-inf")

    def is_known(self, now: float) -> bool:
        """Whether nobody needs to be asked about it at this moment."""
        return (
            self.session is not None
            and now - self.seen < REMEMBERED_SECONDS
            and now - self.read < DETAILS_SECONDS
        )

    def look_anew(self) -> None:
        """Nothing of it counts any more until it is read again."""
        self.seen = self.read = float("-inf")


def hash_cookie(cookie: str) -> str:
    """The key of the row a cookie stands for."""
    return hashlib.sha256(cookie.encode()).hexdigest()


class Sessions:
    """The sessions of everybody, for one process. Thread-safe; blocks while it asks the database.

    Args:
        signer: Signs tokens for people who came through a provider; None where nobody can.
        issuers: The providers that are offered: sessions that came through another are over.
        clock: Seconds since 1970, for expiry.
        ticks: Monotonic seconds, for how long something was remembered.
    """

    def __init__(
        self,
        *,
        server: Server,
        auth: Auth,
        sealer: Sealer,
        signer: Signer | None = None,
        issuers: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._server = server
        self._auth = auth
        self._sealer = sealer
        self._signer = signer
        self._issuers = issuers
        self._clock = clock
        self._ticks = ticks
        self._pause = pause
        self._entries: dict[str, _Entry] = {}
        self._guard = threading.Lock()
        self._listeners: list[Callable[[str], None]] = []

    def on_close(self, listener: Callable[[str], None]) -> None:
        """Calls `listener(id_hash)`, from any thread, when this process learns of an end."""
        self._listeners.append(listener)

    def open(self, *, tokens: Tokens, method: str, name: str = "") -> str:
        """Opens a session for whoever these tokens belong to; returns the new cookie.

        Raises Unavailable.
        """
        cookie = secrets.token_urlsafe(32)
        self._server.open_session(
            id_hash=hash_cookie(cookie),
            profile_id=tokens.profile_id,
            name=name or tokens.name,
            email=tokens.email,
            method=method,
            sealed=self._seal(tokens),
            access_expires_at=tokens.expires_at,
        )
        return cookie

    def open_identity(self, *, identity: Identity, invitation: str, open_sign_up: bool) -> str:
        """Opens a session for whoever has this account at a provider; returns the new cookie.

        Args:
            invitation: The token somebody unknown comes with; empty without one.
            open_sign_up: Whether somebody unknown may come without.

        Raises Unavailable; Forbidden or Conflict for somebody who is not welcome.
        """
        cookie = secrets.token_urlsafe(32)
        self._server.open_identity_session(
            id_hash=hash_cookie(cookie),
            identity=identity,
            sealed=self._sealer.seal({"issuer": identity.issuer, "session": str(uuid4())}),
            invitation=invitation,
            open_sign_up=open_sign_up,
        )
        return cookie

    def glance(self, id_hash: str) -> Person | None:
        """The person if this process saw the session alive in the last two seconds; never asks."""
        entry = self._entries.get(id_hash)
        if entry is None or not entry.is_known(self._ticks()):
            return None
        session = entry.session
        return session.person if session else None

    def note_use(self, id_hash: str) -> None:
        """Somebody does something: the next look at the session keeps it from going idle.

        Pages look by themselves as well, as long as they are open, which is no use of them.
        """
        self._entry(id_hash).in_use = True

    def find(self, id_hash: str) -> Person | None:
        """The person of a session, or None when it is over. Raises Unavailable."""
        if not id_hash:
            return None
        if person := self.glance(id_hash):
            return person
        entry = self._entry(id_hash)
        with entry.lock:
            session = self._look(entry, id_hash)
        return session.person if session else None

    def access_token(self, id_hash: str) -> str:
        """A token that is good for at least a few seconds, renewed if it has to be.

        Raises:
            SignedOut: the session is over, or Auth no longer honours it.
            Unavailable: the token has expired and could not be renewed.
        """
        entry = self._entry(id_hash)
        with entry.lock:
            session = self._look(entry, id_hash)
            if session is None:
                raise SignedOut(detail="session_over")
            if session.access_expires_at - self._clock() > RENEW_BEFORE_SECONDS:
                return session.access
            return self._renew(entry, id_hash, session)

    def choose_workspace(self, id_hash: str, *, workspace_id: str) -> None:
        """Remembers the workspace for this browser, in every tab. Raises Unavailable."""
        self._server.choose_workspace(id_hash=id_hash, workspace_id=workspace_id)
        entry = self._entry(id_hash)
        with entry.lock:
            entry.look_anew()

    def look_anew(self, id_hash: str) -> None:
        """Whatever is asked about this session next comes from the database."""
        self._entry(id_hash).look_anew()

    def close(self, id_hash: str) -> None:
        """Ends one browser's session; the same when it was over already. Raises Unavailable."""
        entry = self._entry(id_hash)
        with entry.lock:
            session = self._look(entry, id_hash)
            self._server.close_session(id_hash=id_hash)
            self._forget(entry, id_hash)
        if session is not None and session.method != OIDC:
            self._revoke(session.access)

    def close_all_of(self, profile_id: str) -> None:
        """Ends every session of a person. Raises Unavailable."""
        self._server.close_sessions_of(profile_id=profile_id)
        for id_hash, entry in list(self._entries.items()):
            if entry.session is not None and entry.session.person.profile_id == profile_id:
                with entry.lock:
                    self._forget(entry, id_hash)

    def find_ended(self, id_hashes: frozenset[str]) -> frozenset[str]:
        """Which of these are over, in one request; tells the listeners. Raises Unavailable.

        Those that stand need not be asked about one by one for the next two seconds.
        """
        if not id_hashes:
            return frozenset()
        asked = self._ticks()
        alive = self._server.list_alive_sessions(id_hashes=sorted(id_hashes))
        for id_hash in id_hashes & alive:
            entry = self._entry(id_hash)
            entry.seen = max(entry.seen, asked)
        ended = id_hashes - alive
        for id_hash in ended:
            entry = self._entry(id_hash)
            with entry.lock:
                self._forget(entry, id_hash)
        return ended

    # -- inside; the entry's lock is held ------------------------------------------------------

    def _look(self, entry: _Entry, id_hash: str) -> WebSession | None:
        if entry.is_known(self._ticks()):
            return entry.session
        return self._look_again(entry, id_hash)

    def _look_again(self, entry: _Entry, id_hash: str) -> WebSession | None:
        in_use, entry.in_use = entry.in_use, False
        row = self._server.find_session(id_hash=id_hash, in_use=in_use)
        session = None if row is None else self._read(row)
        if session is None:
            self._forget(entry, id_hash)
            return None
        if session.method == OIDC and entry.session is not None:
            # Its token is not in the row; the one signed before is still good.
            session = replace(
                session,
                access=entry.session.access,
                access_expires_at=entry.session.access_expires_at,
            )
        entry.session, entry.seen = session, self._ticks()
        entry.read = entry.seen
        return session

    def _renew(self, entry: _Entry, id_hash: str, session: WebSession) -> str:
        if session.method == OIDC and self._signer is not None:
            access, expires_at = self._signer.sign(
                profile_id=session.person.profile_id, session_id=session.refresh
            )
            entry.session = replace(session, access=access, access_expires_at=expires_at)
            return access
        if not self._server.claim_refresh(
            id_hash=id_hash, generation=session.generation, seconds=CLAIM_SECONDS
        ):
            if session.access_expires_at - self._clock() > USABLE_SECONDS:
                return session.access
            return self._wait_for_other(entry, id_hash, session.generation)
        try:
            tokens = self._auth.refresh(refresh_token=session.refresh)
        except TandemError:
            # The claim runs out by itself; until then the old token does, if it still can.
            if session.access_expires_at - self._clock() > USABLE_SECONDS:
                log.warning("token not renewed yet")
                return session.access
            raise
        if tokens is None:
            self._server.close_session(id_hash=id_hash)
            self._forget(entry, id_hash)
            raise SignedOut(detail="refresh_refused")
        return self._keep(entry, id_hash, session, tokens)

    def _keep(self, entry: _Entry, id_hash: str, session: WebSession, tokens: Tokens) -> str:
        stored = self._server.store_tokens(
            id_hash=id_hash,
            generation=session.generation,
            sealed=self._seal(tokens),
            access_expires_at=tokens.expires_at,
        )
        if not stored:
            self._forget(entry, id_hash)
            self._revoke(tokens.access)
            raise SignedOut(detail="session_over")
        entry.session = replace(
            session,
            access=tokens.access,
            refresh=tokens.refresh,
            access_expires_at=tokens.expires_at,
            generation=session.generation + 1,
        )
        return tokens.access

    def _wait_for_other(self, entry: _Entry, id_hash: str, generation: int) -> str:
        """Another process refreshes: reads again until its tokens are there."""
        until = self._ticks() + WAIT_FOR_OTHER_SECONDS
        pause = 0.05
        while self._ticks() < until:
            self._pause(pause)
            pause = min(pause * 1.5, 0.5)
            session = self._look_again(entry, id_hash)
            if session is None:
                raise SignedOut(detail="session_over")
            if session.generation > generation:
                return session.access
        raise Unavailable(detail="refresh_stalled")

    def _forget(self, entry: _Entry, id_hash: str) -> None:
        entry.session = None
        entry.look_anew()
        for listener in self._listeners:
            listener(id_hash)

    # -- inside; no lock needed ----------------------------------------------------------------

    def _entry(self, id_hash: str) -> _Entry:
        entry = self._entries.get(id_hash)
        if entry is not None:
            return entry
        with self._guard:
            if len(self._entries) > _SWEEP_ABOVE:
                self._sweep()
            return self._entries.setdefault(id_hash, _Entry())

    def _sweep(self) -> None:
        """Lets go of sessions nobody asked for in a while; their rows stay."""
        old = self._ticks() - _FORGET_AFTER_SECONDS
        for id_hash, entry in list(self._entries.items()):
            if entry.seen < old and not entry.lock.locked():
                del self._entries[id_hash]

    def _seal(self, tokens: Tokens) -> str:
        return self._sealer.seal({"access": tokens.access, "refresh": tokens.refresh})

    def _revoke(self, access_token: str) -> None:
        """Tells Auth as well. Our row is gone already, so a failure leaves nobody signed in."""
        try:
            self._auth.sign_out(access_token=access_token)
        except TandemError as problem:
            log.info("auth sign-out not confirmed", extra={"why": problem.detail})

    def _read(self, row: Mapping[str, Any]) -> WebSession | None:
        try:
            opened = self._sealer.unseal(str(row["sealed"]))
        except SealBroken:
            log.warning("a session was sealed with a key that is gone")
            return None
        person, generation = read_person(row), int(row["generation"])
        if row["method"] == OIDC:
            if self._signer is None or opened["issuer"] not in self._issuers:
                log.info("a session came through a provider that is not offered any more")
                return None
            return WebSession(person, OIDC, generation, 0.0, access="", refresh=opened["session"])
        return WebSession(
            person=person,
            method=str(row["method"]),
            generation=generation,
            access_expires_at=float(row["access_expires_at"]),
            access=opened["access"],
            refresh=opened["refresh"],
        )
