"""Demo data on the first start of an embedded server, and its sign-ins for the terminal."""

import json
import os
import sys
from pathlib import Path

from services.embedded import demo_data
from services.embedded.demo_studio import Project
from services.embedded.problems import StartupProblem
from services.embedded.stack import Stack


def is_wanted() -> bool:
    """Unless TANDEM_DEMO=0."""
    return os.environ.get("TANDEM_DEMO", "1") != "0"


def seed_if_wanted(stack: Stack) -> None:
    """Fill a new database with demo data. Raises StartupProblem, since half of it misleads."""
    if not is_wanted():
        return
    print("Writing demo data.", flush=True)
    try:
        demo_data.seed(
            dsn=stack.dsn,
            project=Project(
                url=stack.url,
                publishable_key=stack.publishable_key,
                secret_key=stack.secret_key,
                jwt_secret=stack.jwt_secret,
            ),
            demo_file=stack.places.demo_file,
        )
    except Exception as problem:
        raise StartupProblem(
            f"The demo data could not be written: {problem!r}\n"
            "The next start tries again; TANDEM_DEMO=0 make run starts without it."
        ) from problem


def describe(demo_file: Path) -> list[str]:
    """Lines about who can sign in; passwords only to a terminal, never into a log file."""
    if not demo_file.exists():
        return []
    people = json.loads(demo_file.read_text(encoding="utf-8"))["people"]
    lines = ["Demo sign-ins:"]
    for person in people:
        password = f"  {person['password']}" if sys.stdout.isatty() else ""
        lines.append(f"  {person['role']:<13}{person['email']}{password}")
    if not sys.stdout.isatty():
        lines.append(f"  Their passwords are in {demo_file}")
    return [*lines, ""]
