"""/auth/sign-in and /auth/sign-out, over HTTP, with real accounts."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from services.sessions import hash_cookie
from tests.support.accounts import PASSWORD
from tests.support.people import World
from tests.support.visitor import HERE, Visitor, read_alert

Visit = Callable[..., Visitor]


def count_sessions(world: World) -> int:
    return int(world.run_sql("select count(*) from public.web_sessions")[0][0])


def session_cookie(answer: httpx.Response, name: str = "tandem_session") -> str:
    """The Set-Cookie line of the session; AssertionError without one."""
    return next(line for line in answer.headers.get_list("set-cookie") if line.startswith(name))


class TestSignIn:
    def test_it_leads_to_the_page_asked_for(self, members: World, visitor: Visitor) -> None:
        asked = visitor.get("/drafts?state=in_review")
        assert asked.headers["location"] == "/auth/sign-in?next=%2Fdrafts%3Fstate%3Din_review"
        answer = visitor.sign_in(members.ines.email, PASSWORD, next="/drafts?state=in_review")
        assert (answer.status_code, answer.headers["location"]) == (303, "/drafts?state=in_review")
        assert visitor.get("/drafts").status_code == 200

    @pytest.mark.usefixtures("members")
    def test_it_takes_the_address_in_any_case(self, visitor: Visitor) -> None:
        assert visitor.sign_in("  Ines@Example.org ", PASSWORD).status_code == 303

    def test_the_cookie_is_out_of_reach_of_scripts(self, members: World, visitor: Visitor) -> None:
        cookie = session_cookie(visitor.sign_in(members.ines.email, PASSWORD))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/;" in cookie
        assert "Domain" not in cookie
        assert "Secure" not in cookie

    def test_on_https_it_is_bound_to_host_and_scheme(self, members: World, visit: Visit) -> None:
        visitor = visit(public_url="https://tandem.example.org", at="https://tandem.example.org")
        answer = visitor.sign_in(members.ines.email, PASSWORD)
        assert "Secure" in session_cookie(answer, "__Host-tandem_session")
        assert "max-age" in answer.headers["strict-transport-security"]
        assert visitor.get("/").status_code == 200

    def test_the_database_knows_only_a_hash(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        rows = members.run_sql("select id_hash, sealed from public.web_sessions")
        assert [row[0] for row in rows] == [hash_cookie(visitor.cookie())]
        assert "eyJ" not in rows[0][1]  # how every access token begins

    def test_a_cookie_from_before_is_not_adopted(self, members: World, visitor: Visitor) -> None:
        visitor.client.cookies.set("tandem_session", "chosen-by-somebody-else", domain="127.0.0.1")
        answer = visitor.sign_in(members.ines.email, PASSWORD)
        assert "chosen-by-somebody-else" not in session_cookie(answer)
        found = members.run_sql("select id_hash from public.web_sessions")
        assert hash_cookie("chosen-by-somebody-else") not in [row[0] for row in found]

    def test_each_sign_in_has_an_id_of_its_own(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        first = visitor.cookie()
        visitor.post(
            "/auth/sign-in", form_at="/auth/sign-out", email=members.dana.email, password=PASSWORD
        )
        assert visitor.cookie() not in ("", first)
        assert count_sessions(members) == 1

    def test_somebody_signed_in_goes_straight_on(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        answer = visitor.get("/auth/sign-in?next=/people")
        assert (answer.status_code, answer.headers["location"]) == (303, "/people")


class TestRefusals:
    def test_unknown_and_wrong_look_and_take_the_same(
        self, members: World, visitor: Visitor
    ) -> None:
        visitor.get("/auth/sign-in")  # the first request builds the app
        seen = []
        for email in (members.ines.email, "unknown@example.org"):
            started = time.monotonic()
            answer = visitor.sign_in(email, "not the right one")
            seen.append((answer, time.monotonic() - started))
        (wrong, wrong_seconds), (unknown, unknown_seconds) = seen
        assert wrong.status_code == unknown.status_code == 401
        assert read_alert(wrong.text) == read_alert(unknown.text) != ""
        shown = wrong.text.replace(members.ines.email, "unknown@example.org")
        assert shown == unknown.text
        assert 1.0 <= wrong_seconds < 1.4
        assert 1.0 <= unknown_seconds < 1.4

    @pytest.mark.usefixtures("quick")
    def test_it_keeps_the_address_and_not_the_password(
        self, members: World, visitor: Visitor
    ) -> None:
        page = visitor.sign_in(members.ines.email, "typed-by-mistake").text
        assert members.ines.email in page
        assert "typed-by-mistake" not in page

    @pytest.mark.usefixtures("quick")
    def test_what_was_typed_is_shown_as_text(self, visitor: Visitor) -> None:
        page = visitor.sign_in('"><script>alert(1)</script>@x', "x", next='/"><b>').text
        assert "<script>" not in page
        assert "<b>" not in page

    def test_a_form_of_nobody_is_refused(self, members: World, visitor: Visitor) -> None:
        answer = visitor.send("/auth/sign-in", email=members.ines.email, password=PASSWORD)
        assert answer.status_code == 403
        assert count_sessions(members) == 0

    def test_a_form_of_another_browser_is_refused(self, members: World, visit: Visit) -> None:
        theirs, ours = visit(), visit()
        field = theirs.get("/auth/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
        ours.get("/auth/sign-in")
        answer = ours.send(
            "/auth/sign-in", csrf_token=field, email=members.ines.email, password=PASSWORD
        )
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "origin",
        ["", "null", "http://evil.example", "http://127.0.0.1:9999", "https://127.0.0.1:8501"],
    )
    def test_a_foreign_or_missing_origin_is_refused(
        self, members: World, visitor: Visitor, origin: str
    ) -> None:
        field = (
            visitor.get("/auth/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
        )
        answer = visitor.send(
            "/auth/sign-in",
            origin=origin,
            csrf_token=field,
            email=members.ines.email,
            password=PASSWORD,
        )
        assert answer.status_code == 403
        assert count_sessions(members) == 0

    def test_a_name_pointed_at_this_machine_is_refused(self, visit: Visit) -> None:
        rebound = visit(at="http://evil.example:8501")
        assert rebound.get("/auth/sign-in").status_code == 400

    def test_an_oversized_form_is_refused(self, visitor: Visitor) -> None:
        assert visitor.send("/auth/sign-in", email="x" * 20_000).status_code == 413

    def test_an_oversized_form_without_a_length_is_refused(self, visitor: Visitor) -> None:
        answer = visitor.client.post(
            "/auth/sign-in", content=(b"x" * 1000 for _ in range(30)), headers={"origin": HERE}
        )
        assert answer.status_code == 413


@pytest.mark.usefixtures("quick")
class TestLimits:
    def test_an_attacked_account_is_slowed(self, members: World, visit: Visit) -> None:
        for number in range(5):
            attacker = visit(client=f"198.51.100.{number}")
            assert attacker.sign_in(members.ines.email, "a guess").status_code == 401
        answer = visit(client="198.51.100.99").sign_in(members.ines.email, PASSWORD)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 30
        assert "code by mail" in read_alert(answer.text)

    def test_an_unknown_account_is_slowed_just_so(self, visit: Visit) -> None:
        for number in range(5):
            visit(client=f"198.51.100.{number}").sign_in("unknown@example.org", "a guess")
        answer = visit(client="198.51.100.99").sign_in("unknown@example.org", "a guess")
        assert answer.status_code == 429

    def test_its_owner_still_gets_in_with_a_browser_used_before(
        self, members: World, visit: Visit
    ) -> None:
        owner = visit()
        owner.sign_in(members.ines.email, PASSWORD)
        owner.post("/auth/sign-out")
        for number in range(8):
            visit(client=f"198.51.100.{number}").sign_in(members.ines.email, "a guess")
        assert owner.sign_in(members.ines.email, PASSWORD).status_code == 303

    def test_a_mark_of_another_account_does_not_help(self, members: World, visit: Visit) -> None:
        attacker = visit(client="198.51.100.1")
        attacker.sign_in(members.marco.email, PASSWORD)
        attacker.post("/auth/sign-out")
        answers = [attacker.sign_in(members.ines.email, "a guess") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]

    def test_refused_tries_do_not_prolong_the_wait(self, members: World, visit: Visit) -> None:
        attacker = visit(client="198.51.100.1")
        for _ in range(5):
            attacker.sign_in(members.ines.email, "a guess")
        waits = [
            int(attacker.sign_in(members.ines.email, "a guess").headers["retry-after"])
            for _ in range(4)
        ]
        assert max(waits) <= 30
        assert waits == sorted(waits, reverse=True)

    def test_one_address_may_not_try_many_accounts(self, visit: Visit) -> None:
        attacker = visit(client="198.51.100.1")
        answers = [attacker.sign_in(f"guess{n}@example.org", "a guess") for n in range(31)]
        assert [answer.status_code for answer in answers] == [401] * 30 + [429]
        assert visit(client="198.51.100.2").sign_in("x@example.org", "x").status_code == 401

    def test_signing_in_does_not_use_tries_up(self, members: World, visit: Visit) -> None:
        for _ in range(8):
            assert visit().sign_in(members.ines.email, PASSWORD).status_code == 303

    def test_a_forged_forwarded_address_changes_nothing(self, visitor: Visitor) -> None:
        statuses = []
        for number in range(31):
            visitor.client.headers["x-forwarded-for"] = f"203.0.113.{number}"
            statuses.append(visitor.sign_in(f"guess{number}@example.org", "x").status_code)
        assert statuses[-1] == 429

    def test_the_table_names_nobody(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.ines.email, "a guess")
        keys = [row[0] for row in members.run_sql("select key from public.rate_limits")]
        assert len(keys) == 2
        assert not any("ines" in key or "192.0.2" in key for key in keys)


class TestSignOut:
    def test_it_ends_the_session(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        answer = visitor.post("/auth/sign-out")
        assert answer.headers["location"] == "/auth/sign-in?signed-out=1"
        assert answer.headers["clear-site-data"] == '"storage"'
        assert count_sessions(members) == 0
        assert visitor.cookie() == ""
        assert visitor.get("/").status_code == 303

    def test_a_kept_cookie_is_worth_nothing_afterwards(
        self, members: World, visitor: Visitor
    ) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        kept = visitor.cookie()
        visitor.post("/auth/sign-out")
        visitor.client.cookies.set("tandem_session", kept, domain="127.0.0.1")
        assert visitor.get("/").status_code == 303

    def test_a_link_cannot_sign_anybody_out(self, members: World, visitor: Visitor) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        assert visitor.get("/auth/sign-out").status_code == 200
        assert count_sessions(members) == 1

    def test_it_takes_a_form_of_this_session(self, members: World, visitor: Visitor) -> None:
        field = (
            visitor.get("/auth/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
        )
        visitor.sign_in(members.ines.email, PASSWORD)
        assert visitor.send("/auth/sign-out", csrf_token=field).status_code == 403
        assert count_sessions(members) == 1

    def test_it_is_also_fine_when_signed_out_already(self, visitor: Visitor) -> None:
        assert visitor.send("/auth/sign-out").status_code == 303
