"""The commands behind the Makefile: `python -m services.embedded run|reset|backup|...`."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from services.embedded.attach import find_running
from services.embedded.backup import back_up
from services.embedded.hold import holding, is_held
from services.embedded.library import load_library_where
from services.embedded.people import invite_coordinator
from services.embedded.places import data_dir, find_places
from services.embedded.problems import StartupProblem
from services.embedded.project import find_hosted_project
from services.embedded.restore import holds_data, restore
from services.embedded.rules import state_rules_where
from services.embedded.runner import run, say
from services.embedded.tidy import remove_data


def main() -> int:
    """Run one command; the exit code says whether it worked."""
    os.umask(0o077)
    arguments = _read_arguments()
    try:
        return int(COMMANDS[arguments.command](arguments) or 0)
    except StartupProblem as problem:
        print(f"Tandem: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start the servers and the app")
    commands.add_parser("status", help="say whether it runs")
    commands.add_parser("env", help="settings of the running server, for a shell")
    reset = commands.add_parser("reset", help="delete all data")
    backup = commands.add_parser("backup", help="write a backup")
    back = commands.add_parser("restore", help="put a backup back")
    for command in (backup, back):
        command.add_argument("file", type=Path)
    for command in (reset, backup, back):
        command.add_argument("--yes", action="store_true", help="do not ask")
    commands.add_parser("library", help="bring the shared part of the help library up to date")
    commands.add_parser("rules", help="say which rules the checker reads with")
    coordinator = commands.add_parser("coordinator", help="make a workspace and a link to it")
    coordinator.add_argument("email")
    coordinator.add_argument("--workspace", default="My workspace")
    return parser.parse_args()


def _run(_arguments: argparse.Namespace) -> None:
    run()


def _status(_arguments: argparse.Namespace) -> int:
    if not is_held(data_dir()):
        print(f"Tandem does not run with the data in {data_dir()}.")
        return 1
    access = find_running(data_dir())
    print(f"Tandem runs with the data in {data_dir()}; its Supabase is at {access.url}.")
    return 0


def _env(_arguments: argparse.Namespace) -> None:
    if not is_held(data_dir()):
        raise StartupProblem(f"Tandem does not run with the data in {data_dir()}.")
    access = find_running(data_dir())
    for name, value in (
        ("SUPABASE_URL", access.url),
        ("SUPABASE_PUBLISHABLE_KEY", access.publishable_key),
        ("SUPABASE_SECRET_KEY", access.secret_key),
    ):
        print(f"export {name}={shlex.quote(value)}")


def _reset(arguments: argparse.Namespace) -> None:
    data = data_dir()
    if not data.exists() and not find_places(data).cluster.parent.exists():
        print(f"There is nothing in {data}.")
        return
    with holding(data):
        _confirm(
            f"This deletes all data in {data}: every draft, comment and account.",
            "reset",
            sure=arguments.yes,
        )
        remove_data(find_places(data))
    print("All data is deleted. The next start begins anew.")


def _backup(arguments: argparse.Namespace) -> None:
    target = arguments.file.absolute()
    if target.exists():
        _confirm(f"{target} exists already and would be replaced.", "replace", sure=arguments.yes)
    manifest = back_up(data_dir(), target, say=say)
    print(f"{target} holds {sum(manifest['rows'].values())} rows, {target.stat().st_size} bytes.")


def _restore(arguments: argparse.Namespace) -> None:
    data = data_dir()
    if holds_data(data):
        _confirm(f"This replaces all data in {data}.", "restore", sure=arguments.yes)
    manifest = restore(data, arguments.file.absolute(), say=say)
    print(f"Restored {sum(manifest['rows'].values())} rows as of {manifest['made_at']}.")


def _library(_arguments: argparse.Namespace) -> None:
    load_library_where(hosted=find_hosted_project(), data=data_dir(), say=say)


def _rules(_arguments: argparse.Namespace) -> None:
    state_rules_where(hosted=find_hosted_project(), data=data_dir(), say=say)


def _coordinator(arguments: argparse.Namespace) -> None:
    link = invite_coordinator(
        email=arguments.email,
        workspace=arguments.workspace,
        hosted=find_hosted_project(),
        data=data_dir(),
        say=say,
    )
    print(f"\nWorkspace {arguments.workspace} is made. Give {arguments.email} this link; it works")
    print(f"once, within seven days, while Tandem runs:\n\n  {link}\n")


def _confirm(warning: str, word: str, *, sure: bool) -> None:
    """Go on only if the person types the word, or said so on the command line."""
    if sure:
        return
    print(warning)
    if not sys.stdin.isatty():
        raise StartupProblem("Nothing was changed: there is nobody to ask. Confirm with YES=1.")
    if input(f"Type {word} to go on: ").strip() != word:
        raise StartupProblem("Nothing was changed.")


COMMANDS = {
    "run": _run,
    "status": _status,
    "env": _env,
    "reset": _reset,
    "backup": _backup,
    "restore": _restore,
    "library": _library,
    "rules": _rules,
    "coordinator": _coordinator,
}


if __name__ == "__main__":
    sys.exit(main())
