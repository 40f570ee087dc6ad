"""The real app as a process for tests that need all of it: Streamlit serving app.py."""

from __future__ import annotations

import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from services.embedded.application import Address, streamlit_command
from services.embedded.places import ROOT
from services.embedded.ports import LOOPBACK, find_free_port
from services.embedded.runner import embedded_environment
from services.embedded.stack import Stack
from tests.support.waiting import wait_until

START_SECONDS = 180.0
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
STOP_SECONDS = 15.0


class AppServer:
    """The app in front of an embedded server, on a free port of its own.

    Args:
        stack: the running server it reads and writes.
        log: the file its output goes to.
        settings: environment variables on top of those the runner would set.
        script: what to serve in place of app.py.
    """

    def __init__(
        self,
        *,
        stack: Stack,
        log: Path,
        settings: dict[str, str] | None = None,
        script: Path = ROOT / "app.py",
    ) -> None:
        self.address = Address(host=LOOPBACK, port=find_free_port())
        self.log = log
        self._script = script
        self._environment = embedded_environment(self.address, stack) | (settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._told = 0

    def configure(self, **settings: str) -> None:
        """Add environment variables, before it starts."""
        self._environment |= settings

    @property
    def url(self) -> str:
        """What a browser opens, without a slash at the end."""
        return self.address.url

    def start(self) -> None:
        """Start, and wait for /healthz. Raises AssertionError with the output when it fails."""
        command = streamlit_command(self.address)
        command[command.index(str(ROOT / "app.py"))] = str(self._script)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until(self._answers_or_ended, what="the app", seconds=START_SECONDS)
        except AssertionError as error:
            self.stop()
            raise AssertionError(f"{error}\n{self.output()}") from None
        if self._process.poll() is not None:
            message = f"The app ended with code {self._process.returncode}.\n{self.output()}"
            raise AssertionError(message)

    def stop(self) -> None:
        """End it, by force if it does not go by itself."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it without a word, as a machine that fails does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def forget_output(self) -> None:
        """Let `output` begin here: what came before belongs to another test."""
        self._told = self.log.stat().st_size

    def output(self) -> str:
        """What it printed, without colours."""
        printed = self.log.read_bytes()[self._told :] if self.log.exists() else b""
        return _COLOUR.sub("", printed.decode(errors="replace"))

    def _answers_or_ended(self) -> bool:
        """Whether it answers, or never will."""
        if self._process is None or self._process.poll() is not None:
            return True
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
