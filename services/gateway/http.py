"""The HTTP client that all gateways of a process share, for its keep-alive connections."""

from __future__ import annotations

import httpx

from services.gateway.auth import mend_times

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
# What takes in or takes back a hundred thousand rows at once.
_PATIENT = ("/rpc/apply_import", "/rpc/undo_import")
_PATIENCE = httpx.Timeout(120.0, connect=3.0)
_POOL = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=30.0)


def make_client() -> httpx.Client:
    """A client without cookies of its own and without proxies from the environment.

    It carries nobody's identity: every request names its own key and token.
    """
    return httpx.Client(
        timeout=_TIMEOUT,
        limits=_POOL,
        trust_env=False,
        follow_redirects=False,
        event_hooks={"request": [_be_patient], "response": [mend_times]},
    )


def _be_patient(request: httpx.Request) -> None:
    """Wait longer for the few calls that may take long."""
    if request.url.path.endswith(_PATIENT):
        request.extensions["timeout"] = _PATIENCE.as_dict()
