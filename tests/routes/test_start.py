"""Starting with something missing or wrong: the process ends and says what to do."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from joserfc.jwk import ECKey

from services.embedded.application import Address, streamlit_command
from services.embedded.places import ROOT
from services.embedded.ports import LOOPBACK, find_free_port
from services.embedded.runner import embedded_environment
from services.embedded.stack import Stack
from services.tokens import Signer
from tests.support.server import rest_client
from web.settings import ConfigurationError, read_settings
from web.start import start_parts

SECONDS = 60
OURS = ("SUPABASE_", "TANDEM_")

Refuse = Callable[..., str]

# A provider that nobody is at: a start asks none.
CLINIC = {
    "TANDEM_OIDC_CLINIC_LABEL": "Clinic",
    "TANDEM_OIDC_CLINIC_ISSUER": "https://login.example.org",
    "TANDEM_OIDC_CLINIC_CLIENT_ID": "an-id",
    "TANDEM_OIDC_CLINIC_CLIENT_SECRET": "a-canary-secret",
}


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


class TestProviders:
    @pytest.fixture
    def start(
        self,
        hosted: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> Callable[..., tuple[list[str], list[str]]]:
        """`start(SETTING="...")`: who is on, and what the log says of them."""

        def make(**changes: str) -> tuple[list[str], list[str]]:
            for name, value in (hosted | CLINIC | changes).items():
                monkeypatch.setenv(name, value)
            monkeypatch.setattr("web.start.config.get_option", lambda _name: LOOPBACK)
            parts = start_parts()
            parts.close()
            said = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
            # An empty project was never told the rules either, which other tests read.
            said = [line for line in said if "make rules" not in line]
            return list(parts.exchanges), said

        return make

    def test_one_that_cannot_work_yet_is_off_and_the_log_says_why(
        self, start: Callable[..., tuple[list[str], list[str]]]
    ) -> None:
        names, [said] = start()
        assert names == []
        assert "[oidc.clinic] is off" in said
        assert "supabase gen signing-key" in said

    def test_a_key_the_project_does_not_know_is_told(
        self, start: Callable[..., tuple[list[str], list[str]]]
    ) -> None:
        key = ECKey.generate_key("P-256", {"kid": "key-one"}).as_dict(private=True)
        names, [said] = start(TANDEM_SIGNING_KEY=json.dumps(key))
        assert names == ["clinic"]
        assert "does not know the key in TANDEM_SIGNING_KEY" in said
        assert str(key["d"]) not in said

    def test_the_embedded_server_needs_no_key(
        self, start: Callable[..., tuple[list[str], list[str]]], stack: Stack
    ) -> None:
        names, said = start(TANDEM_EMBEDDED="1", TANDEM_JWT_SECRET=stack.jwt_secret)
        assert (names, said) == (["clinic"], [])

    def test_reachable_from_elsewhere_the_public_address_is_needed(
        self, refuse: Refuse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("web.start.config.get_option", lambda _name: "192.0.2.1")
        said = refuse(**CLINIC)
        assert "[oidc.clinic]" in said
        assert "TANDEM_PUBLIC_URL" in said

    def test_the_runner_hands_on_what_the_app_signs_with(self, stack: Stack) -> None:
        environment = embedded_environment(Address(host=LOOPBACK, port=1), stack)
        settings = read_settings(environment | CLINIC)
        assert settings.signing_key is not None
        token, _ = Signer(key=settings.signing_key, url=stack.url, now=time.time).sign(
            profile_id=str(uuid4()), session_id=str(uuid4())
        )
        with rest_client(stack, token) as client:
            assert client.post("/rpc/list_my_ways", json={}).json() == {
                "has_account": False,
                "identities": [],
            }
