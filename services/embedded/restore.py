"""Putting a backup back: made whole beside what is there, and only then moved into its place."""

import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from services.embedded.backup import (
    DUMP,
    FORMAT,
    MANIFEST,
    MEDIA,
    ROLES,
    count_rows,
    file_checksum,
    run_client,
)
from services.embedded.hold import holding
from services.embedded.keys import load_keys
from services.embedded.places import Places, find_places, is_in_use, prepare_places, unfinished_mark
from services.embedded.postgres import DATABASE, SUPERUSER, Postgres, previous_cluster
from services.embedded.problems import StartupProblem
from services.embedded.stack import MIGRATIONS

# The superuser exists already, and lines for psql alone mean nothing to the server.
_ROLE_STATEMENT = re.compile(rf"^(CREATE ROLE|ALTER ROLE|GRANT) (?!{SUPERUSER}\b)")


def holds_data(data: Path) -> bool:
    """Whether a restore would replace something."""
    places = find_places(data)
    return is_in_use(places) or places.media.exists()


def restore(data: Path, source: Path, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Replace database and uploaded files by the backup's. Returns its manifest.

    Raises: StartupProblem, AlreadyRunning; what was there before is then still there.
    """
    with holding(data):
        places = find_places(data)
        prepare_places(places)
        with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as name:
            folder = Path(name)
            say("Checking the backup.")
            manifest = _unpack(source, folder)
            say("Restoring the database.")
            restored = replace(places, cluster=places.cluster.with_name("postgres.restored"))
            _load_database(restored, folder, manifest)
            _move_in(places, restored.cluster, folder / MEDIA)
    return manifest


def take_apart(tar: tarfile.TarFile, folder: Path) -> None:
    """Write the archive's plain files below `folder`, and nothing anywhere else.

    By hand, because Python before 3.11.4 has no filter for `extractall`.

    Raises: ValueError for a link, a device, or a name that leads out of the folder.
    """
    base = folder.resolve()
    for member in tar:
        target = (base / member.name).resolve()
        if not (member.isfile() or member.isdir()) or not target.is_relative_to(base):
            raise ValueError(member.name)
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        content = tar.extractfile(member)
        if content is not None:
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Take the archive apart and compare every file with its checksum."""
    try:
        with tarfile.open(source) as tar:
            take_apart(tar, folder)
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        wrong = [
            name
            for name, checksum in manifest["sha256"].items()
            if file_checksum(folder / name) != checksum
        ]
    except FileNotFoundError as problem:
        raise StartupProblem(f"There is no file {problem.filename}.") from None
    except (OSError, tarfile.TarError, ValueError, KeyError):
        raise StartupProblem(f"{source} is not a backup made by `make backup`.") from None
    if wrong:
        raise StartupProblem(f"{source} is damaged: {wrong[0]} is not as it was written.")
    _refuse_newer(manifest)
    return manifest


def _refuse_newer(manifest: dict[str, Any]) -> None:
    known = {path.name.partition("_")[0] for path in MIGRATIONS.glob("*.sql")}
    if manifest["format"] != FORMAT or not set(manifest["migrations"]) <= known:
        raise StartupProblem(
            "The backup is from a newer version of Tandem. Update this one first, then restore."
        )


def _load_database(places: Places, folder: Path, manifest: dict[str, Any]) -> None:
    """Make a new cluster with the backup's content, compare row counts, and stop it again."""
    if places.cluster.exists():
        shutil.rmtree(places.cluster)  # left by an interrupted restore
    keys = load_keys(places.data)
    postgres = Postgres(places=places, password=keys.database_password)
    postgres.create()
    try:
        postgres.start()
        with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
            for line in (folder / ROLES).read_text(encoding="utf-8").splitlines():
                if _ROLE_STATEMENT.match(line):
                    connection.execute(line.encode())
        switches = ("--exit-on-error", "--single-transaction", f"--dbname={DATABASE}")
        run_client(places, postgres.dsn(), "pg_restore", *switches, str(folder / DUMP))
        with psycopg.connect(postgres.dsn()) as connection:
            counts = count_rows(connection)
        with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
            connection.execute("analyze")
    finally:
        postgres.stop()
    if counts != manifest["rows"]:
        raise StartupProblem("The restored tables do not hold the rows that the backup lists.")


def _move_in(places: Places, cluster: Path, media: Path) -> None:
    """The step that counts: renames only. See `put_back_cluster` for one cut off in between."""
    before = previous_cluster(places)
    if places.cluster.exists():
        places.cluster.rename(before)
    cluster.rename(places.cluster)
    if places.media.exists():
        shutil.rmtree(places.media)
    if media.exists():
        places.media.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        media.rename(places.media)
    unfinished_mark(places).unlink(missing_ok=True)
    places.demo_file.unlink(missing_ok=True)
    if before.exists():
        shutil.rmtree(before)
