"""Adds the pictures of the demo drafts as their authors do: through the app's own service."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from services import media, tokens
from services.embedded.demo_pictures import PICTURES
from services.gateway.client import Gateway
from services.gateway.http import make_client
from services.gateway.server import Server
from services.posts import Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The embedded server, with the keys that the app has as well."""

    url: str
    publishable_key: str
    secret_key: str
    jwt_secret: str


class Studio:
    """Has pictures drawn while other things happen. Made by `open_studio`."""

    def __init__(
        self,
        *,
        drawn: Mapping[str, Future[bytes]],
        server: Server,
        sign_in: Callable[[str], Gateway],
    ) -> None:
        self._drawn = drawn
        self._server = server
        self._sign_in = sign_in

    def add(self, name: str, *, workspace_id: str, draft_id: str, profile_id: str) -> Media:
        """Put a picture of `PICTURES` into this person's draft, which others must see already.

        Raises: TandemError.
        """
        return media.add_image(
            self._sign_in(profile_id),
            server=self._server,
            workspace_id=workspace_id,
            draft_id=draft_id,
            profile_id=profile_id,
            raw=self._drawn[name].result(),
        )


@contextmanager
def open_studio(project: Project, names: Iterable[str]) -> Iterator[Studio]:
    """A studio that begins to draw these pictures at once, in this order."""
    with ThreadPoolExecutor(1) as pool, make_client() as http:
        drawn = {name: pool.submit(PICTURES[name]) for name in dict.fromkeys(names)}
        server = Server(url=project.url, secret_key=project.secret_key, http=http)
        key = tokens.make_shared_key(project.jwt_secret)
        signer = tokens.Signer(key=key, url=project.url, now=time.time)

        def sign_in(profile_id: str) -> Gateway:
            token, _expires_at = signer.sign(profile_id=profile_id, session_id=str(uuid4()))
            return Gateway(
                url=project.url,
                publishable_key=project.publishable_key,
                access_token=lambda: token,
                http=http,
            )

        yield Studio(drawn=drawn, server=server, sign_in=sign_in)
