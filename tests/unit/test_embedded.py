"""Parts of the embedded server that need no server."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import psutil
import pytest
from cryptography.fernet import Fernet

from services.embedded import demo, project
from services.embedded.application import Address, read_address, streamlit_command
from services.embedded.hold import holding, is_held
from services.embedded.keys import Keys, load_keys, load_session_keys
from services.embedded.lite_output import OutputFilter
from services.embedded.places import ROOT
from services.embedded.ports import LOOPBACK, find_free_port
from services.embedded.problems import AlreadyRunning, PortBusy, StartupProblem
from services.embedded.process import Command, start_process, stop_process
from services.embedded.toml import dump_toml
from tests.support.waiting import wait_until

KEYS = Keys(
    database_password="canary-database",
    jwt_secret="canary-jwt",
    publishable_key="sb_publishable_canary",
    secret_key="sb_secret_canary",
    mail_password="canary-mail",
)


class TestKeys:
    def test_stay_the_same(self, tmp_path: Path) -> None:
        assert load_keys(tmp_path) == load_keys(tmp_path)
        assert load_session_keys(tmp_path) == load_session_keys(tmp_path)

    def test_are_readable_by_their_owner_only(self, tmp_path: Path) -> None:
        load_keys(tmp_path)
        load_session_keys(tmp_path)

        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert modes == {0o600}

    def test_do_not_show_in_a_traceback(self) -> None:
        assert "canary" not in repr(KEYS)

    def test_damaged_say_so(self, tmp_path: Path) -> None:
        (tmp_path / "keys.json").write_text("{}")

        with pytest.raises(StartupProblem, match="damaged"):
            load_keys(tmp_path)


class TestOutputFilter:
    @pytest.mark.parametrize(
        "line",
        [
            "  ➜  Secret key          sb_secret_canary",
            "PostgresError: Failing row contains (1, canary text).",
            "  detail: 'Key (email)=(canary@example.org) already exists.',",
            "Your login code is: 123456",
            "To: canary@example.org",
            "",
        ],
    )
    def test_drops_what_it_does_not_know(self, line: str) -> None:
        kept = OutputFilter(KEYS).keep(line)

        assert kept in (None, "PostgresError")

    def test_keeps_class_and_code_of_an_error(self) -> None:
        said = ["PostgresError: canary", "  severity: 'ERROR',", "  code: '23505',"]
        output = OutputFilter(KEYS)

        assert [output.keep(line) for line in said] == ["PostgresError", None, "code: '23505'"]

    def test_takes_secrets_out_of_what_a_person_is_shown(self) -> None:
        assert OutputFilter(KEYS).clean("x canary-database y") == "x (secret) y"


class TestToml:
    def test_reads_back_as_it_was(self) -> None:
        table = {
            "a": 'quote " backslash \\ newline \n ü',
            "yes": True,
            "number": 3,
            "list": ["a", "b"],
            "outer": {"x": 1, "in.ner": {"y": "z"}},
        }

        assert tomllib.loads(dump_toml(table)) == table


class TestAddress:
    @pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "\u0668\u0665", "80 81"])
    def test_refuses_a_wrong_port(self, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", port)

        with pytest.raises(StartupProblem, match="PORT"):
            read_address()

    def test_names_a_busy_port_and_a_way_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server((LOOPBACK, 0)) as other:
            port = other.getsockname()[1]
            monkeypatch.setenv("PORT", str(port))

            with pytest.raises(PortBusy, match=f"PORT={port + 1} make run"):
                read_address()

    def test_listens_on_this_machine_only_unless_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("HOST", raising=False)
        monkeypatch.setenv("PORT", str(find_free_port()))

        assert read_address().host == LOOPBACK

    def test_keeps_streamlit_from_calling_home(self) -> None:
        command = streamlit_command(Address(host="::", port=8501))

        assert "--browser.gatherUsageStats=false" in command
        assert "--browser.serverAddress=localhost" in command


class TestProject:
    def test_is_the_embedded_one_unless_configured(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SUPABASE_URL", raising=False)
        monkeypatch.setattr(project, "SECRETS_FILE", tmp_path / "none.toml")

        assert project.find_hosted_project() is None

    def test_is_hosted_when_the_file_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text('[supabase]\nurl = "https://x.example.org"\nsecret_key = "canary"\n')
        for name in ("SUPABASE_URL", "SUPABASE_SECRET_KEY", "TANDEM_DEMO"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(project, "SECRETS_FILE", secrets)

        found = project.find_hosted_project()

        assert found == project.HostedProject(url="https://x.example.org", secret_key="canary")
        assert "canary" not in repr(found)

    def test_refuses_demo_data_on_a_hosted_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SUPABASE_URL", "https://x.example.org")
        monkeypatch.setenv("TANDEM_DEMO", "1")

        with pytest.raises(StartupProblem, match="TANDEM_DEMO=1"):
            project.find_hosted_project()

    def test_does_not_quote_an_unreadable_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text("[supabase]\nsecret_key = canary\n")
        monkeypatch.setattr(project, "SECRETS_FILE", secrets)

        with pytest.raises(StartupProblem) as caught:
            project.find_hosted_project()

        assert "canary" not in str(caught.value)


class TestHostedStart:
    def test_says_what_is_wrong_before_it_starts(self, tmp_path: Path) -> None:
        environment = {
            "SUPABASE_URL": f"http://127.0.0.1:{find_free_port()}",
            "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_canary",
            "SUPABASE_SECRET_KEY": "sb_secret_canary",
            "TANDEM_SESSION_KEYS": Fernet.generate_key().decode(),
            "PORT": str(find_free_port()),
        }

        done = run_command(tmp_path, "run", **environment)

        assert done.returncode == 1
        assert f"Nothing answers at {environment['SUPABASE_URL']}" in done.stderr
        assert "canary" not in done.stdout + done.stderr


class TestHold:
    def test_lets_one_in(self, tmp_path: Path) -> None:
        with holding(tmp_path):
            assert is_held(tmp_path)
            with pytest.raises(AlreadyRunning), holding(tmp_path):
                pass
        assert not is_held(tmp_path)


class TestReset:
    def test_changes_nothing_when_nobody_can_be_asked(self, tmp_path: Path) -> None:
        load_keys(tmp_path)

        done = run_command(tmp_path, "reset")

        assert done.returncode == 1
        assert "Nothing was changed" in done.stderr
        assert (tmp_path / "keys.json").exists()

    def test_leaves_what_is_not_ours(self, tmp_path: Path) -> None:
        load_keys(tmp_path)
        (tmp_path / "letter.txt").write_text("mine")

        done = run_command(tmp_path, "reset", "--yes")

        assert done.returncode == 0
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


class TestProcess:
    def test_dies_with_the_one_that_started_it(self) -> None:
        """A parent that is killed cannot tidy up; Linux does it for it."""
        child = "import time; time.sleep(600)"
        code = (
            "import pathlib, sys, time\n"
            "from services.embedded.process import Command, start_process\n"
            f"command = Command(name='x', arguments=[sys.executable, '-c', {child!r}],"
            " folder=pathlib.Path('/'))\n"
            "print(start_process(command).pid, flush=True)\n"
            "time.sleep(600)\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT
        ) as parent:
            assert parent.stdout is not None
            process = psutil.Process(int(parent.stdout.readline()))
            parent.kill()

        wait_until(lambda: not process.is_running(), what="the child to end")

    def test_is_killed_when_it_does_not_listen(self, tmp_path: Path) -> None:
        code = (
            "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "pathlib.Path('ready').touch(); time.sleep(600)"
        )
        command = Command(name="x", arguments=[sys.executable, "-c", code], folder=tmp_path)
        process = start_process(command)
        wait_until((tmp_path / "ready").exists, what="the process")

        stop_process(process, first=signal.SIGTERM, patience=0.1)

        assert process.returncode == -signal.SIGKILL


class TestDemo:
    def test_keeps_passwords_out_of_a_file(self, tmp_path: Path) -> None:
        person = {"role": "influencer", "email": "i@example.org", "password": "canary", "name": "I"}
        file = tmp_path / "demo.json"
        file.write_text(json.dumps({"people": [person]}))

        lines = "\n".join(demo.describe(file))

        assert "i@example.org" in lines
        assert "canary" not in lines


def run_command(
    data: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.embedded", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TANDEM_DATA_DIR": str(data)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
