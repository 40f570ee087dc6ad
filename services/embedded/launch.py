"""Becomes a server process that cannot outlive the one that asked for it.

Run as a script: `python -I launch.py PARENT_PID SIGNAL USER -- PROGRAM ARGUMENT...`. It changes
to USER (`-` keeps the caller's), asks Linux to send SIGNAL when the parent dies, and turns into
PROGRAM. This cannot happen between fork and exec inside the app: Python code there may deadlock
once threads run.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(user: str) -> None:
    """Give up root for `user`; must come first, because changing user forgets the death signal."""
    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ.update(HOME="/", USER=user, LOGNAME=user)


def die_with_parent(parent: int, number: int) -> None:
    """Ask for `number` when the parent dies, and see whether it died before we asked."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def main(arguments: list[str]) -> None:
    """Read the arguments described at the top and become the program."""
    parent, number, user, _separator, *command = arguments
    if user != "-":
        become(user)
    for blocked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(blocked, signal.SIG_DFL)
    die_with_parent(int(parent), int(number))
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
