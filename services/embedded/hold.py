"""One process at a time uses a data folder: a lock that the kernel drops when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.embedded.places import private_folder
from services.embedded.problems import AlreadyRunning


def take_hold(data: Path) -> int:
    """Hold the folder; close the returned descriptor to let go. Raises AlreadyRunning."""
    private_folder(data)
    handle = os.open(data / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise AlreadyRunning(
            f"Tandem already runs with the data in {data}. Stop it first, or set "
            "TANDEM_DATA_DIR to another folder."
        ) from None
    return handle


@contextmanager
def holding(data: Path) -> Iterator[None]:
    """Hold the folder for the length of the block. Raises AlreadyRunning."""
    handle = take_hold(data)
    try:
        yield
    finally:
        os.close(handle)


def is_held(data: Path) -> bool:
    """Whether some process holds the folder at this moment."""
    try:
        handle = os.open(data / "lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
