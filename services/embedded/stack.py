"""PostgreSQL and Supabase Lite together: `with Stack(data=folder) as stack: ... stack.url`."""

import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import psycopg

from services.embedded.hold import take_hold
from services.embedded.keys import load_keys, load_session_keys
from services.embedded.lite import Lite
from services.embedded.mail import MailCatcher
from services.embedded.node import install_lite
from services.embedded.places import (
    ROOT,
    find_places,
    prepare_places,
    unfinished_mark,
    write_private,
)
from services.embedded.postgres import Postgres, end_leftover, put_back_cluster
from services.embedded.problems import DatabaseGone, StartupProblem
from services.embedded.tidy import (
    note_throw_away,
    remove_data,
    remove_database,
    set_unknown_cluster_aside,
    sweep_throw_away,
)

MIGRATIONS = ROOT / "supabase" / "migrations"
LARGEST_LOG_BYTES = 5_000_000

Part = Literal["postgres", "lite"]


class Stack:
    """One embedded Supabase with a data folder of its own.

    Args:
        data: the folder for everything it keeps; made if missing.
        migrations: the folder with the SQL files to apply.
        durable: False for throw-away data (tests); see Postgres.
        say: told each step of a start, as a sentence.
        on_new: called once with the running servers when the database was made just now. If it
            fails, or the machine stops meanwhile, the next start makes the database anew.
    """

    def __init__(
        self,
        *,
        data: Path,
        migrations: Path = MIGRATIONS,
        durable: bool = True,
        say: Callable[[str], None] = lambda _sentence: None,
        on_new: Callable[["Stack"], None] = lambda _stack: None,
    ) -> None:
        self.places = find_places(data.absolute())
        self.migrations = migrations.absolute()
        self._durable = durable
        self._say = say
        self._on_new = on_new
        self._lock: int | None = None
        self._prepared = False

    # -- what clients need ---------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Address for a Supabase client."""
        return self.lite.url

    @property
    def publishable_key(self) -> str:
        """Key of a client without an account."""
        return self._keys.publishable_key

    @property
    def secret_key(self) -> str:
        """Key of the server: passes row-level security by."""
        return self._keys.secret_key

    @property
    def jwt_secret(self) -> str:
        """Signs access tokens (HS256), for the server too: as powerful as the secret key."""
        return self._keys.jwt_secret

    @property
    def session_keys(self) -> str:
        """TANDEM_SESSION_KEYS."""
        return load_session_keys(self.places.data)

    @property
    def dsn(self) -> str:
        """Connection string of the superuser."""
        return self.postgres.dsn()

    @property
    def catches_mail(self) -> bool:
        """Whether mail is kept in files, because no mail server is configured."""
        return self.lite.catches_mail

    # -- life ----------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and wait until it answers; migrations are applied on the way.

        Raises: AlreadyRunning, StartupProblem.
        """
        install_lite(self._say)
        self._hold()
        try:
            self._start_database(self._last_ports().get("postgres"))
            self._start_lite(self._last_ports().get("lite"))
            if unfinished_mark(self.places).exists():
                self._on_new(self)
                unfinished_mark(self.places).unlink()
        except BaseException:
            self.stop()
            raise

    def start_database(self) -> None:
        """Start PostgreSQL alone, as it is: for copies of the data. Raises as `start` does."""
        self._hold()
        try:
            self._start_database(None)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop Lite, then PostgreSQL. Harmless when nothing runs."""
        if self._lock is None:
            return
        if self._prepared:
            self.lite.stop()
            self.postgres.stop()
            self.mail.stop()
        self.places.state_file.unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None

    def destroy(self) -> None:
        """Stop, and delete all its data."""
        self.stop()
        remove_data(self.places)

    def restart_lite(self) -> None:
        """Start Lite again at the same address: it reads the schema only once."""
        port = self.lite.port
        self.lite.stop()
        self.lite.start(dsn=self.dsn, migrations=self.migrations, port=port)
        self._note_state()

    def revive(self) -> list[Part]:
        """Start again, at the same address, whichever part has ended; says which.

        Raises: StartupProblem when a part does not come up again.
        """
        revived: list[Part] = []
        if self.postgres.process is not None and self.postgres.process.poll() is not None:
            # Lite waits longer and longer between its tries to reach a database that is gone, up to
            # twenty seconds, and goes on waiting when it is back: people's requests hang in it.
            self.kill("lite")
            self.postgres.start(port=self.postgres.port)
            revived.append("postgres")
        if self.lite.process is not None and self.lite.process.poll() is not None:
            # Gone once more already: the next call starts PostgreSQL first.
            with suppress(DatabaseGone):
                self.lite.start(dsn=self.dsn, migrations=self.migrations, port=self.lite.port)
                revived.append("lite")
        if revived:
            self._note_state()
        return revived

    def kill(self, part: Part) -> None:
        """End one part at once (SIGKILL), as a crash would."""
        process = self.postgres.process if part == "postgres" else self.lite.process
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def pending_migrations(self) -> list[str]:
        """Versions of the migration files that the database has not seen."""
        files = {path.name.partition("_")[0] for path in self.migrations.glob("*.sql")}
        with psycopg.connect(self.dsn) as connection:
            known = connection.execute(
                "select to_regclass('supabase_migrations.schema_migrations')::text"
            ).fetchone()
            if known is None or known[0] is None:
                return sorted(files)
            rows = connection.execute(
                "select version from supabase_migrations.schema_migrations"
            ).fetchall()
        return sorted(files - {str(row[0]) for row in rows})

    # -- parts ---------------------------------------------------------------------------------

    def _hold(self) -> None:
        """Take the data folder and get everything ready to be started in it."""
        self._lock = take_hold(self.places.data)
        try:
            prepare_places(self.places)
            self._tidy()
            self._keys = load_keys(self.places.data)
        except BaseException:
            self.stop()
            raise
        self.postgres = Postgres(
            places=self.places, password=self._keys.database_password, durable=self._durable
        )
        self.mail = MailCatcher(
            folder=self.places.mail,
            password=self._keys.mail_password,
            keys_folder=self.places.data,
        )
        self.lite = Lite(places=self.places, keys=self._keys, mail=self.mail)
        self._prepared = True

    def _start_database(self, preferred: int | None) -> None:
        self._say("Starting PostgreSQL.")
        is_new = self._create_database()
        self.postgres.start(preferred=preferred)
        if is_new:
            self.postgres.prepare()

    def _start_lite(self, preferred: int | None) -> None:
        self.mail.start()
        if self.pending_migrations():
            self._say("Applying database migrations.")
            self._migrate()
        self._say("Starting Supabase Lite.")
        self.lite.start(dsn=self.dsn, migrations=self.migrations, preferred=preferred)
        self._note_state()

    def _migrate(self) -> None:
        try:
            self.lite.migrate(dsn=self.dsn, migrations=self.migrations)
        except StartupProblem as problem:
            # Each file is one transaction: the first that is missing is the one that failed.
            name = next(iter(self.pending_migrations()), "?")
            raise StartupProblem(
                f"The migration {name} in {self.migrations} could not be applied. {problem}"
            ) from None

    def _create_database(self) -> bool:
        """Make the database unless there is one; says whether it was made now."""
        if unfinished_mark(self.places).exists():
            # Nobody has used it yet, so nothing of theirs is in it.
            end_leftover(self.places.cluster)
            remove_database(self.places)
        put_back_cluster(self.places)
        if self.places.cluster.exists():
            return False
        unfinished_mark(self.places).touch()
        self.postgres.create()
        return True

    def _last_ports(self) -> dict[str, int]:
        with suppress(OSError, ValueError):
            ports = json.loads((self.places.data / "ports.json").read_text(encoding="utf-8"))
            return {str(name): int(port) for name, port in ports.items()}
        return {}

    def _note_state(self) -> None:
        """For `status`, `backup` and `coordinator`, which are other processes."""
        ports = {"postgres": self.postgres.port, "lite": self.lite.port}
        write_private(self.places.data / "ports.json", json.dumps(ports))
        processes = {"postgres": self.postgres.process, "lite": self.lite.process}
        pids = {name: process.pid for name, process in processes.items() if process is not None}
        state = {"runner": os.getpid(), "url": self.url, "ports": ports, "pids": pids}
        write_private(self.places.state_file, json.dumps(state, indent=2) + "\n")

    def _tidy(self) -> None:
        """Deal with what people and killed tests left behind."""
        if not self._durable:
            note_throw_away(self.places)
            sweep_throw_away()
        aside = set_unknown_cluster_aside(self.places)
        if aside is not None:
            self._say(
                f"The database in {self.places.cluster} belongs to a data folder that is gone. It "
                f"is now in {aside}; `make reset` deletes it."
            )
        self._trim_logs()

    def _trim_logs(self) -> None:
        """Keep one old copy of a log that has grown large."""
        for log in self.places.logs.glob("*.log"):
            if log.stat().st_size > LARGEST_LOG_BYTES:
                log.replace(log.with_suffix(".old"))
