"""/auth/code and /auth/recover: a mailed code in place of a password, or for a new one."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.support.accounts import PASSWORD
from tests.support.people import World
from tests.support.visitor import Visitor, read_alert, read_field

Visit = Callable[..., Visitor]
ReadCode = Callable[[str], str]

NEW = "an entirely new password"


def ask(visitor: Visitor, path: str, email: str, **fields: str) -> dict[str, str]:
    """Ask for a code; the fields of the page that then takes it."""
    page = visitor.post(path, email=email, **fields)
    assert page.status_code == 200, read_alert(page.text)
    return {"csrf_token": read_field(page.text, "csrf_token"), "email": email}


@pytest.mark.usefixtures("quick")
class TestSigningInWithACode:
    def test_the_right_code_leads_on(
        self, members: World, visitor: Visitor, read_code: ReadCode
    ) -> None:
        fields = ask(visitor, "/auth/code", members.ines.email)
        code = read_code(members.ines.email)
        answer = visitor.send("/auth/code/enter", code=f" {code} ", next="/people", **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/people")
        assert members.run_sql("select method from public.web_sessions") == [("code",)]

    def test_a_code_works_once(
        self, members: World, visitor: Visitor, read_code: ReadCode, visit: Visit
    ) -> None:
        fields = ask(visitor, "/auth/code", members.ines.email)
        code = read_code(members.ines.email)
        visitor.send("/auth/code/enter", code=code, **fields)
        other = visit()
        again = ask(other, "/auth/code", members.dana.email) | {"email": members.ines.email}
        assert other.send("/auth/code/enter", code=code, **again).status_code == 401

    def test_a_wrong_code_is_refused(self, members: World, visitor: Visitor) -> None:
        fields = ask(visitor, "/auth/code", members.ines.email)
        answer = visitor.send("/auth/code/enter", code="000000", **fields)
        assert answer.status_code == 401
        assert "does not fit" in read_alert(answer.text)

    def test_codes_cannot_be_tried_without_end(self, members: World, visit: Visit) -> None:
        fields: dict[str, str] = {}
        statuses = []
        for number in range(6):
            attacker = visit(client=f"198.51.100.{number}")
            fields = ask(attacker, "/auth/code", f"own{number}@example.org")
            fields["email"] = members.ines.email
            answer = attacker.send("/auth/code/enter", code=f"00000{number}", **fields)
            statuses.append(answer.status_code)
        assert statuses == [401] * 5 + [429]

    def test_nobody_is_flooded_with_mail(self, members: World, visit: Visit) -> None:
        answers = [
            visit(client=f"198.51.100.{number}").post("/auth/code", email=members.ines.email)
            for number in range(4)
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) <= 60

    def test_guessed_passwords_do_not_use_up_codes(
        self, members: World, visit: Visit, read_code: ReadCode
    ) -> None:
        for number in range(7):
            visit(client=f"198.51.100.{number}").sign_in(members.ines.email, "a guess")
        owner = visit()
        fields = ask(owner, "/auth/code", members.ines.email)
        answer = owner.send("/auth/code/enter", code=read_code(members.ines.email), **fields)
        assert answer.status_code == 303


@pytest.mark.usefixtures("members")
class TestWhoHasAnAccount:
    def test_asking_tells_nothing(self, visitor: Visitor) -> None:
        visitor.get("/auth/code")
        seen = []
        for email in ("ines@example.org", "mary@example.org"):
            started = time.monotonic()
            page = visitor.post("/auth/code", email=email)
            seen.append((page.text.replace(email, ""), page.status_code))
            assert 1.0 <= time.monotonic() - started < 1.4
        assert seen[0] == seen[1]

    def test_a_wrong_code_tells_nothing(self, visitor: Visitor) -> None:
        seen = []
        for email in ("ines@example.org", "mary@example.org"):
            fields = ask(visitor, "/auth/code", email)
            started = time.monotonic()
            page = visitor.send("/auth/code/enter", code="123456", **fields)
            seen.append((page.text.replace(email, ""), page.status_code))
            assert 1.0 <= time.monotonic() - started < 1.4
        assert seen[0] == seen[1]


@pytest.mark.usefixtures("quick")
class TestRecovering:
    def test_it_sets_the_password_and_ends_other_sessions(
        self, members: World, visit: Visit, read_code: ReadCode
    ) -> None:
        elsewhere, here = visit(), visit()
        elsewhere.sign_in(members.ines.email, PASSWORD)
        bystander = visit()
        bystander.sign_in(members.dana.email, PASSWORD)
        fields = ask(here, "/auth/recover", members.ines.email)
        answer = here.send(
            "/auth/recover/enter", code=read_code(members.ines.email), password=NEW, **fields
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert here.get("/").status_code == 200
        assert elsewhere.get("/").status_code == 303
        assert bystander.get("/").status_code == 200
        assert visit().sign_in(members.ines.email, PASSWORD).status_code == 401
        assert visit().sign_in(members.ines.email, NEW).status_code == 303

    def test_a_short_password_does_not_spend_the_code(
        self, members: World, visitor: Visitor, read_code: ReadCode
    ) -> None:
        fields = ask(visitor, "/auth/recover", members.ines.email)
        code = read_code(members.ines.email)
        short = visitor.send("/auth/recover/enter", code=code, password="short", **fields)
        assert short.status_code == 400
        assert "at least 10" in read_alert(short.text)
        assert "short" not in short.text.split("<form")[1]
        answer = visitor.send("/auth/recover/enter", code=code, password=NEW, **fields)
        assert answer.status_code == 303

    def test_a_wrong_code_changes_nothing(self, members: World, visitor: Visitor) -> None:
        fields = ask(visitor, "/auth/recover", members.ines.email)
        answer = visitor.send("/auth/recover/enter", code="000000", password=NEW, **fields)
        assert answer.status_code == 401
        assert visitor.sign_in(members.ines.email, PASSWORD).status_code == 303
