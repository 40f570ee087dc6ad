"""Deleting: all data when asked, and what deleted folders and killed tests left behind."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from services.embedded.hold import is_held
from services.embedded.places import KEYS_FILE, SYSTEM_HOME, UNFINISHED_FILE, Places

THROW_AWAY_FILE = "throw-away"
THROW_AWAY_SECONDS = 3600.0
# What lies directly in the data folder; the lock comes last, so that it holds until the end.
FILES = (
    KEYS_FILE,
    "session-keys",
    "ports.json",
    "running.json",
    "mail-certificate.pem",
    "mail-key.pem",
    UNFINISHED_FILE,
    "lock",
)


def set_unknown_cluster_aside(places: Places) -> Path | None:
    """Move a cluster away whose keys are gone: somebody deleted the data folder by hand.

    Nothing can open it without its password, and it is not ours to delete. Returns where it is.
    """
    if not places.cluster.exists() or (places.data / KEYS_FILE).exists():
        return None
    aside = places.cluster.with_name(f"postgres.aside-{int(time.time())}")
    places.cluster.rename(aside)
    return aside


def note_throw_away(places: Places) -> None:
    """Mark this server's place outside the data folder as a test's."""
    if places.user is not None:
        (places.cluster.parent / THROW_AWAY_FILE).write_text(str(places.data), encoding="utf-8")


def sweep_throw_away() -> None:
    """Delete what killed tests left outside their temporary folders."""
    for mark in SYSTEM_HOME.glob(f"*/{THROW_AWAY_FILE}"):
        with suppress(FileNotFoundError):  # two sweep at once
            old = time.time() - mark.stat().st_mtime > THROW_AWAY_SECONDS
            if old and not is_held(Path(mark.read_text(encoding="utf-8"))):
                shutil.rmtree(mark.parent)


def remove_database(places: Places) -> None:
    """Delete the database and copies of its parts, uploads, demo sign-ins; keys and logs stay."""
    for folder in (places.cluster, places.media, places.help):
        if folder.exists():
            shutil.rmtree(folder)
    places.demo_file.unlink(missing_ok=True)


def remove_data(places: Places) -> None:
    """Delete everything Tandem keeps, and the data folder if nothing else is in it."""
    remove_database(places)
    for cluster in places.cluster.parent.glob("postgres.*"):
        if cluster.is_dir():  # set aside, or left by something interrupted
            shutil.rmtree(cluster)
    if places.user is not None and places.cluster.parent.exists():
        shutil.rmtree(places.cluster.parent)
    for folder in (places.lite, places.mail, places.logs):
        if folder.exists():
            shutil.rmtree(folder)
    for name in FILES:
        (places.data / name).unlink(missing_ok=True)
    # Somebody's own file, or a data folder that is also somebody's home, stays.
    with suppress(OSError):
        places.data.rmdir()
