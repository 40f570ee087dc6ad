"""One file with everything people entered: the database and the uploaded files.

A tar file: `manifest.json` (row counts, checksums), `database.dump` (pg_dump, custom format),
`roles.sql`, `media/...`. Keys are not in it: those of the place it is restored to are used.
"""

import hashlib
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from services.embedded.attach import Access, reach_server
from services.embedded.places import Places, find_places, is_in_use
from services.embedded.problems import StartupProblem

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
ROLES = "roles.sql"
MEDIA = "media"


def back_up(data: Path, target: Path, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Write the backup; works while the app runs and while it does not. Returns the manifest.

    Raises: StartupProblem.
    """
    if not target.parent.is_dir():
        raise StartupProblem(f"There is no folder {target.parent}.")
    if not is_in_use(find_places(data)):
        raise StartupProblem(f"There is nothing to back up in {data}.")
    with (
        reach_server(data, only_database=True, say=say) as access,
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".tandem-backup-") as name,
    ):
        scratch = Path(name)
        say("Copying the database.")
        manifest = _copy_database(access, scratch)
        say("Copying uploaded files.")
        archive = scratch / "archive"
        _write_archive(archive, scratch, access.places, manifest)
        archive.replace(target)
    return manifest


def _copy_database(access: Access, folder: Path) -> dict[str, Any]:
    """Dump one moment of the database, and count the rows of exactly that moment."""
    with psycopg.connect(access.dsn) as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        snapshot = connection.execute("select pg_export_snapshot()").fetchone()
        counts = count_rows(connection)
        versions = [
            str(row[0])
            for row in connection.execute(
                "select version from supabase_migrations.schema_migrations order by version"
            )
        ]
        moment = snapshot[0] if snapshot else ""
        switches = ["--format=custom", f"--file={folder / DUMP}", f"--snapshot={moment}"]
        run_client(access.places, access.dsn, "pg_dump", *switches)
    switches = ["--roles-only", "--no-role-passwords", f"--file={folder / ROLES}"]
    run_client(access.places, access.dsn, "pg_dumpall", *switches)
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": counts,
        "migrations": versions,
        "sha256": {name: file_checksum(folder / name) for name in (DUMP, ROLES)},
    }


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table that is not PostgreSQL's own."""
    tables = connection.execute(
        "select schemaname, tablename from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2"
    ).fetchall()
    counts = {}
    for schema, name in tables:
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))
        row = connection.execute(query).fetchone()
        counts[f"{schema}.{name}"] = int(row[0]) if row else 0
    return counts


def run_client(places: Places, dsn: str, program: str, *switches: str) -> None:
    """Run one of PostgreSQL's programs against the server. Raises StartupProblem."""
    connection = psycopg.conninfo.conninfo_to_dict(dsn)
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "PGHOST": str(connection["host"]),
        "PGPORT": str(connection["port"]),
        "PGUSER": str(connection["user"]),
        "PGPASSWORD": str(connection["password"]),
        "PGDATABASE": str(connection["dbname"]),
    }
    done = subprocess.run(
        [places.programs / "bin" / program, *switches],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StartupProblem(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _write_archive(archive: Path, folder: Path, places: Places, manifest: dict[str, Any]) -> None:
    handle = os.open(archive, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        files = manifest["sha256"]
        for path in sorted(places.media.rglob("*")):
            if path.is_file() and not path.is_symlink():
                name = f"{MEDIA}/{path.relative_to(places.media)}"
                files[name] = file_checksum(path)
                tar.add(path, name, filter=_without_owner)
        for name in (DUMP, ROLES):
            tar.add(folder / name, name, filter=_without_owner)
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        tar.add(folder / MANIFEST, MANIFEST, filter=_without_owner)
        tar.close()
        file.flush()
        os.fsync(file.fileno())


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def file_checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
