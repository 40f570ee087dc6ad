"""`make run` as a person meets it: one process that starts, mends and stops all the others."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from services.embedded.attach import find_running
from services.embedded.places import ROOT, find_places
from services.embedded.ports import find_free_port
from services.embedded.tidy import remove_data
from tests.support.waiting import wait_until
from tests.support.writers import Writers

START_SECONDS = 180.0
PATIENCE = 120.0


class Runner:
    """`python -m services.embedded run` with a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = find_free_port()
        self.output = data.with_name("output.txt")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "TANDEM_DATA_DIR": str(self.data),
            "TANDEM_DEMO": "0",
            "PORT": str(self.port),
        }

    def launch(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.embedded", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> None:
        self.launch()
        wait_until(self.is_ready, what=f"the app; see {self.output}", seconds=START_SECONDS)

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.output.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as page:
                return bool(page.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def family(self) -> list[psutil.Process]:
        """It and everything it started."""
        assert self.process is not None
        runner = psutil.Process(self.process.pid)
        return [runner, *runner.children(recursive=True)]

    def find_app(self) -> psutil.Process:
        return next(one for one in self.family() if "streamlit" in one.cmdline())

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.embedded", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    runner = Runner(tmp_path_factory.mktemp("runner") / "var")
    try:
        runner.start()
        yield runner
    finally:
        if runner.process is not None and runner.process.poll() is None:
            runner.process.terminate()
            runner.process.wait(30)
        remove_data(find_places(runner.data))


class TestWhileItRuns:
    """In the order a day might bring them: each test leaves the runner ready for the next."""

    def test_refuses_a_busy_port_before_anything_starts(
        self, runner: Runner, tmp_path: Path
    ) -> None:
        second = Runner(tmp_path / "var")
        second.port = runner.port

        done = second.command("run")

        assert done.returncode == 1
        assert f"port {runner.port}" in done.stderr
        assert not second.data.exists()

    def test_refuses_to_share_its_data(self, runner: Runner) -> None:
        for arguments in (["reset", "--yes"], ["restore", "x", "--yes"]):
            done = runner.command(*arguments)

            assert done.returncode == 1
            assert "already runs" in done.stderr

    def test_says_that_it_runs(self, runner: Runner) -> None:
        done = runner.command("status")

        assert done.returncode == 0
        assert find_running(runner.data).url in done.stdout

    def test_makes_a_link_for_a_coordinator(self, runner: Runner) -> None:
        done = runner.command("coordinator", "sam@example.org", "--workspace", "Day")

        assert f"http://localhost:{runner.port}/auth/sign-up?invitation=" in done.stdout
        assert count_workspaces(runner) == 1

    def test_backs_up(self, runner: Runner, tmp_path: Path) -> None:
        done = runner.command("backup", str(tmp_path / "tandem.backup"))

        assert done.returncode == 0, done.stderr
        assert (tmp_path / "tandem.backup").stat().st_size > 0

    def test_says_where_mail_goes_and_shows_no_secret(self, runner: Runner) -> None:
        said = runner.output.read_text()

        assert str(runner.data / "mail") in said
        for secret in json.loads((runner.data / "keys.json").read_text()).values():
            assert secret not in said

    def test_starts_a_killed_app_again_and_loses_nothing(self, runner: Runner) -> None:
        before = count_workspaces(runner)
        with open_client(runner) as client, Writers(writer(client)) as writers:
            wait_until(writers.has_written(5), what="rows before the crash", seconds=PATIENCE)
            app = runner.find_app()
            app.kill()
            wait_until(lambda: not app.is_running(), what="the app to end")
            wait_until(runner.is_ready, what="the app", seconds=START_SECONDS)
            wait_until(writers.has_written(5), what="rows after the crash", seconds=PATIENCE)

        assert count_workspaces(runner) >= before + len(writers.acknowledged)
        assert "The app had stopped and was started again." in runner.output.read_text()

    def test_leaves_nothing_running_when_it_is_killed(self, runner: Runner) -> None:
        """And the next start finds every acknowledged row."""
        before = count_workspaces(runner)
        with open_client(runner) as client, Writers(writer(client)) as writers:
            wait_until(writers.has_written(5), what="rows before the crash", seconds=PATIENCE)
            family = runner.family()
            family[0].kill()
            wait_until(lambda: not alive(family), what="all to end", seconds=30)
        assert runner.process is not None
        runner.process.wait()

        runner.start()

        assert count_workspaces(runner) >= before + len(writers.acknowledged)

    def test_stops_everything_at_ctrl_c(self, runner: Runner) -> None:
        family = runner.family()
        assert runner.process is not None

        runner.process.send_signal(signal.SIGINT)

        assert runner.process.wait(PATIENCE) == 0
        assert not alive(family)
        assert runner.command("status").returncode == 1
        log = (find_places(runner.data).logs / "postgres.log").read_text()
        assert log.rstrip().endswith("database system is shut down")

    def test_stops_everything_when_told_to_while_it_starts(self, runner: Runner) -> None:
        runner.launch()
        assert runner.process is not None
        said = runner.output.read_text
        wait_until(lambda: "Starting Supabase Lite" in said(), what="Lite", seconds=PATIENCE)
        family = runner.family()
        assert len(family) > 1

        runner.process.terminate()

        assert runner.process.wait(PATIENCE) == 0
        assert not alive(family)
        assert "Traceback" not in said()


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a dead child nobody asked about yet does not."""
    return [one for one in processes if _is_alive(one)]


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # It ended between the two questions.
        return False


def open_client(runner: Runner) -> httpx.Client:
    access = find_running(runner.data)
    headers = {"apikey": access.secret_key}
    return httpx.Client(base_url=access.url, headers=headers, timeout=10, trust_env=False)


def writer(client: httpx.Client) -> Callable[[int], bool]:
    """Makes one workspace a call: a whole transaction with its audit record."""

    def write(number: int) -> bool:
        body = {"p_name": f"Workspace {number}", "p_email": f"p{number}@example.org"}
        try:
            answer = client.post("/rest/v1/rpc/server_create_workspace", json=body)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    return write


def count_workspaces(runner: Runner) -> int:
    with psycopg.connect(find_running(runner.data).dsn) as connection:
        found = connection.execute("select count(*) from public.workspaces").fetchone()
    assert found is not None
    return int(found[0])
