"""Beginning and ending a trip to a provider: by whom, how often, and only once."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.support.accounts import PASSWORD
from tests.support.oidc_provider import OidcProvider, Quirks
from tests.support.people import World
from tests.support.trips import (
    CALLBACK,
    START,
    check_nobody_is_in,
    check_page,
    come_back,
    leave,
    read_message,
    travel,
)
from tests.support.visitor import Visitor, read_field

Arrive = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("silent")

OVER = "This sign-in is over"


class TestCallback:
    def test_replayed(self, arrive: Arrive, world: World, provider: OidcProvider) -> None:
        visitor = arrive(open_sign_up=True)
        back = provider.answer(leave(visitor))
        assert come_back(visitor, back).status_code == 303
        again = come_back(visitor, back)
        assert again.status_code == 403
        check_page(again.text, OVER)
        assert provider.asked["token"] == 1
        assert world.run_sql("select count(*) from public.web_sessions") == [(1,)]
        assert visitor.get("/").status_code == 200

    def test_replayed_with_its_cookie(self, arrive: Arrive, provider: OidcProvider) -> None:
        """The browser is told to forget the cookie; the database forgets the trip all the same."""
        visitor = arrive(open_sign_up=True)
        back = provider.answer(leave(visitor))
        [kept] = [
            (one.name, one.value)
            for one in visitor.client.cookies.jar
            if one.name.startswith("tandem_trip_")
        ]
        assert come_back(visitor, back).status_code == 303
        visitor.client.cookies.set(kept[0], str(kept[1]), domain="127.0.0.1")
        assert come_back(visitor, back).status_code == 403
        assert provider.asked["token"] == 1

    def test_in_another_browser(self, arrive: Arrive, provider: OidcProvider) -> None:
        """Whoever is led to finish an attacker's sign-in would write into the attacker's person."""
        attacker, victim = arrive(open_sign_up=True), arrive(open_sign_up=True)
        back = provider.answer(leave(attacker))
        leave(victim)  # even if it has a trip of its own
        answer = come_back(victim, back)
        assert answer.status_code == 403
        check_page(answer.text, OVER)
        assert victim.cookie() == ""
        assert provider.asked["token"] == 0
        assert come_back(attacker, back).status_code == 303

    def test_with_a_cookie_of_another_trip(self, arrive: Arrive, provider: OidcProvider) -> None:
        attacker, victim = arrive(open_sign_up=True), arrive(open_sign_up=True)
        back = provider.answer(leave(attacker))
        names = [one.name for one in attacker.client.cookies.jar if "trip" in one.name]
        victim.client.cookies.set(names[0], "a-guess", domain="127.0.0.1")
        assert come_back(victim, back).status_code == 403
        assert provider.asked["token"] == 0

    def test_with_the_code_of_another_trip(
        self,
        arrive: Arrive,
        provider: OidcProvider,
        reasons: Callable[[], list[str]],
    ) -> None:
        """The provider checks that whoever turns a code in has the verifier it was asked with."""
        visitor, other = arrive(open_sign_up=True), arrive(open_sign_up=True)
        stolen = parse_qs(urlsplit(provider.answer(leave(other))).query)["code"][0]
        own = parse_qs(urlsplit(provider.answer(leave(visitor))).query)
        answer = visitor.get(f"{CALLBACK}?{urlencode({'state': own['state'][0], 'code': stolen})}")
        assert answer.status_code == 403
        check_page(answer.text, "did not take this sign-in")
        assert reasons() == ["code_refused"]
        assert visitor.cookie() == ""

    def test_after_ten_minutes(self, arrive: Arrive, world: World, provider: OidcProvider) -> None:
        visitor = arrive(open_sign_up=True)
        back = provider.answer(leave(visitor))
        world.run_sql(
            "update public.pending_sign_ins set created_at = now() - interval '10 minutes'"
        )
        answer = come_back(visitor, back)
        assert answer.status_code == 403
        check_page(answer.text, OVER)
        assert provider.asked["token"] == 0

    def test_at_another_providers_address(self, arrive: Arrive, provider: OidcProvider) -> None:
        both = (provider.configure(), provider.configure("other", label="Other"))
        visitor = arrive(providers=both, open_sign_up=True)
        back = provider.answer(leave(visitor)).replace("/oidc/local/", "/oidc/other/")
        assert come_back(visitor, back).status_code == 403
        assert provider.asked["token"] == 0

    @pytest.mark.parametrize(
        "query",
        ["", "state=", "state=x&code=y", f"state={'x' * 5000}&code=y", "code=y", "error=canary"],
    )
    def test_without_a_trip(self, arrive: Arrive, world: World, query: str) -> None:
        visitor = arrive()
        answer = visitor.get(f"{CALLBACK}?{query}")
        assert answer.status_code == 403
        check_page(answer.text, OVER)
        check_nobody_is_in(visitor, world)

    @pytest.mark.parametrize("twice", ["code", "state", "iss", "error"])
    def test_with_a_part_twice(self, arrive: Arrive, provider: OidcProvider, twice: str) -> None:
        provider.quirks = Quirks(answer_extra=((twice, "one"), (twice, "two")))
        answer = travel(arrive(open_sign_up=True), provider)
        assert answer.status_code == 403
        assert provider.asked["token"] == 0

    @pytest.mark.parametrize("code", ["", "c" * 5000])
    def test_without_a_code(self, arrive: Arrive, provider: OidcProvider, code: str) -> None:
        visitor = arrive(open_sign_up=True)
        state = parse_qs(urlsplit(leave(visitor)).query)["state"][0]
        answer = visitor.get(f"{CALLBACK}?{urlencode({'state': state, 'code': code})}")
        assert answer.status_code == 403
        check_page(answer.text, "without an answer")
        assert provider.asked["token"] == 0

    def test_with_sessions_sealed_anew(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        back = provider.answer(leave(visitor))
        world.run_sql("update public.pending_sign_ins set sealed = 'canary'")
        answer = come_back(visitor, back)
        check_page(answer.text, OVER)


class TestStart:
    def test_takes_a_form_of_ours(self, arrive: Arrive, provider: OidcProvider) -> None:
        visitor = arrive()
        assert visitor.send(START, next="/").status_code == 403
        assert visitor.send(START, csrf_token="x").status_code == 403
        field = read_field(arrive().get("/auth/sign-in").text, "csrf_token")
        visitor.get("/auth/sign-in")
        assert visitor.send(START, csrf_token=field).status_code == 403
        assert provider.asked["discovery"] == 0

    def test_from_elsewhere_is_refused(self, arrive: Arrive) -> None:
        visitor = arrive()
        field = read_field(visitor.get("/auth/sign-in").text, "csrf_token")
        answer = visitor.send(START, origin="http://evil.example", csrf_token=field)
        assert answer.status_code == 403

    def test_a_link_begins_nothing(self, arrive: Arrive, provider: OidcProvider) -> None:
        answer = arrive().get(f"{START}?next=/drafts")
        assert answer.headers["location"] == "/auth/sign-in?next=%2Fdrafts"
        assert provider.asked["discovery"] == 0

    def test_an_address_may_not_begin_without_end(
        self,
        arrive: Arrive,
    ) -> None:
        visitor = arrive()
        field = read_field(visitor.get("/auth/sign-in").text, "csrf_token")
        statuses = [visitor.send(START, csrf_token=field).status_code for _ in range(31)]
        assert statuses == [200] * 30 + [429]
        page = visitor.send(START, csrf_token=field)
        assert 1 <= int(page.headers["retry-after"]) <= 10
        assert "A short pause, please" in page.text
        assert arrive(client="198.51.100.2").post(START, form_at="/auth/sign-in").status_code == 200

    def test_nor_come_back_without_end(self, arrive: Arrive) -> None:
        visitor = arrive()
        statuses = [visitor.get(f"{CALLBACK}?state=x&code=y").status_code for _ in range(31)]
        assert statuses == [403] * 30 + [429]

    def test_signing_in_uses_nothing_up(
        self, arrive: Arrive, world: World, provider: OidcProvider
    ) -> None:
        visitor = arrive(open_sign_up=True)
        travel(visitor, provider)
        busy = "select count(*) from public.rate_limits where busy_until > now()"
        assert world.run_sql(busy) == [(0,)]


class TestDatabaseAway:
    def test_says_so(self, arrive: Arrive, provider: OidcProvider) -> None:
        visitor = arrive(open_sign_up=True)
        address = leave(visitor)
        away = arrive(supabase_url="http://127.0.0.1:9", open_sign_up=True)
        away.client.cookies = visitor.client.cookies
        answer = come_back(away, provider.answer(address))
        assert answer.status_code == 503
        assert "The database is not answering" in read_message(answer.text)
        assert come_back(visitor, provider.answer(leave(visitor))).status_code == 303


def test_a_person_signed_in_meanwhile_is_not_mixed_up(
    arrive: Arrive, members: World, provider: OidcProvider
) -> None:
    """Two tabs: one on its way to the provider, one that signs in with a password."""
    visitor = arrive(open_sign_up=True)
    back = provider.answer(leave(visitor))
    visitor.sign_in(members.ines.email, PASSWORD)
    assert come_back(visitor, back).status_code == 303
    rows = members.run_sql("select method from public.web_sessions")
    assert rows == [("oidc",)]
