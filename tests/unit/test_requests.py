"""What we believe about a request: addresses, origins, where to go next."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.requests import clean_next, is_open, is_own_origin, is_page, read_address, read_cookie
from web.settings import Settings


def make_settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "supabase_url": "http://127.0.0.1:1",
        "publishable_key": "",
        "secret_key": "",
        "session_keys": (),
    }
    return Settings(**(values | changes))


def scope(client: str = "192.0.2.1", **headers: str) -> dict[str, Any]:
    pairs = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, value in headers.items()
    ]
    return {"type": "http", "client": (client, 1), "headers": pairs}


class TestCleanNext:
    @pytest.mark.parametrize(
        "address",
        [
            "/",
            "/drafts",
            "/draft?id=7&tab=a%20b",
            "/auth/invitation?invitation=abc",
            "/people?q=%C3%A9",
        ],
    )
    def test_keeps_pages_of_ours(self, address: str) -> None:
        assert clean_next(address) == address

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "drafts",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "http:evil.example",
            "javascript:alert(1)",
            "/\tevil.example",
            "/drafts\r\nSet-Cookie: a=b",
            " /drafts",
            "/auth/sign-out",
            "/auth/sign-in?next=/",
            "/_stcore/health",
            "/media/file",
            "/static/x.js",
            "/x/_stcore/health",
            "/" + "a" * 3000,
        ],
    )
    def test_drops_everything_else(self, address: str) -> None:
        assert clean_next(address) == "/"

    @given(st.text(max_size=60))
    def test_never_leads_elsewhere(self, text: str) -> None:
        for address in (text, f"/{text}", f"//{text}"):
            cleaned = clean_next(address)
            assert cleaned.startswith("/")
            assert not cleaned.startswith(("//", "/\\"))
            assert cleaned.isascii() or "?" in cleaned
            assert not any(character in cleaned.partition("?")[0] for character in "\\\r\n\t ")


class TestOrigin:
    @pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "10.0.0.4"])
    def test_without_a_public_address_the_host_that_was_asked(self, host: str) -> None:
        assert is_own_origin(scope(host=host, origin=f"http://{host}"), make_settings())

    @pytest.mark.parametrize(
        ("host", "origin"),
        [
            ("127.0.0.1:8501", ""),
            ("127.0.0.1:8501", "null"),
            ("127.0.0.1:8501", "http://127.0.0.1:8502"),
            ("127.0.0.1:8501", "http://localhost:8501"),
            ("127.0.0.1:8501", "https://127.0.0.1:8501"),
            ("evil.example", "http://evil.example"),
            ("localhost.evil.example", "http://localhost.evil.example"),
            ("", "http://"),
        ],
    )
    def test_refuses_others(self, host: str, origin: str) -> None:
        assert not is_own_origin(scope(host=host, origin=origin), make_settings())

    def test_with_a_public_address_exactly_that(self) -> None:
        settings = make_settings(public_url="https://tandem.example.org")
        behind = {"host": "10.0.0.9:8501", "x_forwarded_host": "evil.example"}
        assert is_own_origin(scope(origin="https://tandem.example.org", **behind), settings)
        for origin in ("http://tandem.example.org", "https://evil.example", "http://10.0.0.9:8501"):
            assert not is_own_origin(scope(origin=origin, **behind), settings)

    def test_a_name_to_listen_on_is_known(self) -> None:
        settings = make_settings(host="studio.lan")
        assert is_own_origin(scope(host="studio.lan:80", origin="http://studio.lan:80"), settings)


class TestAddress:
    proxies = make_settings(trusted_proxies=(ipaddress.ip_network("10.0.0.0/8"),))

    def test_is_the_peer(self) -> None:
        assert read_address(scope(), make_settings()) == "192.0.2.1"

    def test_forwarded_headers_of_strangers_do_not_count(self) -> None:
        told = scope(x_forwarded_for="203.0.113.9")
        assert read_address(told, self.proxies) == "192.0.2.1"

    def test_a_trusted_proxy_names_its_visitor(self) -> None:
        told = scope("10.0.0.1", x_forwarded_for="6.6.6.6, 203.0.113.9, 10.1.1.1")
        assert read_address(told, self.proxies) == "203.0.113.9"

    def test_ipv6_counts_by_household(self) -> None:
        one, two = scope("2001:db8:1:2::1"), scope("2001:db8:1:2:ffff::9")
        assert read_address(one, make_settings()) == read_address(two, make_settings())

    def test_nonsense_counts_as_one(self) -> None:
        assert read_address(scope("10.0.0.1", x_forwarded_for="<b>"), self.proxies) == "unknown"


class TestPaths:
    def test_nothing_open_is_a_way_to_a_page(self) -> None:
        assert is_open("/auth/sign-in")
        assert is_open("/static/js/index.js")
        for path in (
            "/",
            "/drafts",
            "/authx",
            "/healthzz",
            "/staticx",
            "/media/x",
            "/_stcore/stream",
        ):
            assert not is_open(path), path

    def test_pages_are_not_files(self) -> None:
        assert is_page("/drafts")
        assert not is_page("/drafts/_stcore/health")
        assert not is_page("/media/x.png")

    def test_a_malformed_cookie_is_no_cookie(self) -> None:
        assert read_cookie(scope(cookie="a=1; tandem_session=abc; b"), "tandem_session") == "abc"
        assert read_cookie(scope(cookie="tandem_session"), "tandem_session") == ""
        assert read_cookie(scope(cookie='tandem_session="; =;;'), "tandem_session") == ""
