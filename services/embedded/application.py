"""The app itself as a process: Streamlit serving app.py."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.embedded.places import ROOT
from services.embedded.ports import LOOPBACK, is_free
from services.embedded.problems import PortBusy, StartupProblem
from services.embedded.process import Command, start_process, stop_process, wait_until

DEFAULT_PORT = 8501
HIGHEST_PORT = 65_535
START_SECONDS = 60.0
HEALTH_PATH = "/_stcore/health"


@dataclass(frozen=True)
class Address:
    """Where the app listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """A host this machine can call: `0.0.0.0` means every address, loopback among them."""
        if self.host in ("0.0.0.0", "::", ""):  # noqa: S104
            return LOOPBACK
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        """What to open in a browser."""
        host = "localhost" if self.reachable_host == LOOPBACK else self.reachable_host
        return f"http://{host}:{self.port}"


def read_address() -> Address:
    """HOST and PORT from the environment.

    Raises: StartupProblem when PORT is not one, PortBusy when something listens there.
    """
    host = os.environ.get("HOST") or LOOPBACK
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT):
        raise StartupProblem(f"PORT is {text!r}; it should be a number from 1 to {HIGHEST_PORT}.")
    address = Address(host=host, port=int(text))
    if not is_free(address.port, host):
        raise PortBusy(
            f"Something else already uses port {address.port} on {host}, perhaps another Tandem. "
            f"Stop it, or choose another port: PORT={address.port + 1} make run"
        )
    return address


def streamlit_command(address: Address) -> list[str]:
    """The command line that serves app.py; whatever could leave the machine is off."""
    return [
        sys.executable,
        *("-m", "streamlit", "run", str(ROOT / "app.py")),
        f"--server.address={address.host}",
        f"--server.port={address.port}",
        "--server.headless=true",
        # The runner says where to go.
        "--logger.hideWelcomeMessage=true",
        # Otherwise Streamlit asks a service on the internet for this machine's address.
        f"--browser.serverAddress={address.url.removeprefix('http://').rpartition(':')[0]}",
        "--browser.gatherUsageStats=false",
    ]


class Application:
    """The app's process. `command` and `health_path` differ in tests only."""

    def __init__(
        self,
        *,
        address: Address,
        environment: dict[str, str],
        command: Sequence[str] | None = None,
        health_path: str = HEALTH_PATH,
        folder: Path = ROOT,
    ) -> None:
        self.address = address
        self.process: subprocess.Popen[bytes] | None = None
        self._environment = environment
        self._command = command or streamlit_command(address)
        self._health_path = health_path
        self._folder = folder

    def start(self) -> None:
        """Start and wait until it answers. Raises StartupProblem."""
        self.process = start_process(
            Command(
                name="the app",
                arguments=self._command,
                folder=self._folder,
                environment=self._environment,
                dies_with=signal.SIGKILL,
            )
        )
        wait_until(self.answers, what="The app", seconds=START_SECONDS, process=self.process)

    def answers(self) -> bool:
        """Whether its health address says yes."""
        host = self.address.reachable_host
        url = f"http://{host}:{self.address.port}{self._health_path}"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Let it finish what it is answering, but do not wait for open pages."""
        if self.process is not None:
            stop_process(self.process, first=signal.SIGTERM, patience=5)
