"""Makes `.venv` and installs what the app needs; the Makefile runs this before anything else.

Plain Python 3.11, nothing but the standard library, and done in a blink when nothing changed.

    python services/embedded/install.py         for `make run`
    python services/embedded/install.py dev     with what tests and checks need
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FILES = {"run": ("requirements.txt",), "dev": ("requirements.txt", "requirements-dev.txt")}
OLDEST_PYTHON = (3, 11)


def main() -> int:
    """Install one set of packages; the argument is `run` (unless given) or `dev`."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < OLDEST_PYTHON:
        print("Tandem needs Python 3.11 or newer.", file=sys.stderr)
        return 1
    if _is_installed(kind):
        return 0
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed(kind):
            try:
                _install(kind)
            except subprocess.CalledProcessError as problem:
                return int(problem.returncode) or 1
            except KeyboardInterrupt:
                print("\nStopped; the next start goes on from here.", file=sys.stderr)
                return 130
    return 0


def _install(kind: str) -> None:
    if not _works(PYTHON):
        print("Making .venv.", flush=True)
        # An older one may point to a Python that is gone.
        venv.create(VENV, clear=VENV.exists(), with_pip=True, symlinks=True)
    print("Installing Python packages (about 850 MB on disk; only once).", flush=True)
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    files = [switch for name in FILES[kind] for switch in ("-r", str(ROOT / name))]
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar", "on", *files]
    subprocess.run(command, env=environment, check=True)
    for done in ("run", "dev") if kind == "dev" else ("run",):
        _stamp(done).write_text(_fingerprint(done))


def _is_installed(kind: str) -> bool:
    try:
        return _stamp(kind).read_text() == _fingerprint(kind) and PYTHON.exists()
    except FileNotFoundError:
        return False


def _stamp(kind: str) -> Path:
    return VENV / f"tandem-{kind}"


def _fingerprint(kind: str) -> str:
    """Changes with the list of packages, and when the folder was moved: scripts name their path."""
    parts = [str(VENV), *((ROOT / name).read_text(encoding="utf-8") for name in FILES[kind])]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST_PYTHON!r})"
    return subprocess.run([python, "-c", check], check=False, capture_output=True).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
