"""Supabase Lite in front of PostgreSQL: its configuration, migrations, and the server itself."""

import os
import signal
import subprocess
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg

from services.embedded.api_role import open_api_role
from services.embedded.keys import Keys
from services.embedded.lite_output import OutputFilter
from services.embedded.mail import MailCatcher
from services.embedded.places import ROOT, Places, lite_folder, node_program, write_private
from services.embedded.ports import LOOPBACK, find_free_port
from services.embedded.problems import DatabaseGone, StartupProblem
from services.embedded.process import Command, start_process, stop_process, wait_until
from services.embedded.toml import dump_toml

CONFIG = ROOT / "supabase" / "config.toml"
START_SECONDS = 30.0
TRIES = 5


class Lite:
    """The server that speaks Supabase's HTTP.

    It needs no orderly end: it keeps nothing that PostgreSQL does not have.
    """

    def __init__(self, *, places: Places, keys: Keys, mail: MailCatcher) -> None:
        self.places = places
        self.keys = keys
        self.mail = mail
        self.port: int | None = None
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def catches_mail(self) -> bool:
        """Whether supabase/config.toml names no mail server of its own."""
        return not _project_config()["auth"]["email"].get("smtp", {}).get("enabled")

    @property
    def url(self) -> str:
        """What a Supabase client takes as its URL."""
        return f"http://{LOOPBACK}:{self.port}"

    def migrate(self, *, dsn: str, migrations: Path) -> None:
        """Apply the migrations that are still missing. Restart the server afterwards.

        Raises: StartupProblem with what the server said about the failing one.
        """
        self._write_config(port=0, migrations=migrations)
        done = subprocess.run(
            self._arguments("migration", "up"),
            cwd=self.places.lite,
            env=self._environment(dsn),
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
        )
        if done.returncode != 0:
            # Among many notices, the last line names the error.
            said = OutputFilter(self.keys).clean(done.stdout + done.stderr).splitlines()
            raise StartupProblem(said[-1] if said else "Supabase Lite did not say why.")

    def start(
        self, *, dsn: str, migrations: Path, port: int | None = None, preferred: int | None = None
    ) -> None:
        """Start and wait until it answers; `port` and `preferred` as in Postgres.start.

        Raises: StartupProblem; DatabaseGone when PostgreSQL is the one to start first.
        """
        try:
            dsn = open_api_role(dsn)
        except psycopg.OperationalError:
            raise DatabaseGone("PostgreSQL ended while Supabase Lite was started.") from None
        for attempt in range(1, TRIES + 1):
            self.port = port or find_free_port(preferred)
            self._write_config(port=self.port, migrations=migrations)
            self.process = start_process(
                Command(
                    name="Supabase Lite",
                    arguments=self._arguments("start", "--no-admin"),
                    folder=self.places.lite,
                    environment=self._environment(dsn),
                    dies_with=signal.SIGKILL,
                    piped=True,
                )
            )
            OutputFilter(self.keys).follow(self.process, self.places.logs / "lite.log")
            try:
                wait_until(
                    self.answers, what="Supabase Lite", seconds=START_SECONDS, process=self.process
                )
                return
            except StartupProblem as problem:
                self.stop()
                if attempt == TRIES:
                    log = self.places.logs / "lite.log"
                    raise StartupProblem(f"{problem} Its log is {log}.") from None

    def answers(self) -> bool:
        """Whether its health address says yes."""
        request = urllib.request.Request(
            f"{self.url}/auth/v1/health", headers={"apikey": self.keys.publishable_key}
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """End it; requests under way get a moment."""
        if self.process is not None:
            stop_process(self.process, first=signal.SIGTERM, patience=3)

    def _arguments(self, *command: str) -> list[str | Path]:
        program = (
            lite_folder() / "node_modules" / "@supabase" / "lite" / "dist" / "cli" / "index.js"
        )
        return [node_program(), program, *command]

    def _environment(self, dsn: str) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.places.lite),
            "LITE_TELEMETRY": "0",
            "DO_NOT_TRACK": "1",
            "LITE_NON_INTERACTIVE": "1",
            "EXPERIMENTAL_STORAGE": "1",
            "NO_COLOR": "1",
            "NODE_EXTRA_CA_CERTS": str(self.mail.certificate),
            "TANDEM_LITE_DSN": dsn,
            "TANDEM_LITE_JWT_SECRET": self.keys.jwt_secret,
            "TANDEM_LITE_PUBLISHABLE_KEY": self.keys.publishable_key,
            "TANDEM_LITE_SECRET_KEY": self.keys.secret_key,
            "TANDEM_LITE_MAIL_PASSWORD": self.keys.mail_password,
        }

    def _write_config(self, *, port: int, migrations: Path) -> None:
        folder = self.places.lite / "supabase"
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(folder / "config.toml", dump_toml(self._config(port=port)))
        link = folder / "migrations"
        if link.is_symlink() and link.readlink() == migrations:
            return
        link.unlink(missing_ok=True)
        link.symlink_to(migrations, target_is_directory=True)

    def _config(self, *, port: int) -> dict[str, object]:
        """The project's own configuration with this machine's addresses on top.

        Secrets stay in the environment; the file names the variables.
        """
        config = _project_config()
        config["api"]["port"] = port
        for template in config["auth"]["email"].get("template", {}).values():
            # Named from the project's folder; Lite works in another.
            template["content_path"] = str(ROOT / template["content_path"])
        config["db"] |= {"driver": "postgres", "url": "env(TANDEM_LITE_DSN)"}
        config["auth"] |= {
            "jwt_secret": "env(TANDEM_LITE_JWT_SECRET)",
            "publishable_key": "env(TANDEM_LITE_PUBLISHABLE_KEY)",
            "secret_key": "env(TANDEM_LITE_SECRET_KEY)",
        }
        if self.catches_mail:
            config["auth"]["email"]["smtp"] = self.mail.settings("env(TANDEM_LITE_MAIL_PASSWORD)")
        return config


def _project_config() -> dict[str, Any]:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))
