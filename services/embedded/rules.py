"""Tells the database which rules the checker reads with: approvals are held to what they find."""

from collections.abc import Callable
from pathlib import Path

from services.embedded.attach import reach_server
from services.embedded.problems import StartupProblem
from services.embedded.project import HostedProject
from services.errors import TandemError
from services.gateway.http import make_client
from services.gateway.server import Server
from services.safety_record import rule_set_hash


def state_rules(*, url: str, key: str, say: Callable[[str], None]) -> None:
    """From now on these rules count; tells only of a change.

    What is in review is read anew, each post when somebody opens it. Raises: StartupProblem.
    """
    with make_client() as http:
        try:
            server = Server(url=url, secret_key=key, http=http)
            is_new = server.state_rule_set(rule_set_hash=rule_set_hash())
        except TandemError as problem:
            raise StartupProblem(
                f"The database could not be told which rules the checker reads with. "
                f"{problem.message} ({problem.detail})"
            ) from problem
    if is_new:
        say("The checker reads with new rules.")


def state_rules_where(
    *, hosted: HostedProject | None, data: Path, say: Callable[[str], None]
) -> None:
    """The same on the hosted project where one is configured, else on the embedded server."""
    if hosted is not None:
        state_rules(url=hosted.url, key=hosted.secret_key, say=say)
    else:
        with reach_server(data, say=say) as access:
            state_rules(url=access.url, key=access.secret_key, say=say)
    say("The database knows the checker's rules.")
