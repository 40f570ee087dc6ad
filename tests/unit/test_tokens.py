"""Tokens the app signs itself: what they say, for how long, and with which keys."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from jwt import PyJWK

from services.tokens import (
    ACCESS_SECONDS,
    NotAKey,
    Signer,
    SigningKey,
    make_shared_key,
    read_signing_key,
)

NOW = 1_800_000_000.7
PERSON = "6f1c7d1e-0c5a-4a39-9d0f-7a4a1c7e2b11"
SESSION = "0b9f6f7e-5a6e-4f0a-8f53-b3f5a2f0c001"
EC = ECKey.generate_key("P-256", {"kid": "key-one"})
RSA = RSAKey.generate_key(2048, {"kid": "key-two"})


def written(key: ECKey | RSAKey | OctKey, **more: Any) -> str:
    """The key as `supabase gen signing-key` prints one."""
    return json.dumps({**key.as_dict(private=True), **more})


def sign(key: SigningKey) -> tuple[str, float]:
    signer = Signer(key=key, url="https://abc.supabase.co/", now=lambda: NOW)
    return signer.sign(profile_id=PERSON, session_id=SESSION)


def read(token: str, key: Any, algorithm: str) -> dict[str, Any]:
    """The claims, checked by another library than the one that signed."""
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        audience="authenticated",
        issuer="https://abc.supabase.co/auth/v1",
        options={"verify_exp": False, "verify_iat": False},
    )
    return claims


class TestSigner:
    @pytest.mark.parametrize("key", [EC, RSA], ids=["ES256", "RS256"])
    def test_a_projects_key_signs_what_the_project_can_check(self, key: ECKey | RSAKey) -> None:
        signing_key = read_signing_key(written(key))
        token, _ = sign(signing_key)
        public = PyJWK.from_dict({**key.as_dict(private=False), "alg": signing_key.algorithm})
        assert read(token, public.key, signing_key.algorithm)["sub"] == PERSON
        assert jwt.get_unverified_header(token) == {
            "alg": signing_key.algorithm,
            "kid": key.kid,
            "typ": "JWT",
        }

    def test_the_embedded_servers_secret_signs(self) -> None:
        secret = "a generated secret of more than thirty-two bytes"
        token, _ = sign(make_shared_key(secret))
        assert read(token, secret, "HS256") == {
            "iss": "https://abc.supabase.co/auth/v1",
            "sub": PERSON,
            "aud": "authenticated",
            "role": "authenticated",
            "iat": 1_800_000_000,
            "exp": 1_800_000_300,
            "session_id": SESSION,
            "aal": "aal1",
            "is_anonymous": False,
        }

    def test_a_token_lives_five_minutes_at_most(self) -> None:
        token, expires_at = sign(make_shared_key("x" * 40))
        claims = jwt.decode(token, options={"verify_signature": False})
        assert claims["exp"] == expires_at
        assert claims["exp"] - claims["iat"] == ACCESS_SECONDS == 300


class TestSigningKey:
    def test_it_may_stand_in_a_list_of_one(self) -> None:
        assert read_signing_key(f"[{written(EC)}]").kid == "key-one"

    def test_what_else_the_file_says_does_not_matter(self) -> None:
        text = written(EC, use="sig", ext=True, key_ops=["verify"], alg="ES256")
        assert sign(read_signing_key(text))

    def test_it_does_not_show(self) -> None:
        key = read_signing_key(written(EC))
        assert str(EC.as_dict(private=True)["d"]) not in repr(key)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("canary", "not JSON"),
            ("[]", "not one private key"),
            (f"[{written(EC)}, {written(RSA)}]", "not one private key"),
            (json.dumps({"kty": "oct", "k": "canary", "kid": "x"}), "not one private key"),
            (json.dumps({"kty": ["EC"], "kid": "x"}), "not one private key"),
            (json.dumps(EC.as_dict(private=False)), "public half"),
            (written(EC, kid=""), "kid"),
            (written(EC, alg="HS256"), "alg"),
            (written(ECKey.generate_key("P-384", {"kid": "x"})), "P-256"),
            (written(RSA, n="AQAB"), "2048 bits"),
            (written(RSA, n=5), "2048 bits"),
            (written(EC, d="canary"), "damaged"),
            (written(EC, x=EC.as_dict(private=False)["y"]), "damaged"),
        ],
    )
    def test_what_is_none_is_refused_without_repeating_it(self, text: str, says: str) -> None:
        with pytest.raises(NotAKey) as caught:
            read_signing_key(text)
        assert says in str(caught.value)
        assert "canary" not in str(caught.value)

    def test_the_private_half_of_another_key_is_no_key(self) -> None:
        other = ECKey.generate_key("P-256").as_dict(private=True)["d"]
        with pytest.raises(NotAKey, match="damaged"):
            read_signing_key(written(EC, d=other))
