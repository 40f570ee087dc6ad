"""Brings the shared part of the help library up to date with the file that comes with Tandem."""

from collections.abc import Callable
from pathlib import Path

from services.embedded.attach import reach_server
from services.embedded.problems import StartupProblem
from services.embedded.project import HostedProject
from services.errors import TandemError
from services.gateway.http import make_client
from services.gateway.server import Server
from services.library.seed import load_seed


def load_library(*, url: str, key: str, say: Callable[[str], None]) -> None:
    """Make the shared part what the file says; tells only of what changed.

    Corrected entries change and have to be checked again, missing ones are withdrawn, and what a
    workspace added or corrected stays. Raises: StartupProblem.
    """
    with make_client() as http:
        try:
            server = Server(url=url, secret_key=key, http=http)
            done = server.seed_library(entries=[entry.to_json() for entry in load_seed()])
        except TandemError as problem:
            raise StartupProblem(
                f"The help library could not be brought up to date. {problem.message} "
                f"({problem.detail})"
            ) from problem
    if any(done.values()):
        say(f"Help library: {', '.join(f'{count} {what}' for what, count in done.items())}.")


def load_library_where(
    *, hosted: HostedProject | None, data: Path, say: Callable[[str], None]
) -> None:
    """The same on the hosted project where one is configured, else on the embedded server."""
    if hosted is not None:
        load_library(url=hosted.url, key=hosted.secret_key, say=say)
    else:
        with reach_server(data, say=say) as access:
            load_library(url=access.url, key=access.secret_key, say=say)
    say("The help library is up to date.")
