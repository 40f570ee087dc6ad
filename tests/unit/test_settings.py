"""Settings: read from the environment first, and a start refused with words that help."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from services.gateway.auth import Auth
from services.gateway.server import Server
from services.sealing import SealBroken, Sealer
from web.project import MIGRATIONS, check_configuration
from web.settings import ConfigurationError, Settings, read_settings

KEY = Fernet.generate_key().decode()
GOOD = {
    "SUPABASE_URL": "https://abc.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x",
    "SUPABASE_SECRET_KEY": "sb_secret_x",
    "TANDEM_SESSION_KEYS": KEY,
}


def read(tmp_path: Path, toml: str = "", **environ: str) -> Settings:
    path = tmp_path / "secrets.toml"
    path.write_text(toml)
    return read_settings(environ, secrets_file=path)


class TestReadSettings:
    def test_takes_the_environment(self, tmp_path: Path) -> None:
        settings = read(tmp_path, **GOOD, TANDEM_PUBLIC_URL="https://tandem.example.org/")
        assert settings.public_url == "https://tandem.example.org"
        assert settings.session_cookie == "__Host-tandem_session"
        assert not settings.open_sign_up

    def test_falls_back_to_the_file(self, tmp_path: Path) -> None:
        toml = f"""
            [supabase]
            url = "https://abc.supabase.co"
            publishable_key = "sb_publishable_f"
            secret_key = "sb_secret_f"
            [tandem]
            session_keys = ["{KEY}"]
            open_sign_up = true
            trusted_proxies = ["10.0.0.0/8", "192.0.2.4"]
        """
        settings = read(tmp_path, toml, SUPABASE_SECRET_KEY="sb_secret_e")
        assert settings.secret_key == "sb_secret_e"
        assert settings.publishable_key == "sb_publishable_f"
        assert settings.open_sign_up
        assert [str(one) for one in settings.trusted_proxies] == ["10.0.0.0/8", "192.0.2.4/32"]

    def test_works_without_a_file(self, tmp_path: Path) -> None:
        assert read_settings(GOOD, secrets_file=tmp_path / "none.toml").supabase_url

    def test_names_everything_missing_at_once(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError) as caught:
            read(tmp_path)
        text = str(caught.value)
        for name in GOOD:
            assert name in text
        assert "[supabase] secret_key" in text

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SUPABASE_URL", "abc.supabase.co"),
            ("SUPABASE_URL", "https://abc.supabase.co/rest/v1"),
            ("SUPABASE_PUBLISHABLE_KEY", "sb_secret_swapped"),
            ("SUPABASE_SECRET_KEY", "sb_publishable_swapped"),
            ("TANDEM_SESSION_KEYS", "not-a-key"),
            ("TANDEM_PUBLIC_URL", "tandem.example.org"),
            ("TANDEM_TRUSTED_PROXIES", "the proxy"),
            ("TANDEM_HELP_WORKSPACE", "our team"),
            ("TANDEM_HELP_DIRECTORY", "directory.example.org"),
            ("TANDEM_HELP_DIRECTORY", "javascript:alert(1)"),
        ],
    )
    def test_says_what_is_wrong_without_repeating_it(
        self, tmp_path: Path, name: str, value: str
    ) -> None:
        with pytest.raises(ConfigurationError) as caught:
            read(tmp_path, **(GOOD | {name: value}))
        assert len(caught.value.problems) == 1
        assert name in caught.value.problems[0]
        if "KEY" in name:
            assert value not in str(caught.value)

    def test_help_pages_have_a_workspace_a_directory_and_a_folder(self, tmp_path: Path) -> None:
        workspace = "00000000-0000-4000-8000-00000000000A"
        settings = read(
            tmp_path,
            f'[tandem]\nhelp_workspace = "{workspace}"',
            **GOOD,
            TANDEM_HELP_DIRECTORY="https://directory.example.org/services?x=1",
            TANDEM_DATA_DIR=str(tmp_path),
        )
        assert settings.help_workspace == workspace.lower()
        assert settings.help_directory == "https://directory.example.org/services?x=1"
        assert settings.data_dir == tmp_path
        assert read(tmp_path, **GOOD).data_dir is not None

    def test_a_broken_file_is_not_quoted(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError) as caught:
            read(tmp_path, '[supabase]\nsecret_key = "sb_secret_canary', **GOOD)
        assert "cannot be read" in str(caught.value)
        assert "canary" not in str(caught.value)

    def test_demo_data_never_goes_with_a_hosted_project(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="TANDEM_DEMO"):
            read(tmp_path, **GOOD, TANDEM_DEMO="1")
        assert read(tmp_path, **GOOD, TANDEM_DEMO="1", TANDEM_EMBEDDED="1").embedded

    def test_keys_do_not_show(self, tmp_path: Path) -> None:
        shown = repr(read(tmp_path, **GOOD))
        assert "sb_secret_x" not in shown
        assert KEY not in shown


class TestCheckConfiguration:
    def check(self, tmp_path: Path, answers: dict[str, httpx.Response | Exception]) -> list[str]:
        settings = read(tmp_path, **GOOD)

        def answer(request: httpx.Request) -> httpx.Response:
            found = answers[request.url.path.rsplit("/", 1)[-1]]
            if isinstance(found, Exception):
                raise found
            return found

        with httpx.Client(transport=httpx.MockTransport(answer)) as http:
            return check_configuration(
                settings,
                server=Server(url=settings.supabase_url, secret_key="sb_secret_x", http=http),
                auth=Auth(url=settings.supabase_url, publishable_key="x", http=http),
            )

    def test_all_well(self, tmp_path: Path) -> None:
        versions = [path.name.partition("_")[0] for path in MIGRATIONS.glob("*.sql")]
        answers: dict[str, httpx.Response | Exception] = {
            "settings": httpx.Response(200, json={}),
            "server_list_migrations": httpx.Response(200, json=versions),
        }
        assert self.check(tmp_path, answers) == []

    def test_unreachable(self, tmp_path: Path) -> None:
        [problem] = self.check(tmp_path, {"settings": httpx.ConnectError("no")})
        assert "Nothing answers at https://abc.supabase.co" in problem

    def test_wrong_publishable_key(self, tmp_path: Path) -> None:
        [problem] = self.check(tmp_path, {"settings": httpx.Response(401)})
        assert "SUPABASE_PUBLISHABLE_KEY" in problem

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (httpx.Response(401, json={"message": "no"}), "SUPABASE_SECRET_KEY"),
            (httpx.Response(404, json={"code": "PGRST202"}), "supabase db push"),
            (httpx.Response(200, json=["20261101000100"]), "behind by"),
        ],
    )
    def test_database(self, tmp_path: Path, answer: httpx.Response, says: str) -> None:
        [problem] = self.check(
            tmp_path,
            {"settings": httpx.Response(200, json={}), "server_list_migrations": answer},
        )
        assert says in problem


class TestSealer:
    def test_opens_what_it_sealed(self) -> None:
        sealed = Sealer(keys=[KEY]).seal({"access": "a", "refresh": "b"})
        assert "access" not in sealed
        assert Sealer(keys=[KEY]).unseal(sealed) == {"access": "a", "refresh": "b"}

    def test_a_new_first_key_still_opens_old_ones(self) -> None:
        sealed = Sealer(keys=[KEY]).seal({"a": "b"})
        newer = Fernet.generate_key().decode()
        assert Sealer(keys=[newer, KEY]).unseal(sealed) == {"a": "b"}
        with pytest.raises(SealBroken):
            Sealer(keys=[newer]).unseal(sealed)

    def test_purposes_never_meet(self) -> None:
        sealer = Sealer(keys=[KEY])
        assert sealer.digest("form", "a", "b") != sealer.digest("browser", "a", "b")
        assert sealer.digest("form", "a", "b") != sealer.digest("form", "ab", "")
        assert sealer.matches(sealer.digest("form", "a"), "form", "a")
        assert not sealer.matches("", "form", "a")
