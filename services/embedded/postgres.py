"""PostgreSQL as a child process: made once, started, stopped, and recovered after a crash."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from services.embedded.places import Places, write_private
from services.embedded.ports import LOOPBACK, find_free_port
from services.embedded.problems import StartupProblem
from services.embedded.process import Command, start_process, stop_process, wait_until

SUPERUSER = "postgres"
DATABASE = "postgres"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    # Disks are not rotating any more, and compiling takes longer than our queries.
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    # Error messages quote what people wrote ("invalid input syntax for type uuid: ..."): the log
    # keeps what concerns the server and nothing of a statement, its values or its errors.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}

# A test's database is thrown away: skipping the wait for the disk still survives a killed process.
THROW_AWAY = {"fsync": "off", "full_page_writes": "off"}

HOSTED_BEGINNINGS = """
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create schema extensions;
grant usage on schema extensions to anon, authenticated, service_role;
"""

ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
START_SECONDS = 60.0
TRIES = 5


class Postgres:
    """One cluster and the server that runs it.

    Args:
        password: of the superuser.
        durable: False for throw-away data; survives a killed process, not a power cut.
    """

    def __init__(self, *, places: Places, password: str, durable: bool = True) -> None:
        self.places = places
        self.password = password
        self.durable = durable
        self.port: int | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def dsn(self, database: str = DATABASE) -> str:
        """Connection string of the superuser. It carries the password: never log it."""
        return make_dsn(self.password, self.port or 0, database)

    def create(self) -> None:
        """Make the cluster."""
        # Made beside its place and moved when whole: an interrupted first start leaves nothing.
        scratch = self.places.cluster.with_name("postgres.new")
        if scratch.exists():
            shutil.rmtree(scratch)
        self._run_initdb(scratch)
        scratch.rename(self.places.cluster)

    def start(self, *, port: int | None = None, preferred: int | None = None) -> None:
        """Start and wait until it answers.

        Args:
            port: where it must listen, because others were told.
            preferred: where it should listen if that is free.

        Raises: StartupProblem after several tries.
        """
        for attempt in range(1, TRIES + 1):
            self.port = port or find_free_port(preferred)
            end_leftover(self.places.cluster)
            self.process = start_process(self._command())
            try:
                wait_until(
                    self.answers, what="PostgreSQL", seconds=START_SECONDS, process=self.process
                )
                return
            except StartupProblem as problem:
                self.stop()
                if attempt == TRIES:
                    log = self.places.logs / "postgres.log"
                    raise StartupProblem(f"{problem} Its log is {log}.") from None

    def answers(self) -> bool:
        """Whether a connection succeeds."""
        try:
            psycopg.connect(self.dsn(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        """What a hosted project has before its first migration: the API's roles, extensions."""
        with psycopg.connect(self.dsn()) as connection:
            connection.execute(HOSTED_BEGINNINGS)

    def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, everything else is on disk."""
        if self.process is not None:
            stop_process(self.process, first=signal.SIGINT, patience=20)

    def _command(self) -> Command:
        settings = SETTINGS | {"port": str(self.port)} | ({} if self.durable else THROW_AWAY)
        switches = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        program = self.places.programs / "bin" / "postgres"
        return Command(
            name="PostgreSQL",
            arguments=[program, "-D", self.places.cluster, *switches],
            folder=Path("/"),
            environment=ENVIRONMENT,
            user=self.places.user,
            dies_with=signal.SIGINT,
            log=self.places.logs / "postgres.log",
        )

    def _run_initdb(self, folder: Path) -> None:
        log = self.places.logs / "initdb.log"
        with _password_file(self.password, self.places) as password_file:
            process = start_process(
                Command(
                    name="initdb",
                    arguments=[
                        self.places.programs / "bin" / "initdb",
                        *("-D", folder, "-U", SUPERUSER, f"--pwfile={password_file}"),
                        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
                        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                        *(() if self.durable else ("--no-sync",)),
                    ],
                    folder=Path("/"),
                    environment=ENVIRONMENT,
                    user=self.places.user,
                    log=log,
                )
            )
            if process.wait() != 0:
                raise StartupProblem(f"PostgreSQL could not make its database; see {log}.")


@contextmanager
def _password_file(password: str, places: Places) -> Iterator[Path]:
    """A file that only the user who runs PostgreSQL can read."""
    path = places.cluster.with_name("initdb.password")
    write_private(path, password)
    try:
        if places.user is not None:
            owner = pwd.getpwnam(places.user)
            os.chown(path, owner.pw_uid, owner.pw_gid)
        yield path
    finally:
        path.unlink()


def make_dsn(password: str, port: int, database: str = DATABASE) -> str:
    """Connection string of the superuser. It carries the password: never log it."""
    return f"postgresql://{SUPERUSER}:{password}@{LOOPBACK}:{port}/{database}"


def previous_cluster(places: Places) -> Path:
    """Where a restore puts what it replaces, for a moment."""
    return places.cluster.with_name("postgres.before")


def put_back_cluster(places: Places) -> None:
    """Undo a restore that was cut off between its two renames."""
    before = previous_cluster(places)
    if before.exists() and not places.cluster.exists():
        before.rename(places.cluster)


def end_leftover(cluster: Path) -> None:
    """Clear what a killed runner left: a server still running, or a pid file that means nothing.

    Only for the holder of the data folder's lock: nobody else may be using this cluster then.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        pid_file.unlink(missing_ok=True)
        return
    process = _find_postmaster(pid, cluster)
    if process is None:
        # The number is another program's now, and PostgreSQL would take that for its own.
        pid_file.unlink(missing_ok=True)
        return
    for number in (signal.SIGINT, signal.SIGQUIT):
        with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            process.send_signal(number)
            process.wait(timeout=15)
    pid_file.unlink(missing_ok=True)


def _find_postmaster(pid: int, cluster: Path) -> psutil.Process | None:
    """The process with this number, if it is a server of this cluster."""
    try:
        process = psutil.Process(pid)
        return process if str(cluster) in process.cmdline() else None
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
