"""The bucket of images, as one signed-in person: the bucket's policies decide what is theirs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from urllib.parse import quote

import httpx

from services import errors

log = logging.getLogger("tandem.gateway")

BUCKET = "media"
# Nothing larger is ever stored; an answer that is came from somewhere else.
LARGEST_BYTES = 20_000_000
_TRIES = 3
_PAUSE_SECONDS = 0.2
_TIMEOUT = httpx.Timeout(30.0, connect=3.0)

# Storage answers most refusals with 400 and the status it means in the body.
_BY_STATUS: dict[int, type[errors.TandemError]] = {
    400: errors.Invalid,
    401: errors.SignedOut,
    403: errors.Forbidden,
    404: errors.NotFound,
    413: errors.Invalid,
    415: errors.Invalid,
    429: errors.TooMany,
}
_DUPLICATE = 409


class Storage:
    """Stores and fetches images by their path in the bucket.

    Both calls may be tried again without harm, and are, when the server does not answer.

    Args:
        url: The project's address, without a path.
        publishable_key: Names the project.
        access_token: As for `services.gateway.client.Gateway`.
        http: The process's shared client.
    """

    def __init__(
        self,
        *,
        url: str,
        publishable_key: str,
        access_token: Callable[[], str],
        http: httpx.Client,
    ) -> None:
        self._url = f"{url.rstrip('/')}/storage/v1/object/{BUCKET}/"
        self._key = publishable_key
        self._access_token = access_token
        self._http = http

    def store(self, path: str, data: bytes, *, content_type: str) -> bool:
        """Put an image at a path; False when there is something at it already, which stays.

        Raises: SignedOut, Forbidden (not a place of theirs), Invalid, TooMany, Unavailable.
        """
        headers = {"Content-Type": content_type, "x-upsert": "false"}
        status, _ = self._ask("POST", path, headers=headers, data=data)
        return status != _DUPLICATE

    def fetch(self, path: str) -> bytes:
        """The bytes at a path.

        Raises: NotFound when there are none or not for this person; SignedOut, Unavailable.
        """
        _, body = self._ask("GET", path, headers={}, data=None)
        return body

    def _ask(
        self, method: str, path: str, *, headers: dict[str, str], data: bytes | None
    ) -> tuple[int, bytes]:
        for left in reversed(range(_TRIES)):
            try:
                return self._ask_once(method, path, headers=headers, data=data)
            except errors.Unavailable as error:
                log.info("storage away", extra={"method": method, "why": error.detail})
                if left == 0:
                    raise
                time.sleep(_PAUSE_SECONDS * (_TRIES - left))
        raise AssertionError("unreachable")

    def _ask_once(
        self, method: str, path: str, *, headers: dict[str, str], data: bytes | None
    ) -> tuple[int, bytes]:
        identity = {"apikey": self._key, "Authorization": f"Bearer {self._access_token()}"}
        try:
            with self._http.stream(
                method,
                self._url + quote(path),
                headers=headers | identity,
                content=data,
                timeout=_TIMEOUT,
            ) as answer:
                body = _read_bounded(answer)
                status = answer.status_code
        except httpx.HTTPError as problem:
            raise errors.Unavailable(detail=type(problem).__name__) from None
        if status < 300:
            return status, body
        meant = _read_status(status, body)
        if meant == _DUPLICATE and method == "POST":
            return meant, b""
        kind = _BY_STATUS.get(meant, errors.Unavailable)
        log.info("storage refused", extra={"method": method, "status": meant})
        raise kind(detail=f"storage_{meant}")


def _read_bounded(answer: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > LARGEST_BYTES:
            raise errors.Unavailable(detail="storage_answer_too_large")
        parts.append(part)
    return b"".join(parts)


def _read_status(status: int, body: bytes) -> int:
    """The status that is meant: `statusCode` of the body where there is one."""
    try:
        told = httpx.Response(status, content=body).json()["statusCode"]
        return int(told)
    except (ValueError, KeyError, TypeError):
        return status
