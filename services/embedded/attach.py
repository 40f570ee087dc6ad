"""Reaching the embedded server from another process; one is started where none runs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.embedded.hold import is_held
from services.embedded.keys import load_keys
from services.embedded.places import Places, find_places
from services.embedded.postgres import make_dsn
from services.embedded.problems import AlreadyRunning
from services.embedded.stack import Stack


@dataclass(frozen=True)
class Access:
    """What a job needs of a running server; `url` is empty when only PostgreSQL was started."""

    places: Places
    url: str
    publishable_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    dsn: str = field(repr=False)


@contextmanager
def reach_server(
    data: Path, *, only_database: bool = False, say: Callable[[str], None]
) -> Iterator[Access]:
    """The server of this data folder; started for the length of the block if it does not run.

    Raises: StartupProblem, AlreadyRunning while another runner is still starting.
    """
    if is_held(data):
        yield find_running(data)
        return
    stack = Stack(data=data, say=say)
    if only_database:
        stack.start_database()
    else:
        stack.start()
    try:
        yield Access(
            places=stack.places,
            url="" if only_database else stack.url,
            publishable_key=stack.publishable_key,
            secret_key=stack.secret_key,
            dsn=stack.dsn,
        )
    finally:
        stack.stop()


def find_running(data: Path) -> Access:
    """The server that runs with this folder, from what its runner noted. Raises AlreadyRunning."""
    places = find_places(data)
    try:
        state = json.loads(places.state_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AlreadyRunning(
            f"Tandem is just starting or stopping with the data in {data}. Try again in a moment."
        ) from None
    keys = load_keys(data)
    return Access(
        places=places,
        url=str(state["url"]),
        publishable_key=keys.publishable_key,
        secret_key=keys.secret_key,
        dsn=make_dsn(keys.database_password, int(state["ports"]["postgres"])),
    )
