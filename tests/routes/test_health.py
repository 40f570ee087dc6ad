"""/healthz and /readyz, and the headers that every answer wears."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.support.accounts import PASSWORD
from tests.support.people import World
from tests.support.visitor import Visitor
from web.routes.health import Health

Visit = Callable[..., Visitor]


class TestHealth:
    def test_the_process_answers_for_itself(self, visit: Visit) -> None:
        visitor = visit(supabase_url="http://127.0.0.1:9")
        assert visitor.get("/healthz").json() == {"status": "ok"}

    def test_ready_when_database_and_migrations_are(self, visitor: Visitor) -> None:
        answer = visitor.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {"status": "ok", "database": "ok", "migrations": "current"}

    def test_not_ready_without_a_database(self, visit: Visit) -> None:
        answer = visit(supabase_url="http://127.0.0.1:9").get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["database"] == "unreachable"

    def test_not_ready_with_a_wrong_key(self, visit: Visit) -> None:
        answer = visit(secret_key="sb_secret_wrong").get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["database"] == "key_refused"

    def test_not_ready_when_migrations_are_behind(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "web.routes.health.find_missing_migrations", lambda _server: ["20991231000000"]
        )
        answer = visitor.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["migrations"] == "behind"

    def test_the_database_hears_of_it_rarely(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looks: list[int] = []
        look = Health._look

        def counted(self: Health) -> tuple[dict[str, object], int]:
            looks.append(1)
            return look(self)

        monkeypatch.setattr(Health, "_look", counted)
        for _ in range(20):
            visitor.get("/readyz")
        assert len(looks) <= 2


class TestHeaders:
    @pytest.mark.parametrize(
        "path", ["/auth/sign-in", "/healthz", "/", "/fail", "/auth/static/tandem.css", "/media/x"]
    )
    def test_every_answer_wears_them(self, visitor: Visitor, path: str) -> None:
        headers = visitor.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"] or (
            "sandbox" in headers["content-security-policy"]
        )
        assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])

    def test_plain_pages_run_no_script(self, visitor: Visitor) -> None:
        policy = visitor.get("/auth/sign-in").headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script" not in policy

    @pytest.mark.usefixtures("members")
    def test_the_shell_runs_only_its_own(self, visitor: Visitor) -> None:
        visitor.sign_in("ines@example.org", PASSWORD)
        answer = visitor.get("/")
        policy = answer.headers["content-security-policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "'unsafe-inline'" not in scripts
        assert "'unsafe-eval'" not in scripts
        assert "sha256-" in scripts
        assert "http:" not in policy
        assert answer.headers["cache-control"] == "no-store"

    def test_no_page_is_kept_by_the_browser(self, visitor: Visitor) -> None:
        assert visitor.get("/auth/sign-in").headers["cache-control"] == "no-store"
        assert visitor.get("/healthz").headers["cache-control"] == "no-store"


class TestErrors:
    def test_an_unexpected_one_shows_a_reference_and_no_more(
        self, members: World, visitor: Visitor
    ) -> None:
        visitor.sign_in(members.ines.email, PASSWORD)
        answer = visitor.get("/fail")
        assert answer.status_code == 500
        assert answer.headers["x-request-id"] in answer.text
        assert "canary-error-words" not in answer.text

    def test_without_a_database_people_are_told_so(self, visit: Visit) -> None:
        visitor = visit(supabase_url="http://127.0.0.1:9")
        visitor.client.cookies.set("tandem_session", "any", domain="127.0.0.1")
        answer = visitor.get("/")
        assert answer.status_code == 503
        assert "Reconnecting" in answer.text
        assert answer.headers["retry-after"] == answer.headers["refresh"] == "5"
        form = visitor.sign_in("ines@example.org", PASSWORD)
        assert form.status_code == 503
