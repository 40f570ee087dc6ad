"""Starting with something missing or wrong: the process ends and says what to do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet

from services.embedded.application import Address, streamlit_command
from services.embedded.places import ROOT
from services.embedded.ports import LOOPBACK, find_free_port
from services.embedded.stack import Stack
from web.settings import ConfigurationError
from web.start import start_parts

SECONDS = 60
OURS = ("SUPABASE_", "TANDEM_")

Refuse = Callable[..., str]


@pytest.fixture
def hosted(stack: Stack) -> dict[str, str]:
    """The settings of a hosted project, as far as the app can tell."""
    return {
        "SUPABASE_URL": stack.url,
        "SUPABASE_PUBLISHABLE_KEY": stack.publishable_key,
        "SUPABASE_SECRET_KEY": stack.secret_key,
        "TANDEM_SESSION_KEYS": Fernet.generate_key().decode(),
    }


@pytest.fixture
def refuse(
    hosted: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Refuse:
    """`refuse(SETTING="...")`: what a start with this one setting changed says as it ends."""

    def start(**changes: str) -> str:
        for name in [name for name in os.environ if name.startswith(OURS)]:
            monkeypatch.delenv(name)
        for name, value in (hosted | changes).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            start_parts()
        assert ended.value.code == 1
        return capsys.readouterr().err

    return start


class TestStart:
    def test_as_a_process_it_ends_with_words_and_no_traceback(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        ended = subprocess.run(
            streamlit_command(Address(host=LOOPBACK, port=find_free_port())),
            cwd=ROOT,
            env=kept,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        assert "Tandem cannot start:" in ended.stderr
        for name in ("SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"):
            assert f"- {name} (or [supabase]" in ended.stderr
        assert "Fernet.generate_key()" in ended.stderr

    def test_all_well(self, hosted: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in hosted.items():
            monkeypatch.setenv(name, value)
        start_parts().close()

    def test_an_unreachable_project(self, refuse: Refuse) -> None:
        said = refuse(SUPABASE_URL="http://127.0.0.1:9")
        assert "Nothing answers at http://127.0.0.1:9" in said

    def test_a_wrong_publishable_key(self, refuse: Refuse) -> None:
        said = refuse(SUPABASE_PUBLISHABLE_KEY="sb_publishable_wrong")
        assert "does not take SUPABASE_PUBLISHABLE_KEY" in said

    def test_a_wrong_secret_key(self, refuse: Refuse) -> None:
        said = refuse(SUPABASE_SECRET_KEY="sb_secret_wrong")
        assert "does not take SUPABASE_SECRET_KEY" in said
        assert "sb_secret_wrong" not in said

    def test_demo_data_with_a_hosted_project(self, refuse: Refuse) -> None:
        assert "TANDEM_DEMO=1" in refuse(TANDEM_DEMO="1")

    def test_listening_everywhere_is_no_loopback(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[str] = []

        def note(environ: dict[str, str]) -> None:
            seen.append(environ["HOST"])
            raise ConfigurationError(["enough"])

        monkeypatch.setattr("web.start.read_settings", note)
        monkeypatch.setenv("HOST", "127.0.0.1")
        for address in ("0.0.0.0", None, "127.0.0.1"):  # noqa: S104
            monkeypatch.setattr("web.start.config.get_option", lambda _name, found=address: found)
            with pytest.raises(SystemExit):
                start_parts()
        assert seen == ["0.0.0.0", "0.0.0.0", "127.0.0.1"]  # noqa: S104
