"""ID tokens: what must hold before anybody is known by one, and what is believed of them then."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from services.errors import Forbidden
from services.oidc.id_token import LEEWAY_SECONDS, UnknownKey, read_id_token, read_keys
from services.oidc.models import Identity, Provider

NOW = 1_800_000_000
PROVIDER = Provider("one", "One", "https://id.example.org/", "client", "secret")
NONCE = "n" * 32
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
LAX = JWSRegistry(algorithms=["RS256", "ES256", "RS384"], strict_check_header=False)


def public(*keys: Any, **more: Any) -> dict[str, Any]:
    return {"keys": [{**key.as_dict(private=False), **more} for key in keys]}


def keys(*listed: Any) -> KeySet:
    found = read_keys(public(*(listed or (RSA, EC))))
    assert found is not None
    return found


def claims(**changes: Any) -> dict[str, Any]:
    made = {
        "iss": PROVIDER.issuer,
        "aud": "client",
        "sub": "somebody",
        "iat": NOW - 5,
        "exp": NOW + 300,
        "nonce": NONCE,
        "name": "Nora Lund",
        "email": "Nora@Example.org",
        "email_verified": True,
    } | changes
    return {name: value for name, value in made.items() if value is not None}


def make(key: Any = RSA, algorithm: str = "RS256", **changes: Any) -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims(**changes), key, registry=LAX)


def read(token: str, *, provider: Provider = PROVIDER, **changes: Any) -> Identity:
    values: dict[str, Any] = {"keys": keys(), "nonce": NONCE, "access_token": "", "now": NOW}
    return read_id_token(token, provider=provider, **(values | changes))


def why(token: str, **changes: Any) -> str:
    """The word of the refusal."""
    with pytest.raises(Forbidden) as caught:
        read(token, **changes)
    return caught.value.detail


class TestSignature:
    @pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")])
    def test_the_providers_own_is_taken(self, key: Any, algorithm: str) -> None:
        assert read(make(key, algorithm)).subject == "somebody"

    def test_none_is_refused(self) -> None:
        head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        body = base64.urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=").decode()
        assert why(f"{head}.{body}.") == "id_token_algorithm"

    def test_a_secret_that_is_no_secret_is_refused(self) -> None:
        """HS256, with the public key that everybody can read as the secret."""
        signed = ".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
            for part in ({"alg": "HS256", "kid": "rsa"}, claims())
        )
        digest = hmac.digest(RSA.as_pem(private=False), signed.encode(), "sha256")
        mac = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert why(f"{signed}.{mac}") == "id_token_algorithm"

    def test_an_algorithm_that_is_not_allowed_is_refused(self) -> None:
        assert why(make(RSA, "RS384")) == "id_token_algorithm"

    def test_another_key_of_the_same_name_is_refused(self) -> None:
        other = RSAKey.generate_key(2048, {"kid": "rsa"})
        assert why(make(other)) == "id_token_signature"

    def test_a_key_nobody_knows_is_asked_about(self) -> None:
        with pytest.raises(UnknownKey):
            read(make(), keys=keys(EC))

    def test_a_key_for_another_algorithm_is_not_used(self) -> None:
        found = read_keys(public(RSA, alg="PS256"))
        assert found is not None
        with pytest.raises(UnknownKey):
            read(make(), keys=KeySet([*found, EC]))

    def test_one_key_alone_needs_no_name(self) -> None:
        token = jwt.encode({"alg": "RS256"}, claims(), RSA, registry=LAX)
        assert read(token, keys=keys(RSA)).subject == "somebody"

    def test_changed_claims_are_refused(self) -> None:
        head, _, mac = make().split(".")
        body = base64.urlsafe_b64encode(json.dumps(claims(sub="other")).encode()).rstrip(b"=")
        assert why(f"{head}.{body.decode()}.{mac}") == "id_token_signature"

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "é.é.é", "a" * 200_000, "e30.e30."])
    def test_what_is_no_token_is_refused(self, token: str) -> None:
        assert why(token) == "id_token_form"

    def test_a_token_that_demands_what_we_do_not_know_is_refused(self) -> None:
        head = {"alg": "RS256", "kid": "rsa", "crit": ["strange"], "strange": 1}
        signed = ".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
            for part in (head, claims())
        )
        assert why(f"{signed}.AAAA") == "id_token_form"


class TestClaims:
    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"iss": "https://id.example.org"}, "iss"),
            ({"iss": "https://evil.example.org/"}, "iss"),
            ({"iss": None}, "iss"),
            ({"aud": "other"}, "aud"),
            ({"aud": ["client", "other"]}, "aud"),
            ({"aud": []}, "aud"),
            ({"aud": None}, "aud"),
            ({"azp": "other"}, "azp"),
            ({"nonce": "m" * 32}, "nonce"),
            ({"nonce": None}, "nonce"),
            ({"nonce": 5}, "nonce"),
            ({"exp": NOW - LEEWAY_SECONDS}, "exp"),
            ({"exp": None}, "exp"),
            ({"exp": "soon"}, "exp"),
            ({"iat": NOW + LEEWAY_SECONDS + 1}, "iat"),
            ({"iat": None}, "iat"),
            ({"nbf": NOW + LEEWAY_SECONDS + 1}, "nbf"),
            ({"sub": None}, "sub"),
            ({"sub": ""}, "sub"),
            ({"sub": 12}, "sub"),
            ({"sub": "s" * 256}, "sub"),
        ],
    )
    def test_each_has_to_hold(self, changes: dict[str, Any], word: str) -> None:
        assert why(make(**changes)) == f"id_token_{word}"

    def test_a_clock_may_be_a_little_off(self) -> None:
        token = make(exp=NOW - LEEWAY_SECONDS + 1, iat=NOW + LEEWAY_SECONDS)
        assert read(token).subject == "somebody"

    def test_a_list_of_us_alone_is_us(self) -> None:
        assert read(make(aud=["client"], azp="client")).subject == "somebody"

    def test_the_access_token_beside_it_has_to_fit(self) -> None:
        half = hashlib.sha256(b"an access token").digest()[:16]
        fits = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
        assert read(make(at_hash=fits), access_token="an access token").subject == "somebody"
        assert why(make(at_hash=fits), access_token="another") == "id_token_at_hash"

    def test_no_value_is_in_the_words(self) -> None:
        with pytest.raises(Forbidden) as caught:
            read(make(iss="https://canary.example.org"))
        assert "canary" not in f"{caught.value.message} {caught.value.detail}"
        assert caught.value.__cause__ is None


class TestPerson:
    def test_is_who_the_provider_says(self) -> None:
        assert read(make()) == Identity(
            PROVIDER.issuer, "somebody", "Nora Lund", "nora@example.org"
        )

    @pytest.mark.parametrize("verified", [None, False, "true", 1, "false"])
    def test_an_address_counts_only_if_confirmed(self, verified: Any) -> None:
        assert read(make(email_verified=verified)).email == ""

    @pytest.mark.parametrize("email", [None, 5, "nobody", "", "x" * 250 + "@example.org"])
    def test_what_is_no_address_is_none(self, email: Any) -> None:
        assert read(make(email=email)).email == ""

    @pytest.mark.parametrize(
        ("changes", "name"),
        [
            ({"name": "  Nora \n Lund "}, "Nora Lund"),
            ({"name": "n" * 200}, "n" * 80),
            ({"name": None, "preferred_username": "nora"}, "nora"),
            ({"name": "nora@example.org", "preferred_username": "nora"}, "nora"),
            ({"name": None}, ""),
            ({"name": 5}, ""),
        ],
    )
    def test_the_name_is_one_line_and_no_address(self, changes: dict[str, Any], name: str) -> None:
        assert read(make(**changes)).name == name


class TestKeys:
    def test_only_those_that_check_signatures_count(self) -> None:
        secret = {"kty": "oct", "k": "AAAA", "kid": "rsa"}
        document = {
            "keys": [
                secret,
                OctKey.generate_key(256).as_dict(private=True),
                {**RSA.as_dict(private=False), "use": "enc", "kid": "for-encryption"},
                {"kty": "EC", "crv": "P-256", "x": "AA", "kid": "damaged"},
                {"kty": ["EC"], "kid": "strange"},
                {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "short"},
                "text",
                EC.as_dict(private=True),
            ]
        }
        found = read_keys(document)
        assert found is not None
        assert [key.kid for key in found] == ["ec"]
        assert not any(key.is_private for key in found)

    @pytest.mark.parametrize("document", [{}, {"keys": []}, {"keys": "x"}, {"keys": [1, None]}])
    def test_nothing_usable_is_none(self, document: dict[str, Any]) -> None:
        assert read_keys(document) is None

    def test_a_flood_of_keys_is_cut(self) -> None:
        found = read_keys({"keys": public(EC)["keys"] * 400})
        assert found is not None
        assert len(found.keys) == 50
