"""`make coordinator`: the first person of a workspace, by an invitation link."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from services.embedded.application import DEFAULT_PORT
from services.embedded.attach import reach_server
from services.embedded.problems import StartupProblem
from services.embedded.project import HostedProject
from services.errors import TandemError
from services.gateway.http import make_client
from services.gateway.server import Server

INVITATION_PATH = "/auth/sign-up?invitation="


def invite_coordinator(
    *,
    email: str,
    workspace: str,
    hosted: HostedProject | None,
    data: Path,
    say: Callable[[str], None],
) -> str:
    """Make a workspace and return the link for its first coordinator.

    Works on the hosted project where one is configured, else on the embedded server, whether it
    runs or not. Raises: StartupProblem.
    """
    if hosted is not None:
        token = _create(url=hosted.url, key=hosted.secret_key, email=email, workspace=workspace)
    else:
        with reach_server(data, say=say) as access:
            token = _create(url=access.url, key=access.secret_key, email=email, workspace=workspace)
    return f"{public_url()}{INVITATION_PATH}{quote(token)}"


def public_url() -> str:
    """Where people reach the app."""
    port = os.environ.get("PORT") or str(DEFAULT_PORT)
    return (os.environ.get("TANDEM_PUBLIC_URL") or f"http://localhost:{port}").rstrip("/")


def _create(*, url: str, key: str, email: str, workspace: str) -> str:
    with make_client() as http:
        try:
            server = Server(url=url, secret_key=key, http=http)
            return server.create_workspace(name=workspace, email=email)
        except TandemError as problem:
            raise StartupProblem(f"{problem.message} ({problem.detail})") from problem
