"""What the web layer works with, made once a process from the settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from services import media, safety_record
from services.attempts import Attempts
from services.embedded.places import help_folder
from services.gateway.auth import Auth
from services.gateway.client import Gateway
from services.gateway.http import make_client
from services.gateway.provider import ProviderClient
from services.gateway.server import Server
from services.library.last_known import LastKnown
from services.news import News
from services.oidc.exchange import Exchange
from services.oidc.pending import PendingTrips
from services.posts import Media
from services.sealing import Sealer
from services.sessions import Sessions
from services.tokens import Signer
from web.settings import Settings
from web.sockets import Sockets


@dataclass(frozen=True, slots=True)
class Parts:
    """One of each; shared by all threads."""

    settings: Settings
    server: Server
    auth: Auth
    sealer: Sealer
    sessions: Sessions
    sockets: Sockets
    news: News
    help: LastKnown
    attempts: Attempts
    exchanges: Mapping[str, Exchange]
    trips: PendingTrips
    connect: Callable[[str], Gateway]
    add_image: Callable[..., Media]
    record_check: Callable[..., bool]
    close: Callable[[], None]


def make_parts(settings: Settings) -> Parts:
    """Everything wired together; asks nobody anything yet."""
    http = make_client()
    server = Server(url=settings.supabase_url, secret_key=settings.secret_key, http=http)
    auth = Auth(url=settings.supabase_url, publishable_key=settings.publishable_key, http=http)
    sealer = Sealer(keys=settings.session_keys)
    sessions = Sessions(
        server=server,
        auth=auth,
        sealer=sealer,
        signer=_make_signer(settings),
        issuers=frozenset(provider.issuer for provider in settings.providers),
    )

    def connect(id_hash: str) -> Gateway:
        """Supabase as whoever this session belongs to."""
        return Gateway(
            url=settings.supabase_url,
            publishable_key=settings.publishable_key,
            access_token=lambda: sessions.access_token(id_hash),
            http=http,
        )

    help_known = LastKnown(
        server=server,
        folder=None if settings.data_dir is None else help_folder(settings.data_dir),
        now=lambda: datetime.now(UTC),
    )

    def close() -> None:
        help_known.close()
        http.close()

    return Parts(
        settings=settings,
        server=server,
        auth=auth,
        sealer=sealer,
        sessions=sessions,
        sockets=Sockets(sessions=sessions),
        news=News(server=server),
        help=help_known,
        attempts=Attempts(server=server, sealer=sealer),
        exchanges={
            provider.name: Exchange(ProviderClient(provider), now=time.time)
            for provider in settings.providers
        },
        trips=PendingTrips(server=server, sealer=sealer),
        connect=connect,
        add_image=partial(media.add_image, server=server),
        record_check=partial(safety_record.record_check, server),
        close=close,
    )


def _make_signer(settings: Settings) -> Signer | None:
    """What signs tokens for people who come through a provider, where there is one."""
    if settings.signing_key is None or not settings.providers:
        return None
    return Signer(key=settings.signing_key, url=settings.supabase_url, now=time.time)
