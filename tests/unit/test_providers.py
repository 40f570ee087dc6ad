"""Providers in the configuration: read from file and environment, or refused with a sentence."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from joserfc.jwk import ECKey

from services.gateway.auth import Auth
from services.gateway.provider import is_fit
from services.gateway.server import Server
from services.oidc.models import DEFAULT_ALGORITHMS, DEFAULT_SCOPES, Provider
from services.safety_record import rule_set_hash
from web.project import list_notices
from web.providers import MOST_PROVIDERS, read_providers
from web.settings import ConfigurationError, Settings, read_settings

GOOD = """
[oidc.google]
label = "Google"
issuer = "https://accounts.google.com"
client_id = "an-id"
client_secret = "a-canary-secret"
"""
KEY = json.dumps(ECKey.generate_key("P-256", {"kid": "key-one"}).as_dict(private=True))
HOSTED = {
    "SUPABASE_URL": "https://abc.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x",
    "SUPABASE_SECRET_KEY": "sb_secret_x",
    "TANDEM_SESSION_KEYS": Fernet.generate_key().decode(),
}
EMBEDDED = HOSTED | {"TANDEM_EMBEDDED": "1", "TANDEM_JWT_SECRET": "a generated secret"}


def read(toml: str, **environ: str) -> tuple[tuple[Provider, ...], list[str]]:
    problems: list[str] = []
    return read_providers(environ, tomllib.loads(toml), problems), problems


def start(tmp_path: Path, toml: str = GOOD, **environ: str) -> Settings:
    path = tmp_path / "secrets.toml"
    path.write_text(toml)
    return read_settings(environ, secrets_file=path)


class TestReading:
    def test_from_the_file(self) -> None:
        [provider], problems = read(GOOD)
        assert problems == []
        assert provider == Provider(
            "google",
            "Google",
            "https://accounts.google.com",
            "an-id",
            "a-canary-secret",
            DEFAULT_SCOPES,
            DEFAULT_ALGORITHMS,
        )
        assert "canary" not in repr(provider)

    def test_from_the_environment_alone(self) -> None:
        [provider], problems = read(
            "",
            TANDEM_OIDC_MY_CLINIC_LABEL="My clinic",
            TANDEM_OIDC_MY_CLINIC_ISSUER="https://login.example.org/realms/x",
            TANDEM_OIDC_MY_CLINIC_CLIENT_ID="an-id",
            TANDEM_OIDC_MY_CLINIC_CLIENT_SECRET="a-secret",
            TANDEM_OIDC_MY_CLINIC_SCOPES="openid email",
            TANDEM_OIDC_MY_CLINIC_ALGORITHMS="ES256,PS512",
        )
        assert problems == []
        assert (provider.name, provider.label) == ("my-clinic", "My clinic")
        assert provider.scopes == ("openid", "email")
        assert provider.algorithms == ("ES256", "PS512")

    def test_the_environment_wins(self) -> None:
        [provider], _ = read(GOOD, TANDEM_OIDC_GOOGLE_CLIENT_SECRET="another")
        assert (provider.client_secret, provider.client_id) == ("another", "an-id")

    def test_a_slash_at_the_end_of_an_issuer_stays(self) -> None:
        [provider], _ = read(GOOD.replace("google.com", "google.com/"))
        assert provider.issuer == "https://accounts.google.com/"

    def test_nothing_is_nothing(self) -> None:
        assert read("") == ((), [])

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (("label", 'label = ""'), "label of [oidc.google]"),
            (("label", f'label = "{"x" * 41}"'), "longer than 40"),
            (("label", r'label = "a\u202eb"'), "on one line"),
            (("label", "label = 5"), "label of [oidc.google]"),
            (("issuer", ""), "TANDEM_OIDC_GOOGLE_ISSUER"),
            (("issuer", 'issuer = "http://canary.example.org"'), "https://"),
            (("issuer", 'issuer = "https://canary.example.org?a=b"'), "without a query"),
            (("issuer", 'issuer = "https://x:canary@example.org"'), "https://"),
            (("issuer", 'issuer = "canary"'), "https://"),
            (("client_id", ""), "client_id of [oidc.google]"),
            (("client_secret", ""), "client_secret of [oidc.google]"),
            (("client_secret", 'client_secret = "cänary"'), "no provider gives out"),
            (("label", 'label = "G"\nscopes = ["email"]'), "openid"),
            (("label", 'label = "G"\nscopes = ["openid", "a b"]'), "openid"),
            (("label", 'label = "G"\nalgorithms = ["none"]'), "algorithms of [oidc.google]"),
            (("label", 'label = "G"\nalgorithms = ["RS256", "HS256"]'), "nobody but the provider"),
            (("label", 'label = "G"\nalgorithms = []'), "algorithms of [oidc.google]"),
            (("label", 'label = "G"\nisuer = "x"'), "isuer"),
        ],
    )
    def test_says_what_is_wrong_without_repeating_it(
        self, change: tuple[str, str], says: str
    ) -> None:
        name, line = change
        lines = [line if one.startswith(name) else one for one in GOOD.splitlines()]
        found, problems = read("\n".join(lines))
        assert found == ()
        assert len(problems) == 1
        assert says in problems[0]
        assert "canary" not in problems[0]

    @pytest.mark.parametrize("name", ["Google", "a b", "1st", "x" * 31, "a_b", "ä", "a/b"])
    def test_a_name_is_short_and_plain(self, name: str) -> None:
        found, problems = read(GOOD.replace("oidc.google", f'oidc."{name}"'))
        assert found == ()
        assert "name of a provider" in problems[0]

    @pytest.mark.parametrize(
        "variable", ["TANDEM_OIDC_GOOGLE_ISUER", "TANDEM_OIDC_LABEL", "TANDEM_OIDC__LABEL"]
    )
    def test_a_slip_in_the_environment_is_told(self, variable: str) -> None:
        _, problems = read(GOOD, **{variable: "canary"})
        assert len(problems) == 1
        assert variable in problems[0]
        assert "canary" not in problems[0]

    @pytest.mark.parametrize("toml", ['oidc = "x"', '[oidc]\nlabel = "x"', "[[oidc]]\nx = 1"])
    def test_a_section_in_the_wrong_place_is_told(self, toml: str) -> None:
        assert "[oidc.google]" in read(toml)[1][0]

    @pytest.mark.parametrize("what", ["issuer", "label"])
    def test_two_must_differ(self, what: str) -> None:
        other = GOOD.replace("oidc.google", "oidc.other")
        different = {"issuer": ('"Google"', '"Other"'), "label": ("google.com", "other.org")}[what]
        _, problems = read(GOOD + other.replace(*different))
        assert problems == [f"Two providers in [oidc] have the same {what}."]

    def test_there_is_an_end(self) -> None:
        many = "".join(
            GOOD.replace("google", f"p{n}").replace("Google", f"P{n}")
            for n in range(MOST_PROVIDERS + 1)
        )
        found, problems = read(many)
        assert found == ()
        assert f"{MOST_PROVIDERS} at most" in problems[0]


class TestStart:
    def test_on_one_machine_nothing_else_is_needed(self, tmp_path: Path) -> None:
        settings = start(tmp_path, **EMBEDDED)
        assert [one.name for one in settings.providers] == ["google"]
        assert settings.signing_key is not None
        assert settings.signing_key.algorithm == "HS256"
        assert settings.notices == ()
        assert "a generated secret" not in repr(settings)

    @pytest.mark.parametrize("host", ["::", "10.1.2.3", "tandem.lan"])
    def test_reachable_from_elsewhere_it_needs_the_public_address(
        self, tmp_path: Path, host: str
    ) -> None:
        with pytest.raises(ConfigurationError) as caught:
            start(tmp_path, **EMBEDDED, HOST=host)
        [problem] = caught.value.problems
        assert "TANDEM_PUBLIC_URL" in problem
        assert "[oidc.google]" in problem
        assert start(
            tmp_path, **EMBEDDED, HOST=host, TANDEM_PUBLIC_URL="https://tandem.example.org"
        ).providers

    def test_without_a_provider_it_does_not(self, tmp_path: Path) -> None:
        assert start(tmp_path, "", **EMBEDDED, HOST="10.1.2.3").providers == ()

    def test_a_hosted_project_needs_a_key_that_it_knows(self, tmp_path: Path) -> None:
        settings = start(tmp_path, **HOSTED)
        assert settings.providers == ()
        [notice] = settings.notices
        assert "[oidc.google] is off" in notice
        assert "TANDEM_SIGNING_KEY" in notice
        assert "supabase gen signing-key" in notice

    def test_with_it_the_provider_is_on(self, tmp_path: Path) -> None:
        settings = start(tmp_path, **HOSTED, TANDEM_SIGNING_KEY=KEY)
        assert [one.name for one in settings.providers] == ["google"]
        assert settings.notices == ()
        assert settings.signing_key is not None
        assert (settings.signing_key.algorithm, settings.signing_key.kid) == ("ES256", "key-one")

    def test_the_key_may_stand_in_the_file(self, tmp_path: Path) -> None:
        toml = f"{GOOD}\n[tandem]\nsigning_key = '''{KEY}'''\n"
        assert start(tmp_path, toml, **HOSTED).signing_key is not None

    def test_a_key_that_is_none_is_a_problem(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError) as caught:
            start(tmp_path, **HOSTED, TANDEM_SIGNING_KEY='{"kty": "canary"}')
        [problem] = caught.value.problems
        assert "TANDEM_SIGNING_KEY" in problem
        assert "canary" not in problem

    def test_everything_wrong_is_named_at_once(self, tmp_path: Path) -> None:
        toml = GOOD.replace("issuer", "isuer")
        with pytest.raises(ConfigurationError) as caught:
            start(tmp_path, toml, **{**HOSTED, "SUPABASE_URL": "x"}, TANDEM_SIGNING_KEY="x")
        assert len(caught.value.problems) == 4


class TestNotices:
    def notices(self, tmp_path: Path, answer: httpx.Response | Exception) -> list[str]:
        settings = start(tmp_path, **HOSTED, TANDEM_SIGNING_KEY=KEY)

        def reply(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/server_get_rule_set"):
                return httpx.Response(200, json=rule_set_hash())
            assert request.url.path == "/auth/v1/.well-known/jwks.json"
            if isinstance(answer, Exception):
                raise answer
            return answer

        with httpx.Client(transport=httpx.MockTransport(reply)) as http:
            auth = Auth(url=settings.supabase_url, publishable_key="x", http=http)
            server = Server(url=settings.supabase_url, secret_key="sb_secret_x", http=http)
            return list_notices(settings, server=server, auth=auth)

    def test_a_key_the_project_knows_needs_none(self, tmp_path: Path) -> None:
        known = httpx.Response(200, json={"keys": [{"kid": "other"}, {"kid": "key-one"}]})
        assert self.notices(tmp_path, known) == []

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(200, json={"keys": [{"kid": "other"}, 5]}),
            httpx.Response(200, json={"keys": None}),
            httpx.Response(200, json=[]),
            httpx.Response(404),
        ],
    )
    def test_a_key_it_does_not_know_is_told(self, tmp_path: Path, answer: httpx.Response) -> None:
        [notice] = self.notices(tmp_path, answer)
        assert "does not know the key in TANDEM_SIGNING_KEY" in notice

    @pytest.mark.parametrize(
        "answer", [httpx.ConnectError("no"), httpx.Response(200, content=b"<html>")]
    )
    def test_not_to_be_told_is_told(
        self, tmp_path: Path, answer: httpx.Response | Exception
    ) -> None:
        [notice] = self.notices(tmp_path, answer)
        assert "did not tell" in notice

    def test_the_embedded_server_is_not_asked(self, tmp_path: Path) -> None:
        settings = start(tmp_path, **EMBEDDED)
        with httpx.Client(transport=httpx.MockTransport(_fail)) as http:
            auth = Auth(url=settings.supabase_url, publishable_key="x", http=http)
            server = Server(url=settings.supabase_url, secret_key="sb_secret_x", http=http)
            assert list_notices(settings, server=server, auth=auth) == []


def _fail(_request: httpx.Request) -> Any:
    message = "nobody should be asked"
    raise AssertionError(message)


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "like", "fits"),
        [
            ("https://id.example.org/token", "https://id.example.org", True),
            ("https://elsewhere.example.com/token", "https://id.example.org", True),
            ("http://127.0.0.1:9000/token", "http://127.0.0.1:9000", True),
            ("http://[::1]:9000/token", "http://localhost:9000", True),
            ("http://id.example.org/token", "https://id.example.org", False),
            ("https://127.0.0.1/token", "https://id.example.org", False),
            ("https://localhost/token", "https://id.example.org", False),
            ("http://127.0.0.1.example.org/token", "http://127.0.0.1:9000", False),
            ("https://name@id.example.org/", "https://id.example.org", False),
            ("https://id.example.org/#part", "https://id.example.org", False),
            ('https://id.example.org/"x', "https://id.example.org", False),
            ("https://id.example.org/a b", "https://id.example.org", False),
            ("https://id.example.org:99999/", "https://id.example.org", False),
            ("https://[id/", "https://id.example.org", False),
            ("javascript:alert(1)", "https://id.example.org", False),
            ("https:///token", "https://id.example.org", False),
            ("https://idé.example.org/", "https://id.example.org", False),
            ("https://id.example.org/" + "x" * 2000, "https://id.example.org", False),
        ],
    )
    def test_only_fit_ones_are_followed(self, address: str, like: str, fits: bool) -> None:
        assert is_fit(address, like=like) is fits
