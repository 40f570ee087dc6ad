"""A provider that misbehaves: a friendly page, a word for the operator, and nobody is signed in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.gateway import provider as gateway
from tests.support.oidc_provider import CLIENT_ID, OidcProvider, Quirks
from tests.support.people import World
from tests.support.trips import (
    START,
    check_nobody_is_in,
    check_page,
    come_back,
    leave,
    travel,
)
from tests.support.visitor import Visitor

Arrive = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("silent")

UNCHECKED = "answer could not be checked"
AWAY = "does not answer as it should"

# What it does: the status and words people get, and the word in the log.
REFUSED: dict[str, tuple[Quirks, int, str, str]] = {
    "wrong issuer": (
        Quirks(claims={"iss": "https://canary.example.org"}),
        403,
        UNCHECKED,
        "id_token_iss",
    ),
    "wrong audience": (Quirks(claims={"aud": "canary"}), 403, UNCHECKED, "id_token_aud"),
    "more audiences": (
        Quirks(claims={"aud": [CLIENT_ID, "canary"], "azp": CLIENT_ID}),
        403,
        UNCHECKED,
        "id_token_aud",
    ),
    "for another client": (Quirks(claims={"azp": "canary"}), 403, UNCHECKED, "id_token_azp"),
    "wrong nonce": (Quirks(claims={"nonce": "canary"}), 403, UNCHECKED, "id_token_nonce"),
    "no nonce": (Quirks(drop_claims=("nonce",)), 403, UNCHECKED, "id_token_nonce"),
    "no subject": (Quirks(drop_claims=("sub",)), 403, UNCHECKED, "id_token_sub"),
    "expired": (Quirks(claims={"exp": 1_600_000_000}), 403, UNCHECKED, "id_token_exp"),
    "issued tomorrow": (Quirks(claims={"iat": 2_600_000_000}), 403, UNCHECKED, "id_token_iat"),
    "wrong access token": (
        Quirks(claims={"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
        403,
        UNCHECKED,
        "id_token_at_hash",
    ),
    "unsigned": (Quirks(algorithm="none"), 403, UNCHECKED, "id_token_algorithm"),
    "signed with the public key": (
        Quirks(algorithm="HS256"),
        403,
        UNCHECKED,
        "id_token_algorithm",
    ),
    "key of another name": (
        Quirks(key_named="canary"),
        403,
        "a key that it does not publish",
        "id_token_key",
    ),
    "key without a name": (
        Quirks(key_named="nothing"),
        403,
        "a key that it does not publish",
        "id_token_key",
    ),
    "no keys": (Quirks(keys=[]), 503, AWAY, "provider_keys"),
    "secret keys": (
        Quirks(keys=[{"kty": "oct", "k": "Y2FuYXJ5", "kid": "rsa-0"}]),
        503,
        AWAY,
        "provider_keys",
    ),
    "token server down": (
        Quirks(token_status=500, token_answer=b"canary"),
        503,
        AWAY,
        "provider_status_500",
    ),
    "down with words": (
        Quirks(token_status=503, token_answer=b'{"error": "canary"}'),
        503,
        AWAY,
        "provider_status_503",
    ),
    "a page for an answer": (
        Quirks(token_answer=b"<html>canary</html>"),
        503,
        AWAY,
        "provider_status_200",
    ),
    "a list for an answer": (Quirks(token_answer=b"[1]"), 503, AWAY, "provider_status_200"),
    "deep for an answer": (
        Quirks(token_answer=b"[" * 100_000),
        503,
        AWAY,
        "provider_status_200",
    ),
    "no ID token": (
        Quirks(token_answer=b'{"access_token": "canary", "token_type": "Bearer"}'),
        503,
        AWAY,
        "provider_no_id_token",
    ),
    "a number for an ID token": (
        Quirks(token_answer=b'{"id_token": 5}'),
        503,
        AWAY,
        "provider_no_id_token",
    ),
    "no token for an ID token": (
        Quirks(token_answer=b'{"id_token": "canary"}'),
        403,
        UNCHECKED,
        "id_token_form",
    ),
    "an error of its own": (
        Quirks(token_status=400, token_answer=b'{"error": "canary"}'),
        503,
        AWAY,
        "provider_error",
    ),
    "we are not known": (
        Quirks(token_status=401, token_answer=b'{"error": "invalid_client"}'),
        503,
        AWAY,
        "provider_invalid_client",
    ),
    "the code is not": (
        Quirks(token_status=400, token_answer=b'{"error": "invalid_grant"}'),
        403,
        "did not take this sign-in",
        "code_refused",
    ),
    "huge": (Quirks(token_answer=b" " * 5_000_000), 503, AWAY, "provider_too_large"),
    "slow": (Quirks(token_waits=30), 503, AWAY, "provider_slow"),
    "slow byte by byte": (Quirks(token_drips=True), 503, AWAY, "provider_slow"),
    "elsewhere": (Quirks(token_redirects=True), 503, AWAY, "provider_redirects"),
    "another's answer": (
        Quirks(answer_iss="https://canary.example.org"),
        403,
        "from another provider",
        "answer_iss",
    ),
    "an answer of nobody": (
        Quirks(discovery={"authorization_response_iss_parameter_supported": True}),
        403,
        "from another provider",
        "answer_iss",
    ),
    "an error back": (
        Quirks(error="server_error"),
        403,
        "could not tell us who you are",
        "answer_server_error",
    ),
    "an unknown error back": (
        Quirks(error="canary"),
        403,
        "could not tell us who you are",
        "answer_error",
    ),
}


class TestProvider:
    @pytest.mark.parametrize(("quirks", "status", "says", "why"), REFUSED.values(), ids=REFUSED)
    def test_that_misbehaves_signs_nobody_in(
        self,
        arrive: Arrive,
        world: World,
        provider: OidcProvider,
        reasons: Callable[[], list[str]],
        monkeypatch: pytest.MonkeyPatch,
        quirks: Quirks,
        status: int,
        says: str,
        why: str,
    ) -> None:
        provider.quirks = quirks
        visitor = arrive(open_sign_up=True)
        back = provider.answer(leave(visitor))
        if quirks.token_waits or quirks.token_drips:
            monkeypatch.setattr(gateway, "PATIENCE_SECONDS", 0.3)
        answer = come_back(visitor, back)
        assert answer.status_code == status, answer.text
        check_page(answer.text, says)
        check_nobody_is_in(visitor, world)
        assert reasons() == [why]
        assert provider.asked["elsewhere"] == 0

    def test_whose_person_says_no(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        answer = come_back(visitor, provider.answer(leave(visitor), allow=False))
        assert answer.status_code == 403
        check_page(answer.text, "You said no at Local Login")
        check_nobody_is_in(visitor, world)

    @pytest.mark.parametrize(
        ("quirks", "why"),
        [
            (Quirks(discovery_status=500), "provider_status_500"),
            (Quirks(discovery={"issuer": "https://canary.example.org"}), "provider_issuer"),
            (Quirks(discovery={"issuer": None}), "provider_issuer"),
            (
                Quirks(discovery={"token_endpoint": "http://canary.example.org/token"}),
                "provider_token_endpoint",
            ),
            (Quirks(discovery={"jwks_uri": "file:///etc/passwd"}), "provider_jwks_uri"),
            (
                Quirks(discovery={"authorization_endpoint": "javascript:alert('canary')"}),
                "provider_authorization_endpoint",
            ),
            (
                Quirks(discovery={"authorization_endpoint": 'https://id.example.org/"><b>'}),
                "provider_authorization_endpoint",
            ),
        ],
    )
    def test_whose_discovery_misleads_is_not_left_for(
        self,
        arrive: Arrive,
        world: World,
        provider: OidcProvider,
        reasons: Callable[[], list[str]],
        quirks: Quirks,
        why: str,
    ) -> None:
        provider.quirks = quirks
        visitor = arrive()
        page = visitor.post(START, form_at="/auth/sign-in", next="/drafts")
        assert page.status_code == 503
        check_page(page.text, AWAY)
        assert "/auth/sign-in?next=%2Fdrafts" in page.text
        assert reasons() == [why]
        check_nobody_is_in(visitor, world)

    def test_that_is_not_there(
        self, arrive: Arrive, provider: OidcProvider, reasons: Callable[[], list[str]]
    ) -> None:
        visitor = arrive(providers=(provider.configure(issuer="http://127.0.0.1:9"),))
        page = visitor.post(START, form_at="/auth/sign-in")
        assert page.status_code == 503
        check_page(page.text, "Local Login does not answer")
        assert page.headers["retry-after"]
        assert reasons() == ["provider_unreachable"]

    def test_whose_key_nobody_knows_is_asked_for_its_keys_once_more_only(
        self, arrive: Arrive, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        travel(visitor, provider)
        visitor.post("/auth/sign-out")
        provider.quirks = Quirks(key_named="made-up")
        for _ in range(4):
            assert travel(visitor, provider).status_code == 403
        assert provider.asked["keys"] == 2

    def test_with_another_secret_than_ours(
        self, arrive: Arrive, provider: OidcProvider, reasons: Callable[[], list[str]]
    ) -> None:
        visitor = arrive(providers=(provider.configure(client_secret="canary-secret"),))
        assert travel(visitor, provider).status_code == 503
        assert reasons() == ["provider_invalid_client"]


def test_claims_of_any_kind_break_nothing(
    arrive: Arrive, world: World, provider: OidcProvider
) -> None:
    strange: list[Any] = [None, 5, -1, 1e308, True, [], {}, "", "\u202e", "x" * 3000, [["a"]]]
    visitor = arrive(open_sign_up=True)
    for value in strange:
        for name in ("name", "email", "sub"):
            provider.quirks = Quirks(claims={name: json.loads(json.dumps(value))})
            world.run_sql("delete from public.rate_limits")
            answer = travel(visitor, provider)
            assert answer.status_code in (303, 403), (name, value, answer.text)
            visitor.client.cookies.clear()
